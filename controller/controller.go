package controller

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pacer/cib"
	"pacer/cluster"
	"pacer/engine"
	"pacer/machine"
	"pacer/message"
	"pacer/note"
	"pacer/operation"
	"pacer/scheduler"
	"pacer/transition"
	"pacer/xmltree"
)

// Config is who this node is.
type Config struct {
	Self  engine.NodeID
	Name  string
	Nodes []engine.Member // all configured nodes
	Stack string
	// ClusterName is "" when the configuration has none.
	ClusterName string
	// Restarted is true when an earlier manager of this boot was here.
	Restarted bool
	// UUID marks the transitions of this process; no other process has the same.
	UUID       string
	FeatureSet string
	Version    string // dc-version
	// Grace is how long a member without manager is left alone before it counts as failed.
	Grace time.Duration
	// Schedule takes the scheduler's place in tests; nil means the real one.
	Schedule func(scheduler.Input) *scheduler.Output
	// Deadtime is how long a starting cluster waits for missing nodes where the option dc-deadtime is not set.
	Deadtime time.Duration
}

// The defaults of Config.
const (
	DefaultGrace    = 3 * time.Second
	DefaultDeadtime = 20 * time.Second
)

// Phase is how far this node's controller has come.
type Phase string

// The phases. Waiting, Deciding, Acting and Idle are those of the DC.
const (
	Starting Phase = "starting" // no view yet
	Joining  Phase = "joining"  // in a view whose DC is not known or has not been reached
	Member   Phase = "member"
	Waiting  Phase = "waiting" // elected, but nodes are missing
	Deciding Phase = "deciding"
	Working  Phase = "acting"
	Idle     Phase = "idle"
	Stopping Phase = "stopping"
)

// Core is the controller of one node. Make it with New.
type Core struct {
	cfg Config
	now machine.Now
	out []Effect // being filled during a Step

	// What is known of the cluster.
	view   engine.View
	key    string // names the managers in the view
	synced bool
	dc     engine.NodeID
	// leader is the DC that was elected last; its orders count until another one is elected.
	leader engine.NodeID
	final  bool
	formed bool
	// feature is what the members have in common, by the election; least the same by the agreement on the CIB.
	feature, least string
	began          time.Duration
	started        bool
	doc            *cib.Document
	// raiser gives the document in the words of the newest schema, which are those that the scheduler knows.
	raiser cib.Raiser
	peers  []peer // by id

	// What this node writes.
	lastWrite uint64
	writes    []write
	lastFence uint64

	// What this node runs.
	lastCall int
	local    localState

	// What the DC does.
	acting     bool
	waiting    bool // elected, nodes are missing
	dirty      bool // the cluster must be looked at
	why        string
	held       string        // why nothing is decided for now; "" when it is
	holds      int           // how often in a row
	number     int           // of the last transition
	memo       *cluster.Memo // what the last decision read of the document, nil when nothing is known
	workspace  scheduler.Workspace
	transition transition.Core
	offsets    failOffsets
	fencing    []fencing // by target
	wiped      []string  // ids of nodes whose status this node is erasing
	doubted    bool      // somebody else wrote of peers, quorum or DC what may not be so
	unsafe     string    // what people were told
	settled    bool
	told       bool // settled, as the DC told last; toldOf is of what
	toldOf     string

	stop stopState
}

var _ machine.Core[Event, Effect] = (*Core)(nil)

// New makes a controller that knows nothing yet.
func New(cfg Config) *Core {
	if cfg.Grace == 0 {
		cfg.Grace = DefaultGrace
	}
	if cfg.Deadtime == 0 {
		cfg.Deadtime = DefaultDeadtime
	}
	if cfg.Schedule == nil {
		cfg.Schedule = scheduler.Schedule
	}
	c := &Core{cfg: cfg, doc: cib.Empty(), feature: cfg.FeatureSet, offsets: failOffsets{Start: "INFINITY", Stop: "INFINITY"}}
	for _, n := range cfg.Nodes {
		c.peer(n.ID).Name = n.Name
	}
	c.peer(cfg.Self).Name = cfg.Name
	return c
}

// Step implements machine.Core.
func (c *Core) Step(now machine.Now, ev Event) []Effect {
	c.now, c.out = now, nil
	switch ev := ev.(type) {
	case View:
		c.viewChanged(ev.View)
	case Elected:
		c.elected(ev)
	case Synced:
		c.cibSynced(ev)
	case CIB:
		c.cibChanged(ev)
	case Written:
		c.written(ev)
	case Delivered:
		c.delivered(ev)
	case Result:
		c.result(ev.Result)
	case NothingToCancel:
		c.nothingToCancel(ev)
	case Recovered:
		c.recovered(ev)
	case Fenced:
		c.fenced(ev)
	case FencingAnswered:
		c.fencingAnswered(ev)
	case Decide:
		if c.Ready() {
			c.decide()
		}
	case Cleanup:
		c.cleanup(ev)
	case Fail:
		c.failResource(ev)
	case RemoveNode:
		c.removeNode(ev)
	case Stop:
		c.stopWanted(ev)
	case EngineLost:
		c.engineLost(ev)
	case Refuse:
		c.refused(ev)
	case TimerFired:
		c.timer(ev.Key)
	default:
		panic(fmt.Sprintf("controller: unknown event %T", ev))
	}
	out := c.out
	c.out = nil
	return out
}

// Phase tells how far this node has come.
func (c *Core) Phase() Phase {
	switch {
	case c.stop.active:
		return Stopping
	case c.key == "":
		return Starting
	case c.dc == 0 || !c.synced:
		return Joining
	case c.dc != c.cfg.Self:
		return Member
	case !c.acting:
		return Waiting
	case c.transition.Active():
		return Working
	case c.dirty && c.held == "":
		return Deciding
	}
	return Idle
}

// DC returns the name of the DC that is at work, "" while there is none.
func (c *Core) DC() string {
	if c.dc == 0 || c.dc == c.cfg.Self && !c.acting || !c.formed && c.dc != c.cfg.Self {
		return ""
	}
	return c.peer(c.dc).Name
}

// Settled tells that the cluster has nothing left to do, as the DC said last. While somebody is being taken in, that is not known.
func (c *Core) Settled() bool {
	if c.dc == 0 || !c.settled || !c.synced {
		return false
	}
	if c.dc == c.cfg.Self {
		return c.allJoined()
	}
	return c.toldOf == "" || c.toldOf == c.doc.Version().String()
}

// Ready tells that the DC wants to decide and only waits for Decide.
func (c *Core) Ready() bool {
	return c.acting && c.dc == c.cfg.Self && c.synced && c.dirty && c.held == "" && !c.transition.Active() && c.allApplied() && c.allJoined() &&
		c.allKnown() && !c.stop.local
}

// Peers returns what is known of the nodes, by id.
func (c *Core) Peers() []PeerInfo {
	out := make([]PeerInfo, len(c.peers))
	for i := range c.peers {
		p := &c.peers[i]
		m, member := c.view.Member(p.ID)
		out[i] = PeerInfo{ID: p.ID, UUID: c.uuid(p.Name), Name: p.Name, Member: member, Attached: m.Attached, Joined: p.Joined}
	}
	return out
}

// PeerInfo is what is known of one node.
type PeerInfo struct {
	ID                       engine.NodeID
	UUID, Name               string
	Member, Attached, Joined bool
}

func (c *Core) emit(e ...Effect) { c.out = append(c.out, e...) }

func (c *Core) tell(n note.Note) { c.emit(Tell{n}) }

func (c *Core) setTimer(key string, after time.Duration) {
	c.emit(SetTimer{machine.Timer{Key: key, At: c.now.Mono + after}})
}

// The keys of timers. Those of the transition begin with "action.".
const (
	timerDeadtime = "deadtime"
	timerRecheck  = "recheck"
	timerDetached = "detached/" // and the node's id
	timerFence    = "fence/"    // and the target
	timerEscalate = "escalate"
)

func (c *Core) timer(key string) {
	switch {
	case key == timerDeadtime:
		c.consider()
	case key == timerRecheck:
		c.held = ""
		c.abort(0, "the recheck interval is over")
	case strings.HasPrefix(key, timerDetached):
		c.graceOver(key[len(timerDetached):])
	case strings.HasPrefix(key, timerFence):
		c.fenceAgain(key[len(timerFence):])
	case key == timerEscalate:
		c.stopHere("the resources did not move away in time")
	case strings.HasPrefix(key, "action."):
		c.drive(transition.TimerFired{Key: key})
	case strings.HasPrefix(key, "local.action."):
		c.driveLocal(transition.TimerFired{Key: strings.TrimPrefix(key, "local.")})
	}
}

// purpose says what a write is for, and so what follows its end.
type purpose uint8

const (
	forHistory purpose = iota
	forPeers
	forBooks
	forFenced   // Names: the target
	forShutdown // Action, Names: the node that may go
	forAction   // Action is confirmed
	forRequest  // Request is answered
	forJoin     // then this node joins
)

// write is an UpdateCIB under way.
type write struct {
	ID      uint64
	Applied bool // this node's document has it
	Wipes   bool // it erases the status of a node
	// Ops are kept of history and of the states of nodes until they are applied.
	Ops     []cib.Op
	For     purpose
	Action  int
	Request uint64
	Expect  int
	Name    string
	Done    doneBody // sent when the write is over, if Key is set
}

func (c *Core) update(w write, cause string, ops ...cib.Op) {
	c.lastWrite++
	w.ID, w.Wipes = c.lastWrite, len(c.wiped) > 0
	if w.For == forHistory || w.For == forPeers || w.For == forFenced {
		w.Ops = ops
	}
	c.writes = append(c.writes, w)
	c.emit(UpdateCIB{ID: w.ID, Ops: ops, Client: "controller", Cause: cause})
}

// allApplied tells whether this node's document has everything that this controller wrote.
func (c *Core) allApplied() bool {
	return !slices.ContainsFunc(c.writes, func(w write) bool { return !w.Applied })
}

func (c *Core) written(ev Written) {
	i := slices.IndexFunc(c.writes, func(w write) bool { return w.ID == ev.ID })
	if i < 0 {
		return
	}
	w := c.writes[i]
	c.writes = slices.Delete(c.writes, i, i+1)
	c.forgetWiped()
	switch w.For {
	case forPeers:
		if ev.Err != "" {
			c.again("the state of the nodes could not be written: " + ev.Err)
		}
	case forFenced:
		c.nodeWiped(w.Name, ev.Err)
	case forShutdown:
		c.mayGo(w, ev.Err)
	case forAction:
		c.drive(transition.Confirmed{Action: w.Action, Failed: ev.Err != "", Why: ev.Err})
	case forJoin:
		c.join()
	case forRequest:
		c.answer(w.Request, w.Expect, ev.Err)
	}
	if w.Done.Key != "" {
		c.send("controller.done", 0, "", w.Done)
	}
}

// again makes the DC look at everything anew after something that it could not do.
func (c *Core) again(why string) {
	if c.acting && c.synced {
		c.reconcilePeers()
		c.abort(transition.Infinity, why)
	}
}

func (c *Core) send(kind string, to engine.NodeID, cause string, body any) {
	c.emit(Broadcast{message.Envelope{Kind: kind, To: uint32(to), Cause: cause, Body: encode(body)}})
}

// abort says that the cluster has to be looked at again. Priority 0 does not disturb a transition under way.
func (c *Core) abort(priority int, why string) {
	if !c.acting {
		return
	}
	if !c.dirty {
		c.why = why
	}
	c.dirty = true
	c.unsettle()
	if priority > 0 && c.transition.Active() {
		c.drive(transition.Abort{Priority: priority, After: transition.Restart, Why: why})
	}
}

// delivered sorts the messages of the controllers.
func (c *Core) delivered(ev Delivered) {
	to := engine.NodeID(ev.Envelope.To)
	if to != 0 && to != c.cfg.Self {
		return
	}
	switch ev.Envelope.Kind {
	case "controller.join":
		c.joined(ev)
	case "controller.acting":
		c.seenDC(ev)
	case "controller.settled":
		c.settledTold(ev)
	case "controller.run":
		c.run(ev)
	case "controller.cancel":
		c.cancel(ev)
	case "controller.done":
		c.done(ev)
	case "controller.forget":
		c.forget(ev)
	case "controller.fail":
		c.pretendFailure(ev)
	case "controller.shutdown":
		c.shutdownAllowed(ev)
	}
}

// localState is what this node knows of its own operations.
type localState struct {
	adopted []operation.Op // of an earlier manager, their results still to come
	// mine is this node's own part of the history, as it was when the CIB was last agreed; after a merge the others may
	// have an older one.
	mine      *xmltree.Node
	published bool
	ran       bool // an operation was asked for
}
