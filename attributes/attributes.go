package attributes

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"pacer/engine"
	"pacer/machine"
	"pacer/message"
	"pacer/xmltree"
)

// Limits on what is accepted.
const (
	maxName   = 1024
	maxValue  = 1 << 16
	maxNumber = 20000 // attributes
	// maxSize limits size. In a new view a member says all that it knows in one message, in which JSON may make six bytes of one.
	maxSize = message.MaxSize / 8
	// sizeOfRecord is reckoned for what comes with each attribute and each value besides texts.
	sizeOfRecord = 32
)

// size is how much is known here, in bytes.
func (c *Core) size() int {
	n := 0
	for _, a := range c.attrs {
		n += sizeOfRecord + len(a.Name) + len(a.Set)
		for i := range a.Values {
			n += sizeOfRecord + len(a.Values[i].Node) + len(a.Values[i].Text)
		}
	}
	return n
}

// fits tells whether so many bytes more may be known. What is known is counted only when there may be too much of it.
func (c *Core) fits(more int) bool {
	if c.reckoned+more > maxSize {
		c.reckoned = c.size()
	}
	return c.reckoned+more <= maxSize
}

// Config is who this member is.
type Config struct {
	Self engine.NodeID
	Name string
	// Nodes are all configured nodes.
	Nodes []engine.Member
	// Restarted is true when an earlier manager of this boot was here: then the values of this node are still in the CIB.
	Restarted bool
}

// stamp is the place of a change in the total order; a later one wins.
type stamp struct {
	Epoch uint64 `json:"epoch"`
	Order uint64 `json:"order"`
}

func (s stamp) compare(t stamp) int {
	if s.Epoch != t.Epoch {
		if s.Epoch < t.Epoch {
			return -1
		}
		return 1
	}
	switch {
	case s.Order < t.Order:
		return -1
	case s.Order > t.Order:
		return 1
	}
	return 0
}

// value is what an attribute is on one node. Gone values are kept, so that a deletion is not undone by a member that has not
// heard of it.
type value struct {
	Node string `json:"node"`
	Text string `json:"text,omitempty"`
	Gone bool   `json:"gone,omitempty"`
	At   stamp  `json:"at"`

	dirty bool         // differs from what was last written; kept by the writer only
	rest  message.Rest // what a newer version said of it
}

type attribute struct {
	Name        string        `json:"name"`
	Set         string        `json:"set,omitempty"`
	Private     bool          `json:"private,omitempty"`
	Utilization bool          `json:"utilization,omitempty"`
	Delay       time.Duration `json:"delay,omitempty"`
	Values      []value       `json:"values,omitempty"` // by node

	due   time.Duration // when the delay is over; kept by the writer only
	armed bool          // the delay runs
	cause string        // of the newest change
	rest  message.Rest  // what a newer version said of it
}

// Value is one attribute on one node, for readers.
type Value struct {
	Name, Node, Text, Set string
	Private               bool
}

// Core keeps the attributes. Make it with New.
type Core struct {
	cfg      Config
	view     engine.View
	key      string
	attrs    []*attribute // by name
	heard    map[engine.NodeID]syncBody
	syncing  bool
	held     []Delivered // come while syncing
	root     *xmltree.Node
	imported bool

	writer   bool
	nextID   uint64
	inFlight []written // of the one write under way
	writing  uint64    // its ID, 0 for none
	strays   []stray   // in the CIB, and known to nobody
	clearing []stray   // of the one write under way
	resting  bool      // a write that was to remove strays was refused: they wait for the retry timer
	waiting  []uint64  // updates of this node that were not delivered yet, for nothing but Busy
	rearm    bool      // delays were started since the timer was set

	unsent []outgoing
	flying int // messages of this member that have not come back; counted anew in each view
	// reckoned is at least what is known here, in bytes.
	reckoned int
}

// written remembers what a write holds.
type written struct {
	name, node string
	at         stamp
}

// stray is an attribute in the CIB that nobody knows: whoever replaced the status section put it there.
type stray struct {
	node, element, name string
}

var _ machine.Core[Event, Effect] = (*Core)(nil)

// New makes a core without attributes.
func New(cfg Config) *Core { return &Core{cfg: cfg, heard: map[engine.NodeID]syncBody{}} }

// Values returns what is set now, by name and node.
func (c *Core) Values() []Value {
	var out []Value
	for _, a := range c.attrs {
		for _, v := range a.Values {
			if !v.Gone {
				out = append(out, Value{a.Name, v.Node, v.Text, a.Set, a.Private})
			}
		}
	}
	return out
}

// Value returns one value and whether it is set.
func (c *Core) Value(name, node string) (string, bool) {
	if a := c.find(name); a != nil {
		if v := a.on(node); v != nil && !v.Gone {
			return v.Text, true
		}
	}
	return "", false
}

// Busy tells that changes without a delay are on their way to the CIB, so that deciding now would be deciding too early.
func (c *Core) Busy() bool {
	if len(c.waiting) > 0 || c.writing != 0 {
		return true
	}
	if !c.writer {
		return false
	}
	if len(c.strays) > 0 && !c.resting {
		return true
	}
	for _, a := range c.attrs {
		if !a.armed && a.dirty() {
			return true
		}
	}
	return false
}

func (a *attribute) dirty() bool {
	return slices.ContainsFunc(a.Values, func(v value) bool { return v.dirty })
}

// Step implements machine.Core.
func (c *Core) Step(now machine.Now, ev Event) []Effect {
	switch ev := ev.(type) {
	case View:
		return c.viewChanged(now, ev.View)
	case Delivered:
		return c.delivered(now, ev)
	case Update:
		return c.update(ev)
	case Clear:
		return c.clear(ev)
	case Drop:
		return c.post(kindDrop, dropBody(ev), "")
	case CIB:
		return c.document(now, ev)
	case Writer:
		if c.writer == ev.Writer {
			return nil
		}
		c.writer = ev.Writer
		c.writing, c.inFlight, c.clearing = 0, nil, nil
		c.reconcile(now, nil)
		return c.flush(now)
	case Written:
		return c.written(now, ev)
	case TimerFired:
		return c.timer(now, ev.Key)
	}
	return nil
}

func (c *Core) find(name string) *attribute {
	if i, ok := c.search(name); ok {
		return c.attrs[i]
	}
	return nil
}

func (c *Core) search(name string) (int, bool) {
	return slices.BinarySearchFunc(c.attrs, name, func(a *attribute, n string) int { return strings.Compare(a.Name, n) })
}

// make finds or creates an attribute; fresh tells which.
func (c *Core) make(name string) (a *attribute, fresh bool) {
	i, ok := c.search(name)
	if ok {
		return c.attrs[i], false
	}
	a = &attribute{Name: name}
	c.attrs = slices.Insert(c.attrs, i, a)
	return a, true
}

// on finds the value on a node, nil when the attribute never had one there.
func (a *attribute) on(node string) *value {
	for i := range a.Values {
		if a.Values[i].Node == node {
			return &a.Values[i]
		}
	}
	return nil
}

// put stores a value, keeping the order by node.
func (a *attribute) put(v value) {
	i, ok := slices.BinarySearchFunc(a.Values, v.Node, func(x value, n string) int { return strings.Compare(x.Node, n) })
	if ok {
		a.Values[i] = v
		return
	}
	a.Values = slices.Insert(a.Values, i, v)
}

// matching returns the names of the attributes that an update is about.
func (c *Core) matching(name, pattern string) []string {
	if pattern == "" {
		if name == "" {
			return nil
		}
		return []string{name}
	}
	re, err := regexp.CompilePOSIX(pattern)
	if err != nil {
		return nil // refused where it was asked for; another version's idea of a pattern means nothing here
	}
	var out []string
	for _, a := range c.attrs {
		if re.MatchString(a.Name) {
			out = append(out, a.Name)
		}
	}
	return out
}
