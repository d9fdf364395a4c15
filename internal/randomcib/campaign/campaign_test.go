package campaign

import (
	"slices"
	"testing"

	"pacer/internal/randomcib"
	"pacer/xmltree"
)

// A failure is brought down to the features, nodes and resources that it needs.
func TestShrink(t *testing.T) {
	ordered := func(cib *xmltree.Node) bool { return cib.Path("configuration", "constraints", "rsc_order") != nil }
	done := 0
	for seed := range uint64(20) {
		if !ordered(randomcib.New(seed, randomcib.Options{})) {
			continue
		}
		done++
		small := shrink(seed, randomcib.Options{}, ordered)
		if !ordered(randomcib.New(seed, small)) {
			t.Fatalf("seed %d: nothing is left of it with %s", seed, small.Args())
		}
		if !slices.Contains(small.Only, randomcib.Orders) || len(small.Only) > 3 || small.MaxNodes != 1 {
			t.Errorf("seed %d: an order needs %s", seed, small.Args())
		}
	}
	if done == 0 {
		t.Error("no cluster had an order")
	}
}

func TestOptionsOfTheCommandLineWin(t *testing.T) {
	o := merged(randomcib.Options{MaxNodes: 3, Without: []randomcib.Feature{randomcib.Tags}, Weights: map[randomcib.Feature]float64{randomcib.Groups: 1}},
		randomcib.Options{MaxNodes: 2, Without: []randomcib.Feature{randomcib.Tickets}, Weights: map[randomcib.Feature]float64{randomcib.Groups: 0}})
	if o.MaxNodes != 2 || len(o.Without) != 2 || o.Weights[randomcib.Groups] != 0 {
		t.Errorf("%+v", o)
	}
}
