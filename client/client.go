package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/place"
	"pacer/xmltree"
)

// Kind says what is behind a Cluster.
type Kind int

// What is behind a Cluster.
const (
	KindLive Kind = iota
	KindFile
	KindShadow
)

// Cluster is a cluster as commands see it.
type Cluster interface {
	Kind() Kind
	// CIB returns the whole document.
	CIB(ctx context.Context) (*cib.Document, error)
	// Apply does all the operations or none and returns the result of the last query among them.
	Apply(ctx context.Context, ops ...cib.Op) (*xmltree.Node, error)
	// Node, Attributes, FenceHistory and FenceDevices return what the node knows besides the CIB. Files know nothing: the
	// error's code is 102.
	Node(ctx context.Context) (*api.NodeInfo, error)
	Attributes(ctx context.Context, name, node string) ([]api.Attribute, error)
	FenceHistory(ctx context.Context) ([]api.FenceRecord, error)
	FenceDevices(ctx context.Context) ([]api.FenceDevice, error)
	// Messaging returns what the layer below the node's manager knows.
	Messaging(ctx context.Context) (*api.Messaging, error)
	// Do hands a request to the node.
	Do(ctx context.Context, r api.Request) (api.Response, error)
	// Watch delivers what happens until ctx ends or the node goes away; then the channel is closed.
	Watch(ctx context.Context) (<-chan api.Event, error)
	Close() error
}

// Source is what Open needs to know.
type Source struct {
	Getenv  func(string) string
	Stdin   io.Reader
	Places  place.Places
	Now     func() time.Time
	Program string // the command's name, for the record of changes
}

// Error is a failure to reach the cluster or what it stands on.
type Error struct {
	Code    exitcode.Code
	Message string
	Cause   error
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Unwrap returns what went wrong below.
func (e *Error) Unwrap() error { return e.Cause }

// ExitCode implements exitcode.Carrier.
func (e *Error) ExitCode() exitcode.Code { return e.Code }

// NotConnected is the error when no node answers; scripts look for the words "not connected".
func NotConnected(cause error) *Error {
	return &Error{exitcode.Disconnect, exitcode.Words(syscall.ENOTCONN), cause}
}

// Open picks the CIB that the environment names.
func Open(s Source) (Cluster, error) {
	if name := s.Getenv("CIB_shadow"); name != "" {
		path, err := ShadowPath(s, name)
		if err != nil {
			return nil, err
		}
		return openFile(s, path, KindShadow)
	}
	if path := s.Getenv("CIB_file"); path != "" {
		return openFile(s, path, KindFile)
	}
	if s.Getenv("CIB_port") != "" {
		return Remote(s)
	}
	return Live(s)
}

// ShadowPath returns the file of a shadow copy.
func ShadowPath(s Source, name string) (string, error) {
	if name == "" || name != filepath.Base(name) || len(name) > 200 {
		return "", &Error{exitcode.NoSuch, fmt.Sprintf("%q is no name for a shadow CIB: choose one of at most 200 bytes without a slash", name), nil}
	}
	dir := s.Getenv("CIB_shadow_dir")
	if dir == "" {
		dir = defaultShadowDir(s)
	}
	return filepath.Join(dir, "shadow."+name), nil
}

func defaultShadowDir(s Source) string {
	if os.Geteuid() == 0 || s.Getenv("USER") == "hacluster" {
		return s.Places.CIBDir()
	}
	if home := s.Getenv("HOME"); home != "" {
		return filepath.Join(home, ".cib")
	}
	if tmp := s.Getenv("TMPDIR"); tmp != "" {
		return tmp
	}
	return "/tmp"
}

// fileError gives an error of the file system its exit code and the words of the operating system.
func fileError(err error) *Error {
	e := &Error{exitcode.OSFile, err.Error(), err}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		e.Message = exitcode.Words(errno)
		e.Code = exitcode.OfErrno(errno)
	}
	return e
}

// Reason gives an error of the file system in the words of the C library, without the path.
func Reason(err error) string { return fileError(err).Message }

// IsMissing tells that a file is not there.
func IsMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
