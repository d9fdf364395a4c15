package sim

import (
	"fmt"
	"slices"
	"strings"

	"pacer/api"
	"pacer/engine"
	"pacer/xmltree"
)

// checker looks at the world after every step and says what is wrong, "" when nothing is.
type checker func(*World) string

func checkers() []checker {
	return []checker{activeOnce, oneCoordinator, sameDocuments}
}

// fenced tells whether the configuration of the world rules out that a service is active twice.
func (w *World) fenced() bool {
	return !strings.Contains(w.opt.CIB, `name="stonith-enabled" value="false"`)
}

// activeOnce: with fencing on, no service is active on two machines at once, not even for a moment.
func activeOnce(w *World) string {
	if !w.fenced() {
		return ""
	}
	for i, n := range w.Nodes {
		if !n.On {
			continue
		}
		for _, s := range n.agents.services {
			if !s.Active && !s.Busy {
				continue
			}
			for _, m := range w.Nodes[i+1:] {
				switch {
				case slices.Contains(w.opt.Exclusive, s.Name) && m.MayRun(s.Name):
					return fmt.Sprintf("%s is active on %s and on %s", s.Name, n.Name, m.Name)
				case s.Promoted && m.On && m.agents.service(s.Name).Promoted:
					return fmt.Sprintf("%s is promoted on %s and on %s", s.Name, n.Name, m.Name)
				}
			}
		}
	}
	return ""
}

// oneCoordinator: of the managers that are in the same view, one at most decides.
func oneCoordinator(w *World) string {
	for i, n := range w.Nodes {
		if !n.decides() {
			continue
		}
		for _, m := range w.Nodes[i+1:] {
			if m.decides() && n.manager.Snapshot().Node.View.ID == m.manager.Snapshot().Node.View.ID {
				return fmt.Sprintf("%s and %s both coordinate view %s", n.Name, m.Name, m.manager.Snapshot().Node.View.ID)
			}
		}
	}
	return ""
}

func (n *Node) decides() bool {
	return n.manager != nil && !n.frozen && n.manager.Deciding()
}

// recovered is called when a service begins to start: with fencing, it must not have been on a machine that was lost and
// not fenced.
func (w *World) recovered(n *Node, service string) {
	if !w.fenced() || !slices.Contains(w.opt.Exclusive, service) {
		return
	}
	for _, m := range w.Nodes {
		if m != n && !m.On && slices.Contains(m.owed, service) {
			w.fail("%s starts on %s, and %s, which ran it and is lost, was not fenced", service, n.Name, m.Name)
		}
	}
}

// sameDocuments: managers that have agreed on the CIB in one view have the same one at the same version.
func sameDocuments(w *World) string {
	if w.Steps%16 != 0 || w.opt.Unchecked {
		return ""
	}
	for i, n := range w.Nodes {
		a := n.agreed()
		if a == nil {
			continue
		}
		for _, m := range w.Nodes[i+1:] {
			b := m.agreed()
			if b == nil || a.Node.View.ID != b.Node.View.ID || len(a.Node.View.Attached()) != len(b.Node.View.Attached()) ||
				a.CIB.Version() != b.CIB.Version() {
				continue
			}
			if !xmltree.Equal(a.CIB.Root(), b.CIB.Root()) {
				return fmt.Sprintf("%s and %s have different documents of version %s", n.Name, m.Name, a.CIB.Version())
			}
		}
	}
	return ""
}

// agreed is the picture of a manager that has agreed on the CIB with its view, else nil.
func (n *Node) agreed() *api.Snapshot {
	if n.manager == nil || n.frozen {
		return nil
	}
	s := n.manager.Snapshot()
	switch s.Node.State {
	case api.StateStarting, api.StateJoining, api.StateStopping:
		return nil
	}
	return s
}

// Settled tells whether every machine with power has a manager in one view, and the cluster has nothing left to do.
func (w *World) Settled() bool {
	var first *api.Snapshot
	for _, n := range w.Nodes {
		if !n.On {
			continue
		}
		if n.manager == nil {
			return false
		}
		s := n.manager.Snapshot()
		if !s.Node.Settled || s.Node.DC == "" {
			return false
		}
		if first == nil {
			first = s
		}
		if s.Node.View.ID != first.Node.View.ID || s.Node.DC != first.Node.DC || s.CIB.Version() != first.CIB.Version() {
			return false
		}
	}
	return first != nil
}

// Same says where the CIBs of the managers differ, "" when they do not.
func (w *World) Same() string {
	var first *Node
	for _, n := range w.Nodes {
		if n.manager == nil {
			continue
		}
		if first == nil {
			first = n
			continue
		}
		a, b := first.manager.Snapshot().CIB, n.manager.Snapshot().CIB
		if !xmltree.Equal(a.Root(), b.Root()) {
			return fmt.Sprintf("the CIBs of %s and %s differ:\n%s\n%s", first.Name, n.Name, a.Bytes(), b.Bytes())
		}
	}
	return ""
}

// Attributes says where the status section shows other transient attributes of the members than a manager knows, "" when it does not.
// It is to be asked when the world is at peace.
func (w *World) Attributes() string {
	for _, n := range w.Nodes {
		if n.manager == nil {
			continue
		}
		s := n.manager.Snapshot()
		var known, shown []string
		for _, a := range s.Attributes {
			if !a.Private {
				known = append(known, a.Node+" "+a.Name+"="+a.Value)
			}
		}
		for state := range s.CIB.Status().Elements("node_state") {
			node := state.Get("uname")
			if !slices.ContainsFunc(s.Node.View.Members, func(m engine.Member) bool { return m.Name == node }) {
				continue // what is left of a node that is away
			}
			for set := range state.First("transient_attributes").Elements() {
				for nv := range set.Elements("nvpair") {
					shown = append(shown, node+" "+nv.Get("name")+"="+nv.Get("value"))
				}
			}
		}
		slices.Sort(known)
		slices.Sort(shown)
		if !slices.Equal(known, shown) {
			return fmt.Sprintf("%s knows the attributes %q, and its status section shows %q", n.Name, known, shown)
		}
	}
	return ""
}

// Where lists the nodes on which a service is active.
func (w *World) Where(service string) []string {
	var out []string
	for _, n := range w.Nodes {
		if n.Runs(service) {
			out = append(out, n.Name)
		}
	}
	return out
}
