package secret

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pacer/operation"
)

func newStore(t *testing.T) Store {
	t.Helper()
	return Store{filepath.Join(t.TempDir(), "lrm", "secrets")}
}

// The files are those that Pacemaker writes for "cibsecret set db passwd hello2", and nobody else can read them.
func TestFilesArePacemakers(t *testing.T) {
	s := newStore(t)
	if err := s.Set(Value{Name{"db", "passwd"}, "hello2"}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"passwd": "hello2\n", "passwd.sign": "6e809cbda0732ac4845916a59016f954\n"} {
		path := filepath.Join(s.Dir, "db", name)
		text, err := os.ReadFile(path)
		if err != nil || string(text) != want {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		if st, _ := os.Stat(path); st.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %o", name, st.Mode())
		}
	}
	for _, dir := range []string{s.Dir, filepath.Join(s.Dir, "db")} {
		if st, _ := os.Stat(dir); st.Mode().Perm() != 0o700 {
			t.Errorf("%s: mode %o", dir, st.Mode())
		}
	}
	if left, _ := os.ReadDir(filepath.Join(s.Dir, "db")); len(left) != 2 {
		t.Errorf("more than two files: %v", left)
	}
}

func TestDamageIsNoticed(t *testing.T) {
	s, n := newStore(t), Name{"db", "passwd"}
	file := filepath.Join(s.Dir, "db", "passwd")
	want := func(step string, want error) {
		t.Helper()
		v, err := s.Get(n)
		if !errors.Is(err, want) || (err == nil) != (v == "geheim") {
			t.Errorf("%s: %q, %v", step, v, err)
		}
	}
	want("nothing", ErrMissing)
	if err := s.Set(Value{n, "geheim"}); err != nil {
		t.Fatal(err)
	}
	want("stored", nil)
	if err := os.WriteFile(file, []byte("geheim \n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want("white space behind it", nil)
	if err := os.WriteFile(file, []byte("other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want("changed", ErrMismatch)
	if _, err := s.Get(n); strings.Contains(err.Error(), "other") {
		t.Error("the error tells the value")
	}
	if err := os.Remove(file + ".sign"); err != nil {
		t.Fatal(err)
	}
	want("without a sum", ErrUnsigned)
	if err := errors.Join(s.Delete(n), s.Delete(n)); err != nil {
		t.Fatal(err)
	}
	want("deleted", ErrMissing)
	if _, err := os.Stat(filepath.Dir(file)); err == nil {
		t.Error("an empty directory is left")
	}
}

func TestBadNamesAndValuesAreRefused(t *testing.T) {
	s := newStore(t)
	for _, n := range []Name{{"", "p"}, {"r", ""}, {"..", "p"}, {"r", ".."}, {"../x", "p"}, {"r", "a/b"}, {"r", "p.sign"}, {"r", "a\x00"},
		{"r", strings.Repeat("x", 201)}} {
		if s.Set(Value{n, "x"}) == nil || s.Delete(n) == nil {
			t.Errorf("%q was taken", n)
		}
		if _, err := s.Get(n); err == nil || errors.Is(err, ErrMissing) {
			t.Errorf("%q was read: %v", n, err)
		}
	}
	for _, v := range []string{"x ", "x\n", "a\x00b", strings.Repeat("x", MaxValue+1)} {
		if err := s.Set(Value{Name{"r", "p"}, v}); err == nil {
			t.Errorf("%.10q was taken", v)
		}
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "r")); err == nil {
		t.Error("something was written")
	}
}

// Whoever reads while somebody writes sees one value or the other, never half of each.
func TestReadersNeverSeeAMixture(t *testing.T) {
	s, n := newStore(t), Name{"r", "p"}
	if err := s.Set(Value{n, "even"}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 50 {
			if err := s.Set(Value{n, []string{"even", "odd"}[i%2]}); err != nil {
				t.Error(err)
			}
		}
	})
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if v, err := s.Get(n); err != nil || v != "even" && v != "odd" {
					t.Errorf("%q, %v", v, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestAll(t *testing.T) {
	s := newStore(t)
	if v, problems := s.All(); v != nil || problems != nil {
		t.Error(v, problems)
	}
	want := []Value{{Name{"a", "p"}, "1"}, {Name{"a", "q"}, "2"}, {Name{"b", "p"}, ""}}
	for _, v := range slices.Backward(want) {
		if err := s.Set(v); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "b", "unsigned"), []byte("x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, problems := s.All()
	if !slices.Equal(got, want) || len(problems) != 1 || !errors.Is(problems[0], ErrUnsigned) {
		t.Error(got, problems)
	}
}

func TestReveal(t *testing.T) {
	s := newStore(t)
	if err := s.Set(Value{Name{"db", "passwd"}, "geheim"}); err != nil {
		t.Fatal(err)
	}
	params := []operation.Param{{Name: "ip", Value: "1.2.3.4"}, {Name: "passwd", Value: Mark}}
	for _, resource := range []string{"db", "db:0", "db:12"} {
		got, err := s.Reveal(resource, params)
		if err != nil || got[1].Value != "geheim" || got[0] != params[0] || params[1].Value != Mark {
			t.Error(resource, got, err, params)
		}
	}
	got, err := s.Reveal("other", append(params, operation.Param{Name: "more", Value: Mark}))
	if !errors.Is(err, ErrMissing) || got[1].Value != Mark || !strings.Contains(err.Error(), "other") || !strings.Contains(err.Error(), "more") {
		t.Error(got, err)
	}
	if got, err := s.Reveal("other", params[:1]); err != nil || &got[0] != &params[0] {
		t.Error("without marks nothing is copied", err)
	}
}

func TestHide(t *testing.T) {
	before := []operation.Param{{Name: "a", Value: Mark}, {Name: "b", Value: "plain text"}, {Name: "c", Value: Mark}, {Name: "d", Value: Mark}}
	after := []operation.Param{{Name: "a", Value: "geheim"}, {Name: "b", Value: "plain text"}, {Name: "c", Value: "abc"}, {Name: "d", Value: Mark}}
	values := Revealed(before, after)
	if got := Hide("geheim, plain text, abc, geheimer", values); got != "****, plain text, abc, ****er" || len(values) != 1 {
		t.Error(got, values)
	}
}
