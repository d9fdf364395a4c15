package session

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"pacer/cib"
	"pacer/crm/syntax"
	"pacer/ocf"
	"pacer/xmltree"
)

// Store is where the configuration lives; client.Cluster is one.
type Store interface {
	// CIB returns the present document.
	CIB(ctx context.Context) (*cib.Document, error)
	// Apply carries out operations, all or none.
	Apply(ctx context.Context, ops ...cib.Op) (*xmltree.Node, error)
}

// Level is the weight of a message.
type Level int

// The levels of messages.
const (
	Info Level = iota
	Warning
	Error
)

// Agents answers what is known of resource agents. Nil functions mean that nothing is known.
type Agents struct {
	// Provider answers which provider of OCF agents a type without one means; "" for unknown.
	Provider func(typ string) string
	// MetaData returns an agent's description, ErrNoAgent when it is known that there is no such agent, and nil, nil when
	// nothing can be said.
	MetaData func(class, provider, typ string) (*ocf.Metadata, error)
}

// ErrNoAgent is the answer for an agent that is not installed.
var ErrNoAgent = errors.New("no such resource agent")

// Session is one working copy.
type Session struct {
	store  Store
	base   *cib.Document
	orig   *xmltree.Node // the configuration as read, normalized; never changed
	work   *xmltree.Node // the configuration as edited
	list   []*Object
	ids    *syntax.IDs
	loaded bool

	// Say receives messages that are not errors of the command at hand.
	Say func(Level, string)
	// Agents knows the resource agents.
	Agents Agents
	// Force answers questions with yes.
	Force bool
	// Unsorted leaves objects of one kind in the order of the CIB when shown.
	Unsorted bool
	// Obscure are globs of names whose values are not shown.
	Obscure []string
}

// New returns a session on a store; nothing is read yet.
func New(store Store) *Session {
	return &Session{store: store, Say: func(Level, string) {}, Obscure: []string{"passw*"}}
}

// Object is one object of the working copy.
type Object struct {
	Kind   syntax.Kind
	ID     string
	Node   *xmltree.Node
	Parent *Object // the container in which it is, or nil
}

// Refresh reads the configuration anew and drops all changes.
func (s *Session) Refresh(ctx context.Context) error {
	doc, err := s.store.CIB(ctx)
	if err != nil {
		return err
	}
	s.base = doc
	s.orig = syntax.Normalize(doc.Configuration())
	s.setWork(s.orig.Clone())
	s.loaded = true
	return nil
}

// Ensure reads the configuration when nothing was read yet, or when nothing is pending and it may have changed.
func (s *Session) Ensure(ctx context.Context, again bool) error {
	if !s.loaded || again && !s.Changed() {
		return s.Refresh(ctx)
	}
	return nil
}

// Loaded tells whether the configuration was read.
func (s *Session) Loaded() bool { return s.loaded }

// Base is the document as it was read.
func (s *Session) Base() *cib.Document { return s.base }

// setWork makes a tree the working copy and lists its objects.
func (s *Session) setWork(conf *xmltree.Node) {
	s.work = conf
	s.list = nil
	s.ids = syntax.NewIDs()
	s.ids.TakeTree(conf)
	for section := range conf.Elements() {
		if section.Name == syntax.Fencing.Element() {
			s.list = append(s.list, &Object{Kind: syntax.Fencing, ID: fencingID, Node: section})
			continue
		}
		for n := range section.Elements() {
			s.enlist(section.Name, n, nil)
		}
	}
}

// fencingID is the name of the fencing topology, which has no id.
const fencingID = "fencing_topology"

func (s *Session) enlist(section string, n *xmltree.Node, parent *Object) {
	kind, ok := syntax.KindOfElement(section, n.Name)
	if !ok {
		return
	}
	o := &Object{Kind: kind, ID: n.ID(), Node: n, Parent: parent}
	s.list = append(s.list, o)
	if kind.IsContainer() {
		for c := range n.Elements() {
			if syntax.IsChild(c) {
				s.enlist(section, c, o)
			}
		}
	}
}

// Changed tells whether anything is pending.
func (s *Session) Changed() bool { return s.loaded && !syntax.Same(s.orig, s.work) }

// Atomic runs f and takes everything back when it fails.
func (s *Session) Atomic(f func() error) error {
	saved := s.work.Clone()
	order := make([]*Object, len(s.list))
	copy(order, s.list)
	if err := f(); err != nil {
		s.setWork(saved)
		return err
	}
	return nil
}

// Find returns all objects with that id; a node is found by its name as well.
func (s *Session) Find(id string) []*Object {
	var out []*Object
	for _, o := range s.list {
		if o.ID == id || o.Kind == syntax.Node && o.Node.Get("uname") == id {
			out = append(out, o)
		}
	}
	return out
}

// find returns the object with that id and one of the kinds (any when none is given), or nil.
func (s *Session) find(id string, want func(syntax.Kind) bool) *Object {
	for _, o := range s.list {
		if (o.ID == id || o.Kind == syntax.Node && o.Node.Get("uname") == id) && (want == nil || want(o.Kind)) {
			return o
		}
	}
	return nil
}

// Resource returns the resource with that id, or nil.
func (s *Session) Resource(id string) *Object { return s.find(id, syntax.Kind.IsResource) }

// Objects lists all objects.
func (s *Session) Objects() []*Object { return s.list }

// Nodes lists the names of all nodes, in the order of the CIB.
func (s *Session) Nodes() []string {
	var out []string
	for _, o := range s.list {
		if o.Kind == syntax.Node {
			out = append(out, o.Node.Get("uname"))
		}
	}
	return out
}

// section returns a section of the working copy, made when it is missing.
func (s *Session) section(name string) *xmltree.Node {
	if n := s.work.First(name); n != nil {
		return n
	}
	return s.work.AddNew(name)
}

// home is the element whose child the object's element is.
func (s *Session) home(o *Object) *xmltree.Node {
	switch {
	case o.Parent != nil:
		return o.Parent.Node
	case o.Kind == syntax.Fencing:
		return s.work
	}
	return s.section(o.Kind.Section())
}

// Children are the objects inside a container, in their order.
func (s *Session) Children(o *Object) []*Object {
	var out []*Object
	for c := range o.Node.Elements() {
		if !syntax.IsChild(c) {
			continue
		}
		for _, x := range s.list {
			if x.Node == c {
				out = append(out, x)
			}
		}
	}
	return out
}

// top is the outermost container of an object, or itself.
func top(o *Object) *Object {
	for o.Parent != nil {
		o = o.Parent
	}
	return o
}

func removeChild(parent, n *xmltree.Node) {
	for i, c := range parent.Children {
		if c == n {
			parent.Children = append(parent.Children[:i:i], parent.Children[i+1:]...)
			return
		}
	}
}

func (s *Session) unlist(o *Object) {
	for i, x := range s.list {
		if x == o {
			s.list = append(s.list[:i:i], s.list[i+1:]...)
			return
		}
	}
}

func (s *Session) listed(o *Object) bool {
	for _, x := range s.list {
		if x == o {
			return true
		}
	}
	return false
}

func (s *Session) info(format string, args ...any) { s.Say(Info, fmt.Sprintf(format, args...)) }

func (s *Session) warn(format string, args ...any) { s.Say(Warning, fmt.Sprintf(format, args...)) }

// missing is the error for an object that is not there.
func missing(id string) error { return fmt.Errorf("object %s does not exist", id) }

// Whole is the outermost containers of objects and all that is in them.
func (s *Session) Whole(objs []*Object) []*Object {
	tops := map[*Object]bool{}
	for _, o := range objs {
		tops[top(o)] = true
	}
	var out []*Object
	for _, o := range s.list {
		if tops[top(o)] {
			out = append(out, o)
		}
	}
	return out
}

// Document is the working copy as a whole document.
func (s *Session) Document() *cib.Document { return s.document() }

// SetSchema changes the schema at once.
func (s *Session) SetSchema(ctx context.Context, name string) error {
	if !schemaName().MatchString(name) {
		return fmt.Errorf("schema %s does not exist", name)
	}
	major, minor, _ := strings.Cut(strings.TrimPrefix(name, "pacemaker-"), ".")
	if n, err := strconv.Atoi(major); name != "none" && (err != nil || n < 1 || n > 4 || minor == "") {
		return fmt.Errorf("schema %s is not supported", name)
	}
	_, err := s.store.Apply(ctx, cib.Op{Kind: cib.OpModify, XPath: "/cib", Data: xmltree.New("cib", "validate-with", name)})
	if err != nil {
		return err
	}
	if !s.Changed() {
		return s.Refresh(ctx)
	}
	return nil
}

var schemaName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:none|pacemaker-\d+(?:\.\d+)?)$`) })

// Upgrade raises the schema to the newest, at once.
func (s *Session) Upgrade(ctx context.Context) error {
	if _, err := s.store.Apply(ctx, cib.Op{Kind: cib.OpUpgrade, Force: true}); err != nil {
		return err
	}
	if !s.Changed() {
		return s.Refresh(ctx)
	}
	return nil
}
