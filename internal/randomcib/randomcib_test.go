package randomcib

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pacer/cib"
)

var seeds = flag.Int("seeds", 150, "how many documents are made")

func TestDocumentsAreValid(t *testing.T) {
	for seed := range uint64(*seeds) {
		o := Options{}
		if seed%3 == 0 {
			o.Weights = map[Feature]float64{Newer: 1}
		}
		for _, p := range cib.Validate(cib.New(New(seed, o))) {
			t.Errorf("go run ./internal/randomcib/gencib -seed %d %s: %s", seed, o.Args(), p)
		}
	}
}

// TestPeerTakesThem asks the real crm_verify, where there is one. It looks at the schema only: most documents have something
// that it warns of.
func TestPeerTakesThem(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	verify, err := exec.LookPath("crm_verify")
	if err != nil {
		t.Skip("crm_verify is not installed")
	}
	if version, _ := exec.Command(verify, "--version").Output(); !bytes.HasPrefix(version, []byte("Pacemaker 2.")) {
		t.Skip("crm_verify is none of Pacemaker 2")
	}
	file := filepath.Join(t.TempDir(), "cib.xml")
	for seed := range uint64(min(*seeds, 15)) {
		if err := os.WriteFile(file, New(seed, Options{}).Pretty(nil), 0o600); err != nil {
			t.Fatal(err)
		}
		out, _ := exec.Command(verify, "-V", "-x", file).CombinedOutput()
		for _, bad := range []string{"did not pass", "RNG", "assertion", "validation"} {
			if strings.Contains(string(out), bad) {
				t.Errorf("seed %d: %s", seed, out)
				break
			}
		}
	}
}

func TestSameSeedSameDocument(t *testing.T) {
	for seed := range uint64(20) {
		if a, b := New(seed, Options{}).String(), New(seed, Options{}).String(); a != b {
			t.Errorf("seed %d: two documents", seed)
		}
	}
	// The stream of chance is the same with every version of Go.
	d, text := newDice(7, "a", "b"), ""
	for i := range 12 {
		text += strconv.Itoa(d.below(10+i)) + " " + strconv.FormatBool(d.chance(.5)) + " "
	}
	sum := sha256.Sum256([]byte(text))
	if got := hex.EncodeToString(sum[:4]); got != "76e82d56" {
		t.Errorf("the stream of chance has changed: %s (%s)", got, text)
	}
}

func TestSwitches(t *testing.T) {
	if on := On(3, Options{Only: []Feature{}}); len(on) != 0 {
		t.Errorf("only none: %v", on)
	}
	if on := On(3, Options{Only: []Feature{Groups, Clones}, Without: []Feature{Clones}}); !slices.Equal(on, []Feature{Groups}) {
		t.Errorf("only groups: %v", on)
	}
	for seed := range uint64(20) {
		plain := New(seed, Options{Only: []Feature{}})
		if plain.Path("configuration", "resources", "group") != nil || plain.Path("configuration", "constraints", "rsc_order") != nil {
			t.Errorf("seed %d: groups or orders without their features", seed)
		}
		// Asking for what is on anyway changes nothing.
		if New(seed, Options{}).String() != New(seed, Options{Only: On(seed, Options{})}).String() {
			t.Errorf("seed %d: naming the features changes the document", seed)
		}
	}
	seen := map[Feature]bool{}
	for _, s := range shares {
		if seen[s.Feature] {
			t.Errorf("%s has two shares", s.Feature)
		}
		seen[s.Feature] = true
	}
}

func TestFlags(t *testing.T) {
	o := Options{Only: []Feature{Groups, OnFail}, Without: []Feature{Tags}, Weights: map[Feature]float64{Orders: .25}, MaxNodes: 3, MaxResources: 5}
	set := flag.NewFlagSet("test", flag.ContinueOnError)
	read := Flags(set)
	if err := set.Parse(strings.Fields(o.Args())); err != nil {
		t.Fatal(err)
	}
	if got, err := read(); err != nil || got.Args() != o.Args() {
		t.Errorf("%q %v, want %q", got.Args(), err, o.Args())
	}
	if err := set.Parse([]string{"-only", "nonsense"}); err != nil {
		t.Fatal(err)
	}
	if _, err := read(); err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("an unknown feature: %v", err)
	}
}
