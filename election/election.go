package election

import (
	"encoding/json"
	"time"

	"pacer/engine"
	"pacer/machine"
	"pacer/message"
	"pacer/note"
	"pacer/release"
)

// Kind is the kind of this core's messages.
const Kind = "election.hello"

// Event is what the core can hear: ViewChanged, Delivered, Acting, Seen or Leaving.
type Event interface{ electionEvent() }

// ViewChanged says who is here now.
type ViewChanged struct{ View engine.View }

// Delivered hands over a message of Kind.
type Delivered struct {
	From     engine.NodeID
	Envelope message.Envelope
}

// Acting says that this node now coordinates, or no longer does: an elected DC may have to wait before it acts, and a DC
// that leaves hands over.
type Acting struct{ Acting bool }

// Seen says that a DC was seen at work.
type Seen struct{}

// Leaving says that this node is about to stop, so that somebody else should coordinate.
type Leaving struct{}

func (ViewChanged) electionEvent() {}
func (Delivered) electionEvent()   {}
func (Acting) electionEvent()      {}
func (Seen) electionEvent()        {}
func (Leaving) electionEvent()     {}

// Effect is what the core wants done: Broadcast, Elected or Tell.
type Effect interface{ electionEffect() }

// Broadcast wants a message sent to all members in order.
type Broadcast struct{ Envelope message.Envelope }

// Elected says who is the DC of the present view; 0 while it is not known.
type Elected struct {
	DC engine.NodeID
	// Final is false while only the incumbent goes on before all members have been heard.
	Final bool
	// Formed is true when a member has seen a DC before: the cluster is at work and nobody else has to be waited for.
	Formed bool
	// FeatureSet is the least of the members'; the view works at this one.
	FeatureSet string
}

// Tell wants something told.
type Tell struct{ note.Note }

func (Broadcast) electionEffect() {}
func (Elected) electionEffect()   {}
func (Tell) electionEffect()      {}

// hello is what a member says of itself in a view.
type hello struct {
	View       string        `json:"view"`
	FeatureSet string        `json:"feature_set"`
	Version    string        `json:"version"`
	Acting     bool          `json:"acting,omitempty"` // is the DC
	Formed     bool          `json:"formed,omitempty"` // has seen a DC
	Leaving    bool          `json:"leaving,omitempty"`
	Uptime     time.Duration `json:"uptime"`
}

// Config is who this member is.
type Config struct {
	Self       engine.NodeID
	FeatureSet string // dotted numbers, "3.20.5"
	Version    string
}

// Core elects. Make it with New.
type Core struct {
	cfg     Config
	view    engine.View
	key     string // names the members of the view
	heard   map[engine.NodeID]hello
	dc      engine.NodeID
	final   bool
	acting  bool
	formed  bool
	leaving bool
	// began is when the first view came; uptime counts from there.
	began   time.Duration
	started bool
}

var _ machine.Core[Event, Effect] = (*Core)(nil)

// New makes a core that has seen nothing.
func New(cfg Config) *Core { return &Core{cfg: cfg, heard: map[engine.NodeID]hello{}} }

// DC is the coordinator as known now, 0 when it is not known.
func (c *Core) DC() engine.NodeID { return c.dc }

// Step implements machine.Core.
func (c *Core) Step(now machine.Now, ev Event) []Effect {
	switch ev := ev.(type) {
	case ViewChanged:
		return c.viewChanged(now, ev.View)
	case Delivered:
		return c.delivered(ev)
	case Acting:
		c.acting = ev.Acting
		c.formed = c.formed || ev.Acting
	case Seen:
		c.formed = true
	case Leaving:
		c.leaving = true
	}
	return nil
}

func (c *Core) viewChanged(now machine.Now, v engine.View) []Effect {
	if !c.started {
		c.began, c.started = now.Mono, true
	}
	old, key := c.view, v.Managers()
	c.view = v
	if key == c.key {
		return nil // only quorum or members without manager changed: the election stands or goes on
	}
	c.key = key
	clear(c.heard)
	effects := []Effect{c.hello(now)}
	c.final = false
	if c.dc != 0 && v.Within(old) && attached(v, c.dc) {
		return append(effects, Elected{DC: c.dc, Formed: c.formed, FeatureSet: c.cfg.FeatureSet})
	}
	c.dc = 0
	return append(effects, Elected{})
}

func (c *Core) hello(now machine.Now) Effect {
	body, err := json.Marshal(hello{
		View: c.key, FeatureSet: c.cfg.FeatureSet, Version: c.cfg.Version, Acting: c.acting, Formed: c.formed,
		Leaving: c.leaving, Uptime: now.Mono - c.began,
	})
	if err != nil {
		panic("election: " + err.Error()) // a struct of strings and numbers
	}
	return Broadcast{message.Envelope{Kind: Kind, Body: body}}
}

func (c *Core) delivered(ev Delivered) []Effect {
	var h hello
	if err := json.Unmarshal(ev.Envelope.Body, &h); err != nil || h.View != c.key || !attached(c.view, ev.From) {
		return nil // of an earlier view, or not understood: then its sender is waited for
	}
	c.heard[ev.From] = h
	members := c.view.Attached()
	best := engine.NodeID(0)
	formed, feature := false, ""
	for _, m := range members {
		h, ok := c.heard[m.ID]
		if !ok {
			return nil
		}
		formed = formed || h.Formed || h.Acting
		if feature == "" || release.CompareFeatures(h.FeatureSet, feature) < 0 {
			feature = h.FeatureSet
		}
		if best == 0 || c.better(h, c.heard[best]) {
			best = m.ID
		}
	}
	changed := best != c.dc || !c.final
	c.dc, c.final = best, true
	// Whoever has been through an election with a working cluster knows that it is formed.
	c.formed = c.formed || formed
	if !changed {
		return nil
	}
	return []Effect{Elected{DC: best, Final: true, Formed: formed, FeatureSet: feature}}
}

// better tells whether a is to be preferred to b, which has a lower id.
func (c *Core) better(a, b hello) bool {
	if n := release.CompareFeatures(a.FeatureSet, b.FeatureSet); n != 0 {
		return n < 0
	}
	if a.Leaving != b.Leaving {
		return b.Leaving
	}
	if a.Acting != b.Acting {
		return a.Acting
	}
	return a.Uptime > b.Uptime+uptimeStep
}

// uptimeStep is by how much a member must be older to be preferred to one with a lower id: less is chance.
const uptimeStep = time.Second

func attached(v engine.View, id engine.NodeID) bool {
	m, ok := v.Member(id)
	return ok && m.Attached
}
