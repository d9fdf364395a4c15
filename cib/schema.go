package cib

import (
	"slices"
	"strings"

	"pacer/xmltree"
)

// Schema is the newest schema that this version knows.
const Schema = "pacemaker-4.0"

// schemas are the values of validate-with that name a schema, oldest first.
var schemas = strings.Fields("pacemaker-1.0 pacemaker-1.1 pacemaker-1.2 pacemaker-1.3 pacemaker-2.0 pacemaker-2.1 pacemaker-2.2 " +
	"pacemaker-2.3 pacemaker-2.4 pacemaker-2.5 pacemaker-2.6 pacemaker-2.7 pacemaker-2.8 pacemaker-2.9 pacemaker-2.10 pacemaker-3.0 " +
	"pacemaker-3.1 pacemaker-3.2 pacemaker-3.3 pacemaker-3.4 pacemaker-3.5 pacemaker-3.6 pacemaker-3.7 pacemaker-3.8 pacemaker-3.9 " +
	"pacemaker-3.10 pacemaker-4.0")

// SchemasFrom lists the schemas from the one with that name on, oldest first; none when there is no such schema.
func SchemasFrom(name string) []string {
	i := slices.Index(schemas, strings.TrimSpace(name))
	if i < 0 {
		return nil
	}
	return schemas[i:]
}

// since says with which schema an element came that older ones do not know; what is in it came with it, or is listed too.
var since = map[string]string{
	"fencing-topology": "pacemaker-1.2", "acls": "pacemaker-1.2", "template": "pacemaker-1.2", "rsc_ticket": "pacemaker-1.2",
	"utilization": "pacemaker-1.2", "tags": "pacemaker-1.3", "acl_target": "pacemaker-2.0", "acl_group": "pacemaker-2.0",
	"acl_permission": "pacemaker-2.0", "alerts": "pacemaker-2.5", "bundle": "pacemaker-2.8", "rkt": "pacemaker-2.10",
	"select": "pacemaker-2.10", "podman": "pacemaker-3.2", "rsc_expression": "pacemaker-3.4", "op_expression": "pacemaker-3.4",
}

// KnownTo tells whether a schema would not find the problem: one that knows the element which the declared schema does not.
func (p *Problem) KnownTo(schema string) bool {
	return p.Since != "" && slices.Index(schemas, p.Since) <= slices.Index(schemas, schema)
}

// tooNew tells of an element that the schema of the document does not know yet, only one with a higher number.
func (v *validator) tooNew(n *xmltree.Node, schema int) {
	v.report(n, "the schema %s does not know it: it came with %s.", schemas[v.schema], schemas[schema])
	v.out[len(v.out)-1].Since = schemas[schema]
}
