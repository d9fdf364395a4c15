package disk_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"

	"pacer/cib"
	"pacer/cibstore"
	"pacer/disk"
	"pacer/disk/memfs"
)

// workload writes a history in batches, as the store above would: after a failure it begins with a whole document in the next
// attempt. It reports after each answer how far the history is acknowledged, and gives up after many failures in a row.
func workload(s *disk.Store, h []*cib.Document, rng *rand.Rand, acknowledged func(i int)) (failed bool) {
	attempt, tries := uint64(0), 0
	for i := 0; i < len(h) && tries < 40; tries++ {
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
				acknowledged(int(a.Seq))
			}
		}
	}
	return failed
}

// recovered demands a document of the history, with what was kept with it, that is not older than the one acknowledged.
func recovered(t *testing.T, what string, h []*cib.Document, r *disk.Recovered, acked int) {
	t.Helper()
	if r.Document == nil {
		if acked >= 0 {
			t.Fatalf("%s: nothing came back, %d was acknowledged", what, acked)
		}
		return
	}
	i := slices.IndexFunc(h, r.Document.Equal)
	switch {
	case i < 0:
		t.Fatalf("%s: a document that was never written came back:\n%s", what, r.Document.Bytes())
	case i < acked || r.Meta != meta(i):
		t.Fatalf("%s: document %d with %+v came back, %d was acknowledged", what, i, r.Meta, acked)
	}
}

// undamaged demands that a mere crash is not reported as damage, and that what was recovered is durable.
func undamaged(t *testing.T, what string, fs *memfs.FS, r *disk.Recovered) {
	t.Helper()
	if len(r.Damage) > 0 {
		t.Fatalf("%s: a mere crash is reported as damage: %+v", what, r.Damage)
	}
	_, again, err := disk.Open(fs.CrashClone(nil))
	if err != nil || r.Document != nil && (!again.Document.Equal(r.Document) || again.Meta != r.Meta || again.Torn > 0 || len(again.Damage) > 0) {
		t.Fatalf("%s: the second recovery gives %v %+v", what, err, again)
	}
}

// TestCrashes cuts the power before every operation of a workload, several times with other things lost.
func TestCrashes(t *testing.T) {
	h := history(t, 14)
	for seed := range uint64(6) {
		for at, total := 0, 0; at <= total; at++ {
			rng := rand.New(rand.NewPCG(seed, 2))
			fs := memfs.New()
			var crashed []*memfs.FS
			acked, atCrash, ops := -1, -1, 0
			fs.Hook = func(memfs.Op) error {
				if ops == at {
					for try := range uint64(8) {
						crashed = append(crashed, fs.CrashClone(rand.New(rand.NewPCG(seed<<32|try, uint64(at)))))
					}
					atCrash = acked
				}
				ops++
				return nil
			}
			s, _ := open(t, fs)
			workload(s, h, rng, func(i int) { acked = i })
			total = ops
			for try, fs := range crashed {
				what := fmt.Sprintf("seed %d, crash at %d, try %d", seed, at, try)
				_, r, err := disk.Open(fs)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				recovered(t, what, h, r, atCrash)
				undamaged(t, what, fs, r)
			}
		}
	}
}

// TestCrashesOfARecovery cuts the power again and again before one of the operations with which a node recovers.
func TestCrashesOfARecovery(t *testing.T) {
	h := history(t, 9)
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 4))
		fs := memfs.New()
		s, _ := open(t, fs)
		acked := -1
		workload(s, h, rng, func(i int) { acked = i })
		for round := range 6 {
			next := fs.CrashClone(rng)
			at, ops := rng.IntN(25), 0
			fs = next
			next.Hook = func(memfs.Op) error {
				if ops++; ops == at {
					fs = next.CrashClone(rng)
				}
				return nil
			}
			_, r, err := disk.Open(next)
			if err != nil {
				t.Fatalf("seed %d, round %d: %v", seed, round, err)
			}
			recovered(t, fmt.Sprintf("seed %d, round %d", seed, round), h, r, acked)
			next.Hook = nil
			fs.Hook = nil
		}
	}
}

// TestFailures lets every operation of a workload fail, once or for a while, with each error that a disk has, and cuts the power
// at some time after that.
func TestFailures(t *testing.T) {
	h := history(t, 10)
	for seed := range uint64(3) {
		for _, cause := range []error{syscall.ENOSPC, syscall.EROFS, syscall.EIO} {
			for at, total := 4, 1000; at < total; at++ {
				what := fmt.Sprintf("seed %d, %v at %d", seed, cause, at)
				rng := rand.New(rand.NewPCG(seed, uint64(at)))
				fs := memfs.New()
				s, _ := open(t, fs)
				ops, lasts, crash := 0, 1+rng.IntN(3)*rng.IntN(8), at+rng.IntN(20)
				var crashed *memfs.FS
				acked, atCrash := -1, -1
				fs.Hook = func(op memfs.Op) error {
					ops++
					if ops == crash {
						crashed, atCrash = fs.CrashClone(rng), acked
					}
					if ops >= at && ops < at+lasts && !(errors.Is(cause, syscall.EROFS) && op.Kind == "read") {
						return cause
					}
					return nil
				}
				if workload(s, h, rng, func(i int) { acked = i }) {
					t.Fatalf("%s: the store did not recover", what)
				}
				total = ops
				for _, c := range []struct {
					fs    *memfs.FS
					acked int
				}{{crashed, atCrash}, {fs.CrashClone(nil), acked}, {fs.CrashClone(rng), acked}} {
					if c.fs == nil {
						continue
					}
					_, r, err := disk.Open(c.fs)
					if err != nil {
						t.Fatalf("%s: %v", what, err)
					}
					recovered(t, what, h, r, c.acked)
					undamaged(t, what, c.fs, r)
				}
			}
		}
	}
}

// TestDiskThatStaysFull fills the disk up to every byte: from then on nothing is acknowledged, and nothing that was is lost.
func TestDiskThatStaysFull(t *testing.T) {
	h := history(t, 6)
	rooms := 0
	for room := 1; ; room += 37 {
		fs := memfs.New()
		s, _ := open(t, fs)
		fs.Limit = room
		acked := -1
		failed := workload(s, h, rand.New(rand.NewPCG(1, 5)), func(i int) { acked = i })
		_, r, err := disk.Open(fs.CrashClone(nil))
		if err != nil {
			t.Fatalf("room for %d bytes: %v", room, err)
		}
		recovered(t, fmt.Sprintf("room for %d bytes", room), h, r, acked)
		if !failed {
			break
		}
		rooms++
		// With room again, the next attempt is good.
		fs.Limit = 0
		p := whole(h, 5)
		p.Record.Attempt = 1000
		write(t, s, p)
	}
	if rooms < 20 {
		t.Error("the disk was never full")
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

// refuse lets operations of some kinds on some file fail.
func refuse(err error, file string, kinds ...string) func(memfs.Op) error {
	return func(op memfs.Op) error {
		if slices.Contains(kinds, op.Kind) && (file == "" || file == op.Name) {
			return err
		}
		return nil
	}
}

var changing = []string{"create", "write", "sync", "rename", "link", "remove", "syncdir"}

// TestReadOnlyDisk has the configuration to read, and acknowledges nothing.
func TestReadOnlyDisk(t *testing.T) {
	h, fs := furnished(t)
	before := contents(t, fs)
	fs.Hook = refuse(syscall.EROFS, "", changing...)
	s, r := open(t, fs)
	if !r.Document.Equal(h[len(h)-1]) || len(r.Damage) > 0 {
		t.Fatalf("%+v", r)
	}
	for attempt, p := range []cibstore.Persist{patch(h, 5), whole(h, 5), patch(h, 6)} {
		p.Record.Attempt = uint64(attempt)
		a, _ := s.Write([]cibstore.Persist{p})
		if !strings.Contains(a[0].Err, "read-only file system") {
			t.Errorf("attempt %d is answered %+v", attempt, a)
		}
	}
	fs.Hook = nil
	if after := contents(t, fs); after != before {
		t.Errorf("the disk was\n%s\nand is\n%s", before, after)
	}
}

// TestForbiddenFiles are not damaged: going on without them would be going back.
func TestForbiddenFiles(t *testing.T) {
	for _, name := range []string{"cib.journal", "cib.xml"} {
		_, fs := furnished(t)
		before := contents(t, fs)
		fs.Hook = refuse(syscall.EACCES, name, "read")
		_, _, err := disk.Open(fs)
		if err == nil || !strings.Contains(err.Error(), name+" cannot be read") || !strings.Contains(err.Error(), "must belong to the user") {
			t.Errorf("%s: %v", name, err)
		}
		fs.Hook = nil
		if contents(t, fs) != before {
			t.Errorf("%s: something was changed", name)
		}
	}
}

func TestUnreadableFiles(t *testing.T) {
	h, fs := furnished(t)
	fs.Hook = refuse(syscall.EIO, "cib.journal", "read")
	_, r := open(t, fs)
	if !r.Document.Equal(h[4]) || len(r.Damage) != 1 || r.Damage[0].File != "cib.journal" || r.Damage[0].Used != "cib.xml" ||
		r.Damage[0].Kept != "cib.journal.damaged" || !strings.Contains(r.Damage[0].Problem, "input/output error") {
		t.Errorf("%+v", r)
	}
}

func TestJournalOfANewerVersion(t *testing.T) {
	_, fs := furnished(t)
	fs.Put("cib.journal", []byte("pacer journal 12\nof a form that nobody knows yet"))
	before := contents(t, fs)
	if _, _, err := disk.Open(fs); err == nil || !strings.Contains(err.Error(), "cib.journal: a newer version of this program wrote it; start that version") {
		t.Error(err)
	}
	if contents(t, fs) != before {
		t.Error("something was changed")
	}
}

// furnished is a directory with everything in it: the journal has two patches that no other file has.
func furnished(t *testing.T) ([]*cib.Document, *memfs.FS) {
	h := history(t, 7)
	fs := memfs.New()
	s, _ := open(t, fs)
	write(t, s, whole(h, 0), patch(h, 1), whole(h, 2), patch(h, 3), whole(h, 4), patch(h, 5), patch(h, 6))
	return h, fs
}

// contents is all that a directory holds.
func contents(t *testing.T, fs *memfs.FS) string {
	t.Helper()
	names, err := fs.List()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, n := range names {
		data, _ := fs.ReadFile(n)
		fmt.Fprintf(&b, "%s: %q\n", n, data)
	}
	return b.String()
}

// TestCheckpointsThatFail never get a signature beside cib.xml. A crash leaves an older cib.xml then, which is nobody's wish.
func TestCheckpointsThatFail(t *testing.T) {
	h := history(t, 6)
	for at := range 60 {
		for seed := range uint64(20) {
			rng := rand.New(rand.NewPCG(seed, uint64(at)))
			fs := memfs.New()
			s, _ := open(t, fs)
			var crashed *memfs.FS
			acked, atCrash, ops := -1, -1, 0
			fs.Hook = func(op memfs.Op) error {
				if ops++; ops == at {
					crashed, atCrash = fs.CrashClone(rng), acked
				}
				return refuse(syscall.EIO, "cib.xml.sig.new", "create")(op)
			}
			for i := range h {
				p := whole(h, i)
				if i%2 == 1 {
					p = patch(h, i)
				}
				if a, notes := s.Write([]cibstore.Persist{p}); a[0].Err != "" || i%2 == 0 && len(notes) != 1 {
					t.Fatal(a, notes)
				}
				acked = i
			}
			if crashed == nil {
				continue
			}
			_, r := open(t, crashed)
			recovered(t, fmt.Sprintf("crash at %d, seed %d", at, seed), h, r, atCrash)
		}
	}
}
