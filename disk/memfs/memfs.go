// Package memfs is a directory in memory for tests and for the simulator: it knows what a crash would leave, and fails where
// it is told to.
//
//	FS ──Hook, Limit──▶ errors        FS ──CrashClone(rng)──▶ FS as it may be after a power cut
//
// A crash keeps what was synced. Bytes written since may have reached the disk from the front up to any one of them, or block by
// block in any order, with zeros or noise in the others. Of the changes of names since the last SyncDir the first few may have, or
// any of them. A write that fails has taken half of its bytes; an fsync that fails has lost what it should have written, and a
// later one that succeeds does not bring it back.
package memfs

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"syscall"

	"pacer/disk"
)

// Op is an operation that Hook may let fail: "create", "write", "sync", "close", "read", "rename", "link", "remove", "list" or
// "syncdir".
type Op struct {
	Kind, Name string
}

// FS implements disk.FS.
type FS struct {
	// Hook, when set, is asked before each operation; its error is what the operation gives.
	Hook func(Op) error
	// Limit, when positive, is how many bytes all files may have together; writing more fails like a full disk.
	Limit int

	names   map[string]*inode
	durable map[string]*inode
	// changes are the changes of names since the last SyncDir.
	changes []func(map[string]*inode)
}

type inode struct {
	data   []byte
	synced int
	// failed tells that an fsync has failed, kept how much was synced before.
	failed bool
	kept   int
}

// New returns an empty directory.
func New() *FS { return &FS{names: map[string]*inode{}, durable: map[string]*inode{}} }

func (f *FS) hook(kind, name string) error {
	if f.Hook == nil {
		return nil
	}
	if err := f.Hook(Op{kind, name}); err != nil {
		return fmt.Errorf("%s %s: %w", kind, name, err)
	}
	return nil
}

func (f *FS) change(c func(map[string]*inode)) {
	c(f.names)
	f.changes = append(f.changes, c)
}

// Create implements disk.FS.
func (f *FS) Create(name string) (disk.File, error) {
	if err := f.hook("create", name); err != nil {
		return nil, err
	}
	n := &inode{}
	f.change(func(m map[string]*inode) { m[name] = n })
	return &file{f, n, name}, nil
}

// ReadFile implements disk.FS.
func (f *FS) ReadFile(name string) ([]byte, error) {
	if err := f.hook("read", name); err != nil {
		return nil, err
	}
	n := f.names[name]
	if n == nil {
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
	}
	return slices.Clone(n.data), nil
}

// Rename implements disk.FS.
func (f *FS) Rename(from, to string) error {
	if err := f.hook("rename", from); err != nil {
		return err
	}
	n := f.names[from]
	if n == nil {
		return fmt.Errorf("rename %s: %w", from, fs.ErrNotExist)
	}
	f.change(func(m map[string]*inode) { delete(m, from); m[to] = n })
	return nil
}

// Link implements disk.FS.
func (f *FS) Link(from, to string) error {
	if err := f.hook("link", from); err != nil {
		return err
	}
	n := f.names[from]
	if n == nil {
		return fmt.Errorf("link %s: %w", from, fs.ErrNotExist)
	}
	if f.names[to] != nil {
		return fmt.Errorf("link %s: %w", to, fs.ErrExist)
	}
	f.change(func(m map[string]*inode) { m[to] = n })
	return nil
}

// Remove implements disk.FS.
func (f *FS) Remove(name string) error {
	if err := f.hook("remove", name); err != nil {
		return err
	}
	if f.names[name] != nil {
		f.change(func(m map[string]*inode) { delete(m, name) })
	}
	return nil
}

// List implements disk.FS.
func (f *FS) List() ([]string, error) {
	if err := f.hook("list", ""); err != nil {
		return nil, err
	}
	var out []string
	for name := range f.names {
		out = append(out, name)
	}
	slices.Sort(out)
	return out, nil
}

// SyncDir implements disk.FS.
func (f *FS) SyncDir() error {
	if err := f.hook("syncdir", ""); err != nil {
		return err
	}
	for _, c := range f.changes {
		c(f.durable)
	}
	f.changes = nil
	return nil
}

type file struct {
	fs   *FS
	node *inode
	name string
}

func (o *file) Write(p []byte) (int, error) {
	if err := o.fs.hook("write", o.name); err != nil {
		o.node.data = append(o.node.data, p[:len(p)/2]...)
		return len(p) / 2, err
	}
	n := len(p)
	if o.fs.Limit > 0 {
		n = max(0, min(n, o.fs.Limit-o.fs.Size()))
	}
	o.node.data = append(o.node.data, p[:n]...)
	if n < len(p) {
		return n, fmt.Errorf("write %s: %w", o.name, syscall.ENOSPC)
	}
	return n, nil
}

func (o *file) Sync() error {
	if err := o.fs.hook("sync", o.name); err != nil {
		if !o.node.failed {
			o.node.failed, o.node.kept = true, o.node.synced
		}
		return err
	}
	o.node.synced = len(o.node.data)
	return nil
}

func (o *file) Close() error { return o.fs.hook("close", o.name) }

// Size is how many bytes the files have together.
func (f *FS) Size() int {
	seen, size := map[*inode]bool{}, 0
	for _, n := range f.names {
		if !seen[n] {
			seen[n] = true
			size += len(n.data)
		}
	}
	return size
}

// CrashClone returns the directory as it may be after a power cut now, without hook and limit; rng chooses what of the
// unsynced had reached the disk. The original is left as it is. A nil rng keeps nothing unsynced.
func (f *FS) CrashClone(rng *rand.Rand) *FS {
	names := map[string]*inode{}
	for name, n := range f.durable {
		names[name] = n
	}
	for _, c := range survivors(f.changes, rng) {
		c(names)
	}
	out := New()
	copies := map[*inode]*inode{}
	for _, name := range sorted(names) { // In order, for the sake of the seed.
		n := names[name]
		c := copies[n]
		if c == nil {
			data := n.after(rng)
			c = &inode{data: data, synced: len(data)}
			copies[n] = c
		}
		out.names[name], out.durable[name] = c, c
	}
	return out
}

// survivors are the changes of names that a crash leaves: the first ones, or any.
func survivors[T any](list []T, rng *rand.Rand) []T {
	if rng == nil || len(list) == 0 {
		return nil
	}
	if rng.IntN(2) == 0 {
		return list[:rng.IntN(len(list)+1)]
	}
	var out []T
	for _, c := range list {
		if rng.IntN(2) == 0 {
			out = append(out, c)
		}
	}
	return out
}

// blocks are the sizes in which a disk may write, in bytes.
var blocks = [3]int{16, 512, 4096}

// after is what a crash leaves of a file.
func (n *inode) after(rng *rand.Rand) []byte {
	safe := n.synced
	if n.failed {
		safe = n.kept
	}
	data := slices.Clone(n.data[:safe])
	if rng == nil {
		return data
	}
	data = append(data, n.data[safe:safe+rng.IntN(len(n.data)-safe+1)]...)
	how, size := rng.IntN(3), blocks[rng.IntN(len(blocks))]
	if how == 0 {
		return data
	}
	for at := safe; at < len(data); at = (at/size + 1) * size {
		end := min((at/size+1)*size, len(data))
		if rng.IntN(2) == 0 {
			continue
		}
		for i := at; i < end; i++ {
			data[i] = 0
			if how == 2 {
				data[i] = byte(rng.Uint32())
			}
		}
	}
	return data
}

func sorted(m map[string]*inode) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Put writes a file, durable at once: what somebody else left there.
func (f *FS) Put(name string, data []byte) {
	n := &inode{data: slices.Clone(data), synced: len(data)}
	f.names[name], f.durable[name] = n, n
}

// Flip turns a bit of a byte of a file over: bit rot. It reports whether the file reaches that far.
func (f *FS) Flip(name string, at, bit int) bool {
	n := f.names[name]
	if n == nil || at >= len(n.data) {
		return false
	}
	n.data = slices.Clone(n.data)
	n.data[at] ^= 1 << bit
	return true
}
