package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestBiggestFileAmongWords(t *testing.T) {
	dir := t.TempDir()
	for name, size := range map[string]int64{"small": 10, "big": 1 << 30} { // order: the files do not know of each other
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
	}
	small, big := filepath.Join(dir, "small"), filepath.Join(dir, "big")
	for _, c := range []struct {
		words []string
		want  int64
	}{
		{nil, 0},
		{[]string{"-x", dir, "/dev/zero", filepath.Join(dir, "none"), "-", "--in-place", "-q="}, 0},
		{[]string{"-x", small}, 10},
		{[]string{"-R", "-x", big, small}, 1 << 30},
		{[]string{"--xml-file=" + big}, 1 << 30},
	} {
		if got := biggestFile(c.words); got != c.want {
			t.Errorf("%q: %d, want %d", c.words, got, c.want)
		}
	}
}
