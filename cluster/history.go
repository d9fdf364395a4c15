package cluster

import (
	"iter"
	"strings"

	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// History is what one <lrm_resource> says by itself. It depends on nothing but the element, so that it holds as long as
// the element is the same.
type History struct {
	XML *xmltree.Node
	ID  string // of the resource, as the node calls it
	// agent is what the node ran; histories of the same agent share it.
	agent *operation.Agent
	// absent tells that there is but a single probe, which found nothing. So it is with most, and nothing more is kept of them.
	absent bool
	all    []Entry  // from the last in the document to the first
	ops    []*Entry // oldest first
	// start and stop are the places of the last start (or what implies one) and of the last successful stop, -1 for none.
	start, stop int32
}

// ReadHistory reads an <lrm_resource>.
func ReadHistory(x *xmltree.Node) History { return readHistory(x, agents{}) }

func readHistory(x *xmltree.Node, known agents) History {
	h := History{XML: x, start: -1, stop: -1}
	var agent operation.Agent
	for i := range x.Attrs {
		switch a := &x.Attrs[i]; a.Name {
		case "id":
			h.ID = a.Value
		case "class":
			agent.Class = a.Value
		case "provider":
			agent.Provider = a.Value
		case "type":
			agent.Type = a.Value
		}
	}
	h.agent = known.of(&agent)
	n := 0
	var only *xmltree.Node
	for _, op := range x.Children {
		if op.Kind == xmltree.Element && op.Name == "lrm_rsc_op" {
			only = op
			n++
		}
	}
	if n == 1 && foundNothing(only) {
		h.absent = true
	} else if n > 0 {
		h.all, h.ops = readEntries(x, n)
		h.start, h.stop = activeRange(h.ops)
	}
	return h
}

// agents are the agents that histories tell of, by type: the last seen of each.
type agents map[string]*operation.Agent

// of returns an agent that is like another one.
func (known agents) of(like *operation.Agent) *operation.Agent {
	a := known[like.Type]
	if a == nil || *a != *like {
		own := *like
		a = &own
		known[like.Type] = a
	}
	return a
}

// readEntries reads the n entries of an <lrm_resource>: from the last to the first, because the newest stand first; and by age.
func readEntries(x *xmltree.Node, n int) (all []Entry, ops []*Entry) {
	all, ops = make([]Entry, n), make([]*Entry, n)
	for op := range x.Elements("lrm_rsc_op") {
		n--
		all[n].read(op)
		ops[n] = &all[n]
	}
	sortByAge(ops)
	return all, ops
}

// Empty tells whether there is no entry.
func (h *History) Empty() bool { return len(h.ops) == 0 && !h.absent }

// Entries are the entries, oldest first.
func (h *History) Entries() []*Entry {
	if h.absent {
		_, ops := readEntries(h.XML, 1)
		return ops
	}
	return h.ops
}

// inDocument ranges over the entries as they stand in the document. The receiver may be nil.
func (h *History) inDocument() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		if h == nil {
			return
		}
		all := h.all
		if h.absent {
			all, _ = readEntries(h.XML, 1)
		}
		for i := len(all) - 1; i >= 0; i-- {
			if !yield(&all[i]) {
				return
			}
		}
	}
}

// Active are the entries since the last start, or since what implies one; none when a successful stop came after it.
func (h *History) Active() []*Entry {
	if h.start < h.stop {
		return nil
	}
	return h.Entries()[max(h.start, 0):]
}

// RunBy tells whether a history is of the agent that a resource has.
func (r *Resource) RunBy(h *History) bool {
	return h.agent.Class == r.Class && h.agent.Provider == r.Provider && h.agent.Type == r.Type
}

// foundNothing tells whether an entry is a probe that found the resource not running, which is what most entries are.
func foundNothing(x *xmltree.Node) bool {
	id, status, code, monitor := false, false, false, false
	for i := range x.Attrs {
		switch a := &x.Attrs[i]; a.Name {
		case "id":
			id = a.Value != "" && !lastFailure(a.Value)
		case "operation":
			monitor = a.Value == "monitor"
		case "op-status":
			status = a.Value == "0"
		case "rc-code":
			code = a.Value == "7"
		case "interval":
			if a.Value != "0" {
				return false
			}
		}
	}
	return id && status && code && monitor
}

// lastFailure tells whether an entry's id is the one under which the last failure of its resource is kept.
func lastFailure(id string) bool { return strings.HasSuffix(id, "_last_failure_0") }

// activeRange finds the last start and the last successful stop in a sorted history. Without a start a promote or
// demote, or else a monitor that found the resource running after the last stop, stands for it.
func activeRange(ops []*Entry) (start, stop int32) {
	start, stop = -1, -1
	monitor, role := int32(-1), int32(-1)
	for at, op := range ops {
		i := int32(at)
		switch task := strings.ToLower(op.Task); {
		case task == "stop" && op.Status == operation.Done:
			stop = i
		case task == "start" || task == "migrate_from":
			start = i
		case monitor <= stop && task == "monitor":
			if op.Code == ocf.OK || op.Code == ocf.RunningPromoted {
				monitor = i
			}
		case task == "promote" || task == "demote":
			role = i
		}
	}
	if start == -1 {
		if start = role; start == -1 {
			start = monitor
		}
	}
	return start, stop
}

// histories are the histories of one node, in the order of the status section.
type histories struct {
	x    *xmltree.Node // lrm_resources; nil when there are none
	list []History
	// distinct tells whether no two are of one resource. It is found out with the absences.
	distinct bool
	absences absences       // the same, and
	conf     *configuration // what they were found with
}

// Histories returns the histories of a node.
func (s *State) Histories(n *Node) []History {
	if n.state == nil {
		return nil
	}
	return s.historiesIn(n.state).list
}

// Telling returns the histories of a node that tell more than that a resource was looked for and not found: most do not.
// Where something else makes a resource active, all count: the search that did not find it is then what it was begun with. That is
// a migration told of by another node's history, or a second history, with the number of an instance, as old versions kept them.
func (s *State) Telling(n *Node) []*History {
	if n.telling == nil || n.allTell {
		list := s.Histories(n)
		n.telling = make([]*History, 0, len(list))
		for i := range list {
			if !list[i].Empty() {
				n.telling = append(n.telling, &list[i])
			}
		}
	}
	return n.telling
}

// historyOf returns what a node remembers of a resource, nil when that is nothing.
func (s *State) historyOf(n *Node, id string) *History {
	list := s.Histories(n)
	if n.byHistory == nil {
		n.byHistory = make(map[string]int, len(list))
		for i := len(list) - 1; i >= 0; i-- {
			n.byHistory[list[i].ID] = i
		}
	}
	if i, ok := n.byHistory[id]; ok {
		return &list[i]
	}
	return nil
}
