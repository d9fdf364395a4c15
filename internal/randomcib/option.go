package randomcib

import (
	"strconv"
	"strings"

	"pacer/xmltree"
)

// makeDefaults makes rsc_defaults and op_defaults.
func (g *generator) makeDefaults() {
	d := g.dice("defaults")
	if g.on[Defaults] {
		var list []string
		if g.some(d, Stickiness, .7) {
			list = append(list, "resource-stickiness", d.one("1", "100", "INFINITY", "0", "-1"))
		}
		if g.some(d, Thresholds, .5) {
			list = append(list, "migration-threshold", strconv.Itoa(d.between(1, 3)))
		}
		if g.some(d, FailureTimeout, .5) {
			list = append(list, "failure-timeout", d.one("10min", "1h", "60"))
		}
		if g.some(d, Requires, .2) {
			list = append(list, "requires", d.one("quorum", "nothing", "fencing"))
		}
		pairs(g.config.defaults, "meta_attributes", "rsc-defaults", list...)
		if d.chance(.4) {
			g.opTimeout = d.between(1, 6) * 10
			list = []string{"timeout", strconv.Itoa(g.opTimeout) + "s"}
			if g.some(d, OnFail, .3) {
				list = append(list, "on-fail", d.one("restart", "stop", "block", "fence"))
			}
			pairs(g.config.opDefaults, "meta_attributes", "op-defaults", list...)
		}
	}
	if !g.on[RuledDefaults] {
		return
	}
	if d.chance(.7) {
		b := g.config.defaults.AddNew("meta_attributes", "id", "rsc-defaults-ruled", "score", d.one("1", "10", "-5"))
		r := b.AddNew("rule", "id", "rsc-defaults-rule", "boolean-op", d.one("and", "or"))
		r.AddNew("rsc_expression", "id", "rsc-defaults-expr", "class", "ocf", "provider", d.one("heartbeat", "pacemaker"))
		if d.chance(.5) {
			g.date(d, r, "rsc-defaults-date")
		}
		addPairs(b, d.one("resource-stickiness", "priority"), strconv.Itoa(d.between(1, 20)))
	}
	if d.chance(.7) {
		b := g.config.opDefaults.AddNew("meta_attributes", "id", "op-defaults-ruled", "score", d.one("1", "10"))
		r := b.AddNew("rule", "id", "op-defaults-rule")
		e := r.AddNew("op_expression", "id", "op-defaults-expr", "name", d.one("start", "monitor", "stop"))
		if e.Get("name") == "monitor" && d.chance(.5) {
			e.Set("interval", "10s")
		}
		if d.chance(.4) {
			r.AddNew("rsc_expression", "id", "op-defaults-rsc", "class", "ocf", "provider", "pacemaker", "type", "Dummy")
		}
		if d.chance(.6) {
			addPairs(b, "timeout", strconv.Itoa(d.between(7, 9)*10))
		} else {
			addPairs(b, "on-fail", d.one("ignore", "restart", "block", "standby"))
		}
	}
}

// makeOptions makes the cluster options.
func (g *generator) makeOptions(root *xmltree.Node) {
	d := g.dice("options")
	list := []string{"dc-version", "2.1.5", "cluster-infrastructure", "corosync"}
	set := func(name, value string) { list = append(list, name, value) }
	if d.chance(.3) {
		set("cluster-name", "test")
	}
	set("stonith-enabled", strconv.FormatBool(!g.on[NoFencing]))
	if g.on[FenceOptions] {
		if d.chance(.5) {
			set("stonith-action", d.one("off", "reboot"))
		}
		if d.chance(.3) {
			set("stonith-timeout", d.one("120s", "30"))
		}
		if d.chance(.5) {
			set("concurrent-fencing", d.yes(.5))
		}
		if d.chance(.4) {
			set("startup-fencing", d.yes(.3))
		}
	}
	if g.on[Watchdog] {
		set("have-watchdog", "true")
		set("stonith-watchdog-timeout", d.one("10", "10s", "0", "-1"))
	}
	if g.on[PriorityDelay] {
		set("priority-fencing-delay", d.one("15s", "60"))
	}
	if d.chance(.4) || g.on[NoQuorum] {
		policy := d.one("stop", "freeze", "ignore", "demote", "suicide", "stop")
		if policy == "suicide" && g.on[Newer] {
			policy = "fence"
		}
		set("no-quorum-policy", policy)
	}
	if g.on[NoQuorum] {
		root.Set("have-quorum", "0")
		if d.chance(.3) {
			root.Set("no-quorum-panic", "1")
		}
	}
	if g.on[Opposed] {
		set("symmetric-cluster", "false")
	}
	if g.on[StopAll] {
		set("stop-all-resources", "true")
	}
	if g.on[Frozen] {
		set("maintenance-mode", "true")
	}
	if g.on[NoProbes] {
		set("enable-startup-probes", "false")
	}
	if g.on[StartFailures] {
		set("start-failure-is-fatal", "false")
	}
	if g.on[KeepRemoved] {
		set("stop-orphan-resources", d.yes(.4))
		set("stop-orphan-actions", d.yes(.4))
	}
	if g.on[Limits] {
		set("batch-limit", strconv.Itoa(d.between(0, 20)))
		set("migration-limit", strconv.Itoa(d.between(-1, 3)))
		set("cluster-delay", d.one("30s", "2min", "60"))
	}
	if g.on[ShutdownLocks] {
		set("shutdown-lock", "true")
		if d.chance(.5) {
			set("shutdown-lock-limit", d.one("5min", "1h", "0"))
		}
	}
	if g.on[Health] {
		set("node-health-strategy", d.one("migrate-on-red", "only-green", "progressive", "custom", "none"))
		if d.chance(.5) {
			set("node-health-red", d.one("-1000", "-INFINITY"))
			set("node-health-yellow", d.one("-10", "0", "-100"))
			set("node-health-green", d.one("10", "0"))
			set("node-health-base", d.one("0", "5", "50"))
		}
	}
	if g.on[Utilization] {
		set("placement-strategy", d.one("utilization", "minimal", "balanced", "balanced", "default"))
	}
	if g.on[Newer] {
		if d.chance(.5) {
			set("node-pending-timeout", d.one("10min", "2h"))
		}
		if d.chance(.5) {
			set("fence-remote-without-quorum", d.yes(.7))
		}
	}
	if g.on[NewNames] {
		newNames(list)
	}
	pairs(g.config.options, "cluster_property_set", "cib-bootstrap-options", list...)
	if d.chance(.1) {
		pairs(g.config.options, "cluster_property_set", "more-options", "no-quorum-policy", "freeze", "default-test", "1")
	}
}

// newNames gives options in a list of names and values the names that they have since.
func newNames(list []string) {
	for i := 0; i < len(list); i += 2 {
		switch name, fencing := strings.CutPrefix(list[i], "stonith-"); {
		case fencing:
			list[i] = "fencing-" + name
		case list[i] == "stop-orphan-resources":
			list[i] = "stop-removed-resources"
		case list[i] == "stop-orphan-actions":
			list[i] = "cancel-removed-actions"
		}
	}
}
