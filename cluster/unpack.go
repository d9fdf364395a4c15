package cluster

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"time"

	"pacer/option"
	"pacer/rule"
	"pacer/xmltree"
)

// Limits on what a document may make us build.
const (
	maxNodes     = 10_000
	maxResources = 200_000
	maxInstances = 2_000      // of one clone
	maxPlaces    = 16_000_000 // resources times nodes
)

// Unpack reads a CIB. With the zero time the document's execution-date is the time. It fails when root is not a cib
// element, when no time is known, and when a limit is passed; whatever else is wrong is told in State.Messages and left
// out.
func Unpack(root *xmltree.Node, now time.Time) (*State, error) {
	now, err := readable(root, now)
	if err != nil {
		return nil, err
	}
	s := begin(root, now)
	s.unpackConfiguration()
	return s.unpackRest()
}

// readable tells whether a document can be read at all, and for what time.
func readable(root *xmltree.Node, now time.Time) (time.Time, error) {
	if root == nil || root.Name != "cib" {
		return now, errors.New("cluster: the document is not a cib element")
	}
	if now.IsZero() {
		sec, err := strconv.ParseInt(root.Get("execution-date"), 10, 64)
		if err != nil {
			return now, errors.New("cluster: no time given and the document has no execution-date")
		}
		now = time.Unix(sec, 0).UTC()
	}
	return now, nil
}

// begin makes a State in which nothing was read.
func begin(root *xmltree.Node, now time.Time) *State {
	s := &State{CIB: root, Now: now, DCUUID: root.Get("dc-uuid"), byName: map[string]*Resource{},
		byHistory: map[string]*Resource{}, nodeNames: map[string]*Node{}, nodeIDs: map[string]*Node{},
		histories: map[*xmltree.Node]*histories{}, agents: agents{}}
	s.common = rule.Facts{Now: now, Resolve: s.resolve, Change: s.recheckBy,
		Problem: func(text string) { s.say(Config, "%s", text) }}
	return s
}

// unpackConfiguration reads what depends on nothing but <configuration>, a few attributes of <cib> and, where rules ask
// for it, the time. A Memo relies on that.
func (s *State) unpackConfiguration() {
	s.HaveQuorum = option.True(s.CIB.Get("have-quorum"))
	conf := s.CIB.First("configuration")
	s.unpackOptions()
	s.unpackNodes(conf.First("nodes"))
	s.unpackResources(s.unpackRemoteNodes(conf.First("resources")))
	s.unpackTags(conf.First("tags"))
}

// unpackRest reads the status, and the constraints, whose rules ask for it.
func (s *State) unpackRest() (*State, error) {
	if !s.tooBig {
		s.unpackStatus(s.CIB.First("status"))
	}
	if s.tooBig || len(s.Nodes) > maxNodes {
		return nil, fmt.Errorf("cluster: too big: %d nodes and %d resources, more than %d nodes, %d resources or %d resources times nodes",
			len(s.Nodes), len(s.made), maxNodes, maxResources, maxPlaces)
	}
	s.number()
	s.looked = len(s.Messages)
	s.unpackConstraints(s.CIB.Path("configuration", "constraints"))
	return s, nil
}

// number gives nodes and resources their final numbers: nodes by name, resources with parents before children.
func (s *State) number() {
	old := make([]NodeID, len(s.Nodes))
	sort.SliceStable(s.Nodes, func(i, j int) bool { return CompareNames(s.Nodes[i].Name, s.Nodes[j].Name) < 0 })
	same := true
	for i, n := range s.Nodes {
		old[i] = n.ID
		same = same && int(n.ID) == i
		n.ID = NodeID(i)
	}
	s.Resources = s.Resources[:0]
	var visit func(r *Resource)
	visit = func(r *Resource) {
		r.ID = ResourceID(len(s.Resources))
		s.Resources = append(s.Resources, r)
		if !same || len(r.Allowed) < len(old) {
			allowed := s.allowances()
			for i, o := range old {
				if int(o) < len(r.Allowed) {
					allowed[i] = r.Allowed[o]
				}
			}
			r.Allowed = allowed
		}
		for i, c := range r.Children {
			c.Index = i
			visit(c)
		}
	}
	for _, r := range s.Top {
		visit(r)
	}
	for _, r := range s.Top {
		s.count(r)
	}
}

// count adds to the numbers of instances, of those that shall stay stopped, and of those with which nothing can be done.
func (s *State) count(r *Resource) {
	if r.Kind != Primitive {
		for _, c := range r.Children {
			s.count(c)
		}
		return
	}
	if r.Removed && r.Role <= Stopped {
		return
	}
	s.Instances++
	if _, ok := r.wanted(); ok { // stopped, or not promoted
		s.Disabled++
	}
	if r.Blocked {
		s.Blocked++
	}
}
