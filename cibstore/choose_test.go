package cibstore

import (
	"testing"

	"pacer/cib"
)

func TestChoose(t *testing.T) {
	h := func(epoch, updates int, term, writes uint64, history Mark, fresh bool) *hello {
		return &hello{Version: cib.Version{Epoch: epoch, NumUpdates: updates}, Meta: Meta{Term: term, Writes: writes}, History: history, Fresh: fresh}
	}
	for name, c := range map[string]struct {
		hellos []*hello
		total  int
		want   int
	}{
		"the version decides in one term":                         {[]*hello{h(5, 0, 3, 1, 1, false), h(6, 0, 3, 1, 2, false)}, 2, 1},
		"a majority's write beats a version":                      {[]*hello{h(9, 0, 3, 1, 1, false), h(6, 0, 3, 2, 2, false), h(6, 0, 3, 2, 2, false)}, 3, 1},
		"an absent node may have the write":                       {[]*hello{h(9, 0, 3, 1, 1, false), h(6, 0, 3, 2, 2, false)}, 3, 1},
		"with all here, one node's write was never acknowledged":  {[]*hello{h(9, 0, 3, 1, 1, false), h(6, 0, 3, 2, 2, false)}, 2, 0},
		"a later term beats a version":                            {[]*hello{h(9, 0, 3, 8, 1, false), h(6, 0, 4, 0, 2, false), h(6, 0, 4, 0, 2, false)}, 3, 1},
		"a node without status does not win a tie":                {[]*hello{h(5, 0, 3, 1, 1, true), h(5, 0, 3, 1, 2, false)}, 2, 1},
		"the more common document wins a tie":                     {[]*hello{h(5, 0, 3, 1, 1, false), h(5, 0, 3, 1, 2, false), h(5, 0, 3, 1, 2, false)}, 3, 1},
		"the lowest id wins what is left":                         {[]*hello{h(5, 0, 3, 1, 1, false), h(5, 0, 3, 1, 2, false)}, 2, 0},
		"a node that has never been here loses":                   {[]*hello{h(0, 0, 0, 0, 1, true), h(5, 0, 3, 1, 2, false)}, 2, 1},
		"a lonely node wins":                                      {[]*hello{h(0, 0, 0, 0, 1, true)}, 5, 0},
		"a minority cannot tell and takes the farthest":           {[]*hello{h(9, 0, 2, 1, 1, false), h(3, 0, 3, 1, 2, false)}, 5, 1},
		"a term that only one of all has was never acknowledged":  {[]*hello{h(9, 0, 2, 1, 1, false), h(3, 0, 3, 0, 2, false)}, 2, 0},
		"a tie inside what a majority has goes to more updates":   {[]*hello{h(5, 1, 3, 1, 1, false), h(5, 2, 3, 1, 2, false), h(5, 0, 3, 1, 3, false)}, 3, 1},
		"an administrator's epoch is part of the version, inside": {[]*hello{h(5, 1, 3, 1, 1, false), {Version: cib.Version{AdminEpoch: 1}, Meta: Meta{Term: 3, Writes: 1}}}, 2, 1},
	} {
		if got := choose(c.hellos, c.total); got != c.want {
			t.Errorf("%s: %d wins, not %d", name, got, c.want)
		}
	}
}
