package xmltree

// canonical returns the program's own copy of a name that is common in configurations, and other names as they are: to
// compare the common ones with the words of the program costs a look at two pointers, and they hold no text in memory.
func canonical(name string) string {
	if s, ok := common[name]; ok {
		return s
	}
	return name
}

var common = func() map[string]string {
	m := make(map[string]string, len(commonNames))
	for _, s := range commonNames {
		m[s] = s
	}
	return m
}()

var commonNames = [...]string{
	"id", "name", "value", "type", "class", "provider", "template", "description", "id-ref", "score", "rule", "uname", "interval",
	"timeout", "role", "on-fail", "enabled", "start-delay",
	"cib", "configuration", "crm_config", "cluster_property_set", "nvpair", "nodes", "node", "resources", "primitive", "group", "clone",
	"master", "bundle", "operations", "op", "instance_attributes", "meta_attributes", "utilization",
	"constraints", "rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket", "resource_set", "resource_ref", "rsc", "with-rsc",
	"rsc-role", "with-rsc-role", "first", "then", "first-action", "then-action", "kind", "symmetrical", "sequential", "expression",
	"attribute", "operation", "boolean-op", "status", "node_state", "in_ccm", "crmd", "crm-debug-origin", "join", "expected",
	"transient_attributes", "lrm", "lrm_resources", "lrm_resource", "lrm_rsc_op", "operation_key", "crm_feature_set",
	"transition-key", "transition-magic", "exit-reason", "on_node", "call-id", "rc-code", "op-status", "last-run", "last-rc-change",
	"exec-time", "queue-time", "op-digest", "op-force-restart", "op-restart-digest", "op-secure-params", "op-secure-digest",
}
