package upgrade

import (
	"slices"
	"strings"

	"pacer/xmltree"
)

// change is what becomes of a name on the way to 3.0.
type change struct {
	// name becomes to; "" means that it goes away.
	name, to string
	// into is where a pair moves to.
	into string
	// cases are the values, or the kinds of operations, for which it holds; none means all that no other change of the name is for.
	cases []string
	// lead is what a value begins with that the change is for; it is cut off.
	lead string
	// value is the new one, "" when it stays.
	value string
	// advice is told to people, by which the note becomes more than a debug message.
	advice  string
	warning bool
}

// table are the changes for one kind of place.
type table struct {
	title   string
	changes []change
}

var properties = table{"Cluster properties", []change{
	{name: "cluster-infrastructure", cases: []string{"heartbeat", "openais", "classic openais", "classic openais (with plugin)", "cman"},
		advice: "corosync (2+) infrastructure can be used instead, though the value is not of significance"},
	{name: "cluster_recheck_interval", to: "cluster-recheck-interval"},
	{name: "dc_deadtime", to: "dc-deadtime"},
	{name: "default-action-timeout", to: "timeout", into: "op_defaults"},
	{name: "default_action_timeout", to: "timeout", into: "op_defaults"},
	{name: "default-migration-threshold", advice: "migration-threshold in rsc_defaults can be configured instead"},
	{name: "default_migration_threshold", advice: "migration-threshold in rsc_defaults can be configured instead"},
	{name: "default-resource-stickiness", to: "resource-stickiness", into: "rsc_defaults"},
	{name: "default_resource_stickiness", to: "resource-stickiness", into: "rsc_defaults"},
	{name: "default-resource-failure-stickiness", to: "migration-threshold", into: "rsc_defaults", cases: []string{"-INFINITY"}, value: "1"},
	{name: "default-resource-failure-stickiness", advice: "migration-threshold in rsc_defaults can be configured instead"},
	{name: "default_resource_failure_stickiness", to: "migration-threshold", into: "rsc_defaults", cases: []string{"-INFINITY"}, value: "1"},
	{name: "default_resource_failure_stickiness", advice: "migration-threshold in rsc_defaults can be configured instead"},
	{name: "election_timeout", to: "election-timeout"},
	{name: "expected-quorum-votes", advice: "corosync (2+) infrastructure tracks quorum on its own"},
	{name: "is-managed-default", to: "is-managed", into: "rsc_defaults"},
	{name: "is_managed_default", to: "is-managed", into: "rsc_defaults"},
	{name: "no_quorum_policy", to: "no-quorum-policy"},
	{name: "notification-agent", advice: "standalone alerts can be configured instead"},
	{name: "notification-recipient", advice: "standalone alerts can be configured instead"},
	{name: "remove_after_stop", to: "remove-after-stop"},
	{name: "shutdown_escalation", to: "shutdown-escalation"},
	{name: "startup_fencing", to: "startup-fencing"},
	{name: "stonith_action", to: "stonith-action"},
	{name: "stonith_enabled", to: "stonith-enabled"},
	{name: "stop_orphan_actions", to: "stop-orphan-actions"},
	{name: "stop_orphan_resources", to: "stop-orphan-resources"},
	{name: "symmetric_cluster", to: "symmetric-cluster"},
	{name: "transition_idle_timeout", to: "cluster-delay"},
}}

var clusterNode = table{"Cluster node", []change{{name: "type", to: "type", cases: []string{"normal"}, value: "member"}}}

var parameters = table{"Resource instance_attributes", []change{
	{name: "pcmk_arg_map"},
	{name: "pcmk_arg_map", to: "pcmk_host_argument", lead: "port:"},
	{name: "pcmk_list_cmd", to: "pcmk_list_action"},
	{name: "pcmk_monitor_cmd", to: "pcmk_monitor_action"},
	{name: "pcmk_off_cmd", to: "pcmk_off_action"},
	{name: "pcmk_on_cmd", to: "pcmk_on_action"},
	{name: "pcmk_reboot_cmd", to: "pcmk_reboot_action"},
	{name: "pcmk_status_cmd", to: "pcmk_status_action"},
}}

const wrappers = "i.e. resource at hand disabled; isolation wrappers obsoleted with bundle resources"

var resourceOptions = table{"Resource meta_attributes", []change{
	{name: "isolation", to: "target-role", value: "Stopped", advice: wrappers, warning: true},
	{name: "isolation-host", to: "target-role", value: "Stopped", advice: wrappers, warning: true},
	{name: "isolation-instance", to: "target-role", value: "Stopped", advice: wrappers, warning: true},
	{name: "isolation-wrapper", to: "target-role", value: "Stopped", advice: wrappers, warning: true},
	{name: "resource-failure-stickiness", to: "migration-threshold", cases: []string{"-INFINITY"}, value: "1"},
	{name: "resource-failure-stickiness", advice: "migration-threshold can be configured instead"},
	{name: "resource_failure_stickiness", to: "migration-threshold", cases: []string{"-INFINITY"}, value: "1"},
	{name: "resource_failure_stickiness", advice: "migration-threshold can be configured instead"},
}}

const onlyStarts = "only start/promote operation taken into account"

// starts are the operations whose requirement is that of the resource.
var starts = []string{"start", "promote"}

// requirement is for attributes and meta attributes of operations; cases are names of operations.
var requirement = table{"Resources-operation", []change{
	{name: "requires", advice: onlyStarts},
	{name: "requires", to: "requires", into: "meta_attributes", cases: starts},
}}

// operationSettings is for instance attributes of operations that have always been read as meta attributes.
var operationSettings = table{"Resources-operation instance_attributes", []change{
	{name: "requires", advice: onlyStarts},
	{name: "requires", to: "requires", into: "per-resource-meta_attributes", cases: starts},
	{name: "interval-origin", to: "interval-origin", into: "meta_attributes"},
	{name: "start-delay", to: "start-delay", into: "meta_attributes"},
	{name: "enabled", to: "enabled", into: "meta_attributes"},
	{name: "on-fail", to: "on-fail", into: "meta_attributes"},
	{name: "record-pending", to: "record-pending", into: "meta_attributes"},
	{name: "role", to: "role", into: "meta_attributes"},
	{name: "timeout", to: "timeout", into: "meta_attributes"},
}}

var colocation = table{"Constraints-colocation", []change{
	{name: "score-attribute", advice: "was actually never in effect"},
	{name: "score-attribute-mangle", advice: "was actually never in effect"},
}}

// find returns the change of a name for a case, which is a value or the name of an operation; nil when it stays as it is.
func (t *table) find(name, about string) *change {
	var general *change
	for i := range t.changes {
		switch c := &t.changes[i]; {
		case c.name != name:
		case c.cases == nil && c.lead == "":
			general = c
		case slices.Contains(c.cases, about), c.lead != "" && strings.HasPrefix(about, c.lead) && !strings.Contains(about, ","):
			return c
		case t == &clusterNode:
			return nil
		}
	}
	return general
}

// tellChange tells what becomes of a name somewhere.
func (n *notes) tellChange(t *table, where string, c *change) {
	level := Debug
	switch {
	case c.warning:
		level = Warning
	case c.advice != "":
		level = Info
	}
	var b strings.Builder
	switch {
	case c.to == "":
		b.WriteString("dropping " + c.name)
	case c.into != "":
		b.WriteString("moving " + c.name + " under " + c.into + " as " + c.to + " unless already defined there")
	case c.to == c.name:
		b.WriteString("keeping " + c.name + " as " + c.to)
	default:
		b.WriteString("renaming " + c.name + " as " + c.to)
	}
	if c.value != "" {
		b.WriteString(", redefined as " + c.value)
		if c.cases != nil {
			b.WriteString(",")
		}
	}
	switch {
	case c.cases != nil:
		b.WriteString(" for matching " + strings.Join(c.cases, "|"))
	case c.lead != "":
		b.WriteString(" for matching " + c.lead + " prefix that will, meanwhile, get dropped")
	}
	n.tell(level, "%s: %s: %s", t.title, where, b.String())
	if c.advice != "" {
		n.tell(level, "%s: ... %s", t.title, c.advice)
	}
}

// renamed is a pair under its new name.
func (c *change) renamed(pair *xmltree.Node) *xmltree.Node {
	out := pair.Clone()
	out.Set("name", c.to)
	value := strings.TrimPrefix(out.Get("value"), c.lead)
	if c.value != "" {
		value = c.value
	}
	if _, ok := out.Lookup("value"); ok {
		out.Set("value", value)
	}
	return out
}
