package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// FS is one directory. Names have no slashes. What is written is durable after File.Sync, what is named after SyncDir.
type FS interface {
	// Create makes an empty file for writing, in the place of an old one.
	Create(name string) (File, error)
	// ReadFile reads a file of at most MaxFile bytes. A missing one is fs.ErrNotExist.
	ReadFile(name string) ([]byte, error)
	Rename(from, to string) error
	// Link gives a file a second name, which must be free.
	Link(from, to string) error
	// Remove removes a name. A missing one is no error.
	Remove(name string) error
	// List returns the names in order.
	List() ([]string, error)
	SyncDir() error
}

// File is an open file for writing at its end.
type File interface {
	io.Writer
	Sync() error
	Close() error
}

// MaxFile limits what ReadFile reads, in bytes.
const MaxFile = 256 << 20

// Dir is the FS of a real directory, which is made if it is not there.
func Dir(path string) (FS, error) {
	if err := os.MkdirAll(path, 0o750); err != nil {
		return nil, fmt.Errorf("disk: %w", err)
	}
	return dir(path), nil
}

type dir string

func (d dir) at(name string) string { return filepath.Join(string(d), name) }

func (d dir) Create(name string) (File, error) {
	f, err := os.OpenFile(d.at(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (d dir) ReadFile(name string) ([]byte, error) {
	f, err := os.Open(d.at(name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		err = fmt.Errorf("%s is larger than %d bytes", d.at(name), MaxFile)
	}
	return data, err
}

func (d dir) Rename(from, to string) error { return os.Rename(d.at(from), d.at(to)) }
func (d dir) Link(from, to string) error   { return os.Link(d.at(from), d.at(to)) }

func (d dir) Remove(name string) error {
	if err := os.Remove(d.at(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (d dir) List() ([]string, error) {
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

func (d dir) SyncDir() error {
	f, err := os.Open(string(d))
	if err != nil {
		return err
	}
	err = f.Sync()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
