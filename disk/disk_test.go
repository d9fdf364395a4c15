package disk_test

import (
	"fmt"
	"strings"
	"testing"

	"pacer/cib"
	"pacer/cibstore"
	"pacer/disk"
	"pacer/disk/memfs"
	"pacer/xmltree"
)

// history is a row of stored documents, each made from the one before.
func history(t testing.TB, n int) []*cib.Document {
	t.Helper()
	out := []*cib.Document{cibstore.StoredForm(cib.Empty())}
	for i := 1; i < n; i++ {
		next, _, err := cib.Apply(out[i-1], []cib.Op{{Kind: cib.OpCreate, Section: "resources",
			Data: xmltree.New("primitive", "id", fmt.Sprint("p", i), "class", "ocf", "provider", "pacer", "type", "Dummy")}}, cib.ApplyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, cibstore.StoredForm(next))
	}
	return out
}

func meta(i int) cibstore.Meta {
	return cibstore.Meta{Promised: 3, Term: 2, Writes: uint64(i), Mark: cibstore.Mark(1000 + i)}
}

func patch(h []*cib.Document, i int) cibstore.Persist {
	return cibstore.Persist{Seq: uint64(i), Record: cibstore.Record{Meta: meta(i), Patch: cib.Diff(h[i-1], h[i])}, Sync: true}
}

func whole(h []*cib.Document, i int) cibstore.Persist {
	return cibstore.Persist{Seq: uint64(i), Record: cibstore.Record{Meta: meta(i), Document: h[i], Trail: []cibstore.Mark{meta(i).Mark}}, Sync: true}
}

func open(t testing.TB, fs disk.FS) (*disk.Store, *disk.Recovered) {
	t.Helper()
	s, r, err := disk.Open(fs)
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}

func write(t testing.TB, s *disk.Store, p ...cibstore.Persist) {
	t.Helper()
	answers, notes := s.Write(p)
	if len(answers) != len(p) || len(notes) > 0 {
		t.Fatal(answers, notes)
	}
	for i, a := range answers {
		if a.Seq != p[i].Seq || a.Err != "" {
			t.Fatal(answers)
		}
	}
}

func TestComesBack(t *testing.T) {
	h := history(t, 8)
	for name, fs := range map[string]func() disk.FS{
		"memory": func() disk.FS { return memfs.New() },
		"real": func() disk.FS {
			d, err := disk.Dir(t.TempDir() + "/a/b")
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
	} {
		t.Run(name, func(t *testing.T) {
			fs := fs()
			s, r := open(t, fs)
			if r.Document != nil || len(r.Damage) > 0 {
				t.Fatal(r)
			}
			write(t, s, whole(h, 0))
			write(t, s, patch(h, 1), patch(h, 2))
			write(t, s, patch(h, 3))
			write(t, s, cibstore.Persist{Seq: 4, Record: cibstore.Record{Meta: meta(4)}})
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s, r = open(t, fs)
			if !r.Document.Equal(h[3]) || r.Meta != meta(4) || len(r.Trail) != 4 || len(r.Damage) > 0 || r.Torn > 0 {
				t.Fatalf("%s %+v", r.Document.Bytes(), r)
			}
			// Checkpoints show the document in the usual place, and keep the one before.
			xml, _ := fs.ReadFile("cib.xml")
			sig, _ := fs.ReadFile("cib.xml.sig")
			if string(xml) != string(h[3].Bytes()) || string(sig) != h[3].Digest() {
				t.Errorf("cib.xml is\n%s%s", xml, sig)
			}
			write(t, s, patch(h, 4), whole(h, 5), patch(h, 6))
			names, _ := fs.List()
			if got := strings.Join(names, " "); got != "cib-0.raw cib-0.raw.sig cib-1.raw cib-1.raw.sig cib.journal cib.last cib.xml cib.xml.sig" {
				t.Error(got)
			}
			last, _ := fs.ReadFile("cib.last")
			old, _ := fs.ReadFile("cib-1.raw")
			if string(last) != "2" || string(old) != string(h[3].Bytes()) {
				t.Errorf("cib.last is %s, cib-1.raw\n%s", last, old)
			}
			_, r = open(t, fs)
			if !r.Document.Equal(h[6]) || r.Meta != meta(6) {
				t.Fatal(r)
			}
		})
	}
}

func TestNothingUsableIsAnError(t *testing.T) {
	fs := memfs.New()
	fs.Put("cib.xml", []byte("<cib><configuration>\n<"))
	for range 2 { // The second try must not find less.
		_, _, err := disk.Open(fs)
		if err == nil || !strings.Contains(err.Error(), "cib.xml: cib: line 2") || !strings.Contains(err.Error(), "no copy of the configuration can be used") {
			t.Fatal(err)
		}
	}
	fs = memfs.New()
	fs.Put("cib.journal", []byte("garbage"))
	fs.Put("cib-3.raw", []byte("<cib/>"))
	if _, _, err := disk.Open(fs); err == nil || !strings.Contains(err.Error(), "cib-3.raw: it has no signature") {
		t.Fatal(err)
	}
}

func TestHandsOfAdministrators(t *testing.T) {
	h := history(t, 6)
	build := func() *memfs.FS {
		fs := memfs.New()
		s, _ := open(t, fs)
		write(t, s, whole(h, 0), whole(h, 1), whole(h, 2), patch(h, 3))
		return fs
	}
	t.Run("edited", func(t *testing.T) {
		fs := build()
		xml, _ := fs.ReadFile("cib.xml")
		edited := strings.Replace(string(xml), "Dummy", "Stateful", 1)
		fs.Put("cib.xml", []byte(edited))
		_, r := open(t, fs)
		if !r.Document.Equal(h[3]) || len(r.Damage) != 1 || r.Damage[0].File != "cib.xml" || r.Damage[0].Used != "cib.journal" ||
			!strings.Contains(r.Damage[0].Problem, "edited by hand") {
			t.Fatalf("%+v", r)
		}
		if kept, _ := fs.ReadFile("cib-refused.xml"); string(kept) != edited {
			t.Error("the edited file is lost")
		}
		if xml, _ := fs.ReadFile("cib.xml"); string(xml) != string(h[3].Bytes()) {
			t.Error("cib.xml is not the configuration in use")
		}
	})
	t.Run("edited, without journal", func(t *testing.T) {
		fs := build()
		fs.Put("cib.xml", []byte("<cib epoch='99'><configuration/><status/></cib>"))
		if err := fs.Remove("cib.journal"); err != nil {
			t.Fatal(err)
		}
		_, r := open(t, fs)
		if !r.Document.Equal(h[1]) || r.Damage[0].Used != "cib-1.raw" {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("edited, signature removed", func(t *testing.T) {
		fs := build()
		fs.Put("cib.xml", []byte("<cib epoch='99' num_updates='7'><configuration><resources/></configuration><status><node_state id='1'/></status></cib>"))
		if err := fs.Remove("cib.xml.sig"); err != nil {
			t.Fatal(err)
		}
		_, r := open(t, fs)
		if r.Document.Version() != (cib.Version{Epoch: 99}) || len(r.Document.Status().Children) > 0 || r.Meta.Promised != 3 || r.Meta.Mark == meta(0).Mark || r.Meta.Asked != 1 {
			t.Fatalf("%+v %s", r, r.Document.Bytes())
		}
	})
	t.Run("from elsewhere", func(t *testing.T) {
		fs := memfs.New()
		fs.Put("cib.xml", h[4].Bytes())
		fs.Put("cib.xml.sig", []byte(h[4].Digest()))
		_, r := open(t, fs)
		if !r.Document.Equal(h[4]) || len(r.Damage) > 0 || r.Meta.Loose != 1 || r.Meta.Asked != 1 || r.Meta.Term != 0 {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("deleted", func(t *testing.T) {
		fs := build()
		for _, n := range []string{"cib.xml", "cib.xml.sig"} {
			if err := fs.Remove(n); err != nil {
				t.Fatal(err)
			}
		}
		_, r := open(t, fs)
		if !r.Document.Equal(h[3]) || len(r.Damage) != 1 {
			t.Fatalf("%+v", r)
		}
	})
}

func TestKeep(t *testing.T) {
	h := history(t, 2)
	fs := memfs.New()
	s, _ := open(t, fs)
	write(t, s, whole(h, 0), cibstore.Persist{Seq: 1, Record: cibstore.Record{Document: h[1], Keep: "cib-lost-0.1.0.xml"}})
	if got, _ := fs.CrashClone(nil).ReadFile("cib-lost-0.1.0.xml"); string(got) != string(h[1].Bytes()) {
		t.Fatalf("%s", got)
	}
	a, _ := s.Write([]cibstore.Persist{{Seq: 2, Record: cibstore.Record{Document: h[1], Keep: "../x"}}})
	if a[0].Err == "" {
		t.Error("a path is accepted as a name")
	}
	if _, r := open(t, fs); !r.Document.Equal(h[0]) {
		t.Error("the copy has become the configuration")
	}
}

func FuzzJournal(f *testing.F) {
	h := history(f, 4)
	fs := memfs.New()
	s, _, err := disk.Open(fs)
	if err != nil {
		f.Fatal(err)
	}
	s.Write([]cibstore.Persist{whole(h, 0), patch(h, 1), patch(h, 2)})
	data, _ := fs.ReadFile("cib.journal")
	f.Add(data)
	f.Add(data[:len(data)-5])
	f.Fuzz(func(t *testing.T, data []byte) {
		fs := memfs.New()
		fs.Put("cib.journal", data)
		_, r, err := disk.Open(fs)
		if err == nil && r.Document == nil {
			t.Fatal("a journal became an empty configuration")
		}
	})
}
