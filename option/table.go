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
	Short   string   // one sentence
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
	{Name: "priority", Default: "0", Kind: Score, Short: "Which resources are served first when not all can run."},
	{Name: "critical", Default: "true", Kind: Bool, Short: "Whether others that it is placed with give way when it fails."},
	{Name: "target-role", Default: "Started", Kind: Choice, Choices: []string{"Stopped", "Started", "Unpromoted", "Promoted"}, Short: "What the cluster should make of it."},
	{Name: "is-managed", Default: "true", Kind: Bool, Short: "Whether the cluster may start and stop the resource."},
	{Name: "maintenance", Default: "false", Kind: Bool, Short: "Whether the cluster leaves the resource alone, monitors too."},
	{Name: "resource-stickiness", Default: "0", Kind: Score, Open: true, Short: "How much it prefers to stay where it is."},
	{Name: "requires", Default: "fencing", Kind: Choice, Choices: []string{"nothing", "quorum", "fencing", "unfencing"}, Open: true, Short: "What must be before it may start."},
	{Name: "migration-threshold", Default: "INFINITY", Kind: Score, Short: "How many failures move the resource to another node; 0 never does."},
	{Name: "failure-timeout", Default: "0", Kind: Duration, Short: "After how long failures are forgotten; 0 remembers them."},
	{Name: "multiple-active", Default: "stop_start", Kind: Choice, Choices: []string{"block", "stop_only", "stop_start", "stop_unexpected"}, Short: "What to do when it runs in more places than it should."},
	{Name: "allow-migrate", Default: "false", Kind: Bool, Open: true, Short: "Whether the resource can be moved alive."},
	{Name: "allow-unhealthy-nodes", Default: "false", Kind: Bool, Short: "Whether bad health of a node does not matter."},
	{Name: "container-attribute-target", Default: "", Kind: Text, Short: "Whose attributes a resource inside a bundle sees."},
	{Name: "remote-node", Default: "", Kind: Text, Short: "The name of the guest node that the resource is."},
	{Name: "remote-addr", Default: "", Kind: Text, Short: "Where the guest node is reached."},
	{Name: "remote-port", Default: "3121", Kind: Whole, Type: "port", Short: "The port where the guest node is reached."},
	{Name: "remote-connect-timeout", Default: "60s", Kind: Duration, Type: "timeout", Short: "How long connecting to the guest node may take."},
	{Name: "remote-allow-migrate", Default: "true", Kind: Bool, Short: "Whether the guest node's connection moves with a live migration."},
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
