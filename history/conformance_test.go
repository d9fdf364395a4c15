package history_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"pacer/history"
	"pacer/internal/recorded"
	"pacer/operation"
	"pacer/xmltree"
)

// plain gives the parameters of primitives that have them simply: one set, no rules, no references, no template.
func plain(root *xmltree.Node) map[string][]operation.Param {
	found := map[string][]operation.Param{}
	root.Path("configuration", "resources").Walk(func(n *xmltree.Node) bool {
		if n.Name != "primitive" {
			return true
		}
		var list []operation.Param
		sets := 0
		for set := range n.Elements("instance_attributes") {
			sets++
			for c := range set.Elements() {
				if c.Name != "nvpair" || c.Get("id-ref") != "" {
					return false
				}
				list = append(list, operation.Param{Name: c.Get("name"), Value: c.Get("value")})
			}
			if set.Get("id-ref") != "" {
				return false
			}
		}
		if sets <= 1 && n.Get("template") == "" {
			found[n.ID()] = list
		}
		return false
	})
	return found
}

// Digests that Pacemaker wrote for operations without parameters of their own are ours, as far as the configuration was not
// changed since: most agree, and where the resource has plain parameters a start's digest depends on nothing else.
func TestStoredDigests(t *testing.T) {
	same, all := 0, 0
	for _, f := range recorded.Glob(t, "*.xml", "scheduler", "xml") {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		root, err := xmltree.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		params := plain(root)
		root.First("status").Walk(func(n *xmltree.Node) bool {
			if n.Name != "lrm_resource" {
				return true
			}
			list, ok := params[n.ID()]
			if !ok {
				return false
			}
			for op := range n.Elements("lrm_rsc_op") {
				want := op.Get("op-digest")
				ms, err := strconv.Atoi(op.Get("interval"))
				if want == "" || err != nil || ms != 0 || op.Get("operation") != "start" {
					continue
				}
				all++
				if history.Digest(list, time.Duration(ms)*time.Millisecond) == want {
					same++
				}
			}
			return false
		})
	}
	t.Logf("%d of %d stored digests of starts are ours", same, all)
	if same*10 < all*8 {
		t.Error("fewer than four in five agree")
	}
}
