package upgrade

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pacer/internal/recorded"
	"pacer/schema"
	"pacer/xmltree"
)

// recordedUpgrade is a document with what its upgrade did.
type recordedUpgrade struct {
	ID, From, Covers, Input, Output string
	RC                              int
	Steps                           []struct {
		From, To, Result string
		Messages         []string
	}
}

func cases(t testing.TB) []recordedUpgrade {
	return recorded.Lines[recordedUpgrade](t, "schema", "upgrade")
}

// Every recorded upgrade ends in the same document, and tells the same.
func TestRecordedUpgrades(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.ID, func(t *testing.T) {
			root, err := xmltree.ParseString(c.Input)
			if err != nil {
				t.Fatal(err)
			}
			before := lines(root)
			from, ok := schema.ByName(root.Get("validate-with"))
			if !ok {
				if c.RC == 0 && root.Get("validate-with") != schema.None {
					t.Fatal("a document that names no schema is upgraded")
				}
				return
			}
			if !schema.Valid(root, from) {
				if c.RC == 0 {
					t.Fatal("the document is refused")
				}
				return
			}
			got, err := To(root, from, schema.Latest)
			if (err == nil) != (c.RC == 0) {
				t.Fatalf("error %v, recorded exit %d\nnotes %v", err, c.RC, got.Notes)
			}
			if !slices.Equal(lines(root), before) {
				t.Error("the document was changed")
			}
			if err == nil {
				want, err := xmltree.ParseString(c.Output)
				if err != nil {
					t.Fatal(err)
				}
				if d := difference(lines(want), lines(got.Root)); d != "" {
					t.Errorf("another result:\n%s", d)
				}
			}
			var told, wanted []string
			for _, n := range got.Notes {
				told = append(told, n.String())
			}
			for _, s := range c.Steps {
				for _, m := range s.Messages {
					if !strings.HasPrefix(m, "xslt") { // What the engine of the recorded upgrade says of itself.
						wanted = append(wanted, m)
					}
				}
			}
			if d := difference(wanted, told); d != "" {
				t.Errorf("other notes:\n%s", d)
			}
		})
	}
}

// lines are the elements of a document as the comparison of the cases sees them.
func lines(root *xmltree.Node) []string {
	ignored := []string{"admin_epoch", "epoch", "num_updates", "cib-last-written", "update-origin", "update-client", "update-user"}
	var out []string
	var down func(n *xmltree.Node, depth int)
	down = func(n *xmltree.Node, depth int) {
		var attrs []string
		for _, a := range n.Attrs {
			if depth > 0 || !slices.Contains(ignored, a.Name) {
				attrs = append(attrs, fmt.Sprintf(" %s=%q", a.Name, a.Value))
			}
		}
		slices.Sort(attrs)
		out = append(out, strings.Repeat("  ", depth)+n.Name+strings.Join(attrs, ""))
		for c := range n.Elements() {
			down(c, depth+1)
		}
	}
	down(root, 0)
	return out
}

// difference shows where two lists part.
func difference(want, got []string) string {
	for i := 0; i < len(want) || i < len(got); i++ {
		w, g := slices.Clone(want[min(i, len(want)):]), slices.Clone(got[min(i, len(got)):])
		if len(w) > 0 && len(g) > 0 && w[0] == g[0] {
			continue
		}
		return fmt.Sprintf("want\n%s\ngot\n%s", strings.Join(w[:min(len(w), 12)], "\n"), strings.Join(g[:min(len(g), 12)], "\n"))
	}
	return ""
}
