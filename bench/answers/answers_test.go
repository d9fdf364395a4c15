package main

import (
	"slices"
	"strings"
	"testing"

	"pacer/internal/randomcib"
)

// TestQuestions reads the list of questions, and fills the placeholders of all of them that a made-up cluster can.
func TestQuestions(t *testing.T) {
	list, err := parse(questionsText)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for seed := range uint64(40) {
		about := subjectsOf(randomcib.New(seed, randomcib.Options{}))
		about["{cib}"], about["{new}"] = []string{"cib.xml"}, []string{"new"}
		for _, q := range list {
			for _, words := range about.ask(q) {
				asked[q.String()] = true
				if slices.ContainsFunc(words, unfilled) || words[0] != q.words[0] {
					t.Fatalf("%s became %q", q, words)
				}
			}
		}
	}
	for _, q := range list {
		if !asked[q.String()] {
			t.Errorf("nothing that is made up can be asked %s", q)
		}
	}
}

func TestSplit(t *testing.T) {
	words, err := split("a 'b c' d=' e'  f ''")
	if want := []string{"a", "b c", "d= e", "f", ""}; err != nil || !slices.Equal(words, want) {
		t.Errorf("%q %v, not %q", words, err, want)
	}
	if _, err := split("a 'b"); err == nil {
		t.Error("a quotation that is not closed is taken")
	}
}

// TestKnown demands that only that part of an answer is left out which is known, where it is known.
func TestKnown(t *testing.T) {
	const before, after = `<cluster_status><node_history><node/></node_history></cluster_status>`, `<revised_cluster_status><node_history><node/></node_history></revised_cluster_status>`
	rest, left := withoutKnown("crm_simulate -S -c", before+after)
	if len(left) != 1 || rest != before+"<revised_cluster_status></revised_cluster_status>" {
		t.Errorf("%q %q", rest, left)
	}
	if rest, left := withoutKnown("crm_mon -1", before+after); rest != before+after || left != nil {
		t.Errorf("%q %q", rest, left)
	}
	if rest, _ := withoutKnown("crm_resource --digests", `<parameters a="1" 2nd="two"/>`); strings.Contains(rest, "2nd") || !strings.Contains(rest, `a="1"`) {
		t.Error(rest)
	}
}
