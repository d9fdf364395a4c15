package disk_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pacer/cib"
	"pacer/disk"
	"pacer/disk/memfs"
)

// pacemakers is a directory as Pacemaker 3.0.3 leaves it after three changes, each of which made one of p1, p2, p3.
func pacemakers(t *testing.T) *memfs.FS {
	t.Helper()
	fs := memfs.New()
	files, err := filepath.Glob("testdata/pacemaker/*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		fs.Put(filepath.Base(f), data)
	}
	return fs
}

func primitives(d *cib.Document) string {
	var ids []string
	for p := range d.Section("resources").Elements("primitive") {
		ids = append(ids, p.ID())
	}
	return strings.Join(ids, " ")
}

func TestFilesOfPacemaker(t *testing.T) {
	fs := pacemakers(t)
	s, r := open(t, fs)
	if primitives(r.Document) != "p1 p2 p3" || r.Document.Version() != (cib.Version{Epoch: 4}) || len(r.Damage) > 0 || r.Document.Status() == nil {
		t.Fatalf("%+v\n%s", r, r.Document.Bytes())
	}
	// What it left is one more copy, the number goes on where it was.
	if old, _ := fs.ReadFile("cib-3.raw"); !strings.Contains(string(old), `id="p3"`) {
		t.Errorf("cib-3.raw is %q", old)
	}
	write(t, s, whole([]*cib.Document{r.Document}, 0))
	if _, again := open(t, fs.CrashClone(nil)); primitives(again.Document) != "p1 p2 p3" || len(again.Damage) > 0 {
		t.Errorf("%+v", again)
	}
}

func TestDamagedFilesOfPacemaker(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*memfs.FS)
		want  string
		says  string
	}{
		"cib.xml is cut off":       {func(fs *memfs.FS) { data, _ := fs.ReadFile("cib.xml"); fs.Put("cib.xml", data[:200]) }, "p1 p2", "line"},
		"cib.xml was edited":       {func(fs *memfs.FS) { fs.Flip("cib.xml", 400, 0) }, "p1 p2", "does not match its signature"},
		"cib.xml is missing":       {func(fs *memfs.FS) { _ = fs.Remove("cib.xml") }, "p1 p2", "is missing"},
		"cib.xml and cib-2.raw":    {func(fs *memfs.FS) { fs.Flip("cib.xml", 400, 0); fs.Flip("cib-2.raw", 300, 1) }, "p1", "does not match its signature"},
		"the signature is missing": {func(fs *memfs.FS) { _ = fs.Remove("cib.xml.sig") }, "p1 p2 p3", ""},
		"cib.last is nonsense":     {func(fs *memfs.FS) { fs.Put("cib.last", []byte("x")) }, "p1 p2 p3", ""},
	} {
		fs := pacemakers(t)
		c.spoil(fs)
		bad, _ := fs.ReadFile("cib.xml")
		_, r := open(t, fs)
		if got := primitives(r.Document); got != c.want {
			t.Errorf("%s: %s came back", name, got)
		}
		told := slices.ContainsFunc(r.Damage, func(d disk.Damage) bool {
			return d.File == "cib.xml" && d.Used != "" && strings.Contains(d.Problem, c.says)
		})
		if told != (c.says != "") {
			t.Errorf("%s: %+v", name, r.Damage)
		}
		if kept, _ := fs.ReadFile("cib-refused.xml"); told && string(kept) != string(bad) {
			t.Errorf("%s: cib-refused.xml is %q", name, kept)
		}
	}
}
