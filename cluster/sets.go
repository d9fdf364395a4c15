package cluster

import (
	"pacer/option"
	"pacer/xmltree"
)

// members returns the resources that a name stands for: one resource, or all that bear a tag or use a template.
func (c *constraints) members(id string) (names []string, isTag, ok bool) {
	if c.byName[id] != nil {
		return []string{id}, false, true
	}
	refs, ok := c.tagged[id]
	return refs, ok, ok
}

// isTag tells whether a name stands for what bears a tag or uses a template.
func (c *constraints) isTag(id string) bool {
	_, tag, _ := c.members(id)
	return tag
}

// set is a resource_set, or what a tag stands for.
type set struct {
	id         string
	x          *xmltree.Node // nil for a tag
	refs       []string
	role       string
	action     string
	sequential string
}

func (v *set) get(name string) (string, bool) { return v.x.Lookup(name) }

// isSequential tells whether the set's members hang together; other when nothing is said.
func (v *set) isSequential(other bool) bool {
	if b, ok := option.ParseBool(v.sequential); ok {
		return b
	}
	return other
}

// sets returns the resource sets of a constraint, tags in them replaced by what they stand for; ok is false when one of
// them cannot be read. Where something is named that does not exist, no tag is replaced: what stands before the first name that
// is no resource's still counts.
func (c *constraints) sets(e *xmltree.Node) (list []*set, ok bool) {
	known := true
	for x := range e.Elements("resource_set") {
		if x = c.resolve(x); x == nil {
			return nil, false
		}
		v := &set{id: x.ID(), x: x, role: x.Get("role"), action: x.Get("action"), sequential: x.Get("sequential")}
		for ref := range x.Elements("resource_ref") {
			names, _, there := c.members(ref.ID())
			known = known && there
			v.refs = append(v.refs, names...)
		}
		list = append(list, v)
	}
	if known {
		return list, true
	}
	for _, v := range list {
		v.refs = v.refs[:0:0]
		for ref := range v.x.Elements("resource_ref") {
			v.refs = append(v.refs, ref.ID())
		}
	}
	return list, true
}

// sides returns both sides of a constraint as sets when at least one is a tag; nil when none is.
func (c *constraints) sides(e *xmltree.Node, first, second string) (list []*set, ok bool) {
	tags := 0
	for _, id := range []string{first, second} {
		names, isTag, known := c.members(id)
		if !known {
			c.say(Config, "Constraint %s is left out: there is no resource or tag %q.", e.ID(), id)
			return nil, false
		}
		if isTag {
			tags++
		}
		list = append(list, &set{id: id, refs: names, sequential: "false"})
	}
	if tags == 0 {
		return nil, true
	}
	return list, true
}
