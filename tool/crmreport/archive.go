package crmreport

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pacer/tool/crmreport/collect"
)

// Limits of what a node's archive may hold.
const (
	maxFiles    = 5000
	maxFileSize = 20 << 20
	maxUnpacked = 1 << 30
)

// packer writes a compressed archive.
type packer struct {
	gz  *gzip.Writer
	tar *tar.Writer
}

func newPacker(out io.Writer) *packer {
	gz := gzip.NewWriter(out)
	return &packer{gz, tar.NewWriter(gz)}
}

func (p *packer) add(name string, at time.Time, text []byte) error {
	err := p.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text)), ModTime: at.Truncate(time.Second), Typeflag: tar.TypeReg})
	if err == nil {
		_, err = p.tar.Write(text)
	}
	return err
}

func (p *packer) close() error { return errors.Join(p.tar.Close(), p.gz.Close()) }

// into returns a sink that writes files below a directory.
func into(root *os.Root) collect.Sink {
	return func(name string, at time.Time, text []byte) error {
		if err := root.MkdirAll(path.Dir(name), 0o700); err != nil {
			return err
		}
		f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		_, err = f.Write(text)
		if err = errors.Join(err, f.Close()); err == nil && !at.IsZero() {
			err = root.Chtimes(name, at, at)
		}
		return err
	}
}

// unpack hands on the files of a node's archive. It takes plain files with harmless names only, and not too many.
func unpack(in io.Reader, out collect.Sink) error {
	gz, err := gzip.NewReader(in)
	if err != nil {
		return fmt.Errorf("what the node sent is no archive: %w", err)
	}
	files := tar.NewReader(gz)
	left := int64(maxUnpacked)
	for n := 0; ; n++ {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("what the node sent is damaged: %w", err)
		}
		if n >= maxFiles || h.Size > maxFileSize || h.Size > left {
			return errors.New("the node sent more than a report may hold")
		}
		left -= h.Size
		if h.Typeflag != tar.TypeReg || !harmless(h.Name) {
			return fmt.Errorf("the node sent %q, which is no plain file of a report", h.Name)
		}
		text, err := io.ReadAll(io.LimitReader(files, maxFileSize))
		if err != nil {
			return fmt.Errorf("what the node sent is damaged: %w", err)
		}
		if err := out(h.Name, h.ModTime, text); err != nil {
			return err
		}
	}
}

// harmless are names that stay where they are put.
func harmless(name string) bool {
	return filepath.IsLocal(name) && path.Clean(name) == name && len(name) < 200 && strings.Count(name, "/") <= 2 &&
		!strings.ContainsFunc(name, func(c rune) bool { return c < ' ' || c == '\\' || c == 0x7f })
}

// pack makes the archive of a directory; name is that of the directory inside.
func pack(root *os.Root, name, dest string) (err error) {
	out, err := os.OpenFile(dest, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			_ = os.Remove(dest)
		}
	}()
	p := newPacker(out)
	var names []string
	err = fs.WalkDir(root.FS(), ".", func(at string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, at)
		}
		return err
	})
	slices.Sort(names)
	for _, file := range names {
		text, readErr := root.ReadFile(file)
		st, statErr := root.Stat(file)
		if err = errors.Join(err, readErr, statErr); err == nil {
			err = p.add(path.Join(name, file), st.ModTime(), text)
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(err, p.close())
}
