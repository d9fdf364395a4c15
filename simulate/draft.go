package simulate

import (
	"slices"
	"strconv"

	"pacer/operation"
	"pacer/xmltree"
)

// draft is a cib element in the making. It shares with the document that it began as all that does not change: a change
// copies the elements on the way to it, each once. What stands where in the status is looked up once per node, so that a
// change costs the same in a big document as in a small one.
type draft struct {
	root  *xmltree.Node
	mine  map[*xmltree.Node]bool // copied or made here, so nobody else has seen them
	sites map[string]*site       // by the name of the node
	// resources is how many histories a node may have; it need not be right.
	resources int
	// configured says that the configuration was changed, not the status alone.
	configured bool
}

// site is what the status says of one node.
type site struct {
	state *xmltree.Node
	// list is the lrm_resources element and at the place of each resource in it by id; nil until the history is asked for.
	list *xmltree.Node
	at   map[string]int
	// twice are the ids that are there more than once.
	twice map[string]bool
}

func newDraft(root *xmltree.Node, resources int) *draft {
	d := &draft{resources: resources, mine: map[*xmltree.Node]bool{}, sites: map[string]*site{}}
	d.root = d.copyOf(root)
	return d
}

func (d *draft) copyOf(n *xmltree.Node) *xmltree.Node {
	c := *n
	c.Attrs, c.Children = slices.Clone(n.Attrs), slices.Clone(n.Children)
	d.mine[&c] = true
	return &c
}

// own makes child number i of an element that may be written one that may be written too.
func (d *draft) own(parent *xmltree.Node, i int) *xmltree.Node {
	if c := parent.Children[i]; d.mine[c] {
		return c
	}
	c := d.copyOf(parent.Children[i])
	parent.Children[i] = c
	return c
}

// add makes a new child of an element that may be written.
func (d *draft) add(parent *xmltree.Node, name string, attrs ...string) *xmltree.Node {
	n := parent.AddNew(name, attrs...)
	d.mine[n] = true
	return n
}

// search returns the first child element with that name of which match is true, to be written, or nil.
func (d *draft) search(parent *xmltree.Node, name string, match func(*xmltree.Node) bool) *xmltree.Node {
	for i, c := range parent.Children {
		if c.Kind == xmltree.Element && c.Name == name && match(c) {
			return d.own(parent, i)
		}
	}
	return nil
}

// child returns the first child element of that name to be written, made when there is none.
func (d *draft) child(parent *xmltree.Node, name string, attrs ...string) *xmltree.Node {
	if c := d.search(parent, name, func(*xmltree.Node) bool { return true }); c != nil {
		return c
	}
	return d.add(parent, name, attrs...)
}

// site finds a node's state by its name, else by its id, else makes an empty one.
func (d *draft) site(name, uuid string) *site {
	if s := d.sites[name]; s != nil {
		return s
	}
	status := d.child(d.root, "status")
	state := d.search(status, "node_state", func(n *xmltree.Node) bool { return n.Get("uname") == name })
	if state == nil {
		// Before a node has joined, its state may have no name yet.
		state = d.search(status, "node_state", func(n *xmltree.Node) bool { return n.ID() == uuid })
		if state != nil {
			state.Set("uname", name)
		} else {
			state = d.add(status, "node_state", "id", uuid, "uname", name)
		}
	}
	s := &site{state: state}
	d.sites[name] = s
	return s
}

// history finds a resource's history on a node by one of two names, or makes one under the second: the name that it has
// in the configuration.
func (d *draft) history(s *site, name, configured string, agent operation.Agent) *xmltree.Node {
	if s.list == nil {
		s.list = d.child(d.child(s.state, "lrm", "id", s.state.ID()), "lrm_resources")
		s.at = make(map[string]int, max(len(s.list.Children), d.resources))
		for i, c := range s.list.Children {
			switch _, known := s.at[c.ID()]; {
			case c.Name != "lrm_resource":
			case !known:
				s.at[c.ID()] = i
			case s.twice == nil:
				s.twice = map[string]bool{c.ID(): true}
			default:
				s.twice[c.ID()] = true
			}
		}
	}
	for _, id := range [...]string{name, configured} {
		if i, ok := s.at[id]; ok {
			return d.own(s.list, i)
		}
	}
	s.at[configured] = len(s.list.Children)
	r := d.add(s.list, "lrm_resource", "id", configured, "class", agent.Class, "provider", agent.Provider, "type", agent.Type)
	if agent.Provider == "" {
		r.Unset("provider")
	}
	return r
}

// forget takes a node's history and transient attributes away.
func (d *draft) forget(s *site) {
	s.list, s.at, s.twice = nil, nil, nil
	s.state.Children = slices.DeleteFunc(s.state.Children, func(c *xmltree.Node) bool {
		return c.Name == "lrm" || c.Name == "transient_attributes"
	})
}

// done ends the changes and returns the document, with a version of its own.
func (d *draft) done() *xmltree.Node {
	count := func(name string) {
		if n, err := strconv.Atoi(d.root.Get(name)); err == nil {
			d.root.Set(name, strconv.Itoa(n+1))
		}
	}
	if !d.configured {
		count("num_updates")
		return d.root
	}
	count("epoch")
	d.root.Set("num_updates", "0")
	return d.root
}

// configure gives a node that the configuration does not have an entry there, with its name as its id.
func (d *draft) configure(name string) {
	nodes := d.child(d.child(d.root, "configuration"), "nodes")
	for n := range nodes.Elements("node") {
		if n.Get("uname") == name {
			return
		}
	}
	d.add(nodes, "node", "id", name, "uname", name)
	d.configured = true
}
