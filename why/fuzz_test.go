package why

import (
	"testing"
	"time"

	"pacer/internal/randomcib"
	"pacer/note"
	"pacer/xmltree"
)

// FuzzAsk: whatever is wrong in a document, a question about it has an answer or an error. Each byte triple gives an attribute the
// value of another one, or takes an element away.
func FuzzAsk(f *testing.F) {
	f.Add(uint64(1), []byte{})
	f.Add(uint64(7), []byte{10, 1, 20, 200, 2, 30, 90, 250, 7})
	f.Fuzz(func(t *testing.T, seed uint64, changes []byte) {
		root := randomcib.New(seed, randomcib.Options{MaxNodes: 4, MaxResources: 8})
		for len(changes) >= 3 {
			spoil(root, int(changes[0]), int(changes[1]), int(changes[2]))
			changes = changes[3:]
		}
		q := Question{CIB: root, Now: time.Unix(randomcib.Now, 0)}
		out := q.decide(root)
		if out.Err != nil {
			return
		}
		_ = Explain(out).Text(note.Japanese)
		for i, r := range out.State.Resources {
			q.Resource = r.Name
			if i%5 != 0 {
				_ = explain(out).resource(r, nil)
			} else if a, err := Ask(q); err == nil {
				_ = a.Text(note.English)
			}
		}
		for _, n := range out.State.Nodes {
			_ = explain(out).aboutNode(n)
		}
		for i := range out.Record.Actions {
			_ = explain(out).aboutAction(&out.Record.Actions[i])
		}
	})
}

// spoil changes one element of a document.
func spoil(root *xmltree.Node, at, from, what int) {
	var all []*xmltree.Node
	root.Walk(func(x *xmltree.Node) bool { all = append(all, x); return true })
	x, y := all[at*7%len(all)], all[from*11%len(all)]
	switch {
	case what > 220 && len(x.Children) > 0:
		x.Children = x.Children[:what%len(x.Children)]
	case len(x.Attrs) > 0 && len(y.Attrs) > 0:
		x.Attrs[what%len(x.Attrs)].Value = y.Attrs[what%len(y.Attrs)].Value
	}
}
