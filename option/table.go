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
	Older   []string // names of long ago, which lists leave out
	Default string
	Kind    Kind
	Choices []string // of a Choice
	Also    []string // choices of long ago, which lists leave out
	Exact   bool     // the letter case of a Choice counts
	// Short describes the option in a few words, Long in full, where no file of words does; ask Words.
	Short, Long string
	// Type is what meta-data calls the values when that is more exact than Kind.
	Type string
	// Advanced options are for few clusters, Generated ones are set by the cluster, Deprecated ones will go.
	Advanced, Generated, Deprecated bool
	// Open tells that what counts without a value depends on other things, so that lists show no default.
	Open bool
	// Part is the daemon of Pacemaker that describes the option.
	Part Part
}

// Part is a daemon of Pacemaker that describes options.
type Part uint8

// The daemons that describe options.
const (
	Scheduler Part = iota + 1
	Controller
	Manager // of the configuration
	Fencer
)

// Resource are the meta-attributes of resources.
var Resource = []Option{
	{Name: "priority", Default: "0", Kind: Score},
	{Name: "critical", Default: "true", Kind: Bool},
	{Name: "target-role", Default: "Started", Kind: Choice, Choices: []string{"Stopped", "Started", "Unpromoted", "Promoted"}},
	{Name: "is-managed", Default: "true", Kind: Bool},
	{Name: "maintenance", Default: "false", Kind: Bool},
	{Name: "resource-stickiness", Default: "0", Kind: Score, Open: true},
	{Name: "requires", Default: "fencing", Kind: Choice, Choices: []string{"nothing", "quorum", "fencing", "unfencing"}, Open: true},
	{Name: "migration-threshold", Default: "INFINITY", Kind: Score},
	{Name: "failure-timeout", Default: "0", Kind: Duration},
	{Name: "multiple-active", Default: "stop_start", Kind: Choice, Choices: []string{"block", "stop_only", "stop_start", "stop_unexpected"}},
	{Name: "allow-migrate", Default: "false", Kind: Bool, Open: true},
	{Name: "allow-unhealthy-nodes", Default: "false", Kind: Bool},
	{Name: "container-attribute-target", Default: "", Kind: Text},
	{Name: "remote-node", Default: "", Kind: Text},
	{Name: "remote-addr", Default: "", Kind: Text},
	{Name: "remote-port", Default: "3121", Kind: Whole, Type: "port"},
	{Name: "remote-connect-timeout", Default: "60s", Kind: Duration, Type: "timeout"},
	{Name: "remote-allow-migrate", Default: "true", Kind: Bool},
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
