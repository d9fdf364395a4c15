package messaging

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"pacer/disk/memfs"
	"pacer/note"
)

// epochs opens, writes, closes, and returns what was remembered at first and what was told.
func epochs(fs *memfs.FS, failed error, write ...uint64) (before uint64, told []string) {
	f := openEpochs(fs, failed, "/var/lib/pacer", func(n note.Note) { told = append(told, note.Sentence(n, note.English)) })
	before = f.highest
	for _, e := range write {
		f.write(e)
	}
	f.close()
	return before, told
}

func TestEpochIsRemembered(t *testing.T) {
	fs := memfs.New()
	if before, told := epochs(fs, nil, 7); before != 0 || len(told) > 0 {
		t.Error(before, told)
	}
	if before, told := epochs(fs.CrashClone(nil), nil, 5); before != 7 || len(told) > 0 {
		t.Error(before, told)
	}
	if before, _ := epochs(fs, nil); before != 7 {
		t.Error("a lower one took its place:", before)
	}
}

func TestEpochDamaged(t *testing.T) {
	fs := memfs.New()
	epochs(fs, nil, 7)
	fs.Flip("epoch", 14, 1)
	bad, _ := fs.ReadFile("epoch")
	before, told := epochs(fs, nil)
	want := "[/var/lib/pacer/epoch cannot be used: its checksum is wrong. Going on from what the other nodes remember. The bad file is kept as epoch.damaged.]"
	if before != 0 || fmt.Sprint(told) != want {
		t.Error(before, told)
	}
	if kept, _ := fs.ReadFile("epoch.damaged"); string(kept) != string(bad) {
		t.Errorf("%q", kept)
	}
	if _, told := epochs(fs, nil, 9); len(told) > 0 {
		t.Error(told)
	}
	if before, _ := epochs(fs, nil); before != 9 {
		t.Error(before)
	}
}

// TestEpochWithoutDisk: nobody is stopped by it, and it is told once.
func TestEpochWithoutDisk(t *testing.T) {
	fs := memfs.New()
	epochs(fs, nil, 7)
	fs.Hook = func(op memfs.Op) error {
		if op.Kind == "create" {
			return syscall.ENOSPC
		}
		return nil
	}
	before, told := epochs(fs, nil, 8)
	if before != 7 || len(told) != 1 {
		t.Error(before, told)
	}
	fs.Hook = nil
	if before, _ := epochs(fs, nil); before != 7 {
		t.Error(before)
	}
	if before, told := epochs(nil, errors.New("read-only file system"), 3, 4); before != 0 || len(told) != 1 {
		t.Error(before, told)
	}
}
