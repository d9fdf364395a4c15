package session

import (
	"cmp"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"pacer/crm/syntax"
	"pacer/xmltree"
)

// LineError is a mistake in a loaded text.
type LineError struct {
	File string // "" for standard input and editors
	Line int
	Err  error
}

// Error gives "FILE:LINE: what", or "LINE: what" without a file.
func (e *LineError) Error() string {
	at := strconv.Itoa(e.Line) + ": "
	if e.File != "" {
		at = e.File + ":" + at
	}
	return at + e.Err.Error()
}

// Unwrap gives the mistake itself.
func (e *LineError) Unwrap() error { return e.Err }

// maxErrors bounds what is reported of one text.
const maxErrors = 50

// parse reads all objects of a text, in the order in which they are to be created. Every mistake is reported.
func (s *Session) parse(file, text string) ([]*syntax.Object, error) {
	var objs []*syntax.Object
	var errs []error
	var comments []string
	fail := func(line int, err error) { errs = append(errs, &LineError{File: file, Line: line, Err: err}) }
	for _, line := range syntax.Lines(text) {
		if line.IsComment() {
			comments = append(comments, line.Text)
			continue
		}
		o, err := syntax.Parse(line, syntax.Options{Provider: s.Agents.Provider})
		if err != nil {
			fail(line.No, err)
			if len(errs) == maxErrors {
				break
			}
			comments = nil
			continue
		}
		o.Comments, comments = comments, nil
		objs = append(objs, o)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	seen := map[string]bool{}
	for _, o := range objs {
		if o.Kind == syntax.Monitor {
			continue
		}
		// Nodes and resources have names of their own.
		key := o.ID
		if o.Kind == syntax.Node {
			key = "node " + key
		}
		if o.Kind == syntax.Fencing {
			key = fencingID
		}
		if seen[key] && len(errs) < maxErrors {
			fail(o.Line, fmt.Errorf("Duplicate resource: %s", o.ID))
		}
		seen[key] = true
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	sort.SliceStable(objs, func(i, j int) bool { return objs[i].Kind.CreateRank() < objs[j].Kind.CreateRank() })
	return objs, nil
}

// Load reads a configuration text. The methods: update creates and replaces what the text names; replace erases everything but
// the nodes first; push makes the configuration what the text says. Nothing changes when anything fails.
func (s *Session) Load(method, file, text string) error {
	objs, err := s.parse(file, text)
	if err != nil {
		return err
	}
	return s.bring(method, file, objs)
}

// LoadXML reads a CIB document, or a part of one, with the same methods.
func (s *Session) LoadXML(method, file, text string) error {
	objs, err := xmlObjects(file, text)
	if err != nil {
		return err
	}
	return s.bring(method, file, objs)
}

func (s *Session) bring(method, file string, objs []*syntax.Object) error {
	return s.Atomic(func() error {
		switch method {
		case "replace":
			s.Erase(false)
			return s.put(file, objs, true)
		case "push":
			return s.edit(file, append([]*Object(nil), s.list...), objs)
		}
		return s.put(file, objs, true)
	})
}

// xmlObjects lists the objects of a CIB document, a configuration or one section.
func xmlObjects(file, text string) ([]*syntax.Object, error) {
	root, err := xmltree.ParseString(text)
	if err != nil {
		return nil, fmt.Errorf("cannot parse %s: %w", cmp.Or(file, "the document"), err)
	}
	conf := root
	if root.Name == "cib" {
		conf = root.First("configuration")
	}
	if conf == nil {
		return nil, fmt.Errorf("%s: the document has no configuration", file)
	}
	if conf.Name != "configuration" {
		conf = xmltree.New("configuration").Add(conf)
	}
	conf = syntax.Normalize(conf)
	var objs []*syntax.Object
	for section := range conf.Elements() {
		if section.Name == syntax.Fencing.Element() {
			objs = append(objs, &syntax.Object{Kind: syntax.Fencing, Node: section, XML: true, Line: int(section.Line)})
			continue
		}
		for n := range section.Elements() {
			kind, ok := syntax.KindOfElement(section.Name, n.Name)
			if !ok {
				return nil, &LineError{File: file, Line: int(n.Line), Err: fmt.Errorf("Element %s not recognized", n.Name)}
			}
			id := n.ID()
			if kind == syntax.Node && id == "" {
				id = n.Get("uname")
			}
			if id == "" {
				return nil, &LineError{File: file, Line: int(n.Line), Err: fmt.Errorf("Element %s has no id", n.Name)}
			}
			objs = append(objs, xmlParts(&syntax.Object{Kind: kind, ID: id, Node: n, XML: true, Line: int(n.Line)})...)
		}
	}
	sort.SliceStable(objs, func(i, j int) bool { return objs[i].Kind.CreateRank() < objs[j].Kind.CreateRank() })
	return objs, nil
}

// xmlParts makes objects of their own of the resources in a container.
func xmlParts(o *syntax.Object) []*syntax.Object {
	out := []*syntax.Object{o}
	if !o.Kind.IsContainer() {
		return out
	}
	for i, c := range o.Node.Children {
		kind, ok := syntax.KindOfElement("resources", c.Name)
		if !ok || !syntax.IsChild(c) {
			continue
		}
		o.Node.Children[i] = xmltree.New(syntax.ChildRef, "id", c.ID())
		out = append(out, xmlParts(&syntax.Object{Kind: kind, ID: c.ID(), Node: c, XML: true, Line: int(c.Line)})...)
	}
	return out
}

// put creates and replaces objects, which are in the order of creation. merge says that attribute sets are merged into
// existing ones.
func (s *Session) put(file string, objs []*syntax.Object, merge bool) error {
	for _, o := range objs {
		if old := s.existing(o); old != nil && o.Kind.IsContainer() {
			s.release(old, o)
		}
	}
	for _, o := range objs {
		if err := s.create(o, merge && o.Kind.IsAttributeSet()); err != nil {
			if o.Line > 0 {
				return &LineError{File: file, Line: o.Line, Err: err}
			}
			return err
		}
	}
	bad, err := s.settle()
	for _, o := range objs {
		if err != nil && o.Kind == bad.Kind && o.ID == bad.ID && o.Line > 0 {
			return &LineError{File: file, Line: o.Line, Err: err}
		}
	}
	return err
}

// Edit makes a set of objects what a text says: those that the text does not contain are deleted, new ones are created. Ids
// that exist outside the set are refused.
func (s *Session) Edit(set []*Object, text string) error {
	objs, err := s.parse("", text)
	if err != nil {
		return err
	}
	return s.Atomic(func() error { return s.edit("", set, objs) })
}

// EditXML is Edit with an XML document.
func (s *Session) EditXML(set []*Object, text string) error {
	objs, err := xmlObjects("", text)
	if err != nil {
		return err
	}
	return s.Atomic(func() error { return s.edit("", set, objs) })
}

func (s *Session) edit(file string, set []*Object, objs []*syntax.Object) error {
	inSet := map[*Object]bool{}
	for _, o := range set {
		inSet[o] = true
	}
	var outside []string
	kept := map[*Object]bool{}
	for _, o := range objs {
		if o.Kind == syntax.Monitor {
			continue
		}
		old := s.existing(o)
		if old == nil {
			old = s.clash(o)
		}
		if old == nil {
			continue
		}
		if !inSet[old] {
			outside = append(outside, old.ID)
		}
		kept[old] = true
	}
	if len(outside) > 0 {
		return fmt.Errorf("Elements %s already exist", strings.Join(outside, ", "))
	}
	// Containers go first, so that their children are free for others; all else goes last, when nothing names it any more.
	for _, o := range set {
		if !kept[o] && o.Kind.IsContainer() && s.listed(o) {
			s.delete(o)
		}
	}
	if err := s.put(file, objs, false); err != nil {
		return err
	}
	for _, o := range set {
		if !kept[o] && s.listed(o) {
			s.delete(o)
		}
	}
	return nil
}
