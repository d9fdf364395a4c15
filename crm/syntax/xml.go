package syntax

import (
	"strings"

	"pacer/xmltree"
)

// xml reads an object that is given as XML.
func (p *parser) xml() *Object {
	text := strings.TrimSpace(p.line.Text[len("xml"):])
	n, err := xmltree.ParseString(text)
	if err != nil {
		p.fail("", "Cannot parse XML data: %s: %v", text, err)
	}
	kind, ok := KindOfElement("", n.Name)
	if !ok && n.Name == "meta_attributes" {
		kind, ok = xmlDefaults(n), true
	}
	if !ok {
		p.fail("", "Element %s not recognized", n.Name)
	}
	obj := &Object{Kind: kind, ID: n.ID(), Node: Normalize(n), Line: p.line.No, XML: true}
	if kind == Node && obj.ID == "" {
		obj.ID = n.Get("uname")
	}
	if kind != Fencing && obj.ID == "" {
		p.fail("", "Element %s has no id", n.Name)
	}
	return obj
}

// xmlDefaults tells to which section a bare meta_attributes element belongs: what speaks of operations belongs to op_defaults.
func xmlDefaults(n *xmltree.Node) Kind {
	kind := RscDefaults
	n.Walk(func(c *xmltree.Node) bool {
		if c.Name == "op_expression" {
			kind = OpDefaults
		}
		if c.Name == "nvpair" {
			switch c.Get("name") {
			case "timeout", "record-pending", "on-fail", "interval", "start-delay", "enabled", "interval-origin":
				kind = OpDefaults
			}
		}
		return true
	})
	return kind
}
