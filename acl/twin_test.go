package acl_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pacer/acl"
	"pacer/cib"
	"pacer/message"
	"pacer/xmltree"
)

// twin answers the same questions slowly: each permission's XPath is evaluated over the whole document for each element, and
// what decides is looked for from the element upwards.
type twin struct{ permissions []*xmltree.Node }

func twinOf(doc *cib.Document, user string) twin {
	var out twin
	acls := doc.Section("acls")
	for _, role := range acls.ByID("acl_target", user).Children {
		for p := range acls.ByID("acl_role", role.ID()).Elements() {
			out.permissions = append(out.permissions, p)
		}
	}
	return out
}

func (w twin) says(root, n *xmltree.Node, kind string) bool {
	for _, p := range w.permissions {
		if p.Get("kind") != kind {
			continue
		}
		found, err := xmltree.Select(root, p.Get("xpath"))
		if err != nil {
			panic(err)
		}
		for _, m := range found {
			if m.Node == n {
				return true
			}
		}
	}
	return false
}

// level climbs from the end of a path to its root.
func (w twin) level(root *xmltree.Node, path xmltree.Path) acl.Level {
	may := func(kinds ...string) bool {
		for i := len(path) - 1; i >= 0; i-- {
			if w.says(root, path[i], "deny") {
				return false
			}
			for _, k := range kinds {
				if w.says(root, path[i], k) {
					return true
				}
			}
		}
		return false
	}
	switch {
	case may("write"):
		return acl.Writable
	case may("read", "write"):
		return acl.Readable
	}
	return acl.Nothing
}

// place is an element by the names and ids on the way to it. In these documents ids are unique among siblings.
func places(root *xmltree.Node) map[string]xmltree.Path {
	out := map[string]xmltree.Path{}
	var down func(path xmltree.Path, name string)
	down = func(path xmltree.Path, name string) {
		n := path[len(path)-1]
		name += "/" + n.Name + "#" + n.ID()
		out[name] = path
		for c := range n.Elements() {
			down(append(path[:len(path):len(path)], c), name)
		}
	}
	down(xmltree.Path{root}, "")
	return out
}

var words = []string{"a", "b", "c"}

func randomXPath(r *rand.Rand) string {
	word := func() string { return words[r.IntN(len(words))] }
	switch r.IntN(9) {
	case 0:
		return "/cib"
	case 1:
		return "/cib/configuration/resources"
	case 2:
		return fmt.Sprintf("//%s[@x='%d']", word(), r.IntN(2))
	case 3:
		return "//" + word() + "//@y"
	case 4:
		return fmt.Sprintf("//%s/%s", word(), word())
	case 5:
		return "//" + word() + "[1]"
	case 6:
		return fmt.Sprintf("//*[@id='%d']", r.IntN(4))
	case 7:
		return "//" + word() + "[not(@x)]"
	}
	return "//" + word()
}

func randomBranch(r *rand.Rand, id, depth int) *xmltree.Node {
	n := xmltree.New(words[r.IntN(len(words))], "id", fmt.Sprint(id))
	for _, a := range []string{"x", "y"} {
		if r.IntN(3) == 0 {
			n.Set(a, fmt.Sprint(r.IntN(2)))
		}
	}
	if depth > 0 {
		for i := range r.IntN(4) {
			n.Add(randomBranch(r, i, depth-1))
		}
	}
	return n
}

func randomDocument(r *rand.Rand) *cib.Document {
	root := cib.Empty().Root().Clone()
	conf := root.First("configuration")
	conf.First("crm_config").AddNew("cluster_property_set", "id", "o").AddNew("nvpair", "id", "e", "name", "enable-acl", "value", "true")
	for i := range 1 + r.IntN(3) {
		conf.First("resources").Add(randomBranch(r, i, 3))
	}
	acls := conf.AddNew("acls")
	acls.AddNew("acl_target", "id", "user").Add(xmltree.New("role", "id", "one"), xmltree.New("role", "id", "two"))
	for _, id := range []string{"one", "two"} {
		role := acls.AddNew("acl_role", "id", id)
		for i := range r.IntN(4) {
			role.AddNew("acl_permission", "id", fmt.Sprint(id, i), "kind", []string{"read", "write", "write", "deny"}[r.IntN(4)], "xpath", randomXPath(r))
		}
	}
	return cib.New(root)
}

// randomChange changes a few things in the resources.
func randomChange(r *rand.Rand, doc *cib.Document) *cib.Document {
	e := xmltree.Edit(doc.Root())
	for range 1 + r.IntN(3) {
		var all []xmltree.Path
		for c := range e.Root().Path("configuration", "resources").Elements() {
			found, _ := xmltree.Select(e.Root(), "//resources//*[@id='"+c.ID()+"']")
			for _, m := range found {
				all = append(all, m.Path())
			}
		}
		if len(all) == 0 {
			break
		}
		path := all[r.IntN(len(all))]
		switch r.IntN(4) {
		case 0:
			e.Remove(path)
		case 1:
			e.Set(path, "x", fmt.Sprint(r.IntN(3)))
		case 2:
			e.Insert(path, -1, randomBranch(r, 7+r.IntN(3), 1))
		case 3:
			e.Unset(path, "y")
		}
	}
	return cib.New(e.Done())
}

func same(a, b *xmltree.Node) bool {
	for _, x := range [][2]*xmltree.Node{{a, b}, {b, a}} {
		for _, attr := range x[0].Attrs {
			if v, ok := x[1].Lookup(attr.Name); !ok || v != attr.Value {
				return false
			}
		}
	}
	return true
}

func TestRightsAsTheSlowTwinHasThem(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for round := range 400 {
		doc := randomDocument(r)
		rights, slow := acl.For(doc, message.Principal{User: "user"}, time.Time{}), twinOf(doc, "user")
		levels := rights.Levels(doc.Root())
		before := places(doc.Root())
		was := map[string]acl.Level{}
		for name, path := range before {
			was[name] = slow.level(doc.Root(), path)
			if got := levels[path[len(path)-1]]; got != was[name] {
				t.Fatalf("round %d: %s: %d, the twin says %d, in\n%s", round, name, got, was[name], doc.Bytes())
			}
		}
		checkView(t, doc.Root(), rights.View(doc.Root()), before, was)
		next := randomChange(r, doc)
		err := rights.Check(doc.Root(), next.Root())
		want := wrong(doc.Root(), next.Root(), was, slow)
		if (err == nil) != (want == "") {
			t.Fatalf("round %d: %v, the twin says %q, from\n%s to\n%s", round, err, want, doc.Bytes(), next.Bytes())
		}
		if err != nil {
			refused++
		}
		if err := rights.Check(doc.Root(), doc.Root().Clone()); err != nil {
			t.Fatalf("round %d: a change of nothing: %v", round, err)
		}
	}
	if refused < 40 || refused > 360 {
		t.Errorf("%d of 400 changes were refused: too few of one kind", refused)
	}
}

// checkView holds what is seen against what may be read.
func checkView(t *testing.T, root, seen *xmltree.Node, before map[string]xmltree.Path, was map[string]acl.Level) {
	t.Helper()
	shown := map[string]xmltree.Path{}
	if seen != nil {
		shown = places(seen)
	}
	holds := map[string]bool{} // something readable is at or below it
	for name, path := range before {
		if was[name] == acl.Nothing {
			continue
		}
		for up := ""; len(path) > 0; path = path[1:] {
			up += "/" + path[0].Name + "#" + path[0].ID()
			holds[up] = true
		}
	}
	for name, path := range before {
		got, ok := shown[name]
		n := path[len(path)-1]
		switch {
		case ok != holds[name]:
			t.Fatalf("%s: shown %v, readable %v", name, ok, holds[name])
		case !ok:
		case was[name] == acl.Nothing && len(got[len(got)-1].Attrs) > 1, was[name] != acl.Nothing && !same(n, got[len(got)-1]):
			t.Fatalf("%s is shown as %s", name, got[len(got)-1])
		}
	}
	if len(shown) > len(before) {
		t.Fatal("more is shown than there is")
	}
}

// wrong says what of a change is not allowed, "" if nothing is.
func wrong(old, next *xmltree.Node, was map[string]acl.Level, slow twin) string {
	before, after := places(old), places(next)
	parent := func(path xmltree.Path) string {
		name := ""
		for _, n := range path[:len(path)-1] {
			name += "/" + n.Name + "#" + n.ID()
		}
		return name
	}
	for name, path := range before {
		now, stays := after[name]
		_, parentStays := after[parent(path)]
		n := path[len(path)-1]
		if !stays && parentStays && was[name] != acl.Writable {
			return "deleted: " + name
		}
		if stays && !same(n, now[len(now)-1]) && (was[name] != acl.Writable || slow.level(next, now) != acl.Writable) {
			return "changed: " + name
		}
	}
	for name, path := range after {
		n := path[len(path)-1]
		if _, old := before[name]; !old && len(n.Attrs) > 1 && slow.level(next, path) != acl.Writable {
			return "created: " + name
		}
	}
	return ""
}
