package nvpair

import (
	"regexp"
	"strings"

	"pacer/cib"
	"pacer/xmltree"
)

// Where says which pairs are meant. Empty fields match everything; Section is always given.
type Where struct {
	// Section is crm_config, rsc_defaults, op_defaults, nodes, status or tickets.
	Section string
	// Node is needed in nodes and status.
	Node        Node
	Utilization bool
	Set         string
	ID          string
	Name        string
	Pattern     *regexp.Regexp // instead of Name
}

// Match is one pair with what it stands in.
type Match struct {
	Set  *xmltree.Node
	Pair *xmltree.Node
}

// ID is the pair's id.
func (m Match) ID() string { return m.Pair.ID() }

// Name is the pair's name.
func (m Match) Name() string { return m.Pair.Get("name") }

// Value is the pair's value; known is false when it has none, which stands for "(null)".
func (m Match) Value() (value string, known bool) { return m.Pair.Lookup("value") }

// setName is the element that holds the pairs.
func (w Where) setName() string {
	switch w.Section {
	case "crm_config":
		return "cluster_property_set"
	case "rsc_defaults", "op_defaults":
		return "meta_attributes"
	}
	if w.Utilization {
		return "utilization"
	}
	return "instance_attributes"
}

// holders returns the elements whose children are the sets.
func (w Where) holders(root *xmltree.Node) []*xmltree.Node {
	switch w.Section {
	case "nodes":
		if n := root.Path("configuration", "nodes").ByID("node", w.Node.UUID); n != nil {
			return []*xmltree.Node{n}
		}
	case "status":
		if n := root.First("status").ByID("node_state", w.Node.UUID); n != nil {
			if t := n.First("transient_attributes"); t != nil {
				return []*xmltree.Node{t}
			}
		}
	case "tickets":
		if n := root.Path("status", "tickets"); n != nil {
			return []*xmltree.Node{n}
		}
	default:
		if n := root.Path("configuration", w.Section); n != nil {
			return []*xmltree.Node{n}
		}
	}
	return nil
}

// Find returns the pairs in document order.
func Find(root *xmltree.Node, w Where) []Match {
	var out []Match
	for _, h := range w.holders(root) {
		for set := range h.Elements(w.setName()) {
			if w.Set != "" && set.ID() != w.Set {
				continue
			}
			for p := range set.Elements("nvpair") {
				if w.matches(p) {
					out = append(out, Match{set, p})
				}
			}
		}
	}
	return out
}

func (w Where) matches(p *xmltree.Node) bool {
	if w.ID != "" && p.ID() != w.ID {
		return false
	}
	if w.Pattern != nil {
		return w.Pattern.MatchString(p.Get("name"))
	}
	return w.Name == "" || p.Get("name") == w.Name
}

// SetID is the id of the set that new pairs go to.
func (w Where) SetID() string {
	if w.Set != "" {
		return w.Set
	}
	switch w.Section {
	case "crm_config":
		return "cib-bootstrap-options"
	case "nodes", "status":
		id := w.Section + "-" + w.Node.UUID
		if w.Utilization {
			id += "-utilization"
		}
		return Sanitize(id)
	case "tickets":
		return "status-tickets"
	}
	return w.Section + "-options"
}

// Update makes the operation that gives the pair a value. Old is the pair that exists already, or nil.
// "value++" and "value+=N" calculate.
func Update(w Where, old *Match, value string) cib.Op {
	set, id, name := w.SetID(), w.ID, w.Name
	if old != nil {
		set, id, name = old.Set.ID(), old.ID(), old.Name()
	}
	if id == "" {
		id = Sanitize(set + "-" + name)
	}
	sets := xmltree.New(w.setName(), "id", set).Add(xmltree.New("nvpair", "id", id, "name", name, "value", value))
	data := sets
	switch w.Section {
	case "nodes":
		data = xmltree.New("node", "id", w.Node.UUID)
		if w.Node.Remote {
			data.Set("type", "remote").Set("uname", w.Node.Name)
		}
		data.Add(sets)
	case "status":
		data = xmltree.New("node_state", "id", w.Node.UUID)
		if w.Node.Remote {
			data.Set("uname", w.Node.Name)
		}
		data.Add(xmltree.New("transient_attributes", "id", w.Node.UUID).Add(sets))
	}
	return cib.Op{Kind: cib.OpModify, Section: w.Section, Data: xmltree.New(w.Section).Add(data), AllowCreate: true, ScoreMode: true}
}

// Delete makes the operation that removes a pair.
func Delete(w Where, m Match) cib.Op {
	return cib.Op{Kind: cib.OpDelete, Section: w.Section, Data: xmltree.New("nvpair", "id", m.ID(), "name", m.Name())}
}

// Sanitize replaces what an XML id must not hold.
func Sanitize(id string) string {
	return strings.Map(func(r rune) rune {
		if r == ':' || r == '#' {
			return '.'
		}
		return r
	}, id)
}
