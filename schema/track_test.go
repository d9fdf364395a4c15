package schema

import (
	"math/rand/v2"
	"strings"
	"testing"

	"pacer/xmltree"
)

// TestTrackIsAsStrictAsTheWhole edits documents by chance, in ways that are right and wrong, and compares with checking all of them.
func TestTrackIsAsStrictAsTheWhole(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	verdicts := map[bool]int{}
	for _, version := range []Version{3, 15, Latest} {
		root, err := xmltree.ParseString(inDocument("resources", strings.Join(trackSeed, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		seed := root
		track := NewTrack(root, version)
		if track == nil {
			t.Fatal(Problems(root, version))
		}
		for step := range 2000 {
			next := edited(chance, root)
			if chance.IntN(3) == 0 {
				next = edited(chance, next)
			}
			want := Valid(next, version)
			if got := track.Advance(next); got != want {
				t.Fatalf("step %d by %s: %v, want %v: %v\n%s", step, version, got, want, Problems(next, version), next.Pretty(nil))
			}
			if verdicts[want]++; want {
				root = next
			}
			if step%50 == 49 { // Edits that are right make it smaller and smaller.
				if root = seed; !track.Advance(root) {
					t.Fatalf("step %d by %s: the document of the beginning is not valid any more", step, version)
				}
			}
		}
	}
	if verdicts[true] < 500 || verdicts[false] < 500 {
		t.Errorf("the edits are too much of one kind: %v", verdicts)
	}
}

var trackSeed = []string{
	`<primitive id="a" class="lsb" type="x"><meta_attributes id="m"><nvpair id="n" name="k" value="1"/></meta_attributes></primitive>`,
	`<primitive id="b" class="ocf" provider="p" type="x"><meta_attributes id-ref="m"/><operations><op id="o" name="monitor" interval="1"/></operations></primitive>`,
	`<template id="t" class="lsb" type="x"/>`,
	`<group id="g"><primitive id="c" template="t"/><primitive id="d" class="lsb" type="y"/></group>`,
}

// edited changes one thing: it removes or doubles an element, moves it, or gives an attribute the value of another.
func edited(chance *rand.Rand, root *xmltree.Node) *xmltree.Node {
	var paths []xmltree.Path
	var walk func(path xmltree.Path)
	walk = func(path xmltree.Path) {
		paths = append(paths, path)
		for c := range path[len(path)-1].Elements() {
			walk(append(path[:len(path):len(path)], c))
		}
	}
	walk(xmltree.Path{root})
	any := func() xmltree.Path { return paths[chance.IntN(len(paths))] }
	path := any()
	if len(path) < 4 {
		return root
	}
	n := path[len(path)-1]
	e := xmltree.Edit(root)
	switch chance.IntN(5) {
	case 0:
		e.Remove(path)
	case 1:
		other := n.Clone()
		other.Walk(func(x *xmltree.Node) bool {
			if id, ok := x.Lookup("id"); ok && chance.IntN(6) > 0 {
				x.Set("id", id+string(rune('a'+chance.IntN(26))))
			}
			return true
		})
		e.Insert(path[:len(path)-1], chance.IntN(4)-1, other)
	case 2:
		e.Move(path, chance.IntN(4))
	default:
		if len(n.Attrs) > 0 {
			value := "v" + string(rune('a'+chance.IntN(26)))
			if from := any(); len(from[len(from)-1].Attrs) > 0 && chance.IntN(2) == 0 {
				value = from[len(from)-1].Attrs[0].Value
			}
			e.Set(path, n.Attrs[chance.IntN(len(n.Attrs))].Name, value)
		}
	}
	return e.Done()
}
