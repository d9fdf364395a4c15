package cluster

import (
	"strings"
	"time"

	"pacer/isotime"
	"pacer/option"
	"pacer/score"
)

// bootstrap is the id of the block of cluster options that comes before all others.
const bootstrap = "cib-bootstrap-options"

// unpackOptions reads the cluster options.
func (s *State) unpackOptions() {
	all := Values{}
	s.fill(all, s.CIB.Path("configuration", "crm_config"), "cluster_property_set", bootstrap, s.facts())
	text := func(name string) string {
		return option.Value(option.Find(option.Cluster, name), all.Get)
	}
	yes := func(name string) bool { return option.True(text(name)) }
	length := func(name string) time.Duration { return isotime.IntervalOr(text(name), 0) }
	points := func(name string) score.Score { return score.ParseOr(text(name), 0) }

	o := &s.Options
	*o = Options{
		All:                  all,
		Symmetric:            yes("symmetric-cluster"),
		Maintenance:          yes("maintenance-mode"),
		FencingEnabled:       yes("fencing-enabled"),
		FencingAction:        text("fencing-action"),
		FencingTimeout:       length("fencing-timeout"),
		FencingTimeoutText:   text("fencing-timeout"),
		ConcurrentFencing:    yes("concurrent-fencing"),
		PriorityFencingDelay: length("priority-fencing-delay"),
		FenceRemoteAnyway:    yes("fence-remote-without-quorum"),
		StopRemovedResources: yes("stop-removed-resources"),
		CancelRemovedActions: yes("cancel-removed-actions"),
		StopAll:              yes("stop-all-resources"),
		StartupProbes:        yes("enable-startup-probes"),
		StartFailureFatal:    yes("start-failure-is-fatal"),
		ShutdownLock:         yes("shutdown-lock"),
		ShutdownLockLimit:    length("shutdown-lock-limit"),
		ClusterDelay:         length("cluster-delay"),
		ClusterDelayText:     text("cluster-delay"),
		BatchLimit:           text("batch-limit"),
		MigrationLimit:       text("migration-limit"),
		NodePendingTimeout:   length("node-pending-timeout"),
		PlacementStrategy:    strings.ToLower(text("placement-strategy")),
		NodeHealthStrategy:   strings.ToLower(text("node-health-strategy")),
		NodeHealthBase:       points("node-health-base"),
		HealthGreen:          points("node-health-green"),
		HealthYellow:         points("node-health-yellow"),
		HealthRed:            points("node-health-red"),
		HaveWatchdog:         yes("have-watchdog"),
		WatchdogTimeout:      length("fencing-watchdog-timeout"),
		ClusterName:          all["cluster-name"],
	}
	o.StartupFencing = o.FencingEnabled && yes("startup-fencing")
	if !o.StartupFencing {
		s.say(Warning, "Blind faith: not fencing unseen nodes")
	}
	o.Quorum = s.quorumPolicy(strings.ToLower(text("no-quorum-policy")))
	if o.HaveWatchdog {
		s.FenceDevices = true
	}
	switch o.NodeHealthStrategy {
	case "migrate-on-red":
		o.HealthRed, o.HealthYellow, o.HealthGreen = score.MinusInfinity, 0, 0
	case "only-green":
		o.HealthRed, o.HealthYellow, o.HealthGreen = score.MinusInfinity, score.MinusInfinity, 0
	case "progressive", "custom":
	default:
		o.HealthRed, o.HealthYellow, o.HealthGreen = 0, 0, 0
	}
	s.unfencing = s.anyUnfencing()
}

func (s *State) quorumPolicy(text string) QuorumPolicy {
	switch text {
	case "ignore":
		return QuorumIgnore
	case "freeze":
		return QuorumFreeze
	case "demote":
		return QuorumDemote
	case "fence", "suicide":
		if !s.Options.FencingEnabled {
			s.say(Config, "no-quorum-policy=%s needs fencing, which is disabled: stop is used", text)
			return QuorumStop
		}
		// A cluster that never had quorum since it started must not fence itself while it forms.
		if panicOn := s.CIB.Get("no-quorum-panic"); s.HaveQuorum || panicOn != "" && panicOn != "0" {
			return QuorumFence
		}
		s.say(Notice, "no-quorum-policy=%s does not count before the cluster has had quorum once: stop is used", text)
	}
	return QuorumStop
}

// anyUnfencing tells whether a resource needs, or a device provides, unfencing.
func (s *State) anyUnfencing() bool {
	found := false
	conf := s.CIB.First("configuration")
	for _, section := range []string{"resources", "rsc_defaults"} {
		walkPairs(conf.First(section), func(name, value string) {
			if (name == "provides" || name == "requires") && value == "unfencing" {
				found = true
			}
		})
	}
	return found
}

// CanFence tells whether a node could be fenced now (nil: an offline one in general).
func (s *State) CanFence(n *Node) bool {
	switch {
	case n != nil && n.Guest():
		for _, host := range n.Container.RunningOn {
			if !host.Online && !s.CanFence(host) {
				return false
			}
		}
		return true
	case !s.Options.FencingEnabled || !s.FenceDevices:
		return false
	case s.HaveQuorum || s.Options.Quorum == QuorumIgnore:
		return true
	case n == nil:
		return false
	case s.Options.FenceRemoteAnyway && n.Type == Remote:
		return true
	}
	return n.Online
}

// Health returns what the health attributes of a node add to every score there.
func (s *State) Health(n *Node) score.Score {
	switch s.Options.NodeHealthStrategy {
	case "migrate-on-red", "only-green", "progressive", "custom":
	default:
		return 0
	}
	sum := score.Score(0)
	if s.Options.NodeHealthStrategy == "progressive" {
		sum = s.Options.NodeHealthBase
	}
	for _, name := range n.Attributes.Names() {
		if !strings.HasPrefix(name, "#health") {
			continue
		}
		var v score.Score
		switch strings.ToLower(n.Attributes[name]) {
		case "red":
			v = s.Options.HealthRed
		case "yellow":
			v = s.Options.HealthYellow
		case "green":
			v = s.Options.HealthGreen
		default:
			v = score.ParseOr(n.Attributes[name], 0)
		}
		sum = score.Add(sum, v)
	}
	return sum
}
