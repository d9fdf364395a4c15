package scheduler

import (
	"pacer/cluster"
	"pacer/score"
)

// Kind says what something was decided for.
type Kind string

// The kinds of contributions to the score of a resource on a node.
const (
	ByNodeScore    Kind = "node-score"     // the attribute score of the node
	ByLocation     Kind = "location"       // a location constraint, or a rule in one
	ByHealth       Kind = "health"         // the health attributes of the node
	ByStickiness   Kind = "stickiness"     // it is active there
	ByFailures     Kind = "failures"       // Count failures reached migration-threshold, Limit
	ByOnFail       Kind = "on-fail"        // a failure there whose on-fail bans it, or a failed start or stop
	ByUnmanaged    Kind = "unmanaged"      // it is active there and not managed
	ByDiscovery    Kind = "discovery"      // it is looked for on other nodes only
	ByLock         Kind = "shutdown-lock"  // it waits for the node that it is locked to
	ByTicket       Kind = "ticket"         // this site does not have its ticket, ID is the constraint, Name the ticket
	ByPrimary      Kind = "colocation"     // it is to be with, or apart from, With, which is to have the role Name where there is one; Count is the score of that
	ByDependent    Kind = "dependent"      // With is to be with it, directly or through Through
	ByCapacity     Kind = "capacity"       // the node has no room for it: of Name it has Limit left, and Count is needed
	ByPromotion    Kind = "promotion"      // its agent wants to be promoted there, or does not (Count 0)
	ByTargetRole   Kind = "target-role"    // it shall not run
	ByCloneMax     Kind = "clone-max"      // all instances that there may be are assigned
	ByCloneNodeMax Kind = "clone-node-max" // the node has all instances that it may have
	ByCollection   Kind = "collection"     // With, of which it is an instance, cannot be there
	ByNodeState    Kind = "node-state"     // the node cannot run resources
	ByRemoteNode   Kind = "remote-node"    // it cannot run on a node that is reached through a connection
	ByContainer    Kind = "container"      // it belongs inside With
	ByRole         Kind = "role"           // the role that is wanted for it decides
	ByRemoved      Kind = "removed"        // it is not configured any more
)

// Contribution is one term of the score of a resource on a node. Added up in order by the arithmetic of package score,
// beginning with 0, they make the score; one with Set replaces what came before it.
type Contribution struct {
	Node  *cluster.Node
	Kind  Kind
	ID    string // of the constraint; "" where none is behind it, "#…" for one that the cluster makes itself
	Rule  string // of the rule in it
	Name  string // what the kind says
	Score score.Score
	Set   bool
	// With is the other resource, Through the one in between.
	With, Through *cluster.Resource
	// Count and Limit are numbers as the kind says.
	Count, Limit int
}

// Breaker says what decided between nodes with the same score.
type Breaker string

// The breakers of ties.
const (
	NoTie        Breaker = ""
	TieStays     Breaker = "stays"     // it is active there
	TiePreferred Breaker = "preferred" // what it belongs to was to be there
	TieCapacity  Breaker = "capacity"  // more is free there
	TieLoad      Breaker = "load"      // fewer resources were assigned there
	TieName      Breaker = "name"      // its name sorts first
)

// Ranked is a node with the score that a resource had there when its node was chosen.
type Ranked struct {
	Node   *cluster.Node
	Score  score.Score
	Usable bool
}

// Choice tells how the node of a primitive was chosen.
type Choice struct {
	Node *cluster.Node // nil for none
	// Kind is "" for the best node; ByUnmanaged when it was left where it is, StopAll when all is to be stopped, ByTargetRole
	// when it shall not run.
	Kind   Kind
	Ranked []Ranked // the nodes that were known to it, best first
	// Tied is how many of the first of Ranked had the best score, Breaker what decided between them.
	Tied    int
	Breaker Breaker
}

// StopAll is the kind of a choice that stop-all-resources made.
const StopAll Kind = "stop-all-resources"

// Promotion tells how it was decided whether an instance is promoted.
type Promotion struct {
	Node          *cluster.Node
	Contributions []Contribution
	Score         score.Score
	Promoted      bool
	// Kind is why it is not: ByPromotion for a negative score, ByPromotedMax, ByPromotedNodeMax, ByNodeState, ByQuorum, ByUnmanaged.
	Kind Kind
}

// The kinds of reasons against a promotion that are nothing else.
const (
	ByPromotedMax     Kind = "promoted-max"
	ByPromotedNodeMax Kind = "promoted-node-max"
	ByQuorum          Kind = "quorum"
)

// Placement is why a resource was placed as it was.
type Placement struct {
	Resource *cluster.Resource
	// Contributions are in order of the decision, over all nodes.
	Contributions []Contribution
	Choice        *Choice    // nil for collections
	Promotion     *Promotion // nil for what is no instance of a promotable clone
	// Next is the role that it shall have.
	Next cluster.Role
}

// Record is why everything was decided as it was.
type Record struct {
	Placements []Placement    // by ResourceID
	Nodes      []NodeRecord   // by NodeID
	Actions    []ActionRecord // by their number, from 1; also those that need not be done
}

// On are the contributions for one node.
func (p *Placement) On(n *cluster.Node) []Contribution {
	var list []Contribution
	for _, c := range p.Contributions {
		if c.Node == n {
			list = append(list, c)
		}
	}
	return list
}

// Sum adds contributions up.
func Sum(list []Contribution) score.Score {
	s := score.Score(0)
	for _, c := range list {
		if c.Set {
			s = c.Score
		} else {
			s = score.Add(s, c.Score)
		}
	}
	return s
}

// The kinds of reasons for actions that are nothing else.
const (
	ByProbe        Kind = "probe"         // nobody knows whether it is active there
	ByStart        Kind = "start"         // it shall run there and does not
	ByMove         Kind = "move"          // it shall run on Node instead
	ByRecovery     Kind = "failure"       // it failed
	ByPromoting    Kind = "promote"       // it shall be promoted there
	ByDemoting     Kind = "demote"        // it shall not be promoted there any more
	ByRecurring    Kind = "recurring"     // the operation is configured to recur
	ByCancel       Kind = "cancel"        // the operation shall not recur any more
	ByNotice       Kind = "notify"        // the instances of a clone are told
	ByMembers      Kind = "members"       // what belongs to it does it
	ByPoint        Kind = "point"         // it stands between others for their order only
	ByMigration    Kind = "migration"     // a live migration there was not finished
	ByUnclean      Kind = "unclean"       // the node must be fenced; Text says why
	ByShutdown     Kind = "shutdown"      // the node asked to be shut down
	ByUnfencing    Kind = "unfencing"     // the node must be let in
	ByMaintenance  Kind = "maintenance"   // the maintenance mode of remote nodes changed
	ByOld          Kind = "history"       // its history there is of no use any more
	ByOrder        Kind = "order"         // an order between the two
	ByBlocked      Kind = "blocked"       // nothing may be done with it after its failure
	ByNoDevice     Kind = "no-device"     // there is no fence device
	ByNoFencing    Kind = "no-fencing"    // fencing is switched off
	ByAllUnmanaged Kind = "all-unmanaged" // no resource is managed, so that no node is fenced
)

// Reason is one reason why an action must be done, cannot be, or waits.
type Reason struct {
	Kind Kind
	// Action is the number of the other action, 0 for none.
	Action int
	// IDs are the constraints that tie the two, none where the cluster does so itself.
	IDs      []string
	Resource *cluster.Resource
	Node     *cluster.Node
	Text     string
}

// ActionRecord is why an action must be done, or cannot be, and what it waits for.
type ActionRecord struct {
	ID       int // as in the graph
	Key      string
	Task     string
	Resource *cluster.Resource // nil when not a resource's
	Node     *cluster.Node     // nil when nowhere
	// Required says that it must be done, Runnable that it can be, InGraph that it will be, Pseudo that it is a point of
	// order only.
	Required, Runnable, InGraph, Pseudo bool

	Needs  []Reason // why it must be done; never empty when it is in the graph
	Blocks []Reason // why it cannot be done; never empty when it cannot
	Waits  []Reason // what comes before it in the graph
}

// NodeRecord is what becomes of a node.
type NodeRecord struct {
	Node    *cluster.Node
	Unclean bool
	Text    string // why it is unclean
	Fence   int    // the number of its fencing, 0 when there is none
	// Kind is why it is not fenced although unclean: ByNoFencing, ByNoDevice, ByQuorum, ByAllUnmanaged.
	Kind Kind
}
