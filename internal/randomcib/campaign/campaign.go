// Package campaign plays a property on many made-up clusters, and tells of those that do not have it by the little that they
// need for it.
//
//	go test ./scheduler -run TestX -seeds 20000         many seeds
//	go test ./scheduler -run TestX -seed 17 -only a,b   one, as a failure says
package campaign

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pacer/internal/randomcib"
	"pacer/xmltree"
)

var (
	many  = flag.Int("seeds", 0, "how many random clusters each property is played on (0: as many as the test says)")
	first = flag.Uint64("first", 0, "the first of them")
	one   = flag.Uint64("seed", math.MaxUint64, "play the cluster of this seed only")
	keep  = flag.String("keep", "", "a directory for the clusters that do not have the property")
	read  = randomcib.Flags(flag.CommandLine)
)

// most is how many failures are told of one property.
const most = 3

// Run plays a property on n clusters, fewer with -short. The property returns what is wrong with a cluster, "" when nothing
// is. It must not change the document.
func Run(t *testing.T, n int, o randomcib.Options, property func(cib *xmltree.Node) string) {
	t.Helper()
	asked, err := read()
	if err != nil {
		t.Fatal(err)
	}
	o = merged(o, asked)
	from := *first
	switch {
	case *one != math.MaxUint64:
		from, n = *one, 1
	case *many > 0:
		n = *many
	case testing.Short():
		n = max(1, n/4)
	}
	told := 0
	for seed := from; seed < from+uint64(n); seed++ {
		wrong := property(randomcib.New(seed, o))
		if wrong == "" {
			continue
		}
		small := o
		if o.Only == nil {
			small = shrink(seed, o, func(cib *xmltree.Node) bool { return kind(property(cib)) == kind(wrong) })
		}
		cib := randomcib.New(seed, small)
		t.Errorf("seed %d: %s\nagain: go test -run '^%s$' -seed %d %s", seed, property(cib), t.Name(), seed, small.Args())
		if *keep != "" {
			name := filepath.Join(*keep, fmt.Sprintf("%s-%d.xml", strings.ReplaceAll(t.Name(), "/", "-"), seed))
			if err := os.WriteFile(name, cib.Pretty(nil), 0o600); err != nil {
				t.Error(err)
			}
		}
		if told++; told == most {
			t.Fatalf("stopped after %d failures", most)
		}
	}
}

// kind is what a complaint is about: its text up to the first colon.
func kind(wrong string) string {
	text, _, _ := strings.Cut(wrong, ":")
	return text
}

func merged(o, asked randomcib.Options) randomcib.Options {
	if asked.Only != nil {
		o.Only = asked.Only
	}
	o.Without = append(slices.Clip(o.Without), asked.Without...)
	weights := map[randomcib.Feature]float64{}
	for _, m := range []map[randomcib.Feature]float64{o.Weights, asked.Weights} {
		for f, w := range m { // order: later maps win, within one the names differ
			weights[f] = w
		}
	}
	o.Weights = weights
	if asked.MaxNodes > 0 {
		o.MaxNodes = asked.MaxNodes
	}
	if asked.MaxResources > 0 {
		o.MaxResources = asked.MaxResources
	}
	return o
}

// shrink leaves out of a seed's features, nodes and resources what the failure does not need.
func shrink(seed uint64, o randomcib.Options, fails func(*xmltree.Node) bool) randomcib.Options {
	small := randomcib.Options{Only: randomcib.On(seed, o), MaxNodes: o.MaxNodes, MaxResources: o.MaxResources}
	try := func(next randomcib.Options) bool {
		if !fails(randomcib.New(seed, next)) {
			return false
		}
		small = next
		return true
	}
	if !try(small) {
		return o
	}
	for again := true; again; {
		again = false
		for _, n := range []int{1, 2, 3, 4, 6, 10, 20} {
			next := small
			if next.MaxResources = n; (small.MaxResources == 0 || n < small.MaxResources) && try(next) {
				again = true
				break
			}
		}
		for _, n := range []int{1, 2, 3, 4} {
			next := small
			if next.MaxNodes = n; (small.MaxNodes == 0 || n < small.MaxNodes) && try(next) {
				again = true
				break
			}
		}
		for i := len(small.Only) - 1; i >= 0; i-- {
			next := small
			next.Only = slices.Delete(slices.Clone(small.Only), i, i+1)
			again = try(next) || again
		}
	}
	return small
}
