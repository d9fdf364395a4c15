package client

import (
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unsafe"

	"pacer/acl"
	"pacer/api"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/ipc"
	"pacer/message"
	"pacer/xmltree"
)

// MaxCIB limits the size of a CIB that is read from a file or a pipe, unpacked.
const MaxCIB = xmltree.MaxSize

// ReadCIB reads a CIB from a file, from stdin when path is "-", from a pipe, or from a .bz2 file.
func ReadCIB(path string, stdin io.Reader) (*cib.Document, error) {
	data, err := readAll(path, stdin)
	if err != nil {
		return nil, err
	}
	// A big CIB stands in memory once: the tree is made of pieces of what was read, which nobody writes to any more.
	doc, err := cib.ParseString(unsafe.String(unsafe.SliceData(data), len(data)))
	if err != nil {
		var syntax *xmltree.SyntaxError
		if errors.As(err, &syntax) {
			return nil, &Error{exitcode.Config, fmt.Sprintf("%s:%d: %s", path, syntax.Line, syntax.Msg), err}
		}
		return nil, &Error{exitcode.Config, fmt.Sprintf("%s: %s", path, strings.TrimPrefix(err.Error(), "cib: ")), err}
	}
	return doc, nil
}

func readAll(path string, stdin io.Reader) ([]byte, error) {
	in, size := stdin, int64(0)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fileError(err)
		}
		defer f.Close()
		if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
			size = st.Size()
		}
		in = f
	}
	if in == nil {
		in = bytes.NewReader(nil)
	}
	if strings.HasSuffix(path, ".bz2") {
		in, size = bzip2.NewReader(in), 0
	}
	tooBig := &Error{exitcode.DataErr, fmt.Sprintf("%s is larger than %d MiB", path, MaxCIB>>20), nil}
	if size > MaxCIB {
		return nil, tooBig
	}
	// With one byte more than the file has, its end is met without growing.
	data, err := appendAll(make([]byte, 0, max(size+1, 512)), io.LimitReader(in, MaxCIB+1))
	if err != nil {
		return nil, fileError(err)
	}
	if len(data) > MaxCIB {
		return nil, tooBig
	}
	return data, nil
}

// appendAll is io.ReadAll into a given buffer.
func appendAll(buf []byte, in io.Reader) ([]byte, error) {
	for {
		n, err := in.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case errors.Is(err, io.EOF):
			return buf, nil
		case err != nil:
			return buf, err
		case len(buf) == cap(buf):
			buf = slices.Grow(buf, 1)
		}
	}
}

// WriteFile replaces what a file holds. The file itself stays, with its mode, for programs that have it open (pcs reads what tools
// made of its temporary file so); a new one is its owner's alone.
func WriteFile(path string, data []byte) error { return replace(path, data, 0o600) }

// SaveFile is WriteFile for what somebody wants to keep: a new file has the mode that the caller's umask leaves it, and what
// is no regular file (a pipe, /dev/stdout) is written as it is.
func SaveFile(path string, data []byte) error {
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return fileError(err)
		}
		return nil
	}
	mask := syscall.Umask(0)
	syscall.Umask(mask)
	return replace(path, data, 0o666&^os.FileMode(mask))
}

// replace writes a file. One that is there stays the same file, as programs hold it open and read it again: what it shall hold is
// put beside it first, and stays there if writing breaks off.
func replace(path string, data []byte, mode os.FileMode) error {
	beside, err := writeBeside(path, data, mode)
	if _, gone := os.Stat(path); errors.Is(gone, fs.ErrNotExist) {
		if err == nil {
			err = os.Rename(beside, path)
		}
		if err != nil {
			return fileError(err)
		}
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrPermission) { // A file may be ours in a directory that is not.
		return fileError(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		_ = os.Remove(beside)
		return fileError(err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fileError(err)
	}
	if beside != "" {
		_ = os.Remove(beside)
	}
	return nil
}

// writeBeside writes a new file in the directory of another and returns its name; there is none when that fails.
func writeBeside(path string, data []byte, mode os.FileMode) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".cib.")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// file is a Cluster that is only a CIB in a file.
type file struct {
	source Source
	kind   Kind
	path   string
	doc    *cib.Document
	// who is in whose name to look at the file, with his groups. The lists in it count for him as they do in a cluster.
	who message.Principal
}

func openFile(s Source, path string, kind Kind) (Cluster, error) {
	doc, err := ReadCIB(path, s.Stdin)
	if err != nil {
		return nil, unusable(path, err)
	}
	if !doc.Valid() {
		return nil, &Error{exitcode.Config, "Update does not conform to the configured schema", invalidError(path, doc)}
	}
	if doc.Status() == nil {
		root := doc.Root().Clone()
		root.AddNew("status")
		doc = cib.FromTree(root)
	}
	f := &file{source: s, kind: kind, path: path, doc: doc, who: message.Principal{User: s.Getenv("CIB_user")}}
	if !acl.Privileged(f.who.User) {
		f.who.Groups = ipc.GroupsOf(f.who.User)
	}
	return f, nil
}

func (f *file) rights() *acl.Rights { return acl.For(f.doc, f.who, f.source.Now()) }

// unusable is the error for a file that is there and is no configuration for us: not to be read, a directory, damaged. Only that a
// file is missing has a code of its own.
func unusable(path string, err error) error {
	if IsMissing(err) {
		return err
	}
	text := err.Error()
	if !strings.HasPrefix(text, path) {
		text = path + ": " + text
	}
	return &Error{exitcode.Config, text, err}
}

// invalidError tells what is wrong in a file.
func invalidError(path string, doc *cib.Document) error {
	var all []error
	for _, p := range cib.Validate(doc) {
		all = append(all, fmt.Errorf("%s: %s", path, p))
	}
	return errors.Join(all...)
}

func (f *file) Kind() Kind { return f.kind }

func (f *file) CIB(context.Context) (*cib.Document, error) {
	switch seen := f.rights().View(f.doc.Root()); seen {
	case nil:
		return nil, &cib.Error{Code: exitcode.InsufficientPriv, Msg: f.who.User + " may not read any of the configuration"}
	case f.doc.Root():
		return f.doc, nil
	default:
		return cib.FromTree(seen), nil
	}
}

func (f *file) Apply(_ context.Context, ops ...cib.Op) (*xmltree.Node, error) {
	// A file keeps no record of who changed it and when.
	doc, result, err := cib.Apply(f.doc, ops, cib.ApplyOptions{Check: true, AnyFeatureSet: true, Guard: f.rights()})
	if err != nil {
		return result, err
	}
	if doc != f.doc && f.path != "-" {
		if err := WriteFile(f.path, doc.Bytes()); err != nil {
			return result, err
		}
	}
	f.doc = doc
	return result, nil
}

func (f *file) Messaging(context.Context) (*api.Messaging, error) { return nil, NotConnected(nil) }

func (f *file) Node(context.Context) (*api.NodeInfo, error) { return nil, NotConnected(nil) }

func (f *file) Attributes(context.Context, string, string) ([]api.Attribute, error) {
	return nil, NotConnected(nil)
}

func (f *file) FenceHistory(context.Context) ([]api.FenceRecord, error) {
	return nil, NotConnected(nil)
}

func (f *file) FenceDevices(context.Context) ([]api.FenceDevice, error) {
	return nil, NotConnected(nil)
}

// Do knows only the request that needs no node.
func (f *file) Do(ctx context.Context, r api.Request) (api.Response, error) {
	apply, ok := api.Value(r).(api.CIBApply)
	if !ok {
		return api.Response{}, NotConnected(nil)
	}
	result, err := f.Apply(ctx, apply.Ops...)
	if err != nil {
		return api.Response{}, err
	}
	answer := &api.CIBResult{Version: f.doc.Version().String()}
	if result != nil {
		answer.Data = string(result.Append(nil))
	}
	return api.Response{CIB: answer}, nil
}

func (f *file) Watch(context.Context) (<-chan api.Event, error) { return nil, NotConnected(nil) }

func (f *file) Close() error { return nil }
