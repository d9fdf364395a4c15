package remote

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Tokens are those in a file, read again when it changes.
type Tokens struct {
	path string

	mu    sync.Mutex
	stamp stamp
	inode uint64
	all   []Token
	err   error
}

// OpenTokens gives the tokens of a file, which need not be there.
func OpenTokens(path string) *Tokens { return &Tokens{path: path, stamp: stamp{size: -1}} }

// List gives all tokens, the expired ones, too.
func (t *Tokens) List() ([]Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	st, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		t.stamp, t.all, t.err = stamp{size: -1}, nil, nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	now, inode := stamp{st.Size(), st.ModTime()}, uint64(0)
	sys, _ := st.Sys().(*syscall.Stat_t)
	if sys != nil {
		inode = sys.Ino
	}
	if now != t.stamp || inode != t.inode || t.err != nil {
		t.stamp, t.inode = now, inode
		t.all, t.err = t.read(st, sys)
	}
	return t.all, t.err
}

// read reads the file, unless somebody else than its owner could have written or read it.
func (t *Tokens) read(st fs.FileInfo, sys *syscall.Stat_t) ([]Token, error) {
	if st.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s is open to others (mode %04o): its tokens count when it is not (chmod 600)", t.path, st.Mode().Perm())
	}
	if sys != nil && sys.Uid != 0 && int(sys.Uid) != os.Geteuid() {
		return nil, fmt.Errorf("%s belongs to user %d: its tokens count when it belongs to root", t.path, sys.Uid)
	}
	data, err := readFile(t.path)
	if err != nil {
		return nil, err
	}
	all, err := parseTokens(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.path, err)
	}
	return all, nil
}

// Check finds the token that a text stands for. The error is for the node's log.
func (t *Tokens) Check(id, secret string, now time.Time) (Token, error) {
	all, err := t.List()
	if err != nil {
		return Token{}, err
	}
	return check(all, id, secret, now)
}

// Add stores a token, and forgets those that have expired long ago.
func (t *Tokens) Add(token Token) error {
	return t.change(func(all []Token) ([]Token, error) {
		all = slices.DeleteFunc(all, func(o Token) bool { return o.Expired(token.Created.Add(-keepExpired)) })
		if len(all) >= maxTokens {
			return nil, fmt.Errorf("%s: there are %d tokens; revoke some", t.path, len(all))
		}
		return append(all, token), nil
	})
}

// keepExpired is how long an expired token is still listed, so that somebody who looks for the reason finds it.
const keepExpired = 30 * 24 * time.Hour

// ErrNoSuchToken tells that there is no token with an id.
var ErrNoSuchToken = errors.New("there is no such token")

// Revoke forgets a token.
func (t *Tokens) Revoke(id string) error {
	return t.change(func(all []Token) ([]Token, error) {
		left := slices.DeleteFunc(slices.Clone(all), func(o Token) bool { return o.ID == id })
		if len(left) == len(all) {
			return nil, ErrNoSuchToken
		}
		return left, nil
	})
}

// change replaces the file by one with what f makes of its tokens. One such change waits for another.
func (t *Tokens) change(f func([]Token) ([]Token, error)) (err error) {
	dir := filepath.Dir(t.path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	lock, err := os.OpenFile(t.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	all, err := t.List()
	if err != nil {
		return err
	}
	if all, err = f(slices.Clone(all)); err != nil {
		return err
	}
	out, err := os.CreateTemp(dir, ".tokens") // It is the owner's alone from the start.
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	_, err = out.Write(formatTokens(all))
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), t.path)
}
