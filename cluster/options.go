package cluster

import (
	"strings"
	"time"

	"pacer/isotime"
	"pacer/option"
	"pacer/score"
	"pacer/xmltree"
)

// QuorumPolicy is the cluster option no-quorum-policy.
type QuorumPolicy uint8

// The policies for a partition without quorum.
const (
	QuorumStop QuorumPolicy = iota
	QuorumFreeze
	QuorumIgnore
	QuorumFence // suicide
	QuorumDemote
)

// Options are the cluster options that matter for decisions.
type Options struct {
	// All are the options as configured, by today's names.
	All Values

	Symmetric            bool
	Quorum               QuorumPolicy
	Maintenance          bool
	FencingEnabled       bool
	FencingAction        string // reboot, off
	FencingTimeout       time.Duration
	FencingTimeoutText   string // as configured, for the graph
	FenceRemoteAnyway    bool   // fence-remote-without-quorum
	ConcurrentFencing    bool
	StartupFencing       bool
	PriorityFencingDelay time.Duration
	StopRemovedResources bool
	CancelRemovedActions bool
	StopAll              bool
	StartupProbes        bool
	StartFailureFatal    bool
	ShutdownLock         bool
	ShutdownLockLimit    time.Duration
	ClusterDelay         time.Duration
	ClusterDelayText     string // as configured, for the graph
	BatchLimit           string // as configured
	MigrationLimit       string // as configured
	NodePendingTimeout   time.Duration
	PlacementStrategy    string
	NodeHealthStrategy   string
	NodeHealthBase       score.Score
	HealthGreen          score.Score
	HealthYellow         score.Score
	HealthRed            score.Score
	HaveWatchdog         bool
	WatchdogTimeout      time.Duration
	ClusterName          string
}

// bootstrap is the id of the block of cluster options that comes before all others.
const bootstrap = "cib-bootstrap-options"

// configuredOptions collects what the configuration says about cluster options.
func (s *State) configuredOptions() Values {
	all := Values{}
	s.fill(all, s.CIB.Path("configuration", "crm_config"), "cluster_property_set", bootstrap, s.facts())
	return all
}

// ConfiguredOption gives the value of one cluster option at a time, its default when it is not configured. It reads nothing else
// of the document.
func ConfiguredOption(root *xmltree.Node, name string, now time.Time) string {
	return option.Value(option.Find(option.Cluster, name), begin(root, now).configuredOptions().Get)
}

// unpackOptions reads the cluster options.
func (s *State) unpackOptions() {
	all := s.configuredOptions()
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
	if strings.EqualFold(o.FencingAction, "poweroff") {
		o.FencingAction = "off" // the word of old configurations
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
