package secret

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/sys/unix"
)

// Mark stands in the configuration in the place of a value.
const Mark = "lrm://"

const (
	// MaxValue limits a value, in bytes; agents get it in their environment.
	MaxValue = 64 << 10
	// maxName limits the name of a resource or a parameter, so that a file can have it.
	maxName = 200
	// signature ends the name of the file with the sum.
	signature = ".sign"
)

// What can be wrong with a stored value.
var (
	ErrMissing  = errors.New("it is not stored on this node")
	ErrUnsigned = errors.New("its checksum is missing on this node")
	ErrMismatch = errors.New("it does not match its checksum on this node")
)

// Name says which parameter of which resource is meant.
type Name struct {
	Resource  string `json:"resource"`
	Parameter string `json:"parameter"`
}

func (n Name) String() string { return "resource " + n.Resource + " parameter " + n.Parameter }

// Check refuses names that no file can have, or that would be somebody else's file.
func (n Name) Check() error {
	for _, s := range []string{n.Resource, n.Parameter} {
		if s == "" || s == "." || s == ".." || len(s) > maxName || strings.ContainsAny(s, "/\x00") || strings.HasSuffix(s, signature) {
			return fmt.Errorf("%q cannot be the name of a secret: it has to be a plain name of up to %d bytes that does not end with %q", s, maxName, signature)
		}
	}
	return nil
}

// Value is a secret with its name.
type Value struct {
	Name
	Value string `json:"value"`
}

// Check refuses what could not be read back: readers drop white space at the end of the file.
func (v Value) Check() error {
	if err := v.Name.Check(); err != nil {
		return err
	}
	switch {
	case len(v.Value) > MaxValue:
		return fmt.Errorf("the value of %s has %d bytes; the limit is %d", v.Name, len(v.Value), MaxValue)
	case strings.ContainsRune(v.Value, 0):
		return fmt.Errorf("the value of %s holds a zero byte, which no environment can hold", v.Name)
	case trimmed(v.Value) != v.Value:
		return fmt.Errorf("the value of %s ends with white space, which would be lost when it is read", v.Name)
	}
	return nil
}

// trimmed drops the white space that readers drop: that of the C locale.
func trimmed(s string) string {
	return strings.TrimRightFunc(s, func(c rune) bool { return c < unicode.MaxASCII && unicode.IsSpace(c) })
}

// Store is the directory with the secrets of this node (place.Places.Secrets).
type Store struct{ Dir string }

func (s Store) file(n Name) string { return filepath.Join(s.Dir, n.Resource, n.Parameter) }

// locked calls f while nobody else reads (write) or nobody writes. Without a directory there is nothing to lock.
func (s Store) locked(write bool, f func() error) error {
	how := unix.LOCK_SH
	if write {
		how = unix.LOCK_EX
		// What is above belongs to others, too.
		if err := os.MkdirAll(filepath.Dir(s.Dir), 0o755); err != nil {
			return err
		}
		if err := os.MkdirAll(s.Dir, 0o700); err != nil {
			return err
		}
	}
	d, err := os.Open(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return f()
	}
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		if err = unix.Flock(int(d.Fd()), how); !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("secret: lock %s: %w", s.Dir, err)
	}
	return f()
}

// Set stores a value, on disk when it returns.
func (s Store) Set(v Value) error {
	if err := v.Check(); err != nil {
		return err
	}
	return s.locked(true, func() error {
		path := s.file(v.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		// The sum goes first: should the power fail between the two, a reader sees a mismatch and not a wrong value.
		if err := replace(path+signature, sum(v.Value)+"\n"); err != nil {
			return err
		}
		return replace(path, v.Value+"\n")
	})
}

// replace puts a file in its place when it is whole.
func replace(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func sum(value string) string {
	digest := md5.Sum([]byte(value))
	return hex.EncodeToString(digest[:])
}

// Get reads a value. The error is ErrMissing, ErrUnsigned, ErrMismatch or one of the file system.
func (s Store) Get(n Name) (string, error) {
	if err := n.Check(); err != nil {
		return "", err
	}
	var value string
	err := s.locked(false, func() (err error) {
		value, err = s.read(n)
		return err
	})
	return value, err
}

func (s Store) read(n Name) (string, error) {
	value, err := readFile(s.file(n), MaxValue+1)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrMissing
	}
	if err != nil {
		return "", err
	}
	sign, err := readFile(s.file(n)+signature, 1024)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrUnsigned
	}
	if err != nil {
		return "", err
	}
	if sign != sum(value) {
		return "", ErrMismatch
	}
	return value, nil
}

// readFile reads a file without the white space at its end.
func readFile(path string, limit int64) (string, error) {
	st, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	if !st.Mode().IsRegular() || st.Size() > limit {
		return "", fmt.Errorf("%s is no file of at most %d bytes", path, limit)
	}
	text, err := os.ReadFile(path)
	return trimmed(string(text)), err
}

// Delete forgets a value; there need not be one.
func (s Store) Delete(n Name) error {
	if err := n.Check(); err != nil {
		return err
	}
	if _, err := os.Stat(s.Dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return s.locked(true, func() error {
		for _, path := range []string{s.file(n), s.file(n) + signature} {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		_ = os.Remove(filepath.Join(s.Dir, n.Resource)) // as long as there is nothing else in it
		return nil
	})
}

// All reads every value that is whole, sorted by name; problems are those that are not, and are no reason to leave out the others.
func (s Store) All() (values []Value, problems []error) {
	err := s.locked(false, func() error {
		resources, err := os.ReadDir(s.Dir)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, r := range resources {
			files, err := os.ReadDir(filepath.Join(s.Dir, r.Name()))
			if err != nil {
				problems = append(problems, err)
				continue
			}
			for _, f := range files {
				n := Name{r.Name(), f.Name()}
				if strings.HasPrefix(f.Name(), ".") || n.Check() != nil {
					continue
				}
				if v, err := s.read(n); err != nil {
					problems = append(problems, fmt.Errorf("%s: %w", n, err))
				} else {
					values = append(values, Value{n, v})
				}
			}
		}
		return nil
	})
	if err != nil {
		problems = append(problems, err)
	}
	slices.SortFunc(values, func(a, b Value) int {
		if c := strings.Compare(a.Resource, b.Resource); c != 0 {
			return c
		}
		return strings.Compare(a.Parameter, b.Parameter)
	})
	return values, problems
}
