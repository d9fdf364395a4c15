package quorum

import (
	"testing"

	"pacer/engine"
	"pacer/machine"
)

// FuzzWord gives every member of a view the same odd words, after which all must still judge alike, whatever the words said. They come
// from members, so they are authenticated; but a member may be of another version, or ill.
func FuzzWord(f *testing.F) {
	seeds := []word{{State: &state{Votes: 2, Expected: 5, Quorate: true, Since: engine.ViewID{Epoch: 1, Coordinator: 1},
		Together: []engine.NodeID{1, 2}, Leaving: true}}, {Expected: 3}, {Shrink: true}, {Votes: &Node{ID: 2, Votes: 3}}, {Without: []engine.NodeID{1, 9}}}
	for _, w := range seeds {
		f.Add(w.encode())
	}
	f.Add([]byte{mark})
	f.Add([]byte{mark, '{', '}'})
	f.Add([]byte("\xff{\"state\":{\"votes\":-1}}"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		c := newCluster(t, Config{Counted: true, Nodes: []Node{{1, 1}, {2, 1}, {3, 1}}, TieBreaker: TieBreaker{On: true}, WaitForAll: true, Downscale: true})
		both := []Member{{Member: engine.Member{ID: 1, Attached: true}}, {Member: engine.Member{ID: 2, Attached: true}}}
		for range 2 {
			c.partition([][]Member{both})
			p := c.parts[0]
			p.order = append(p.order, engine.Delivered{Sender: 2, Payload: payload}, engine.Delivered{Sender: 9, Payload: payload})
			c.settle(p)
			if w, err := decode(payload); err == nil {
				if _, err := decode(w.encode()); err != nil && len(w.encode()) <= maxWord {
					t.Fatalf("%q is read, and not what is written of it", payload)
				}
			}
		}
		if _, ok := machine.Clone(c.nodes[1].core), c.alike(c.parts[0]); ok == nil {
			t.Fatal("the view is not judged any more")
		}
	})
}
