package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"pacer/xmltree"
)

// features are what the made-up CIBs must have, each in at least one of a hundred, by chapter. A feature is named by the mark that it
// leaves: an element, element/child, element@attribute, element@attribute=value, the name or name=value of an nvpair, "history"
// with an operation, "action" with one of the graph, "fencing" with what it does.
var features = []struct {
	chapter string
	marks   []string
}{
	{"resources", []string{"primitive", "template", "primitive@template", "group", "clone", "clone/group", "master", "promotable=true", "bundle",
		"bundle/primitive", "primitive@type=remote", "remote-node", "remote-addr", "podman", "docker", "port-mapping", "storage-mapping", "primitive@class=stonith", "primitive@class=systemd", "primitive@class=lsb"}},
	{"clones", []string{"globally-unique=true", "clone-max", "clone-node-max", "clone-min", "promoted-max", "promoted-node-max", "interleave=true",
		"ordered=true", "notify=true", "master-max", "collocated=false", "ordered=false"}},
	{"meta-attributes", []string{"resource-stickiness", "priority", "target-role=Stopped", "target-role=Started", "target-role=Promoted",
		"target-role=Unpromoted", "is-managed=false", "maintenance=true", "migration-threshold", "failure-timeout", "multiple-active=block",
		"multiple-active=stop_only", "multiple-active=stop_start", "multiple-active=stop_unexpected", "requires=nothing", "requires=quorum",
		"requires=fencing", "requires=unfencing", "critical=false", "allow-migrate=true", "allow-unhealthy-nodes=true", "meta_attributes@id-ref",
		"container-attribute-target=host", "rsc_defaults/meta_attributes", "op_defaults/meta_attributes"}},
	{"operations", []string{"op@name=monitor", "op@name=promote", "op@name=migrate_to", "op@role=Stopped", "op@role=Promoted", "op@role=Unpromoted",
		"op@enabled=false", "op@start-delay", "op@interval-origin", "op@record-pending", "on-fail=ignore", "on-fail=block", "on-fail=stop",
		"on-fail=restart", "on-fail=standby", "on-fail=fence", "on-fail=restart-container", "on-fail=demote"}},
	{"locations", []string{"rsc_location@node", "rsc_location@rsc-pattern", "rsc_location/resource_set", "rsc_location/rule", "rsc_location@role",
		"rsc_location@score<0", "rsc_location@resource-discovery=always", "rsc_location@resource-discovery=never",
		"rsc_location@resource-discovery=exclusive", "rule@score-attribute", "rule@role"}},
	{"colocations", []string{"rsc_colocation@rsc", "rsc_colocation@score=INFINITY", "rsc_colocation@score=100", "rsc_colocation@score<0",
		"rsc_colocation@rsc-role", "rsc_colocation@with-rsc-role", "rsc_colocation@node-attribute", "rsc_colocation@influence=true",
		"rsc_colocation@influence=false", "rsc_colocation/resource_set"}},
	{"orders", []string{"rsc_order@first", "rsc_order@kind=Optional", "rsc_order@kind=Mandatory", "rsc_order@kind=Serialize", "rsc_order@score",
		"rsc_order@symmetrical=false", "rsc_order@require-all=false", "rsc_order@first-action=start", "rsc_order@first-action=stop",
		"rsc_order@first-action=promote", "rsc_order@first-action=demote", "rsc_order@then-action=start", "rsc_order@then-action=stop",
		"rsc_order@then-action=promote", "rsc_order@then-action=demote", "rsc_order/resource_set"}},
	{"sets", []string{"resource_set@sequential=true", "resource_set@sequential=false", "resource_set@require-all=false", "resource_set@role",
		"resource_set@action", "resource_set@score", "resource_set@kind", "resource_set@ordering", "tag"}},
	{"rules", []string{"expression@operation=eq", "expression@operation=ne", "expression@operation=lt", "expression@operation=lte",
		"expression@operation=gt", "expression@operation=gte", "expression@operation=defined", "expression@operation=not_defined",
		"expression@type=string", "expression@type=integer", "expression@type=number", "expression@type=version", "expression@value-source=param", "expression@value-source=meta",
		"date_expression@operation=gt", "date_expression@operation=lt", "date_expression@operation=in_range", "date_expression@operation=date_spec",
		"duration", "date_spec", "rule/rule", "rule@boolean-op=or", "op_expression", "rsc_expression"}},
	{"tickets", []string{"rsc_ticket", "rsc_ticket/resource_set", "rsc_ticket@rsc-role", "rsc_ticket@loss-policy=stop", "rsc_ticket@loss-policy=demote",
		"rsc_ticket@loss-policy=fence", "rsc_ticket@loss-policy=freeze", "ticket_state@granted=true", "ticket_state@granted=false",
		"ticket_state@standby=true"}},
	{"capacity", []string{"node/utilization", "primitive/utilization", "placement-strategy=default", "placement-strategy=utilization",
		"placement-strategy=minimal", "placement-strategy=balanced"}},
	{"nodes", []string{"node@score", "node@type=remote", "standby", "maintenance", "shutdown", "terminate", "resource-discovery-enabled=false",
		"node_state@crmd=offline", "node_state@join=pending"}},
	{"health", []string{"#health-disk", "#health-cpu", "node-health-strategy=none", "node-health-strategy=migrate-on-red", "node-health-strategy=only-green",
		"node-health-strategy=progressive", "node-health-strategy=custom"}},
	{"fencing", []string{"stonith-enabled=true", "stonith-enabled=false", "fencing-level", "provides=unfencing", "#node-unfenced", "have-watchdog=true",
		"stonith-watchdog-timeout", "priority-fencing-delay", "concurrent-fencing=true", "concurrent-fencing=false", "startup-fencing=false",
		"stonith-action=off", "stonith-timeout", "fence-remote-without-quorum", "node-pending-timeout"}},
	{"cluster options", []string{"no-quorum-policy=stop", "no-quorum-policy=freeze", "no-quorum-policy=ignore", "no-quorum-policy=demote",
		"no-quorum-policy=fence", "no-quorum-policy=suicide", "symmetric-cluster=false", "stop-all-resources=true", "maintenance-mode=true",
		"enable-startup-probes=false", "start-failure-is-fatal=false", "stop-orphan-resources=false", "stop-orphan-actions=false", "batch-limit",
		"migration-limit", "cluster-delay", "shutdown-lock=true", "shutdown-lock-limit", "fencing-enabled=true", "fencing-timeout",
		"stop-removed-resources=false", "cancel-removed-actions=false"}},
	{"history", []string{"history start", "history stop", "history monitor", "history promote", "history demote", "history migrate_to",
		"history migrate_from", "lrm_rsc_op@op-status=-1", "lrm_rsc_op@rc-code=1", "lrm_rsc_op@rc-code=5", "lrm_rsc_op@rc-code=6", "lrm_rsc_op@op-digest",
		"lrm_rsc_op@op-restart-digest", "lrm_rsc_op@op-secure-digest", "lrm_rsc_op@crm_feature_set=1.0.7", "lrm_rsc_op@crm_feature_set=3.0.7", "lrm_rsc_op@crm_feature_set=3.2.0", "fail-count", "last-failure",
		"promotion score", "removed", "lrm_resource@shutdown-lock"}},
	{"decisions", []string{"action start", "action stop", "action monitor", "action promote", "action demote", "action notify", "action migrate_to",
		"action stonith", "fencing on", "fencing off", "fencing reboot", "action cancel", "action reload-agent", "action delete", "action clear_failcount"}},
}

// census counts in how many CIBs features are.
type census struct {
	total  int
	counts map[string]int // of every mark that is asked for
}

func newCensus() *census {
	c := &census{counts: map[string]int{}}
	for _, f := range features {
		for _, m := range f.marks {
			c.counts[m] = 0
		}
	}
	return c
}

// count counts what is in a CIB and in the graph that was made of it.
func (c *census) count(cib, graph *xmltree.Node) {
	c.total++
	found := map[string]bool{}
	mark := func(m string) {
		if _, asked := c.counts[m]; asked && !found[m] {
			found[m] = true
			c.counts[m]++
		}
	}
	cib.Walk(func(n *xmltree.Node) bool {
		mark(n.Name)
		for child := range n.Elements() {
			mark(n.Name + "/" + child.Name)
		}
		for _, a := range n.Attrs {
			at := n.Name + "@" + a.Name
			mark(at)
			mark(at + "=" + a.Value)
			if a.Name == "score" && strings.HasPrefix(a.Value, "-") {
				mark(at + "<0")
			}
		}
		switch n.Name {
		case "nvpair":
			markPair(mark, n.Get("name"), n.Get("value"))
		case "op":
			mark("on-fail=" + n.Get("on-fail"))
		case "lrm_rsc_op":
			mark("history " + n.Get("operation"))
		case "lrm_resource":
			if strings.HasPrefix(n.ID(), "gone") {
				mark("removed")
			}
		}
		return true
	})
	graph.Walk(func(n *xmltree.Node) bool {
		mark("action " + n.Get("operation"))
		mark("fencing " + n.Get("CRM_meta_stonith_action"))
		return true
	})
}

func markPair(mark func(string), name, value string) {
	mark(name)
	mark(name + "=" + value)
	for prefix, m := range map[string]string{"fail-count-": "fail-count", "last-failure-": "last-failure", "master-p": "promotion score"} { // order: any
		if strings.HasPrefix(name, prefix) {
			mark(m)
		}
	}
}

// rare are the features that fewer than one of a hundred CIBs have.
func (c *census) rare() (list []string) {
	for _, f := range features {
		for _, m := range f.marks {
			if c.counts[m]*100 < c.total {
				list = append(list, m)
			}
		}
	}
	return list
}

// report prints which share of the CIBs has each feature.
func (c *census) report(w io.Writer) {
	fmt.Fprintln(w, "\nFeatures, in percent of the CIBs:")
	for _, f := range features {
		fmt.Fprintf(w, "  %s\n", f.chapter)
		for list := range slices.Chunk(f.marks, 4) {
			for _, m := range list {
				fmt.Fprintf(w, "  %5.1f %-30s", 100*float64(c.counts[m])/float64(max(c.total, 1)), m)
			}
			fmt.Fprintln(w)
		}
	}
	if rare := c.rare(); len(rare) > 0 {
		fmt.Fprintf(w, "In fewer than 1 of 100: %s\n", strings.Join(rare, ", "))
	}
}
