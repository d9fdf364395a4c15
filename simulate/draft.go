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
	// numbers are those of resources, by their names in the history, in the order in which they are asked for.
	numbers map[string]int
	// epochs counts changes of the configuration, updates those of the status since the last of them: each thing that happens is a
	// change of its own, as it would be in a cluster.
	epochs, updates int
}

// happened counts a change of the status, reconfigured one of the configuration.
func (d *draft) happened()     { d.updates++ }
func (d *draft) reconfigured() { d.epochs, d.updates = d.epochs+1, 0 }

// site is what the status says of one node.
type site struct {
	state *xmltree.Node
	// list is the lrm_resources element; nil until the history is asked for.
	list *xmltree.Node
	// at is the place of each resource in the list, by its number, from 1; 0 where it is not there.
	at []int
	// old is how many were in the list at first: those behind them were made here.
	old int
	// twice are the ids that are there more than once.
	twice map[string]bool
}

// newDraft begins with a document. How many resources there may be need not be right.
func newDraft(root *xmltree.Node, resources int) *draft {
	d := &draft{numbers: make(map[string]int, resources), mine: map[*xmltree.Node]bool{}, sites: map[string]*site{}}
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
			d.happened()
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
		s.old = len(s.list.Children)
		for i, c := range s.list.Children {
			if c.Name != "lrm_resource" {
				continue
			}
			switch at := d.place(s, c.ID()); {
			case *at == 0:
				*at = i + 1
			case s.twice == nil:
				s.twice = map[string]bool{c.ID(): true}
			default:
				s.twice[c.ID()] = true
			}
		}
	}
	for _, id := range [...]string{name, configured} {
		switch i := *d.place(s, id) - 1; {
		case i >= s.old:
			return s.list.Children[i]
		case i >= 0:
			return d.own(s.list, i)
		}
	}
	*d.place(s, configured) = len(s.list.Children) + 1
	r := s.list.AddNew("lrm_resource", "id", configured, "class", agent.Class, "provider", agent.Provider, "type", agent.Type)
	if agent.Provider == "" {
		r.Unset("provider")
	}
	return r
}

// place is where it stands at which place a node's list has a resource. It holds until the next one is asked for.
func (d *draft) place(s *site, id string) *int {
	n, known := d.numbers[id]
	if !known {
		n = len(d.numbers)
		d.numbers[id] = n
	}
	if n >= len(s.at) {
		s.at = append(s.at, make([]int, n+1-len(s.at))...)
	}
	return &s.at[n]
}

// forget takes a node's history and transient attributes away.
func (d *draft) forget(s *site) {
	s.list, s.at, s.old, s.twice = nil, nil, 0, nil
	s.state.Children = slices.DeleteFunc(s.state.Children, func(c *xmltree.Node) bool {
		gone := c.Name == "lrm" || c.Name == "transient_attributes"
		if gone {
			d.happened()
		}
		return gone
	})
}

// done ends the changes and returns the document, with a version of its own.
func (d *draft) done() *xmltree.Node {
	count := func(name string, by int) {
		if n, err := strconv.Atoi(d.root.Get(name)); err == nil {
			d.root.Set(name, strconv.Itoa(n+by))
		}
	}
	if d.epochs > 0 {
		count("epoch", d.epochs)
		d.root.Set("num_updates", "0")
	}
	count("num_updates", d.updates)
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
	d.reconfigured()
}
