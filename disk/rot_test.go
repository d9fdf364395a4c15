package disk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pacer/cib"
	"pacer/disk"
	"pacer/disk/memfs"
)

// spoiled demands of a spoiled directory that a document of the history comes back, that nobody is left to believe that it is the
// newest when it is not, and that everything that could not be used is named and kept.
func spoiled(t *testing.T, what string, h []*cib.Document, fs *memfs.FS) *disk.Recovered {
	t.Helper()
	broken := map[string][]byte{}
	for _, name := range []string{"cib.journal", "cib.xml"} {
		broken[name], _ = fs.ReadFile(name)
	}
	_, r, err := disk.Open(fs)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if r.Document == nil {
		t.Fatalf("%s: the configuration is empty", what)
	}
	i := slices.IndexFunc(h, r.Document.Equal)
	if i < 0 {
		t.Fatalf("%s: a document that was never written came back:\n%s", what, r.Document.Bytes())
	}
	if i < len(h)-1 && len(r.Damage) == 0 && r.Torn == 0 {
		t.Fatalf("%s: document %d came back, and nobody is told", what, i)
	}
	for _, d := range r.Damage {
		if d.Used == "" || d.Problem == "" {
			t.Fatalf("%s: %+v does not say what is used", what, d)
		}
		if data := broken[d.File]; data != nil {
			if kept, err := fs.ReadFile(d.Kept); err != nil || string(kept) != string(data) {
				t.Fatalf("%s: %+v is not kept: %v", what, d, err)
			}
		}
	}
	if _, r, err := disk.Open(fs); err != nil || len(r.Damage) > 0 || !r.Document.Equal(h[i]) {
		t.Fatalf("%s: the second time %v %+v", what, err, r)
	}
	return r
}

// TestBitRot turns over a bit of every byte of every file, and of two files at once.
func TestBitRot(t *testing.T) {
	_, fs := furnished(t)
	names, _ := fs.List()
	rng := rand.New(rand.NewPCG(1, 6))
	for _, name := range names {
		for at := 0; ; at += 1 + rng.IntN(3) {
			h, fs := furnished(t)
			if !fs.Flip(name, at, rng.IntN(8)) {
				break
			}
			what := fmt.Sprintf("%s at %d", name, at)
			if r := spoiled(t, what, h, fs); !r.Document.Equal(h[len(h)-1]) && len(r.Damage) == 0 && r.Doubt == nil {
				t.Fatalf("%s: what was acknowledged is missing, and it is taken for a mere crash", what)
			}
		}
	}
	for range 800 {
		h, fs := furnished(t)
		a, b := rng.IntN(len(names)), rng.IntN(len(names))
		x, y := rng.IntN(400), rng.IntN(400)
		fs.Flip(names[a], x, rng.IntN(8))
		fs.Flip(names[b], y, rng.IntN(8))
		spoiled(t, fmt.Sprintf("%s at %d and %s at %d", names[a], x, names[b], y), h, fs)
	}
}

// TestCutOff shortens every file to every length.
func TestCutOff(t *testing.T) {
	_, fs := furnished(t)
	names, _ := fs.List()
	for _, name := range names {
		data, _ := fs.ReadFile(name)
		for n := 0; n < len(data); n += 7 {
			h, fs := furnished(t)
			fs.Put(name, data[:n])
			spoiled(t, fmt.Sprintf("%s cut off at %d", name, n), h, fs)
		}
	}
}

// TestMissing takes away every choice of files. With one of the documents left it comes back; with none there must be an error, or
// nothing at all.
func TestMissing(t *testing.T) {
	_, all := furnished(t)
	names, _ := all.List()
	for choice := range 1 << len(names) {
		h, fs := furnished(t)
		left := map[string]bool{}
		for i, name := range names {
			if choice>>i&1 == 0 {
				left[name] = true
			} else if err := fs.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
		usable := left["cib.journal"] || left["cib.xml"]
		for _, name := range names {
			usable = usable || strings.HasSuffix(name, ".raw") && left[name] && left[name+".sig"]
		}
		documents := usable
		for _, name := range names {
			documents = documents || left[name] && (strings.HasSuffix(name, ".raw") || name == "cib.xml.sig" || name == "cib.last")
		}
		switch _, r, err := disk.Open(fs); {
		case usable && (err != nil || slices.IndexFunc(h, r.Document.Equal) < 0):
			t.Errorf("with %v: %v %+v", left, err, r)
		case usable && !r.Document.Equal(h[6]) && len(r.Damage) == 0 && !left["cib.xml"]:
			t.Errorf("with %v an old configuration came back, and nobody is told", left)
		case !usable && documents && err == nil:
			t.Errorf("with %v the configuration is empty", left)
		case !documents && (err != nil || r.Document != nil):
			t.Errorf("with nothing: %v %+v", err, r)
		}
	}
}

// TestDocumentOfTheJournalDamaged loses the document of the journal, which cib.xml has too: no change after it is lost.
func TestDocumentOfTheJournalDamaged(t *testing.T) {
	for name, spoil := range map[string]func(*memfs.FS) bool{
		"document": func(fs *memfs.FS) bool { return fs.Flip("cib.journal", 300, 0) },
		"head":     func(fs *memfs.FS) bool { return fs.Flip("cib.journal", 30, 0) },
		"length":   func(fs *memfs.FS) bool { return fs.Flip("cib.journal", 17, 0) },
		"magic":    func(fs *memfs.FS) bool { return fs.Flip("cib.journal", 14, 1) },
		"magic and length": func(fs *memfs.FS) bool {
			return fs.Flip("cib.journal", 3, 0) && fs.Flip("cib.journal", 18, 0)
		},
	} {
		h, fs := furnished(t)
		if !spoil(fs) {
			t.Fatal(name)
		}
		_, r := open(t, fs)
		if !r.Document.Equal(h[6]) || r.Meta != meta(6) || len(r.Damage) != 1 || r.Damage[0].File != "cib.journal" {
			t.Errorf("%s: %+v\n%s", name, r, r.Document.Bytes())
		}
	}
}

// TestCrashWhileDamageIsMended must not make the damage worse.
func TestCrashWhileDamageIsMended(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 8))
		_, fs := furnished(t)
		names, _ := fs.List()
		fs.Flip(names[rng.IntN(len(names))], rng.IntN(800), rng.IntN(8))
		_, want := open(t, fs.CrashClone(nil))
		at, ops := 1+rng.IntN(30), 0
		var crashed *memfs.FS
		fs.Hook = func(memfs.Op) error {
			if ops++; ops == at {
				crashed = fs.CrashClone(rng)
			}
			return nil
		}
		open(t, fs)
		if crashed == nil {
			continue
		}
		if _, r := open(t, crashed); !r.Document.Equal(want.Document) || r.Meta != want.Meta {
			t.Fatalf("seed %d, crash at %d: without a crash version %s comes back, with one %s\n%+v\n%+v", seed, at,
				want.Document.Version(), r.Document.Version(), want, r)
		}
	}
}
