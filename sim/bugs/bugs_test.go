package bugs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// finding is what hunt prints.
type finding struct {
	By, Violation    string
	States, Episodes int
	Story            []string
}

// TestEveryBugIsFound builds the hunter once for each bug.
func TestEveryBugIsFound(t *testing.T) {
	for _, b := range All {
		source := filepath.Join("..", "..", "membership", b.File)
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), b.Right); n != 1 {
			t.Errorf("%s: %q occurs %d times in %s: write the bug anew", b.Name, b.Right, n, b.File)
			continue
		}
		if testing.Short() {
			continue // one program for each takes a while
		}
		t.Run(strings.ReplaceAll(b.Name, " ", "-"), func(t *testing.T) {
			f := hunted(t, source, strings.Replace(string(text), b.Right, b.Wrong, 1))
			if f.By == "" {
				t.Fatalf("not found in %d states and %d episodes", f.States, f.Episodes)
			}
			t.Logf("%s after %d states, %d episodes: %s (a story of %d lines)", f.By, f.States, f.Episodes, f.Violation, len(f.Story))
		})
	}
	if testing.Short() {
		t.Skip("short: the bugs fit the source; they are not hunted")
	}
}

// TestNoBugIsFoundInTheProduct: the hunter finds nothing in the core as it is.
func TestNoBugIsFoundInTheProduct(t *testing.T) {
	if testing.Short() {
		t.Skip("short: a whole hunt takes a while")
	}
	if f := hunted(t, "", ""); f.By != "" || f.Violation != "" || f.States == 0 || f.Episodes == 0 {
		t.Errorf("%+v", f)
	}
}

// hunted builds the hunter with another text for one source file, and runs it.
func hunted(t *testing.T, source, text string) finding {
	t.Helper()
	dir := t.TempDir()
	overlay := map[string]map[string]string{"Replace": {}}
	if source != "" {
		wrong := filepath.Join(dir, filepath.Base(source))
		path, err := filepath.Abs(source)
		if err != nil {
			t.Fatal(err)
		}
		overlay["Replace"][path] = wrong
		if err := os.WriteFile(wrong, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), list, 0o600); err != nil {
		t.Fatal(err)
	}
	hunter := filepath.Join(dir, "hunter")
	build := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "-o", hunter, "./hunt")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command(hunter).Output()
	if err != nil {
		t.Fatal(err)
	}
	var f finding
	if err := json.Unmarshal(out, &f); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return f
}
