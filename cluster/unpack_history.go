package cluster

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/history"
	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// unpackHistory reads the operation history of a node.
func (s *State) unpackHistory(n *Node, state *xmltree.Node) {
	list := state.Path("lrm", "lrm_resources")
	launched := false
	for e := range list.Elements("lrm_resource") {
		r := s.unpackResourceHistory(n, e)
		launched = launched || r != nil && r.RemovedLaunched
	}
	if !launched {
		return
	}
	for e := range list.Elements("lrm_resource") {
		id := e.Get("container")
		if id == "" || e.ID() == "" {
			continue
		}
		l, r := s.findResource(id), s.findResource(e.ID())
		if l != nil && r != nil && r.Launcher == nil && r.RemovedLaunched {
			r.Launcher = l
			l.Launched = append(l.Launched, r)
			if guest := s.findNode(r.Name); r.Connection && guest != nil {
				guest.Container = l // what this connects is a guest, although the configuration has forgotten it
			}
		}
	}
}

// History returns the history entries of a resource on a node, oldest first.
func sortedEntries(x *xmltree.Node) []*xmltree.Node {
	var ops []*xmltree.Node
	for op := range x.Elements("lrm_rsc_op") {
		ops = append(ops, op)
	}
	slices.Reverse(ops)
	slices.SortStableFunc(ops, age)
	return ops
}

// Entries returns the history of one lrm_resource element, oldest first, with the places of the last start (or what
// implies one) and of the last successful stop; -1 where there is none.
func Entries(x *xmltree.Node) (ops []*xmltree.Node, start, stop int) {
	ops = sortedEntries(x)
	start, stop = activeRange(ops)
	return ops, start, stop
}

// Millis reads a length of time in milliseconds, as the history has it; 0 for text that is none.
func Millis(text string) time.Duration { return millis(text) }

func millis(text string) time.Duration {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Millisecond
}

func whole(x *xmltree.Node, name string, other int) int {
	n, err := strconv.Atoi(x.Get(name))
	if err != nil {
		return other
	}
	return n
}

// changed is when the result of an entry last became this one, -1 when unknown.
func changed(x *xmltree.Node) int64 {
	t, err := strconv.ParseInt(x.Get("last-rc-change"), 10, 64)
	if err != nil {
		return -1
	}
	return t
}

// targetCode is the exit code that an entry's operation was expected to have, -1 when that is not known.
func targetCode(x *xmltree.Node) int {
	k, err := history.ParseKey(x.Get("transition-key"))
	if err != nil {
		return -1
	}
	return int(k.Expected)
}

// age compares two history entries: negative when a is older.
func age(a, b *xmltree.Node) int {
	sameNode := strings.EqualFold(a.Get("on_node"), b.Get("on_node"))
	if sameNode && a.ID() == b.ID() {
		return 0
	}
	x, y := whole(a, "call-id", -1), whole(b, "call-id", -1)
	switch {
	case x == -1 && y == -1:
		return 0 // both pending
	case sameNode && x >= 0 && x < y:
		return -1
	case sameNode && y >= 0 && x > y:
		return 1
	case x >= 0 && y >= 0 && (!sameNode || x == y):
		t, u := changed(a), changed(b)
		switch {
		case t >= 0 && t < u:
			return -1
		case u >= 0 && t > u:
			return 1
		}
		return 0
	}
	// One is pending: its transition tells whether the other came after it. -1 stands for a shutdown, which comes last.
	m, err1 := history.ParseMagic(a.Get("transition-magic"))
	k, err2 := history.ParseMagic(b.Get("transition-magic"))
	if err1 != nil || err2 != nil {
		return 0
	}
	t, u := m.Key.Transition, k.Key.Transition
	switch {
	case !strings.EqualFold(m.Key.UUID, k.Key.UUID) || t == u:
		switch {
		case y == -1:
			return -1
		case x == -1:
			return 1
		}
	case t >= 0 && t < u || u == -1:
		return -1
	case u >= 0 && t > u || t == -1:
		return 1
	}
	return 0
}

// activeRange finds the last start and the last successful stop in a sorted history. Without a start a promote or
// demote, or else a monitor that found the resource running after the last stop, stands for it.
func activeRange(ops []*xmltree.Node) (start, stop int) {
	start, stop = -1, -1
	monitor, role := -1, -1
	for i, op := range ops {
		switch task := strings.ToLower(op.Get("operation")); {
		case task == "stop" && op.Get("op-status") == "0":
			stop = i
		case task == "start" || task == "migrate_from":
			start = i
		case monitor <= stop && task == "monitor":
			if rc := op.Get("rc-code"); rc == "0" || rc == "8" {
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

// unpackResourceHistory reads one lrm_resource of a node.
func (s *State) unpackResourceHistory(n *Node, x *xmltree.Node) *Resource {
	id := x.ID()
	if id == "" {
		s.say(Config, "Line %d: an lrm_resource without id is left out.", x.Line)
		return nil
	}
	ops, start, stop := Entries(x)
	if len(ops) == 0 && !s.Options.ShutdownLock {
		return nil
	}
	r := s.historyResource(n, id)
	if r == nil {
		if len(ops) == 0 {
			return nil
		}
		if r = s.removedResource(x, id); r == nil {
			return nil
		}
	}
	if s.Options.ShutdownLock {
		s.unpackLock(r, n, x)
	}
	before := r.Role
	r.Role = RoleUnknown
	h := reading{s: s, r: r, n: n}
	for _, op := range ops {
		h.entry(op)
	}
	for i, op := range ops {
		if !n.Online {
			break
		}
		d := millis(op.Get("interval"))
		if start < stop && i <= stop || i < start || d == 0 || op.Get("op-status") == "-1" {
			continue
		}
		s.fact(Fact{Kind: FactRecurring, Resource: r, Node: n, Task: op.Get("operation"), Interval: d})
	}
	h.settle()
	if role, ok := s.targetRole(r); ok && (r.Next == RoleUnknown || role < r.Next) {
		r.Next = role
	}
	if before > r.Role {
		r.Role = before
	}
	return r
}

// removedResource makes a resource that is in the history only.
func (s *State) removedResource(x *xmltree.Node, id string) *Resource {
	e := &xmltree.Node{Name: "primitive", Attrs: slices.Clone(x.Attrs), Line: x.Line}
	e.Set("id", id)
	r := s.unpackResource(e, nil)
	if r == nil {
		return nil
	}
	if r.Connection {
		n := s.findNode(id)
		if n == nil {
			n = s.addNode(id, id, Remote, 0)
		}
		s.linkRemote(r)
		n.Shutdown = true
	}
	r.RemovedLaunched = x.Get("container") != ""
	r.Removed = true
	s.Top = append(s.Top, r)
	if s.Options.StopRemovedResources {
		s.allow(r, nil, minus, false)
	} else {
		r.Managed = false
	}
	return r
}

// unpackLock reads since when a resource is locked to a node that was shut down cleanly.
func (s *State) unpackLock(r *Resource, n *Node, x *xmltree.Node) {
	t, err := strconv.ParseInt(x.Get("shutdown-lock"), 10, 64)
	if err != nil || t == 0 {
		return
	}
	at := time.Unix(t, 0)
	if limit := s.Options.ShutdownLockLimit; limit > 0 && s.Now.Truncate(time.Second).After(at.Add(wholeSeconds(limit))) {
		s.fact(Fact{Kind: FactForget, Resource: r, Node: n})
		return
	}
	r.LockedTo, r.LockedAt = n, at
}

// historyResource finds the resource that a name in the history of a node stands for; nil when it is none of the
// configuration.
func (s *State) historyResource(n *Node, id string) *Resource {
	r := s.findResource(id)
	var parent *Resource
	switch {
	case r == nil:
		// Instances of anonymous clones are recorded without number.
		if zero := s.findResource(baseName(id) + ":0"); zero != nil && !zero.Unique {
			r, parent = zero, zero.Top(false)
		}
	case r.Kind != Primitive:
		return nil
	default:
		parent = r.Top(false)
	}
	if parent != nil && parent.Anonymous() {
		if parent.Bundled() {
			r = s.bundleReplica(parent.Parent, n)
		} else {
			r = s.anonymousInstance(n, parent, baseName(id))
		}
	}
	if r != nil && id != r.Name && id != r.History {
		if s.byHistory[r.History] == r {
			delete(s.byHistory, r.History)
		}
		r.History = id
		if s.byHistory[id] == nil {
			s.byHistory[id] = r
		}
	}
	return r
}

// member finds in an instance (a primitive, or a group's instance) the primitive with that name, numbered or plain.
func member(r *Resource, id string) *Resource {
	if r.Top(false).Kind == Clone && (r.Name == id || r.XMLID == id) {
		return r
	}
	for _, c := range r.Children {
		if m := member(c, id); m != nil {
			return m
		}
	}
	return nil
}

// locations are the nodes where a resource is active or about to be.
func locations(r *Resource, list []*Node) []*Node {
	for _, c := range r.Children {
		list = locations(c, list)
	}
	if len(r.Children) > 0 {
		return list
	}
	for _, n := range r.RunningOn {
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	if r.PendingNode != nil && !slices.Contains(list, r.PendingNode) {
		list = append(list, r.PendingNode)
	}
	return list
}

// anonymousInstance chooses the instance of an anonymous clone that a history on a node belongs to: the one that is
// active there, else one that is active nowhere, else a new, removed one.
func (s *State) anonymousInstance(n *Node, clone *Resource, id string) *Resource {
	var found, idle *Resource
	taken := false
	for _, c := range clone.Children {
		if found != nil {
			break
		}
		if at := locations(c, nil); len(at) > 0 {
			if at[0] != n {
				continue
			}
			if m := member(c, id); m != nil {
				if len(m.RunningOn) > 0 {
					taken = true // several numbered histories of what was unique once
				} else {
					found = m
				}
			}
		} else if !taken && idle == nil && !c.Blocked {
			idle = member(c, id)
			if idle != nil && idle.PendingNode != nil && idle.PendingNode != n {
				idle = nil
			}
		}
	}
	if found == nil && !taken {
		found = idle
	}
	// What a lost node is thought to run takes no instance away, unless fencing must come first anyway.
	if found != nil && found.Needs < NeedsFencing && (!n.Online || n.Unclean) && !n.Guest() && !s.universal(clone) {
		found = nil
	}
	if found == nil {
		if c := s.addInstance(clone); c != nil {
			found = member(c, id)
		}
	}
	return found
}

// universal tells whether a clone has an instance for every node.
func (s *State) universal(clone *Resource) bool { return clone.CloneOptions.Max == len(s.Nodes) }

// historyOf returns the lrm_resource of a resource on a node, nil when there is none.
func (s *State) historyOf(n *Node, id string) *xmltree.Node {
	for e := range s.status[n].Path("lrm", "lrm_resources").Elements("lrm_resource") {
		if e.ID() == id {
			return e
		}
	}
	return nil
}

// Histories returns the lrm_resource elements of a node.
func (s *State) Histories(n *Node) []*xmltree.Node {
	var list []*xmltree.Node
	for e := range s.status[n].Path("lrm", "lrm_resources").Elements("lrm_resource") {
		list = append(list, e)
	}
	return list
}

// Expired tells whether a history entry is the failure of a recurring operation that failure-timeout lets be forgotten.
func (s *State) Expired(x *xmltree.Node) bool { return s.expired[x] }

// operation reads an entry into typed form.
func (s *State) operation(r *Resource, n *Node, x *xmltree.Node) *Operation {
	o := &Operation{XML: x, Resource: r, Node: n, ID: x.ID(), Key: x.Get("operation_key"), Task: x.Get("operation"),
		Interval: millis(x.Get("interval")), Call: whole(x, "call-id", -1),
		Status: operation.Status(whole(x, "op-status", int(operation.Unknown))), Code: ocf.ExitCode(whole(x, "rc-code", -1)),
		Expected: ocf.ExitCode(targetCode(x)), Reason: x.Get("exit-reason"), Magic: x.Get("transition-magic"),
		FeatureSet: x.Get("crm_feature_set"), ExecTime: millis(x.Get("exec-time")), QueueTime: millis(x.Get("queue-time")),
		MigrateFrom: x.Get("migrate_source"), MigrateTo: x.Get("migrate_target"), Digest: x.Get("op-digest"),
		RestartDigest: x.Get("op-restart-digest"), SecureDigest: x.Get("op-secure-digest"),
		ForceRestart: x.Get("op-force-restart"), SecureParams: x.Get("op-secure-params")}
	if o.Key == "" {
		o.Key = o.ID
	}
	if t := changed(x); t > 0 {
		o.LastChange = time.Unix(t, 0)
	}
	if t, err := strconv.ParseInt(x.Get("last-run"), 10, 64); err == nil {
		o.LastRun = time.Unix(t, 0)
	}
	return o
}
