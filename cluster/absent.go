package cluster

// Nearly all that nodes remember of a big cluster is that a resource was looked for and not found. Where a Memo is left, what
// such a history is about is found out once for a configuration, and then answered from a list of numbers: in a cluster of 16
// nodes and 1,000 primitives that halves the time in which the status is read.

// absences are, for each history of a node, the number of the primitive of which it says no more than that it is not there;
// none for histories that must be read.
type absences []int32

const none = -1

// resolved are the histories with what is worth while to find out when they are read again and again. It is found by the configuration alone: what the status adds takes no name away.
func (h *histories) resolved(c *configuration) *histories {
	if h.conf == c {
		return h
	}
	own := *h
	own.conf, own.absences, own.distinct = c, make(absences, len(h.list)), h.areDistinct()
	for i := range h.list {
		own.absences[i] = none
		e := &h.list[i]
		if !e.absent {
			continue
		}
		if r := c.s.byName[e.ID]; r != nil && r.Kind == Primitive && !r.Connection && r.Name == e.ID && !r.Top(false).Anonymous() && r.RunBy(e) {
			own.absences[i] = r.number
		}
	}
	return &own
}

// areDistinct tells whether no two histories can be of the same resource: their names differ without the numbers of instances.
func (h *histories) areDistinct() bool {
	names := make(map[string]bool, len(h.list))
	for i := range h.list {
		names[baseName(h.list[i].ID)] = true
	}
	return len(names) == len(h.list)
}

// notThere takes an absence into account, as unpackResourceHistory does for a history that says so. It tells whether it could:
// what was found out on other nodes may make it a case for that.
func (s *State) notThere(number int32, n *Node, failures bool) bool {
	r := s.made[number]
	if r.History != "" || r.stopAsked || r.MigratingTo != nil || failures && r.FailTimeout > 0 || s.Options.ShutdownLock {
		return false
	}
	before := r.Role
	r.Role, r.Next = Stopped, RoleUnknown
	r.knowWhole(n, len(s.Nodes))
	if role, ok := r.wanted(); ok {
		r.Next = role
	}
	r.Role = max(before, Stopped)
	return true
}
