package option

// Kind says what values an option takes.
type Kind uint8

// The kinds of values.
const (
	Text Kind = iota
	Bool
	Duration
	Whole // a whole number
	Score
	Choice
)

// Option is one option.
type Option struct {
	Name    string
	Old     []string // names that configurations of older versions use, newest first
	Default string
	Kind    Kind
	Choices []string // of a Choice
	Exact   bool     // the letter case of a Choice counts
	Short   string   // one sentence
}

// Cluster are the cluster options, by name.
var Cluster = []Option{
	{Name: "batch-limit", Default: "0", Kind: Whole, Short: "The most actions that run at once in the cluster; 0 lets load decide."},
	{Name: "cluster-delay", Default: "60s", Kind: Duration, Short: "How long a round trip between nodes may take, on top of an action's timeout."},
	{Name: "cluster-infrastructure", Default: "corosync", Kind: Text, Short: "The cluster layer in use; for information."},
	{Name: "cluster-ipc-limit", Default: "500", Kind: Whole, Short: "The most messages that wait for one local client."},
	{Name: "cluster-name", Default: "", Kind: Text, Short: "A name for the cluster, seen by rules and agents."},
	{Name: "cluster-recheck-interval", Default: "15min", Kind: Duration, Short: "How often the cluster looks again when nothing has changed."},
	{Name: "concurrent-fencing", Default: "true", Kind: Bool, Short: "Whether several nodes may be fenced at the same time."},
	{Name: "dc-deadtime", Default: "20s", Kind: Duration, Short: "How long a starting node waits for others before it coordinates alone."},
	{Name: "dc-version", Default: "none", Kind: Text, Short: "The version that the coordinator runs; for information."},
	{Name: "election-timeout", Default: "2min", Kind: Duration, Short: "How long an election of the coordinator may take."},
	{Name: "enable-acl", Default: "false", Kind: Bool, Short: "Whether access control lists restrict who may read and change the configuration."},
	{Name: "enable-startup-probes", Default: "true", Kind: Bool, Short: "Whether the state of resources is looked up on nodes that join."},
	{Name: "fence-reaction", Default: "stop", Kind: Choice, Choices: []string{"stop", "panic"}, Short: "What a node does that hears of its own fencing."},
	{Name: "fence-remote-without-quorum", Default: "false", Kind: Bool, Short: "Whether remote nodes may be fenced without quorum."},
	{Name: "fencing-action", Old: []string{"stonith-action"}, Default: "reboot", Kind: Choice, Choices: []string{"reboot", "off", "poweroff"}, Exact: true, Short: "What fencing does to a node."},
	{Name: "fencing-enabled", Old: []string{"stonith-enabled"}, Default: "true", Kind: Bool, Short: "Whether lost and misbehaving nodes are fenced."},
	{Name: "fencing-max-attempts", Old: []string{"stonith-max-attempts"}, Default: "10", Kind: Whole, Short: "How often fencing of a node is tried before the cluster gives up for a while."},
	{Name: "fencing-timeout", Old: []string{"stonith-timeout"}, Default: "60s", Kind: Duration, Short: "How long fencing may take."},
	{Name: "fencing-watchdog-timeout", Old: []string{"stonith-watchdog-timeout"}, Default: "0", Kind: Duration, Short: "How long to wait for a lost node's watchdog; 0 relies on none."},
	{Name: "have-watchdog", Default: "false", Kind: Bool, Short: "Whether a watchdog guards the nodes; set by the cluster itself."},
	{Name: "join-finalization-timeout", Old: []string{"crmd-finalization-timeout"}, Default: "30min", Kind: Duration, Short: "How long the last step of joining may take."},
	{Name: "join-integration-timeout", Old: []string{"crmd-integration-timeout"}, Default: "3min", Kind: Duration, Short: "How long the first step of joining may take."},
	{Name: "load-threshold", Default: "80%", Kind: Text, Short: "The load above which fewer actions run at once."},
	{Name: "maintenance-mode", Default: "false", Kind: Bool, Short: "Whether the cluster leaves all resources alone."},
	{Name: "migration-limit", Default: "-1", Kind: Whole, Short: "The most live migrations at once on a node; -1 is no limit."},
	{Name: "no-quorum-policy", Default: "stop", Kind: Choice, Choices: []string{"stop", "freeze", "ignore", "demote", "fence", "suicide"}, Short: "What a partition without quorum does with its resources."},
	{Name: "node-action-limit", Default: "0", Kind: Whole, Short: "The most actions at once on a node; 0 takes twice its cores."},
	{Name: "node-health-base", Default: "0", Kind: Score, Short: "The score that every node's health begins with."},
	{Name: "node-health-green", Default: "0", Kind: Score, Short: "The score that green stands for in health attributes."},
	{Name: "node-health-red", Default: "-INFINITY", Kind: Score, Short: "The score that red stands for in health attributes."},
	{Name: "node-health-strategy", Default: "none", Kind: Choice, Choices: []string{"none", "migrate-on-red", "only-green", "progressive", "custom"}, Short: "How health attributes move resources."},
	{Name: "node-health-yellow", Default: "0", Kind: Score, Short: "The score that yellow stands for in health attributes."},
	{Name: "node-pending-timeout", Default: "0", Kind: Duration, Short: "How long a node may take to join before it is fenced; 0 waits for ever."},
	{Name: "pe-error-series-max", Default: "-1", Kind: Whole, Short: "How many inputs of decisions with errors are kept; -1 keeps all."},
	{Name: "pe-input-series-max", Default: "4000", Kind: Whole, Short: "How many inputs of ordinary decisions are kept; -1 keeps all."},
	{Name: "pe-warn-series-max", Default: "5000", Kind: Whole, Short: "How many inputs of decisions with warnings are kept; -1 keeps all."},
	{Name: "placement-strategy", Default: "default", Kind: Choice, Choices: []string{"default", "utilization", "minimal", "balanced"}, Short: "How the capacity of nodes enters into placement."},
	{Name: "priority-fencing-delay", Default: "0", Kind: Duration, Short: "A head start for the partition with the more important resources."},
	{Name: "shutdown-escalation", Default: "20min", Kind: Duration, Short: "How long a node may take to stop before it stops by force."},
	{Name: "shutdown-lock", Default: "false", Kind: Bool, Short: "Whether resources wait for their node when it was shut down cleanly."},
	{Name: "shutdown-lock-limit", Default: "0", Kind: Duration, Short: "How long they wait; 0 waits for ever."},
	{Name: "start-failure-is-fatal", Default: "true", Kind: Bool, Short: "Whether one failed start bans a resource from a node."},
	{Name: "startup-fencing", Default: "true", Kind: Bool, Short: "Whether nodes that were never seen are fenced at the start."},
	{Name: "cancel-removed-actions", Old: []string{"stop-orphan-actions"}, Default: "true", Kind: Bool, Short: "Whether recurring actions that are no longer configured are cancelled."},
	{Name: "stop-removed-resources", Old: []string{"stop-orphan-resources"}, Default: "true", Kind: Bool, Short: "Whether resources that are no longer configured are stopped."},
	{Name: "stop-all-resources", Default: "false", Kind: Bool, Short: "Whether everything is stopped."},
	{Name: "symmetric-cluster", Default: "true", Kind: Bool, Short: "Whether resources may run anywhere unless told otherwise."},
	{Name: "transition-delay", Old: []string{"crmd-transition-delay"}, Default: "0", Kind: Duration, Short: "How long to wait for further news before acting."},
}

// Resource are the meta-attributes of resources, by name.
var Resource = []Option{
	{Name: "allow-migrate", Default: "false", Kind: Bool, Short: "Whether the resource can be moved alive."},
	{Name: "allow-unhealthy-nodes", Default: "false", Kind: Bool, Short: "Whether bad health of a node does not matter."},
	{Name: "container-attribute-target", Default: "", Kind: Text, Short: "Whose attributes a resource inside a bundle sees."},
	{Name: "critical", Default: "true", Kind: Bool, Short: "Whether others that it is placed with give way when it fails."},
	{Name: "failure-timeout", Default: "0", Kind: Duration, Short: "After how long failures are forgotten; 0 remembers them."},
	{Name: "is-managed", Default: "true", Kind: Bool, Short: "Whether the cluster may start and stop the resource."},
	{Name: "maintenance", Default: "false", Kind: Bool, Short: "Whether the cluster leaves the resource alone, monitors too."},
	{Name: "migration-threshold", Default: "INFINITY", Kind: Score, Short: "How many failures move the resource to another node; 0 never does."},
	{Name: "multiple-active", Default: "stop_start", Kind: Choice, Choices: []string{"block", "stop_only", "stop_start", "stop_unexpected"}, Short: "What to do when it runs in more places than it should."},
	{Name: "priority", Default: "0", Kind: Score, Short: "Which resources are served first when not all can run."},
	{Name: "remote-addr", Default: "", Kind: Text, Short: "Where the guest node is reached."},
	{Name: "remote-allow-migrate", Default: "true", Kind: Bool, Short: "Whether the guest node's connection moves with a live migration."},
	{Name: "remote-connect-timeout", Default: "60s", Kind: Duration, Short: "How long connecting to the guest node may take."},
	{Name: "remote-node", Default: "", Kind: Text, Short: "The name of the guest node that the resource is."},
	{Name: "remote-port", Default: "3121", Kind: Whole, Short: "The port where the guest node is reached."},
	{Name: "requires", Default: "fencing", Kind: Choice, Choices: []string{"nothing", "quorum", "fencing", "unfencing"}, Short: "What must be before it may start."},
	{Name: "resource-stickiness", Default: "0", Kind: Score, Short: "How much it prefers to stay where it is."},
	{Name: "target-role", Default: "Started", Kind: Choice, Choices: []string{"Stopped", "Started", "Unpromoted", "Promoted"}, Short: "What the cluster should make of it."},
}

// Clone are the further meta-attributes of clones, Group those of groups.
var (
	Clone = []Option{
		{Name: "clone-max", Default: "", Kind: Whole, Short: "How many instances run in the cluster; by default one for each node."},
		{Name: "clone-min", Default: "0", Kind: Whole, Short: "How many instances must run before what depends on the clone may start."},
		{Name: "clone-node-max", Default: "1", Kind: Whole, Short: "How many instances run on one node."},
		{Name: "globally-unique", Default: "false", Kind: Bool, Short: "Whether each instance is something different."},
		{Name: "interleave", Default: "false", Kind: Bool, Short: "Whether dependencies between clones hold for each node by itself."},
		{Name: "notify", Default: "false", Kind: Bool, Short: "Whether instances hear of each other's starts and stops."},
		{Name: "ordered", Default: "false", Kind: Bool, Short: "Whether instances start one after the other."},
		{Name: "promotable", Default: "false", Kind: Bool, Short: "Whether instances can be promoted."},
		{Name: "promoted-max", Old: []string{"master-max"}, Default: "1", Kind: Whole, Short: "How many instances are promoted in the cluster."},
		{Name: "promoted-node-max", Old: []string{"master-node-max"}, Default: "1", Kind: Whole, Short: "How many instances are promoted on one node."},
	}
	Group = []Option{
		{Name: "collocated", Old: []string{"colocated"}, Default: "true", Kind: Bool, Short: "Whether the members run on the same node."},
		{Name: "ordered", Default: "true", Kind: Bool, Short: "Whether the members start in order."},
	}
)
