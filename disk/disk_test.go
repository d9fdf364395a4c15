package disk_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
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

// workload writes a history and reports after each answer how far it is durable.
func workload(s *disk.Store, h []*cib.Document, rng *rand.Rand, durable func(i int)) (failed bool) {
	attempt := uint64(0)
	for i := 0; i < len(h); {
		var p []cibstore.Persist
		n := min(len(h), i+1+rng.IntN(4))
		for ; i < n; i++ {
			if i == 0 || failed || rng.IntN(5) == 0 {
				p = append(p, whole(h, i))
			} else {
				p = append(p, patch(h, i))
			}
			p[len(p)-1].Record.Attempt = attempt
		}
		answers, _ := s.Write(p)
		failed = false
		for k, a := range answers {
			if a.Err != "" {
				failed = true
				attempt++
				i = min(i, int(p[k].Seq))
			} else if !failed {
				durable(int(a.Seq))
			}
		}
	}
	return failed
}

// TestCrashes cuts the power before every operation of a workload.
func TestCrashes(t *testing.T) {
	h := history(t, 14)
	for seed := range uint64(4) {
		total := 0
		for at := 0; at <= total; at++ {
			rng := rand.New(rand.NewPCG(seed, 2))
			fs := memfs.New()
			var crashed *memfs.FS
			acked, atCrash, ops := -1, -1, 0
			fs.Hook = func(memfs.Op) error {
				if ops == at {
					crashed, atCrash = fs.CrashClone(rand.New(rand.NewPCG(seed, uint64(at)))), acked
				}
				ops++
				return nil
			}
			s, _ := open(t, fs)
			workload(s, h, rng, func(i int) { acked = i })
			total = ops
			if crashed == nil {
				break
			}
			_, r, err := disk.Open(crashed)
			if err != nil {
				t.Fatalf("seed %d, crash at %d: %v", seed, at, err)
			}
			checkRecovered(t, fmt.Sprintf("seed %d, crash at %d", seed, at), h, r, atCrash)
			if len(r.Damage) > 0 {
				t.Fatalf("seed %d, crash at %d: a mere crash is reported as damage: %+v", seed, at, r.Damage)
			}
			// What was recovered is durable now.
			_, again, err := disk.Open(crashed.CrashClone(nil))
			if err != nil || r.Document != nil && (!again.Document.Equal(r.Document) || again.Meta != r.Meta || again.Torn > 0) {
				t.Fatalf("seed %d, crash at %d: the second recovery gives %v %+v", seed, at, err, again)
			}
		}
	}
}

// checkRecovered demands a document of the history that is not older than the one acknowledged.
func checkRecovered(t *testing.T, what string, h []*cib.Document, r *disk.Recovered, acked int) {
	t.Helper()
	if r.Document == nil {
		if acked >= 0 {
			t.Fatalf("%s: nothing came back, %d was acknowledged", what, acked)
		}
		return
	}
	for i := range h {
		if r.Document.Equal(h[i]) {
			if i < acked || r.Meta != meta(i) {
				t.Fatalf("%s: document %d with %+v came back, %d was acknowledged", what, i, r.Meta, acked)
			}
			return
		}
	}
	t.Fatalf("%s: a document that was never written came back:\n%s", what, r.Document.Bytes())
}

// TestFailures lets every operation of a workload fail once.
func TestFailures(t *testing.T) {
	h := history(t, 10)
	for seed := range uint64(3) {
		total := 1000
		for at := 4; at < total; at++ {
			rng := rand.New(rand.NewPCG(seed, 3))
			fs := memfs.New()
			s, _ := open(t, fs)
			ops := 0
			fs.Hook = func(memfs.Op) error {
				ops++
				if ops == at {
					return errors.New("injected")
				}
				return nil
			}
			acked := -1
			if workload(s, h, rng, func(i int) { acked = i }) {
				t.Fatalf("seed %d, failure at %d: the store did not recover", seed, at)
			}
			total = ops
			_, r, err := disk.Open(fs.CrashClone(nil))
			if err != nil {
				t.Fatalf("seed %d, failure at %d: %v", seed, at, err)
			}
			checkRecovered(t, fmt.Sprintf("seed %d, failure at %d", seed, at), h, r, acked)
		}
	}
}

func TestFullDisk(t *testing.T) {
	h := history(t, 6)
	fs := memfs.New()
	s, _ := open(t, fs)
	write(t, s, whole(h, 0), patch(h, 1))
	fs.Limit = fs.Size() + 40 // The next record fits in part only.
	a, _ := s.Write([]cibstore.Persist{patch(h, 2)})
	b, _ := s.Write([]cibstore.Persist{patch(h, 3)})
	if !strings.Contains(a[0].Err, "no space left") || b[0].Err == "" {
		t.Fatal(a, b)
	}
	fs.Limit = 0
	c, _ := s.Write([]cibstore.Persist{patch(h, 4)})
	if c[0].Err == "" {
		t.Fatal("a patch is accepted behind a hole")
	}
	_, r := open(t, fs.CrashClone(nil))
	if !r.Document.Equal(h[1]) {
		t.Fatal("the acknowledged document did not come back")
	}
	p := whole(h, 4)
	p.Record.Attempt = 1
	write(t, s, p, patch(h, 5))
	_, r = open(t, fs.CrashClone(nil))
	if !r.Document.Equal(h[5]) || len(r.Damage) > 0 {
		t.Fatal(r)
	}
}

// TestBitRot turns over bits of every file.
func TestBitRot(t *testing.T) {
	h := history(t, 7)
	build := func() *memfs.FS {
		fs := memfs.New()
		s, _ := open(t, fs)
		write(t, s, whole(h, 0), patch(h, 1), whole(h, 2), patch(h, 3), whole(h, 4), patch(h, 5), patch(h, 6))
		return fs
	}
	names, _ := build().List()
	for _, name := range names {
		for at := 0; ; at += 11 {
			fs := build()
			if !fs.Flip(name, at) {
				break
			}
			_, r, err := disk.Open(fs)
			if err != nil {
				t.Fatalf("%s at %d: %v", name, at, err)
			}
			if r.Document == nil {
				t.Fatalf("%s at %d: the configuration is empty", name, at)
			}
			known := -1
			for i := range h {
				if r.Document.Equal(h[i]) {
					known = i
				}
			}
			if known < 0 {
				t.Fatalf("%s at %d: a document that was never written came back:\n%s", name, at, r.Document.Bytes())
			}
			if known < 6 && len(r.Damage) == 0 && r.Torn == 0 {
				t.Fatalf("%s at %d: document %d came back, and nobody is told", name, at, known)
			}
			for _, d := range r.Damage {
				if d.Used == "" {
					t.Fatalf("%s at %d: %+v does not say what is used", name, at, d)
				}
			}
		}
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
