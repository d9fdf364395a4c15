package cluster

import (
	"maps"
	"slices"
	"time"

	"pacer/xmltree"
)

// Memo is what one reading of a CIB leaves for the next. Documents share what did not change, so that the same pointer
// means the same content: what was read from a part that is still there, and depends on nothing else that changed, is not
// read again. What follows from all parts together always is, and so the result is the same as that of Unpack.
//
// It holds what was read from one document and no more. A Memo may serve several readings and is not changed by them. The
// zero Memo knows nothing.
type Memo struct {
	conf      *configuration
	histories map[string]*histories   // by the id of the node_state
	digests   map[digestID]*opDigests // none of them depends on a rule
	steady    map[*xmltree.Node]int32 // see KeepSteady: by the lrm_resource, the number of the resource
}

// Unpack reads a CIB as the function Unpack does. It costs what changed since the reading that left the Memo, and a little
// for every resource and for every node that remembers it. The State leaves a Memo for the next reading. A nil Memo reads
// just as Unpack does, and none is left.
func (m *Memo) Unpack(root *xmltree.Node, now time.Time) (*State, error) {
	if m == nil {
		return Unpack(root, now)
	}
	now, err := readable(root, now)
	if err != nil {
		return nil, err
	}
	conf := m.conf
	if conf == nil || !conf.holds(root, now) {
		conf = configurationOf(root, now)
	}
	s := conf.state(root, now)
	s.last, s.memo = m, &Memo{conf: conf, histories: map[string]*histories{}, digests: make(map[digestID]*opDigests, len(m.digests)),
		steady: make(map[*xmltree.Node]int32, len(m.steady))}
	return s.unpackRest()
}

// Memo is what the reading left for the next one; nil when Unpack read without. What the State is asked for adds to it, so
// it should be taken when the State is not used any more.
func (s *State) Memo() *Memo { return s.memo }

// configuration is a State before the status was read, with what it depends on.
type configuration struct {
	x   *xmltree.Node // <configuration>
	of  [4]string     // attributes of <cib>
	now time.Time
	s   *State
}

func configurationOf(root *xmltree.Node, now time.Time) *configuration {
	s := begin(root, now)
	s.unpackConfiguration()
	s.CIB = nil // its status is none of our business, and not to be kept
	return &configuration{x: root.First("configuration"), of: about(root), now: now, s: s}
}

// about are the attributes of <cib> that count: versions and dates do not.
func about(root *xmltree.Node) (v [4]string) {
	for i, name := range [4]string{"dc-uuid", "have-quorum", "no-quorum-panic", "crm_feature_set"} {
		v[i] = root.Get(name)
	}
	return v
}

// holds tells whether the document says the same at that time.
func (c *configuration) holds(root *xmltree.Node, now time.Time) bool {
	return c.x == root.First("configuration") && c.of == about(root) &&
		(!c.s.timed || c.now.Equal(now) && c.now.Location() == now.Location())
}

// state makes a State of its own from the configuration, for the status to be read into. What is read from the
// configuration alone and never changed is shared: elements, meta-attributes, utilization of resources.
func (c *configuration) state(root *xmltree.Node, now time.Time) *State {
	old, s := c.s, begin(root, now)
	nodes, resources := make([]Node, len(old.Nodes)), make([]Resource, len(old.made))
	s.made = make([]*Resource, len(old.made))
	node := func(n *Node) *Node {
		if n == nil {
			return nil
		}
		return &nodes[n.ID]
	}
	resource := func(r *Resource) *Resource {
		if r == nil {
			return nil
		}
		return &resources[r.number]
	}
	list := func(from []*Resource) []*Resource {
		if len(from) == 0 {
			return nil
		}
		to := make([]*Resource, len(from))
		for i, r := range from {
			to[i] = resource(r)
		}
		return to
	}

	s.Options, s.HaveQuorum, s.FenceDevices, s.RemoteNodes = old.Options, old.HaveQuorum, old.FenceDevices, old.RemoteNodes
	s.unfencing, s.timed, s.RecheckBy, s.byID, s.templates = old.unfencing, old.timed, old.RecheckBy, old.byID, old.templates
	s.uses, s.tooBig = maps.Clone(old.uses), old.tooBig
	s.Messages, s.said = slices.Clip(old.Messages), old.said
	s.DC, s.Tags, s.Templates = node(old.DC), old.Tags, slices.Clone(old.Templates)
	for i := range s.Templates {
		s.Templates[i].Refs = slices.Clip(s.Templates[i].Refs)
	}

	s.Nodes = make([]*Node, len(old.Nodes))
	for i, n := range old.Nodes {
		to := &nodes[i]
		*to = *n
		to.Connection, to.Container = resource(n.Connection), resource(n.Container)
		to.Attributes, to.Utilization = maps.Clone(n.Attributes), maps.Clone(n.Utilization)
		s.Nodes[i] = to
	}
	room := make([]Allowance, len(old.made)*len(old.Nodes))
	for i, r := range old.made {
		to := &resources[i]
		*to = *r
		s.made[i] = to
		to.Parent, to.Children = resource(r.Parent), list(r.Children)
		to.Launcher, to.Launched = resource(r.Launcher), list(r.Launched)
		to.Allowed, room = room[:len(r.Allowed):len(r.Allowed)], room[len(r.Allowed):]
		copy(to.Allowed, r.Allowed)
		if o := r.CloneOptions; o != nil {
			own := *o
			to.CloneOptions = &own
		}
		if o := r.BundleOptions; o != nil {
			own := *o
			own.Child, own.Replica = resource(o.Child), slices.Clone(o.Replica)
			for i := range own.Replica {
				p := &own.Replica[i]
				p.Container, p.IP, p.Connection, p.Child = resource(p.Container), resource(p.IP), resource(p.Connection), resource(p.Child)
				p.Node = node(p.Node)
			}
			to.BundleOptions = &own
		}
	}
	s.Top = list(old.Top)
	s.byName = make(map[string]*Resource, len(old.byName))
	for name, r := range old.byName { // order: each name has one place
		s.byName[name] = resource(r)
	}
	for name, n := range old.nodeNames { // order: each name has one place
		s.nodeNames[name] = node(n)
	}
	for id, n := range old.nodeIDs { // order: each id has one place
		s.nodeIDs[id] = node(n)
	}
	return s
}

// historiesIn returns the histories in a node_state.
func (s *State) historiesIn(state *xmltree.Node) *histories {
	if h := s.histories[state]; h != nil {
		return h
	}
	var h *histories
	if s.memo == nil {
		h = readHistories(state, nil, s.agents)
	} else {
		before := s.last.histories[state.ID()]
		if h = readHistories(state, before, s.agents); h == before {
			h = h.resolved(s.memo.conf) // What is read a second time will be read more often.
		}
		s.memo.histories[state.ID()] = h
	}
	s.histories[state] = h
	return h
}

// readHistories reads the histories in a node_state, but for those that were read before.
func readHistories(state *xmltree.Node, before *histories, agents agents) *histories {
	x := state.Path("lrm", "lrm_resources")
	if before != nil && before.x == x {
		return before
	}
	h := &histories{x: x}
	if x == nil {
		return h
	}
	h.list = make([]History, 0, len(x.Children))
	known := map[*xmltree.Node]int{}
	if before != nil {
		for i := range before.list {
			known[before.list[i].XML] = i
		}
	}
	for e := range x.Elements("lrm_resource") {
		if i, ok := known[e]; ok {
			h.list = append(h.list, before.list[i])
		} else {
			h.list = append(h.list, readHistory(e, agents))
		}
	}
	return h
}

// digestID tells digests apart: by the entry that asked for them first, the number of the resource, and whether those for
// restarts were asked for.
type digestID struct {
	entry   *Entry
	number  int32
	restart bool
}
