package cluster

import (
	"fmt"
	"strings"
	"time"

	"pacer/rule"
	"pacer/xmltree"
)

// State is the cluster as the CIB tells it.
type State struct {
	CIB *xmltree.Node
	Now time.Time

	Options Options

	Nodes     []*Node     // by name, numbers inside names counting as numbers
	Resources []*Resource // all, parents before children
	Top       []*Resource // those without parent: by falling priority, then in document order, removed ones last

	// Constraints are all constraints in document order, sets and tags taken apart.
	Constraints []Constraint
	Tickets     []*Ticket
	Tags        []Tag
	Templates   []Tag

	// DC is the coordinator, nil when the document names none.
	DC     *Node
	DCUUID string

	HaveQuorum bool
	// FenceDevices tells whether any fence device is configured.
	FenceDevices bool
	RemoteNodes  bool

	// Failures are the failed entries of the history, in document order.
	Failures []*Operation
	// Facts are what the history asks to be done, in the order in which it was found.
	Facts []Fact

	// LateChecks are comparisons that the scheduler makes once it knows where connections run.
	LateChecks []LateCheck

	// Instances, Disabled and Blocked count the primitives (instances) for the line under the header.
	Instances, Disabled, Blocked int

	// RecheckBy is when something is known to change by time alone; zero when nothing is.
	RecheckBy time.Time

	// Messages are the findings while reading, in order.
	Messages []Message

	// What finds things.
	byID       map[elementID]*xmltree.Node // for id-ref
	templates  map[string]*xmltree.Node    // by id
	byName     map[string]*Resource
	byHistory  map[string]*Resource
	nodeNames  map[string]*Node // lower case
	nodeIDs    map[string]*Node
	ticketByID map[string]*Ticket
	uses       map[templateUse]bool         // what Templates has
	histories  map[*xmltree.Node]*histories // by node_state
	agents     agents
	failed     map[failureID]bool     // what Failures has
	expired    map[*Entry]bool        // recurring failures that failure-timeout lets be forgotten
	digests    map[opPlace]*opDigests // those of operations that were compared

	// What was made, and the room for more.
	made            []*Resource // all resources, also those that were then left out, in the order of their making
	tooBig          bool        // a limit was reached
	spareResources  []Resource
	spareAllowances []Allowance

	common     rule.Facts  // what rules may ask about without a node or a resource
	unfencing  bool        // some resource needs, or some device provides, unfencing
	stopNeeded []*Resource // containers to stop once it is known where they run

	// What tells whether something read may serve again.
	memo, last *Memo // what this reading leaves, and what it was left; nil for none
	said       int   // findings, with those that are not in Messages
	looked     int   // Messages before the constraints were read
	ruled      int   // rules that were asked for
	timed      bool  // some rule of the configuration may ask for the time
}

// elementID tells the elements of the configuration apart.
type elementID struct{ name, id string }

// NodeByName returns the node with that name (letter case does not matter), or nil.
func (s *State) NodeByName(name string) *Node { return s.findNode(name) }

// ResourceByName returns the resource or instance with that name, or nil. The plain name of a clone's child finds its
// first instance.
func (s *State) ResourceByName(name string) *Resource { return s.findResource(name) }

func (s *State) findNode(name string) *Node { return s.nodeNames[strings.ToLower(name)] }

// nodeByIDOrName finds a node by its id, or else by its name.
func (s *State) nodeByIDOrName(id, name string) *Node {
	if n := s.nodeIDs[id]; n != nil {
		return n
	}
	if name == "" {
		return nil
	}
	return s.findNode(name)
}

// findResource finds a resource by its name or by its name in the history.
func (s *State) findResource(name string) *Resource {
	if r := s.byName[name]; r != nil {
		return r
	}
	return s.byHistory[name]
}

// recheckBy notes that something changes at a time to come by itself.
func (s *State) recheckBy(t time.Time) {
	if t.After(s.Now) && (s.RecheckBy.IsZero() || t.Before(s.RecheckBy)) {
		s.RecheckBy = t
	}
}

// Level is how grave a Message is.
type Level uint8

// The levels.
const (
	Info Level = iota
	Notice
	Warning
	Error
	Config // a configuration error, for crm_verify
	ConfigWarning
)

// Looked are the findings without those about constraints, which matter to decisions and not to how things are.
func (s *State) Looked() []Message { return s.Messages[:s.looked] }

// Message is a finding worth telling.
type Message struct {
	Level Level
	Text  string
	// Topic is the name under which PCMK_trace_functions asks for the finding whatever its level, "" for none.
	Topic string
}

// maxMessages limits what a broken document can make us remember.
const maxMessages = 1000

// say records a finding.
func (s *State) say(level Level, format string, args ...any) { s.sayFor("", level, format, args...) }

// sayFor records a finding of a topic.
func (s *State) sayFor(topic string, level Level, format string, args ...any) {
	s.said++
	if len(s.Messages) < maxMessages {
		s.Messages = append(s.Messages, Message{Level: level, Text: fmt.Sprintf(format, args...), Topic: topic})
	}
}
