package why

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/cluster"
	"pacer/note"
	"pacer/scheduler"
	"pacer/xmltree"
)

// Question is what is asked about a CIB. With nothing but the CIB it is what the cluster would do now, and why.
type Question struct {
	CIB *xmltree.Node // not changed
	Now time.Time     // as for the scheduler
	// Sanitized says that private parameters may have been taken out of the CIB, as they are from one that was kept.
	Sanitized bool
	// Resource is what is asked about, Node the node of interest or, without a resource, what is asked about.
	Resource, Node string
	// Action is the key of an action (vip_start_0) or its number in the graph; Node may say where.
	Action string
}

// Unknown is the error for a name that there is not.
type Unknown struct {
	Kind string // "resource", "node", "action"
	Name string
	Near []string // names that are alike
}

// Error implements error.
func (u *Unknown) Error() string { return u.Text(note.English) }

// Text says that there is no such thing.
func (u *Unknown) Text(lang note.Language) string {
	return note.Sentence(note.Why{Of: "unknown-" + u.Kind, What: u.Name, Nodes: u.Near}, lang)
}

// Ask answers a question. Its error is Unknown, or the scheduler's when nothing can be decided.
func Ask(q Question) (*Answer, error) {
	out := q.decide(q.CIB)
	if out.Err != nil {
		return nil, out.Err
	}
	e := explain(out)
	var node *cluster.Node
	if q.Node != "" {
		if node = e.st.NodeByName(q.Node); node == nil {
			return nil, e.unknown("node", q.Node)
		}
	}
	t := trial{q: q, e: e}
	switch {
	case q.Action != "":
		a := e.findAction(q.Action, node)
		if a == nil {
			return nil, e.unknown("action", q.Action)
		}
		answer := &Answer{Subject: Subject{"action", a.Key}, Sentences: e.aboutAction(a)}
		answer.Changes = t.changes(nil, e.actionGoal(a))
		return answer, nil
	case q.Resource != "":
		r := e.findResource(q.Resource)
		if r == nil {
			return nil, e.unknown("resource", q.Resource)
		}
		answer := &Answer{Subject: Subject{"resource", r.Name}, Sentences: e.resource(r, node), Scores: e.scores(r)}
		runs, _ := e.runs(r)
		t.settled = len(runs) > 0 && e.managed(r)
		answer.Changes = t.changes(node, e.resourceGoal(r, node))
		return answer, nil
	case node != nil:
		answer := &Answer{Subject: Subject{"node", node.Name}, Sentences: e.aboutNode(node)}
		answer.Changes = t.changes(node, e.nodeGoal(node))
		return answer, nil
	}
	return &Answer{Subject: Subject{Kind: "cluster"}, Sentences: e.aboutCluster()}, nil
}

// Explain says what was decided and why; the output must have a record.
func Explain(out *scheduler.Output) *Answer {
	return &Answer{Subject: Subject{Kind: "cluster"}, Sentences: explain(out).aboutCluster()}
}

// decide asks the scheduler about the CIB of a question, or a changed one.
func (q *Question) decide(cib *xmltree.Node) *scheduler.Output {
	return scheduler.Schedule(scheduler.Input{CIB: cib, Now: q.Now, Why: true, Sanitized: q.Sanitized})
}

// findResource finds what people call a resource: a clone rather than its first instance.
func (e *explainer) findResource(name string) *cluster.Resource {
	for _, r := range e.st.Resources {
		if r.Name == name {
			return r
		}
	}
	r := e.st.ResourceByName(name)
	if r != nil && r.Name != name && r.Parent != nil && r.Parent.Kind != cluster.Primitive {
		return r.Parent // the plain name of an instance is that of all
	}
	return r
}

func (e *explainer) findAction(name string, n *cluster.Node) *scheduler.ActionRecord {
	if id, err := strconv.Atoi(name); err == nil {
		return e.numbered(id)
	}
	var found *scheduler.ActionRecord
	for i := range e.rec.Actions {
		a := &e.rec.Actions[i]
		if a.Key != name || n != nil && a.Node != n {
			continue
		}
		if found == nil || a.Required && !found.Required {
			found = a
		}
	}
	return found
}

func (e *explainer) unknown(kind, name string) error {
	var all []string
	switch kind {
	case "node":
		for _, n := range e.st.Nodes {
			all = append(all, n.Name)
		}
	case "resource":
		for _, r := range e.st.Resources {
			all = append(all, r.Name)
		}
	case "action":
		for _, a := range e.rec.Actions {
			if a.Required {
				all = append(all, a.Key)
			}
		}
	}
	return &Unknown{kind, name, near(name, all)}
}

// near are up to three names that are like one.
func near(name string, all []string) []string {
	type scored struct {
		name string
		far  int
	}
	var list []scored
	for _, n := range all {
		far := distance(strings.ToLower(name), strings.ToLower(n))
		if strings.Contains(n, name) && name != "" {
			far = 1
		}
		if far <= 1+len(name)/3 {
			list = append(list, scored{n, far})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return a.far - b.far })
	var names []string
	for _, k := range list {
		if !slices.Contains(names, k.name) && len(names) < 3 {
			names = append(names, k.name)
		}
	}
	return names
}

// distance is how many letters must be put in, taken out or changed to make one word of another.
func distance(a, b string) int {
	if len(a) > 100 || len(b) > 100 {
		return 100
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		last := row[0]
		row[0] = i + 1
		for j := range b {
			next := last
			if a[i] != b[j] {
				next = 1 + min(last, row[j], row[j+1])
			}
			last, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}

// scores are the terms of the scores of all primitives in a resource.
func (e *explainer) scores(r *cluster.Resource) []NodeScore {
	var list []NodeScore
	name := func(r *cluster.Resource) string {
		if r == nil {
			return ""
		}
		return r.Name
	}
	for _, p := range primitives(r) {
		for _, n := range e.visible() {
			terms := e.placement(p).On(n)
			if len(terms) == 0 {
				continue
			}
			k := NodeScore{Resource: p.Name, Node: n.Name, Score: scheduler.Sum(terms).String(), Terms: []Term{}}
			for _, t := range terms {
				if t.Score == 0 && !t.Set {
					continue
				}
				k.Terms = append(k.Terms, Term{t.Kind, t.ID, t.Rule, t.Score.String(), t.Set, name(t.With), name(t.Through), t.Count, t.Limit})
			}
			list = append(list, k)
		}
	}
	return list
}

// head makes a sentence without reasons.
func head(of string) note.Why { return note.Why{Of: of} }
