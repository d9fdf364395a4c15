package controller

import (
	"testing"

	"pacer/graph"
	"pacer/xmltree"
)

// Parameters whose names cannot be those of attributes reach the agent too, and its digests: without them a resource would
// seem to have other parameters than it was started with, and restart for ever.
func TestOperationHasAllParameters(t *testing.T) {
	op := (&Core{}).operation(&graph.Action{Operation: "start", Primitive: &graph.Primitive{ID: "d"},
		Attrs:  []xmltree.Attr{{Name: "CRM_meta_timeout", Value: "20000"}, {Name: "ip", Value: "10.0.0.1"}},
		Params: []xmltree.Attr{{Name: "2nd", Value: "two"}}})
	if op.Param("ip") != "10.0.0.1" || op.Param("2nd") != "two" {
		t.Errorf("the parameters are %v", op.Params)
	}
}
