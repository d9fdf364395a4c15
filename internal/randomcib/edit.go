package randomcib

import (
	"math/rand/v2"
	"strings"

	"pacer/xmltree"
)

// Edit makes a random change somewhere, more often in the status than elsewhere, which may make nonsense of the document. All
// else is shared with the old tree, which stays as it is.
func Edit(root *xmltree.Node, rnd *rand.Rand) *xmltree.Node {
	path := xmltree.Path{root}
	for {
		var inner []*xmltree.Node
		last := path[len(path)-1]
		for c := range last.Elements() {
			inner = append(inner, c)
		}
		if len(inner) == 0 || len(path) > 1 && rnd.IntN(6) == 0 {
			break
		}
		at := rnd.IntN(len(inner))
		if len(path) == 1 && rnd.IntN(2) == 0 {
			at = len(inner) - 1
		}
		path = append(path, inner[at])
	}
	last := path[len(path)-1]
	e := xmltree.Edit(root)
	switch what := rnd.IntN(10); {
	case what < 6 && len(last.Attrs) > 0:
		e.Set(path, last.Attrs[rnd.IntN(len(last.Attrs))].Name, values[rnd.IntN(len(values))])
	case what < 7 && len(path) > 2:
		e.Remove(path)
	case what < 8 && len(path) > 2:
		e.Insert(path[:len(path)-1], rnd.IntN(4), last) // the same element once more
	case what < 9 && len(path) > 2:
		e.Move(path, rnd.IntN(3))
	default:
		e.Set(path[:1], []string{"dc-uuid", "have-quorum", "epoch", "no-quorum-panic"}[rnd.IntN(4)], values[rnd.IntN(3)])
	}
	return e.Done()
}

var values = strings.Fields(`0 1 2 -1 7 8 9 5 193 true false monitor start stop promote demote migrate_to Started Stopped Promoted
	INFINITY -INFINITY fence block standby restart 10000 10s 1699999990 1500000000 node1 node2 member down online offline target-role
	failure-timeout on-fail maintenance unfencing quorum 99999999999999999999 1e30`)
