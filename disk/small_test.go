package disk_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"strconv"
	"syscall"
	"testing"

	"pacer/disk"
	"pacer/disk/memfs"
)

// TestSmallFileSurvives cuts the power, and lets operations fail, before every operation: the file is the old one or a newer one.
func TestSmallFileSurvives(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 9))
		m := memfs.New()
		written, before := 0, 0
		m.Hook = func(op memfs.Op) error {
			if op.Kind == "read" {
				return nil
			}
			crashed := m.CrashClone(rng)
			line, err := disk.ReadSmall(crashed, "n")
			n, _ := strconv.Atoi(line)
			if errors.Is(err, fs.ErrNotExist) && before == 0 {
				return nil
			}
			if err != nil || n < before {
				t.Fatalf("seed %d: %v, %q after %d", seed, err, line, before)
			}
			if rng.IntN(12) == 0 {
				return syscall.EIO
			}
			return nil
		}
		for range 30 {
			written++
			if disk.WriteSmall(m, "n", strconv.Itoa(written)) == nil {
				before = written
			}
		}
		if before < 10 {
			t.Fatalf("seed %d: nothing was written", seed)
		}
	}
}

func TestSmallFileDamaged(t *testing.T) {
	for at := 0; ; at++ {
		m := memfs.New()
		if err := disk.WriteSmall(m, "n", "12345"); err != nil {
			t.Fatal(err)
		}
		if !m.Flip("n", at, at%8) {
			break
		}
		// A letter of the checksum in capitals says the same.
		if line, err := disk.ReadSmall(m, "n"); err == nil && line != "12345" {
			t.Errorf("with byte %d damaged it says %q", at, line)
		}
	}
	for _, text := range []string{"", "12345\n", "pacer state 2\n12345\n00000000\n", "pacer state 1\n12345\n00000000\n"} {
		m := memfs.New()
		m.Put("n", []byte(text))
		if line, err := disk.ReadSmall(m, "n"); err == nil {
			t.Errorf("%q says %q", text, line)
		}
	}
	if err := disk.WriteSmall(memfs.New(), "n", "two\nlines"); err == nil {
		t.Error("two lines are taken")
	}
}
