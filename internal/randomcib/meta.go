package randomcib

import "strconv"

// meta gives a resource meta-attributes: those in the list, and by chance others.
func (g *generator) meta(r *resource, d dice, list ...string) {
	set := func(f Feature, p float64, name string, values ...string) {
		if value := d.one(values...); g.some(d, f, p) {
			list = append(list, name, value)
		}
	}
	set(Stickiness, .25, "resource-stickiness", "0", "1", "5", "100", "1000", "INFINITY", "-1")
	set(Priorities, .4, "priority", "1", "5", "10", "100", "-10")
	roles := []string{"Stopped", "Started", "Stopped"}
	if r.promotable || r.promotableHere() {
		roles = []string{"Stopped", "Started", "Unpromoted", "Slave", "Promoted", "Master", "Unpromoted"}
	}
	set(TargetRoles, .25, "target-role", roles...)
	set(Unmanaged, .25, "is-managed", "false", "false", "true")
	set(Maintenance, .25, "maintenance", "true")
	set(Thresholds, .35, "migration-threshold", "1", "2", "3", "5", "0", "INFINITY")
	if g.some(d, FailureTimeout, .5) {
		r.forget = 60 * d.between(1, 30)
		list = append(list, "failure-timeout", strconv.Itoa(r.forget)+"s")
	}
	set(MultipleActive, .4, "multiple-active", "block", "stop_only", "stop_start", "stop_unexpected")
	set(Requires, .3, "requires", "nothing", "quorum", "fencing")
	set(Unfencing, .2, "requires", "unfencing")
	set(Critical, .4, "critical", "false", "false", "true")
	set(Health, .15, "allow-unhealthy-nodes", "true")
	if g.some(d, LiveMigration, .6) && r.kind == primitive {
		r.migrates = true
		list = append(list, "allow-migrate", "true")
	}
	if r.kind == group && d.chance(.05) {
		list = append(list, d.one("ordered", "collocated"), "false")
	}
	// Outside of bundles the series before ours does not stand it.
	if bundled := r.parent != nil && r.parent.kind == bundle; bundled && d.chance(.2) ||
		g.on[Newer] && g.on[Guests] && r.kind == primitive && d.chance(.2) {
		list = append(list, "container-attribute-target", "host")
	}
	if g.some(d, OldForms, .2) {
		list = append(list, "priority", "#default")
	}
	list = once(list)
	if r.kind == group && g.some(d, Params, .2) {
		r.params = []param{{name: "common", value: r.id}}
		g.writeParams(r.x, r.id, r.params)
	}
	if len(g.shared) > 0 && g.some(d, References, .4) && len(list) == 0 {
		r.x.AddNew("meta_attributes", "id-ref", pick(d, g.shared))
		return
	}
	if b := pairs(r.x, "meta_attributes", r.id+"-meta", list...); b != nil && r.kind == primitive && !r.migrates {
		g.shared = append(g.shared, b.ID())
	}
}

// once leaves of several values for one name the first.
func once(list []string) []string {
	var kept []string
	seen := map[string]bool{}
	for i := 0; i+1 < len(list); i += 2 {
		if !seen[list[i]] {
			seen[list[i]] = true
			kept = append(kept, list[i], list[i+1])
		}
	}
	return kept
}
