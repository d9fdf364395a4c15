package crmreport

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func TestTimesAsPeopleWriteThem(t *testing.T) {
	now := time.Date(2026, 11, 20, 18, 0, 0, 0, time.FixedZone("JST", 9*3600))
	for text, want := range map[string]string{
		"2011-12-14 13:05:00": "2011-12-14T13:05:00+09:00", "2011-12-14": "2011-12-14T00:00:00+09:00", "13:05:00": "2026-11-20T13:05:00+09:00",
		"13:05": "2026-11-20T13:05:00+09:00", "2011-1-2 3:4": "2011-01-02T03:04:00+09:00", "2011/12/14": "2011-12-14T00:00:00+09:00",
		"2011-12-14T13:05:00Z": "2011-12-14T13:05:00Z", "now": "2026-11-20T18:00:00+09:00", " 2011-12-14 ": "2011-12-14T00:00:00+09:00", "3pm": "2026-11-20T15:00:00+09:00",
	} {
		got, err := when(text, now)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "nonsense", "25:00", "2011-13-01", "-1"} {
		if got, err := when(text, now); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// entry is a file of an archive that a node might send.
type entry struct {
	name string
	kind byte
	size int64
}

func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	w := tar.NewWriter(gz)
	for _, e := range entries {
		if err := w.WriteHeader(&tar.Header{Name: e.name, Typeflag: e.kind, Size: e.size, Linkname: "/etc/passwd", Mode: 0o4777}); err != nil {
			t.Fatal(err)
		}
		_, _ = io.CopyN(w, zeros{}, e.size)
	}
	w.Close()
	gz.Close()
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestOnlyPlainFilesAreUnpacked(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	good := archive(t, entry{"cib.xml", tar.TypeReg, 3}, entry{"pengine/pe-input-1.xml", tar.TypeReg, 0})
	if err := unpack(bytes.NewReader(good), into(root)); err != nil {
		t.Fatal(err)
	}
	if st, err := root.Stat("pengine/pe-input-1.xml"); err != nil || st.Mode() != 0o600 {
		t.Error(st, err)
	}
	for name, bad := range map[string][]byte{
		"above":      archive(t, entry{"../x", tar.TypeReg, 1}),
		"absolute":   archive(t, entry{"/x", tar.TypeReg, 1}),
		"a link":     archive(t, entry{"x", tar.TypeSymlink, 0}),
		"a device":   archive(t, entry{"x", tar.TypeChar, 0}),
		"deep":       archive(t, entry{"a/b/c/d", tar.TypeReg, 1}),
		"winding":    archive(t, entry{"a/../b", tar.TypeReg, 1}),
		"a line end": archive(t, entry{"a\nb", tar.TypeReg, 1}),
		"big":        archive(t, entry{"x", tar.TypeReg, maxFileSize + 1}),
		"cut off":    good[:len(good)/2],
		"nothing":    nil,
		"nonsense":   []byte("nonsense"),
	} {
		if err := unpack(bytes.NewReader(bad), into(root)); err == nil {
			t.Errorf("%s: unpacked", name)
		}
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 2 {
		t.Errorf("something else was made: %v", left)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(archive(f, entry{"cib.xml", tar.TypeReg, 3}))
	f.Add(archive(f, entry{"../x", tar.TypeReg, 1}))
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = unpack(bytes.NewReader(data), func(name string, _ time.Time, _ []byte) error {
			if !harmless(name) {
				t.Errorf("%q", name)
			}
			return nil
		})
	})
}

func TestDifferencesAreTold(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, text := range map[string]string{
		"n1/cib.xml": "a\nb\nc\n", "n2/cib.xml": "a\nc\nd\nd\n", "n3/cib.xml": "a\nb\nc\n",
		"n1/members.txt": "n1 n2\n", "n2/members.txt": "n1 n2\n",
		"n1/crm_mon.txt": "  * Last updated: 1 on n1\nx\n", "n2/crm_mon.txt": "  * Last updated: 2 on n2\nx\n", "n3/crm_mon.txt": "x\n",
		"n1/events.txt": "2026-11-20T10:00:02Z n1 second\n", "n2/events.txt": "2026-11-20T10:00:01Z n2 first\nof first\n2026-11-20T10:00:03Z n2 third\n",
	} {
		if err := into(root)(name, time.Time{}, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	r := &report{root: root, have: []string{"n1", "n2", "n3"}}
	for file, want := range map[string]string{
		"cib.xml":     "Diff cib.xml... differs\n--- n1/cib.xml\n+++ n2/cib.xml\n-b\n+d\n+d\n",
		"members.txt": "Diff members.txt... OK where it is; missing on n3\n",
		"crm_mon.txt": "Diff crm_mon.txt... OK\n",
		"sysinfo.txt": "Diff sysinfo.txt... no */sysinfo.txt :/\n",
		"ha.cf":       "",
	} {
		var b bytes.Buffer
		if r.compare(&b, file); b.String() != want {
			t.Errorf("%s:\n%s", file, &b)
		}
	}
	events, err := r.merge()
	if got := string(events); err != nil || got != "2026-11-20T10:00:01Z n2 first\nn2: of first\n2026-11-20T10:00:02Z n1 second\n2026-11-20T10:00:03Z n2 third\n" {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestNamesOfNodes(t *testing.T) {
	for name, good := range map[string]bool{"pm01": true, "a.b-c": true, "": false, "..": false, ".": false, "-oProxyCommand=x": false, "a/b": false, "a\nb": false} {
		if safeName(name) != good {
			t.Errorf("%q", name)
		}
	}
	if strings.Contains(suffix, "bz2") {
		t.Error("the name tells of another compression")
	}
}
