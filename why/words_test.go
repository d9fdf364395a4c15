package why

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/internal/randomcib"
	"pacer/internal/recorded"
	"pacer/note"
	"pacer/scheduler"
	"pacer/xmltree"
)

func readCIB(t *testing.T, file string) *xmltree.Node {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	root, err := xmltree.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestWordsForEverything: whatever is asked about a recorded or made-up cluster, there is an answer, and each of its statements
// has words.
func TestWordsForEverything(t *testing.T) {
	for seed := uint64(1); seed <= 60; seed++ {
		checkWords(t, fmt.Sprint("seed ", seed), randomcib.New(seed, randomcib.Options{MaxNodes: 5, MaxResources: 12}))
	}
	for i, f := range recorded.Glob(t, "*.xml", "scheduler", "xml") {
		if i%10 == 0 || !testing.Short() && i%2 == 0 {
			checkWords(t, filepath.Base(f), readCIB(t, f))
		}
	}
}

// checkWords asks everything about a cluster.
func checkWords(t *testing.T, name string, root *xmltree.Node) {
	out := scheduler.Schedule(scheduler.Input{CIB: root, Now: time.Unix(1_800_000_000, 0), Why: true, Sanitized: true})
	if out.Err != nil {
		return
	}
	check := func(what string, list []Sentence) {
		t.Helper()
		if len(list) == 0 {
			t.Errorf("%s: nothing is said about %s", name, what)
		}
		for _, s := range list {
			for _, lang := range []note.Language{note.English, note.Japanese} {
				text := s.Text(lang)
				for _, wrong := range []string{"why.", "Of:", "()", "  ", " ,", "( "} {
					if strings.Contains(text, wrong) {
						t.Errorf("%s, %s: %s", name, what, text)
					}
				}
			}
		}
	}
	check("the cluster", Explain(out).Sentences)
	for _, r := range out.State.Resources {
		check(r.Name, explain(out).resource(r, nil))
	}
	for _, n := range out.State.Nodes {
		check(n.Name, explain(out).aboutNode(n))
	}
	for i := range out.Record.Actions {
		if a := &out.Record.Actions[i]; a.Required {
			check(a.Key, explain(out).aboutAction(a))
		}
	}
}

// TestChangesChange: a change that is told makes the scheduler decide otherwise about the resource. That is tried out before
// it is told; this holds the effect to what Ask says of the changed cluster.
func TestChangesChange(t *testing.T) {
	told := 0
	for i, f := range recorded.Glob(t, "*.xml", "scheduler", "xml") {
		if i%80 != 0 {
			continue
		}
		root := readCIB(t, f)
		q := Question{CIB: root, Now: time.Unix(1_800_000_000, 0), Sanitized: true}
		out := q.decide(root)
		for j, r := range out.State.Resources {
			if r.Kind != cluster.Primitive || j%7 != 0 {
				continue
			}
			q.Resource = r.Name
			a, err := Ask(q)
			if err != nil {
				t.Fatal(f, err)
			}
			told += len(a.Changes)
			if len(a.Changes) > maxChanges {
				t.Errorf("%s: %d changes for %s", f, len(a.Changes), r.Name)
			}
			if _, err := a.JSON(note.Japanese); err != nil {
				t.Error(err)
			}
		}
	}
	if told == 0 {
		t.Error("not one change was told")
	}
}
