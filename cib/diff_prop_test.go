package cib

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"pacer/xmltree"
)

// anyTree draws an element with few names and ids, so that siblings are often alike.
func anyTree(t *rapid.T, depth int) *xmltree.Node {
	n := &xmltree.Node{Name: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name")}
	if id := rapid.SampledFrom([]string{"", "", "1", "2", "3", "4", "5", "it's", `q"'`}).Draw(t, "id"); id != "" {
		n.Set("id", id)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "attributes") {
		n.Set(fmt.Sprintf("x%d", rapid.IntRange(0, 2).Draw(t, "attribute")), fmt.Sprint(i))
	}
	if depth > 0 {
		for range rapid.IntRange(0, 5).Draw(t, "children") {
			if rapid.IntRange(0, 9).Draw(t, "kind") == 0 {
				n.Add(&xmltree.Node{Kind: xmltree.Comment, Text: rapid.SampledFrom([]string{"k", "l", "m"}).Draw(t, "comment")})
			} else {
				n.Add(anyTree(t, depth-1))
			}
		}
	}
	return n
}

func anyDocument(t *rapid.T) *Document {
	root := xmltree.New("cib", "epoch", fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "epoch")))
	for _, part := range []string{"configuration", "status"} {
		n := anyTree(t, 3)
		n.Name, n.Attrs = part, nil
		root.Add(n)
	}
	return New(root)
}

// mutated changes a document in a few places, sharing the rest.
func mutated(t *rapid.T, d *Document) *Document {
	e := xmltree.Edit(d.root)
	for range rapid.IntRange(1, 4).Draw(t, "changes") {
		var paths []xmltree.Path
		var collect func(p xmltree.Path)
		collect = func(p xmltree.Path) {
			if len(p) > 1 {
				paths = append(paths, p)
			}
			for _, c := range p[len(p)-1].Children {
				collect(append(p[:len(p):len(p)], c))
			}
		}
		collect(xmltree.Path{e.Root()})
		p := rapid.SampledFrom(paths).Draw(t, "where")
		n := p[len(p)-1]
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0:
			if n.Kind == xmltree.Element {
				e.Insert(p, rapid.IntRange(0, 4).Draw(t, "at"), anyTree(t, 1))
			}
		case 1:
			if len(p) > 2 {
				e.Remove(p)
			}
		case 2:
			if n.Kind == xmltree.Element {
				e.Set(p, "x1", fmt.Sprint(rapid.IntRange(5, 9).Draw(t, "value")))
			}
		case 3:
			if len(p) > 2 {
				e.Move(p, rapid.IntRange(0, 4).Draw(t, "to"))
			}
		case 4:
			if len(p) > 2 && n.Kind == xmltree.Element {
				e.Unset(p, "x0")
				e.Set(p, "id", "7")
			}
		}
	}
	return New(e.Done())
}

func checkPatch(t interface{ Fatalf(string, ...any) }, old, next *Document) {
	before := old.root.String()
	p := Diff(old, next)
	check := func(p *Patch, how string) {
		got, err := ApplyPatch(old, p)
		if err != nil {
			t.Fatalf("%s: %v\nold %s\nnew %s\npatch %s", how, err, old.root, next.root, p.root.Pretty(nil))
		}
		if !got.Equal(next) || got.Version() != next.Version() {
			t.Fatalf("%s:\nold  %s\nwant %s\ngot  %s\npatch %s", how, old.root, next.root, got.root, p.root.Pretty(nil))
		}
	}
	check(p, "the patch")
	n, err := xmltree.Parse(p.XML().Pretty(nil))
	if err != nil {
		t.Fatalf("the printed patch: %v", err)
	}
	q, err := ParsePatch(n)
	if err != nil {
		t.Fatalf("the printed patch: %v", err)
	}
	check(q, "the printed patch")
	if old.root.String() != before {
		t.Fatalf("the old document changed")
	}
	if p.Empty() != old.Equal(next) {
		t.Fatalf("Empty is wrong:\n%s\n%s", old.root, next.root)
	}
}

func TestPatchLeadsToTheNewDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := anyDocument(t)
		if rapid.Bool().Draw(t, "related") {
			checkPatch(t, old, mutated(t, old))
		} else {
			checkPatch(t, old, anyDocument(t))
		}
	})
}

func FuzzPatch(f *testing.F) {
	f.Add([]byte(base), []byte(base))
	f.Add([]byte(`<cib><configuration><a id="1"/><!-- x --><b/><b/></configuration></cib>`), []byte(`<cib x="1"><configuration><b/><a id="1"/></configuration></cib>`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		old, err := Parse(a)
		if err != nil {
			return
		}
		next, err := Parse(b)
		if err != nil {
			return
		}
		checkPatch(t, old, next)
	})
}

func FuzzApplyPatch(f *testing.F) {
	f.Add([]byte(`<diff format="2"><change operation="delete" path="/cib/configuration/comment" position="0"/><change operation="move" path="/cib/configuration/nodes/node[2]" position="0"/></diff>`))
	f.Add([]byte(`<diff format="2"><version><source epoch="5" num_updates="3"/><target epoch="6"/></version><change operation="modify" path="/cib"><change-list/><change-result><cib epoch="6"/></change-result></change></diff>`))
	f.Add([]byte(`<diff format="2"><change operation="create" path="//nodes" position="9"><node id="3"/></change><change operation="delete" path="/cib/configuration/nodes"/><change operation="delete" path="/cib/configuration/nodes/node[1]"/></diff>`))
	d, err := Parse([]byte(base))
	if err != nil {
		f.Fatal(err)
	}
	before := d.root.String()
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := xmltree.Parse(data)
		if err != nil {
			return
		}
		p, err := ParsePatch(n)
		if err != nil {
			return
		}
		next, err := ApplyPatch(d, p)
		if d.root.String() != before {
			t.Fatal("the document changed")
		}
		if err == nil {
			if _, err := Parse(next.Bytes()); err != nil {
				t.Fatalf("the result cannot be read again: %v\n%s", err, next.Bytes())
			}
		}
	})
}

func TestDiffCostsWhatChanged(t *testing.T) {
	root := Empty().root.Clone()
	resources := root.Path("configuration", "resources")
	for i := range 5000 {
		resources.AddNew("primitive", "id", fmt.Sprint("p", i)).AddNew("meta_attributes", "id", fmt.Sprint("m", i))
	}
	d := New(root)
	next, _, err := Apply(d, []Op{{Kind: OpCreate, Section: "status", Data: xmltree.New("node_state", "id", "1")}}, ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var p *Patch
	allocs := testing.AllocsPerRun(10, func() { p = Diff(d, next) })
	if allocs > 200 {
		t.Errorf("a small change costs %v allocations", allocs)
	}
	allocs = testing.AllocsPerRun(10, func() { _, err = ApplyPatch(d, p) })
	if err != nil || allocs > 100 {
		t.Errorf("applying a small patch costs %v allocations, %v", allocs, err)
	}
}
