package why

import (
	"slices"
	"strconv"

	"pacer/cluster"
	"pacer/note"
	"pacer/scheduler"
)

// explainer speaks about one decision.
type explainer struct {
	out *scheduler.Output
	rec *scheduler.Record
	st  *cluster.State
	// actions are those of each resource, in order of creation.
	actions map[*cluster.Resource][]*scheduler.ActionRecord
	// candidates are changes that came to mind while speaking; obstacles are those, by their places there, that would take away
	// something that keeps a resource from a node; at is the node of which is being spoken.
	candidates []candidate
	obstacles  map[*cluster.Node][]int
	at         *cluster.Node
	// told are resources of which other sentences speak already, asking the pairs about which is being spoken, owed those that
	// a sentence named as the reason for another and that are still to be spoken of.
	told   map[*cluster.Resource]bool
	asking map[pair]bool
	owed   []pair
	said   []note.Why // reasons given so far
	// content are resources that stay where they are for a restart: nobody wants them elsewhere.
	content map[*cluster.Resource]bool
}

// pair is a resource and a node where it is not.
type pair struct {
	r *cluster.Resource
	n *cluster.Node
}

func explain(out *scheduler.Output) *explainer {
	e := &explainer{out: out, rec: out.Record, st: out.State, actions: map[*cluster.Resource][]*scheduler.ActionRecord{},
		told: map[*cluster.Resource]bool{}, asking: map[pair]bool{}, obstacles: map[*cluster.Node][]int{},
		content: map[*cluster.Resource]bool{}}
	for i := range e.rec.Actions {
		a := &e.rec.Actions[i]
		if a.Resource != nil {
			e.actions[a.Resource] = append(e.actions[a.Resource], a)
		}
	}
	return e
}

// action is the action of a resource with a task on a node that must be done; nil when there is none.
func (e *explainer) action(r *cluster.Resource, task string, n *cluster.Node) *scheduler.ActionRecord {
	for _, a := range e.actions[r] {
		if a.Required && a.Task == task && (n == nil || a.Node == n) {
			return a
		}
	}
	return nil
}

// startOn is the start of a resource on a node, whether it must be done or not; nil when there is none. What cannot start is not
// asked to.
func (e *explainer) startOn(r *cluster.Resource, n *cluster.Node) *scheduler.ActionRecord {
	for _, a := range e.actions[r] {
		if a.Task == "start" && a.Node == n {
			return a
		}
	}
	return nil
}

// numbered is the action with a number.
func (e *explainer) numbered(id int) *scheduler.ActionRecord {
	if id < 1 || id > len(e.rec.Actions) {
		return nil
	}
	return &e.rec.Actions[id-1]
}

func (e *explainer) placement(r *cluster.Resource) *scheduler.Placement {
	return &e.rec.Placements[r.ID]
}

// place is where a primitive was assigned, nil for nowhere.
func (e *explainer) place(r *cluster.Resource) *cluster.Node {
	if c := e.placement(r).Choice; c != nil {
		return c.Node
	}
	return nil
}

// primitives are the primitives in a resource, itself when it is one.
func primitives(r *cluster.Resource) []*cluster.Resource {
	if r.Kind == cluster.Primitive {
		return []*cluster.Resource{r}
	}
	var list []*cluster.Resource
	for _, c := range r.Children {
		list = append(list, primitives(c)...)
	}
	return list
}

// places are all nodes where anything of a resource was assigned.
func (e *explainer) places(r *cluster.Resource) []*cluster.Node {
	var list []*cluster.Node
	for _, p := range primitives(r) {
		if n := e.place(p); n != nil && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// usable tells whether a node can run resources.
func (e *explainer) usable(n *cluster.Node) bool {
	return n.Online && !e.rec.Nodes[n.ID].Unclean && !n.Shutdown && !n.Standby && !n.Maintenance
}

// visible are the nodes that people speak of: not the insides of containers.
func (e *explainer) visible() []*cluster.Node {
	return slices.DeleteFunc(slices.Clone(e.st.Nodes), func(n *cluster.Node) bool { return n.Inner })
}

// configured is the resource of the configuration that a name on the command line stands for: of something in a clone whose
// instances are all the same the plain name.
func configured(r *cluster.Resource) string {
	if r.XMLID != "" {
		return r.XMLID
	}
	return r.Name
}

func number(n int) string {
	switch {
	case n >= 1000000:
		return "INFINITY"
	case n <= -1000000:
		return "-INFINITY"
	}
	return strconv.Itoa(n)
}

// put adds a statement unless it is there already.
func put(list []note.Why, w note.Why) []note.Why {
	for _, have := range list {
		if have.Of == w.Of && have.Constraint == w.Constraint && have.With == w.With && have.Node == w.Node {
			return list
		}
	}
	return append(list, w)
}
