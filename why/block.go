package why

import (
	"strings"

	"pacer/cluster"
	"pacer/note"
	"pacer/scheduler"
)

// blocks says why an action cannot be done. What lies in other resources follows as sentences of their own.
func (e *explainer) blocks(a *scheduler.ActionRecord) (why []note.Why, more []Sentence) {
	e.block(a, map[int]bool{}, &why, &more)
	if len(why) == 0 {
		why = []note.Why{{Of: "cannot-point"}}
	}
	return why, more
}

func (e *explainer) block(a *scheduler.ActionRecord, seen map[int]bool, why *[]note.Why, more *[]Sentence) {
	if seen[a.ID] {
		return
	}
	seen[a.ID] = true
	say := func(w ...note.Why) {
		for _, w := range w {
			*why = put(*why, w)
		}
	}
	for i := range a.Blocks {
		k := &a.Blocks[i]
		switch k.Kind {
		case scheduler.ByQuorum, scheduler.ByFreeze:
			say(e.noQuorum())
		case scheduler.ByBlocked, scheduler.ByUnmanaged:
			say(e.unmanaged(a.Resource, a.Node)...)
		case scheduler.ByNodeState:
			say(e.stuckNode(a.Node)...)
		case scheduler.ByAvailability:
			say(e.everywhere(a.Resource, "")...)
		case scheduler.ByPrimary:
			if k.Resource != nil {
				say(note.Why{Of: "colocated-cannot", With: k.Resource.Name})
				e.alsoTell(k.Resource, more)
			}
		case scheduler.ByMembers:
			for _, m := range e.membersOf(a) {
				e.block(m, seen, why, more)
			}
		case scheduler.ByUnrunnable:
			e.blockedBy(a, k, seen, why, more)
		}
	}
}

// blockedBy says which other action an action cannot go without.
func (e *explainer) blockedBy(a *scheduler.ActionRecord, k *scheduler.Reason, seen map[int]bool, why *[]note.Why, more *[]Sentence) {
	o := e.numbered(k.Action)
	if o == nil {
		return
	}
	if _, id, ok := strings.Cut(o.Key, "one-or-more:"); ok && o.Resource == nil {
		*why = put(*why, note.Why{Of: "first-any", Constraint: id})
		return
	}
	if o.Resource == nil || a.Resource != nil && (o.Resource == a.Resource || o.Resource.Under(a.Resource) || a.Resource.Under(o.Resource)) {
		e.block(o, seen, why, more)
		return
	}
	*why = put(*why, note.Why{Of: "first", With: o.Resource.Name, Task: plainTask(o.Task), Constraint: join(k.IDs)})
	e.alsoTell(o.Resource, more)
}

// plainTask is the task that a point of order of a collection stands for.
func plainTask(task string) string {
	switch task {
	case "running":
		return "start"
	case "stopped":
		return "stop"
	case "promoted":
		return "promote"
	case "demoted":
		return "demote"
	}
	return task
}

// alsoTell adds what becomes of another resource that holds one up.
func (e *explainer) alsoTell(r *cluster.Resource, more *[]Sentence) {
	for _, p := range primitives(r) {
		if e.told[p] || len(*more) >= maxBefore {
			continue
		}
		*more = append(*more, e.fate(p)...)
		if e.place(p) == nil {
			*more = append(*more, e.elsewhere(p, []*cluster.Resource{p}, nil, true)...)
		}
	}
}

// membersOf are the actions of what a collection consists of that cannot be done and stand behind one of its own.
func (e *explainer) membersOf(a *scheduler.ActionRecord) []*scheduler.ActionRecord {
	var list []*scheduler.ActionRecord
	for _, p := range primitives(a.Resource) {
		if m := e.action(p, plainTask(a.Task), nil); m != nil && !m.Runnable {
			list = append(list, m)
		}
	}
	return list
}

var policies = map[cluster.QuorumPolicy]string{cluster.QuorumStop: "stop", cluster.QuorumFreeze: "freeze",
	cluster.QuorumIgnore: "ignore", cluster.QuorumFence: "fence", cluster.QuorumDemote: "demote"}

func (e *explainer) noQuorum() note.Why {
	e.suggestQuorum()
	return note.Why{Of: "no-quorum", What: policies[e.st.Options.Quorum]}
}

// stuckNode says why nothing can be done on a node, and if it must be fenced, why that does not happen.
func (e *explainer) stuckNode(n *cluster.Node) []note.Why {
	if n == nil {
		return nil
	}
	list := e.nodeState(n)
	if why := e.unfenceable(n); why.Of != "" {
		list = append(list, why)
	}
	return list
}

// unfenceable says why a node that must be fenced is not.
func (e *explainer) unfenceable(n *cluster.Node) note.Why {
	switch e.rec.Nodes[n.ID].Kind {
	case scheduler.ByNoFencing:
		e.suggestConfirm(n)
		return note.Why{Of: "no-fencing"}
	case scheduler.ByNoDevice:
		e.suggestConfirm(n)
		e.suggestDevice()
		return note.Why{Of: "no-device"}
	case scheduler.ByQuorum:
		e.suggestConfirm(n)
		e.suggestQuorum()
		return note.Why{Of: "no-quorum-to-fence"}
	case scheduler.ByAllUnmanaged:
		return note.Why{Of: "all-unmanaged"}
	}
	return note.Why{}
}

// unmanaged says why nothing is done with a resource.
func (e *explainer) unmanaged(r *cluster.Resource, at *cluster.Node) []note.Why {
	var failed *cluster.Operation
	for _, f := range e.st.Failures {
		if f.Resource == r && (failed == nil || f.Task == "stop") {
			failed = f
		}
	}
	switch {
	case r.Blocked && failed != nil && failed.Task == "stop":
		e.suggestCleanup(r, failed.Node)
		return append(e.failure(r, failed.Node), note.Why{Of: "stop-failed", Node: failed.Node.Name})
	case r.Blocked && failed != nil:
		e.suggestCleanup(r, failed.Node)
		return append(e.failure(r, failed.Node), note.Why{Of: "blocked-failure", Node: failed.Node.Name})
	case r.Blocked && len(r.RunningOn) > 1:
		w := note.Why{Of: "multiple"}
		for _, n := range r.RunningOn {
			w.Nodes = append(w.Nodes, n.Name)
		}
		return []note.Why{w}
	case e.st.Options.Maintenance:
		e.suggestProperty("maintenance-mode", "false")
		return []note.Why{{Of: "not-managed", What: "maintenance-mode=true"}}
	case at != nil && at.Maintenance:
		return e.nodeState(at)
	case r.Maintenance:
		e.suggestMeta(setBy(r, "maintenance"), "maintenance", "false")
		return []note.Why{{Of: "not-managed", What: "maintenance=true"}}
	case !r.Managed:
		e.suggestMeta(setBy(r, "is-managed"), "is-managed", "true")
		return []note.Why{{Of: "not-managed", What: "is-managed=false"}}
	case e.st.Options.FencingEnabled && !e.st.FenceDevices:
		e.suggestDevice()
		return []note.Why{{Of: "all-wait-device"}}
	}
	return nil
}

// setBy is the resource, among one and those that it is in, that has a meta-attribute of its own; the outermost when none has.
func setBy(r *cluster.Resource, name string) *cluster.Resource {
	for p := r; p != nil; p = p.Parent {
		for set := range p.XML.Elements("meta_attributes") {
			for v := range set.Elements("nvpair") {
				if v.Get("name") == name {
					return p
				}
			}
		}
	}
	return r.Top(true)
}
