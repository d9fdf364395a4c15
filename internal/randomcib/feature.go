package randomcib

import "slices"

// Feature is the name of a switch.
type Feature string

// The features.
const (
	// The kinds of resources.
	Groups     Feature = "groups"
	Clones     Feature = "clones"
	Unique     Feature = "unique"      // clones whose instances differ
	Promotable Feature = "promotable"  // clones with promoted instances
	CloneSizes Feature = "clone-sizes" // clone-max, clone-node-max, promoted-max, promoted-node-max
	CloneMin   Feature = "clone-min"
	Interleave Feature = "interleave"
	Ordered    Feature = "ordered"
	Notify     Feature = "notify"
	Bundles    Feature = "bundles"
	Guests     Feature = "guests"
	Remotes    Feature = "remotes"
	Templates  Feature = "templates"
	References Feature = "references" // attribute sets by id-ref
	OldForms   Feature = "old-forms"  // <master>, #default, sets with ordering

	// Meta-attributes.
	Stickiness     Feature = "stickiness"
	Priorities     Feature = "priorities"
	TargetRoles    Feature = "target-roles"
	Unmanaged      Feature = "unmanaged"
	Maintenance    Feature = "maintenance" // of resources
	Thresholds     Feature = "thresholds"  // migration-threshold
	FailureTimeout Feature = "failure-timeout"
	MultipleActive Feature = "multiple-active"
	Requires       Feature = "requires"
	Critical       Feature = "critical"
	LiveMigration  Feature = "live-migration"
	Defaults       Feature = "defaults" // rsc_defaults and op_defaults
	RuledDefaults  Feature = "ruled-defaults"

	// Operations and parameters.
	Monitors     Feature = "monitors"
	RoleMonitors Feature = "role-monitors"
	OnFail       Feature = "on-fail"
	OpSettings   Feature = "op-settings" // timeouts, start-delay, enabled, record-pending, parameters of operations
	Params       Feature = "params"
	RuledParams  Feature = "ruled-params"
	ReloadAgents Feature = "reload-agents" // digests of parameters that need a restart, and of private ones

	// Constraints.
	Locations            Feature = "locations"
	LocationRules        Feature = "location-rules"
	LocationDates        Feature = "location-dates"
	LocationRoles        Feature = "location-roles"
	LocationPatterns     Feature = "location-patterns"
	LocationSets         Feature = "location-sets"
	ValueSources         Feature = "value-sources" // rules that compare with a parameter or meta-attribute of the resource
	Discovery            Feature = "discovery"
	Colocations          Feature = "colocations"
	ColocationRoles      Feature = "colocation-roles"
	ColocationSets       Feature = "colocation-sets"
	ColocationAttributes Feature = "colocation-attributes"
	Influence            Feature = "influence"
	Apart                Feature = "apart" // colocations of negative score
	Orders               Feature = "orders"
	OrderKinds           Feature = "order-kinds"
	OrderActions         Feature = "order-actions"
	OrderSets            Feature = "order-sets"
	Asymmetric           Feature = "asymmetric" // orders that do not hold the other way round
	OrderAny             Feature = "order-any"  // require-all=false
	Tickets              Feature = "tickets"
	TicketSets           Feature = "ticket-sets"
	Tags                 Feature = "tags"
	Members              Feature = "members" // constraints on members of groups and clones

	// Nodes.
	NodeAttributes Feature = "node-attributes"
	NodeScores     Feature = "node-scores"
	Standby        Feature = "standby"
	NodeUpkeep     Feature = "node-maintenance"
	Offline        Feature = "offline"
	Unclean        Feature = "unclean"
	Joining        Feature = "joining" // nodes that are pending, and other odd states
	Shutdown       Feature = "shutdown"
	Terminate      Feature = "terminate"
	Health         Feature = "health"
	Utilization    Feature = "utilization"

	// Fencing.
	NoFencing     Feature = "no-fencing"
	FenceDevices  Feature = "fence-devices"
	Topology      Feature = "topology"
	Unfencing     Feature = "unfencing"
	Watchdog      Feature = "watchdog"
	PriorityDelay Feature = "priority-fencing-delay"
	FenceOptions  Feature = "fence-options" // action, timeout, concurrency, startup-fencing

	// Cluster options.
	NoQuorum      Feature = "no-quorum"
	Opposed       Feature = "opposed" // symmetric-cluster=false
	StopAll       Feature = "stop-all"
	Frozen        Feature = "frozen" // maintenance-mode
	NoProbes      Feature = "no-probes"
	StartFailures Feature = "start-failures" // start-failure-is-fatal=false
	KeepRemoved   Feature = "keep-removed"   // stop-orphan-resources and -actions false
	Limits        Feature = "limits"         // batch-limit, migration-limit, cluster-delay
	ShutdownLocks Feature = "shutdown-locks"

	// History.
	History          Feature = "history" // without it the cluster was just started
	Holes            Feature = "holes"   // some probes are missing
	Failures         Feature = "failures"
	Pending          Feature = "pending"
	ActiveTwice      Feature = "active-twice"
	Removed          Feature = "removed" // history of resources that are not configured
	Changed          Feature = "changed" // digests and agents of another configuration
	PartialMigration Feature = "partial-migration"
	OldHistory       Feature = "old-history" // entries as older versions wrote them
	Wandered         Feature = "wandered"    // earlier places in the history, stopped since

	// Newer are options, values and states that 2.1.5 does not know, NewNames the names that came after 3.0.3.
	Newer    Feature = "newer"
	NewNames Feature = "new-names"
)

// shares says in which share of the documents a feature is on.
var shares = []struct {
	Feature
	share float64
}{
	{Groups, .5}, {Clones, .5}, {Unique, .3}, {Promotable, .5}, {CloneSizes, .5}, {CloneMin, .15}, {Interleave, .5}, {Ordered, .3},
	{Notify, .3}, {Bundles, .15}, {Guests, .15}, {Remotes, .15}, {Templates, .2}, {References, .1}, {OldForms, .06},

	{Stickiness, .5}, {Priorities, .3}, {TargetRoles, .3}, {Unmanaged, .15}, {Maintenance, .1}, {Thresholds, .3}, {FailureTimeout, .3},
	{MultipleActive, .2}, {Requires, .15}, {Critical, .15}, {LiveMigration, .25}, {Defaults, .4}, {RuledDefaults, .15},

	{Monitors, .9}, {RoleMonitors, .25}, {OnFail, .35}, {OpSettings, .35}, {Params, .7}, {RuledParams, .15}, {ReloadAgents, .3},

	{Locations, .6}, {LocationRules, .3}, {LocationDates, .15}, {LocationRoles, .15}, {LocationPatterns, .1}, {LocationSets, .15}, {ValueSources, 0},
	{Discovery, .15}, {Colocations, .5}, {ColocationRoles, .3}, {ColocationSets, .2}, {ColocationAttributes, .1}, {Influence, .15}, {Apart, .3},
	{Orders, .5}, {OrderKinds, .3}, {OrderActions, .3}, {OrderSets, .2}, {Asymmetric, .2}, {OrderAny, .15}, {Tickets, .15},
	{TicketSets, .1}, {Tags, .15}, {Members, .3},

	{NodeAttributes, .4}, {NodeScores, .1}, {Standby, .25}, {NodeUpkeep, .1}, {Offline, .25}, {Unclean, .25}, {Joining, .15},
	{Shutdown, .15}, {Terminate, .07}, {Health, .15}, {Utilization, .15},

	{NoFencing, .25}, {FenceDevices, .7}, {Topology, .15}, {Unfencing, .1}, {Watchdog, .1}, {PriorityDelay, .1}, {FenceOptions, .2},

	{NoQuorum, .12}, {Opposed, .12}, {StopAll, .03}, {Frozen, .05}, {NoProbes, .05}, {StartFailures, .2}, {KeepRemoved, .08},
	{Limits, .15}, {ShutdownLocks, .08},

	{History, .85}, {Holes, .3}, {Failures, .4}, {Pending, .2}, {ActiveTwice, .15}, {Removed, .15}, {Changed, .2},
	{PartialMigration, .25}, {OldHistory, .08}, {Wandered, .3},

	{Newer, 0}, {NewNames, 0},
}

// Features returns all features.
func Features() []Feature {
	list := make([]Feature, len(shares))
	for i := range shares {
		list[i] = shares[i].Feature
	}
	return list
}

// Options say what New may use.
type Options struct {
	// Only, unless nil, are the features that are on; all others are off, whatever Weights says.
	Only []Feature
	// Without are features that are off.
	Without []Feature
	// Weights change in which share of the documents (0 to 1) a feature is on.
	Weights map[Feature]float64
	// MaxNodes limits the cluster nodes (0: 8, at least 1), MaxResources the configured primitives (0: 40). Fence
	// devices come on top.
	MaxNodes, MaxResources int
}

// On returns the features that are on in the document of a seed.
func On(seed uint64, o Options) []Feature {
	var list []Feature
	for _, f := range shares {
		share := f.share
		if w, ok := o.Weights[f.Feature]; ok {
			share = w
		}
		on := newDice(seed, "feature", string(f.Feature)).chance(share)
		if o.Only != nil {
			on = slices.Contains(o.Only, f.Feature)
		}
		if on && !slices.Contains(o.Without, f.Feature) {
			list = append(list, f.Feature)
		}
	}
	return list
}
