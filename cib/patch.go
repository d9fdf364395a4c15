package cib

import (
	"strconv"
	"strings"

	"pacer/exitcode"
	"pacer/xmltree"
)

// Patch is the difference between two documents. It never changes.
type Patch struct {
	// Source is the version that the patch fits, Target the one that it leads to. They mean something only when Versioned:
	// a patchset without versions fits every document that has what it changes.
	Source, Target Version
	Versioned      bool
	root           *xmltree.Node // <diff format="2">
}

// XML is the patch as a patchset of format 2:
//
//	<diff format="2"><version><source …/><target …/></version><change operation="…" path="…"/>…</diff>
func (p *Patch) XML() *xmltree.Node { return p.root }

// Empty reports whether the patch changes nothing.
func (p *Patch) Empty() bool { return p.root.First("change") == nil }

// ImmutableFingerprint makes patches machine.Immutable.
func (p *Patch) ImmutableFingerprint() uint64 {
	if p == nil {
		return 0
	}
	return p.root.ImmutableFingerprint()
}

// ParsePatch reads a patchset of format 2. The node belongs to the patch from then on.
func ParsePatch(n *xmltree.Node) (*Patch, error) {
	if n == nil || n.Name != "diff" {
		return nil, fail(exitcode.DataErr, "a patchset is a <diff> element")
	}
	if f := n.Get("format"); f != "2" {
		return nil, fail(exitcode.DataErr, "the patchset has the format %q; only format 2 is known", f)
	}
	p := &Patch{root: n}
	if v := n.First("version"); v != nil {
		source, target := v.First("source"), v.First("target")
		if source == nil || target == nil {
			return nil, fail(exitcode.DataErr, "the version of the patchset has no source or no target")
		}
		p.Source, p.Target, p.Versioned = versionOf(source), versionOf(target), true
	}
	for c := range n.Elements() {
		if c.Name != "change" {
			continue
		}
		path, position := c.Get("path"), c.Get("position")
		if !strings.HasPrefix(path, "/cib") {
			return nil, patchError(c, "its path %q does not begin with /cib", path)
		}
		if at, err := strconv.Atoi(position); position != "" && (err != nil || at < -1) {
			return nil, patchError(c, "its position %q is no number", position)
		}
		switch op := c.Get("operation"); op {
		case "delete", "move":
		case "create":
			if countContent(c) != 1 {
				return nil, patchError(c, "it must hold the one element to create")
			}
		case "modify":
			if r := c.First("change-result"); r == nil || countContent(r) != 1 {
				return nil, patchError(c, "it has no change-result")
			}
		default:
			return nil, patchError(c, "the operation %q is not known", op)
		}
	}
	return p, nil
}

func countContent(n *xmltree.Node) int {
	count := 0
	for _, c := range n.Children {
		if c.Kind != xmltree.Text {
			count++
		}
	}
	return count
}

func content(n *xmltree.Node) *xmltree.Node {
	for _, c := range n.Children {
		if c.Kind != xmltree.Text {
			return c
		}
	}
	return nil
}

func patchError(c *xmltree.Node, format string, args ...any) *Error {
	e := fail(exitcode.DataErr, format, args...)
	e.Msg = "the patchset's change to " + strconv.Quote(c.Get("path")) + " cannot be made: " + e.Msg
	if c.Line > 0 {
		e.Msg = "line " + strconv.Itoa(int(c.Line)) + ": " + e.Msg
	}
	return e
}

// WithoutVersions is the patch for documents of any version.
func (p *Patch) WithoutVersions() *Patch { return &Patch{root: p.root} }

// ApplyPatch returns the document that p leads to from d. A patch for another version is refused with code "old", one that
// does not fit with code "data error", one whose digest is not that of the result with code "error"; the error is an *Error.
func ApplyPatch(d *Document, p *Patch) (*Document, error) {
	if d == nil {
		return nil, errNoDocument
	}
	if p.Versioned {
		switch c := d.version.Compare(p.Source); {
		case c > 0:
			return nil, fail(exitcode.Old, "the patchset is for version %s, which is older than the present %s", p.Source, d.version)
		case c < 0:
			return nil, fail(exitcode.Old, "the patchset is for version %s, but the present one is still %s", p.Source, d.version)
		}
	}
	a := patching{edit: xmltree.Edit(d.root), source: d.root, doomed: map[*xmltree.Node]bool{}}
	for _, pass := range []func(*xmltree.Node) *Error{a.inSource, a.inTurn} {
		for c := range p.root.Elements("change") {
			if err := pass(c); err != nil {
				return nil, err
			}
		}
		for _, path := range a.deletes {
			a.edit.Remove(path)
		}
		a.deletes = nil
	}
	root := a.edit.Done()
	if root == d.root {
		return d, nil
	}
	if err := checkParts(root); err != nil {
		return nil, fail(exitcode.DataErr, "the patchset does not lead to a configuration: %s", err.Error())
	}
	if digest := p.root.Get("digest"); digest != "" && digest != PatchDigest(root) {
		return nil, fail(exitcode.Error, "Application of update diff failed: the result has not the digest %s that the patchset names", digest)
	}
	// The result has the version that its root says. Patchsets made by hand name a target and leave the root alone.
	return FromTree(root), nil
}

type patching struct {
	edit    *xmltree.Editor
	source  *xmltree.Node
	deletes []xmltree.Path
	doomed  map[*xmltree.Node]bool // what they delete
}

// inSource makes the changes whose paths mean the document before all changes.
func (a *patching) inSource(c *xmltree.Node) *Error {
	switch c.Get("operation") {
	case "delete":
		// What is gone already need not be deleted; versions tell whether the patch fits.
		if path := resolve(a.source, c, a.doomed); len(path) > 1 {
			a.deletes = append(a.deletes, path)
			a.doomed[path[len(path)-1]] = true
		}
	case "modify":
		path := resolve(a.source, c, nil)
		want := content(c.First("change-result"))
		if path == nil || path[len(path)-1].Kind != xmltree.Element {
			return patchError(c, "there is nothing with that path")
		}
		if path[len(path)-1].Name != want.Name {
			return patchError(c, "its result is a <%s>", want.Name)
		}
		a.edit.SetAll(path, want.Attrs)
	}
	return nil
}

// inTurn makes the others.
func (a *patching) inTurn(c *xmltree.Node) *Error {
	position := -1
	if s, ok := c.Lookup("position"); ok {
		position, _ = strconv.Atoi(s)
	}
	switch c.Get("operation") {
	case "create":
		path := resolve(a.edit.Root(), c, nil)
		if path == nil || path[len(path)-1].Kind != xmltree.Element {
			return patchError(c, "there is nothing with that path")
		}
		a.edit.Insert(path, position, fresh(content(c)))
	case "move":
		path := resolve(a.edit.Root(), c, nil)
		if len(path) < 2 {
			return patchError(c, "there is nothing with that path")
		}
		if position < 0 {
			position = len(path[len(path)-2].Children)
		}
		a.edit.Move(path, position)
	}
	return nil
}

// resolve finds what the path of a change means, nil when there is nothing. A comment is named by its place among its siblings that
// are not gone, in the attribute position.
func resolve(root *xmltree.Node, c *xmltree.Node, gone map[*xmltree.Node]bool) xmltree.Path {
	path, ok := walk(root, c, gone)
	if ok {
		return path
	}
	// Not of our own form: any XPath will do.
	found, err := xmltree.Select(root, c.Get("path"))
	if err != nil || len(found) == 0 || found[0].Attr != "" {
		return nil
	}
	return found[0].Path()
}

func walk(root *xmltree.Node, c *xmltree.Node, gone map[*xmltree.Node]bool) (xmltree.Path, bool) {
	rest := c.Get("path")
	var out xmltree.Path
	list := []*xmltree.Node{root}
	for rest != "" {
		if rest[0] != '/' {
			return nil, false
		}
		var s pathStep
		var ok bool
		if s, rest, ok = cutStep(rest[1:]); !ok {
			return nil, false
		}
		n := s.among(list)
		if at, err := strconv.Atoi(c.Get("position")); s.name == "comment" && rest == "" && err == nil {
			n = commentAt(list, at, gone)
		}
		if n == nil {
			return nil, true
		}
		out = append(out, n)
		list = n.Children
	}
	return out, true
}

// commentAt is the comment at a place among siblings that are not gone.
func commentAt(list []*xmltree.Node, at int, gone map[*xmltree.Node]bool) *xmltree.Node {
	for _, n := range list {
		if gone[n] {
			continue
		}
		if at == 0 && n.Kind == xmltree.Comment {
			return n
		}
		if at--; at < 0 {
			break
		}
	}
	return nil
}

type pathStep struct {
	name, id string
	hasID    bool
	nth      int // from 1; 0: the first
}

// cutStep reads one step of a path and returns what follows it.
func cutStep(s string) (out pathStep, rest string, ok bool) {
	end := strings.IndexAny(s, "/[")
	if end < 0 {
		out.name = s
		return out, "", s != "" && s != "*" && s != "." && s != ".."
	}
	out.name, s = s[:end], s[end:]
	if !xmltree.IsName(out.name) {
		return out, "", false
	}
	for s != "" && s[0] == '[' {
		switch body, found := strings.CutPrefix(s, "[@id="); {
		case found && body != "" && body[0] == '\'':
			end := strings.Index(body[1:], "']")
			if end < 0 || strings.Contains(body[1:1+end], "'") {
				return out, "", false
			}
			out.id, out.hasID, s = body[1:1+end], true, body[1+end+2:]
		case found:
			quoted, err := strconv.QuotedPrefix(body)
			if err != nil || !strings.HasPrefix(body[len(quoted):], "]") {
				return out, "", false
			}
			out.id, _ = strconv.Unquote(quoted)
			out.hasID, s = true, body[len(quoted)+1:]
		default:
			end := strings.IndexByte(s, ']')
			n, err := strconv.Atoi(s[1:max(end, 1)])
			if end < 0 || err != nil || n < 1 {
				return out, "", false
			}
			out.nth, s = n, s[end+1:]
		}
	}
	return out, s, true
}

func (s pathStep) among(list []*xmltree.Node) *xmltree.Node {
	left := max(s.nth, 1)
	for _, n := range list {
		if n.Kind != xmltree.Element || n.Name != s.name {
			continue
		}
		if id, ok := n.Lookup("id"); s.hasID && (!ok || id != s.id) {
			continue
		}
		if left--; left == 0 {
			return n
		}
	}
	return nil
}
