package status

import (
	"slices"
	"strings"

	"pacer/cluster"
)

// clone writes a clone: instances of which there is something special to tell in lines of their own, all others collected
// by state.
func (t *text) clone(r *Resource, asked bool) {
	var first []string
	if r.Promotable {
		first = append(first, "promotable")
	}
	if r.Unique {
		first = append(first, "unique")
	}
	write := t.lazy
	if t.f.nodes == nil && t.f.resources == nil {
		write = t.sub // Shown even when nothing is in it.
	}
	write("Clone Set: "+r.ID+" ["+r.Image+"]"+collectionFlags(r, first...)+":", func() {
		var promoted, started []string
		for i := range r.Members {
			m := &r.Members[i]
			if !asked && !t.f.within(m) {
				continue
			}
			switch whole, place := t.needsLines(r, m); {
			case whole:
				if t.f.nodes == nil || !m.Active || t.f.onNode(m) {
					t.resource(m, asked)
				}
			case place == "":
			case m.state() == cluster.Promoted:
				promoted = append(promoted, place)
			default:
				started = append(started, place)
			}
		}
		collected := len(promoted) + len(started)
		hide := func(name string) bool { return !t.f.node(name) }
		promoted, started = slices.DeleteFunc(promoted, hide), slices.DeleteFunc(started, hide)
		t.collected("Promoted", promoted)
		word := "Started"
		if r.Promotable {
			word = "Unpromoted"
			if isUnpromoted(r.instancesTarget()) {
				word = "Unpromoted (target-role)"
			}
		}
		t.collected(word, started)
		if t.d.Inactive && !t.d.Detail && r.Max > collected {
			t.stopped(r)
		}
	})
}

// instancesTarget is the target role of a clone's instances: the clone's own or, when it has none, that of any instance.
func (r *Resource) instancesTarget() string {
	if r.Target == "" && len(r.Members) > 0 {
		return r.Members[0].Target
	}
	return r.Target
}

func (t *text) collected(word string, names []string) {
	if len(names) == 0 {
		return
	}
	sortByName(names)
	t.item(word, ": [ ", strings.Join(names, " "), " ]")
}

// needsLines tells whether an instance gets lines of its own. If not, place is the node under which it is collected, ""
// when it is not active.
func (t *text) needsLines(clone, m *Resource) (whole bool, place string) {
	switch {
	case t.d.Detail:
		return true, ""
	case clone.Unique:
		return true, ""
	case m.doing() && !t.d.Settled:
		return true, ""
	case !m.Active:
		return false, ""
	case m.any(func(x *Resource) bool { return x.Removed || x.Failed }), m.any(func(x *Resource) bool { return x.Unmanaged }):
		return true, ""
	case !m.FullyActive:
		return true, ""
	}
	where := m.where()
	if len(where) != 1 || !where[0].Online && where[0].Unclean {
		return true, ""
	}
	return false, where[0].Name
}

// doing tells whether an operation other than a probe is under way in an instance that is a primitive.
func (r *Resource) doing() bool { return r.Doing != "" || r.Checking != "" }

// any asks a resource and all in it.
func (r *Resource) any(ask func(*Resource) bool) bool {
	if ask(r) {
		return true
	}
	for i := range r.Members {
		if r.Members[i].any(ask) {
			return true
		}
	}
	return false
}

// state is the role of a primitive, the most active role in a collection.
func (r *Resource) state() cluster.Role {
	if r.Kind == cluster.Primitive {
		return r.Role
	}
	role := cluster.RoleUnknown
	for i := range r.Members {
		role = max(role, r.Members[i].state())
	}
	return role
}

// stopped lists where instances could run and do not.
func (t *text) stopped(r *Resource) {
	byWhy := map[string][]string{}
	var order []string
	for _, s := range r.StoppedOn {
		if !t.f.node(s.Node) {
			continue
		}
		if byWhy[s.Why] == nil {
			order = append(order, s.Why)
		}
		byWhy[s.Why] = append(byWhy[s.Why], s.Node)
	}
	slices.Sort(order)
	for _, why := range order {
		t.collected(why, byWhy[why])
	}
}
