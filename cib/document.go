package cib

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"pacer/release"
	"pacer/xmltree"
)

// Document is one state of the configuration and status. It never changes.
type Document struct {
	root    *xmltree.Node
	version Version
	print   atomic.Uint64 // ImmutableFingerprint, once it was asked for
	verdict atomic.Uint32 // of Valid, once it was asked for
	// lineage is shared by the documents that were made of each other, from the first that was checked on.
	lineage atomic.Pointer[lineage]
}

// Parse is ParseString for a text that the caller may change afterwards.
func Parse(data []byte) (*Document, error) { return ParseString(string(data)) }

// ParseString reads a document. The error of a text that is not XML is an *xmltree.SyntaxError, inside the error that is
// returned; it names the line.
func ParseString(text string) (*Document, error) {
	root, err := xmltree.ParseString(text)
	if err != nil {
		return nil, fmt.Errorf("cib: %w", err)
	}
	if err := checkShape(root); err != nil {
		return nil, fmt.Errorf("cib: %w", err)
	}
	// Text is left out, as a configuration has no use for it. Only who marks it as text must have meant something by it.
	if strings.Contains(text, "<![CDATA[") {
		if err := checkNoText(root); err != nil {
			return nil, fmt.Errorf("cib: %w", err)
		}
	}
	return New(root), nil
}

// New makes a document of a tree whose root is a cib element. The tree belongs to the document from then on. Text, which a
// configuration has no use for, is left out.
func New(root *xmltree.Node) *Document {
	if root == nil || root.Name != "cib" {
		panic("cib: the root of a document is a cib element")
	}
	root = withoutText(root)
	return FromTree(root)
}

// FromTree is New for a tree that was made from the trees of other documents and so has no text in it; it does not look.
func FromTree(root *xmltree.Node) *Document { return &Document{root: root, version: versionOf(root)} }

// Reusing returns d with the subtrees that it has in common with old taken from old, so that Diff between them, and between
// what is made of them, costs what differs. What differs is copied: d and the text that it was read from need not stay.
func (d *Document) Reusing(old *Document) *Document {
	if old == nil {
		return d
	}
	return FromTree(reuse(old.root, d.root))
}

// withoutText returns the tree without text nodes, the same one if it has none.
func withoutText(n *xmltree.Node) *xmltree.Node {
	var kids []*xmltree.Node
	changed := false
	for i, c := range n.Children {
		k := c
		switch c.Kind {
		case xmltree.Text:
			k = nil
		case xmltree.Element:
			k = withoutText(c)
		}
		if k != c && !changed {
			changed = true
			kids = append(kids, n.Children[:i]...)
		}
		if changed && k != nil {
			kids = append(kids, k)
		}
	}
	if !changed {
		return n
	}
	out := *n
	out.Children = kids
	return &out
}

// checkShape refuses trees that cannot be a document: another root, a part given twice.
func checkShape(root *xmltree.Node) error {
	if root.Name != "cib" {
		return fmt.Errorf("line %d: the root element must be <cib>, not <%s>", root.Line, root.Name)
	}
	return checkParts(root)
}

// checkParts refuses a root with two configurations or statuses.
func checkParts(root *xmltree.Node) error {
	for _, part := range []string{"configuration", "status"} {
		seen := false
		for n := range root.Elements(part) {
			if seen {
				return fmt.Errorf("line %d: <%s> is given twice", n.Line, part)
			}
			seen = true
		}
	}
	return nil
}

func checkNoText(n *xmltree.Node) error {
	for _, c := range n.Children {
		switch c.Kind {
		case xmltree.Text:
			if !blank(c.Text) {
				return fmt.Errorf("line %d: text inside <%s>; a configuration has only elements and attributes", c.Line, n.Name)
			}
		case xmltree.Element:
			if n.Name == "cib" && c.Name == "status" {
				continue // What stands there is not for people to write; text is dropped.
			}
			if err := checkNoText(c); err != nil {
				return err
			}
		}
	}
	return nil
}

func blank(s string) bool {
	for i := range len(s) {
		if s[i] != ' ' && s[i] != '\n' && s[i] != '\t' && s[i] != '\r' {
			return false
		}
	}
	return true
}

// Empty returns a valid document with nothing configured.
func Empty() *Document {
	root := xmltree.New("cib", "crm_feature_set", release.Own().Features, "validate-with", Schema,
		"admin_epoch", "0", "epoch", "0", "num_updates", "0")
	conf := root.AddNew("configuration")
	for _, s := range configurationSections[:4] {
		conf.AddNew(s)
	}
	root.AddNew("status")
	return New(root)
}

// Root is the cib element.
func (d *Document) Root() *xmltree.Node { return d.root }

// Version is that of the root's attributes.
func (d *Document) Version() Version { return d.version }

// Configuration is the configuration element, nil when there is none.
func (d *Document) Configuration() *xmltree.Node { return d.root.First("configuration") }

// Status is the status element, nil when there is none.
func (d *Document) Status() *xmltree.Node { return d.root.First("status") }

// Section returns a section by its name ("", "all" and "cib" mean the root), nil when it is absent or not known.
func (d *Document) Section(name string) *xmltree.Node {
	path, ok := sectionPath(name)
	if !ok {
		return nil
	}
	return d.root.Path(path...)
}

// NodeID is the id under which the document knows a node with this name, the name itself when it does not know it.
func (d *Document) NodeID(name string) string {
	for n := range d.Status().Elements("node_state") {
		if n.Get("uname") == name {
			return n.ID()
		}
	}
	for n := range d.Section("nodes").Elements("node") {
		if n.Get("uname") == name {
			return n.ID()
		}
	}
	return name
}

// Bytes is the document as it is written to files: formatted, with a line end after the last line.
func (d *Document) Bytes() []byte { return d.root.Pretty(nil) }

// Digest is DiskDigest of the document: the content of cib.xml.sig.
func (d *Document) Digest() string { return DiskDigest(d.root) }

// DiskDigest is the MD5 sum over an element in Pacemaker's on-disk form, in hexadecimal. It is a check against accidents, not
// against people.
func DiskDigest(n *xmltree.Node) string {
	text := append(n.Append([]byte{' '}), '\n')
	sum := md5.Sum(text)
	return hex.EncodeToString(sum[:])
}

// unsummed are the attributes that PatchDigest leaves out: who wrote what and when.
var unsummed = []string{"crm-debug-origin", "cib-last-written", "update-origin", "update-client", "update-user"}

// PatchDigest is the MD5 sum over an element in the form in which patchsets carry it, in hexadecimal. It too is no more than a check
// against accidents.
func PatchDigest(n *xmltree.Node) string {
	sum := md5.Sum(summed(n).Append(nil))
	return hex.EncodeToString(sum[:])
}

func summed(n *xmltree.Node) *xmltree.Node {
	out := *n
	out.Attrs = slices.DeleteFunc(slices.Clone(n.Attrs), func(a xmltree.Attr) bool { return slices.Contains(unsummed, a.Name) })
	out.Children = make([]*xmltree.Node, len(n.Children))
	for i, c := range n.Children {
		out.Children[i] = summed(c)
	}
	return &out
}

// ImmutableFingerprint makes documents machine.Immutable.
func (d *Document) ImmutableFingerprint() uint64 {
	if d == nil {
		return 0
	}
	p := d.print.Load()
	if p == 0 {
		p = d.root.ImmutableFingerprint() | 1
		d.print.Store(p)
	}
	return p
}

// Equal reports whether two documents have the same content.
func (d *Document) Equal(e *Document) bool {
	return d == e || d != nil && e != nil && xmltree.Equal(d.root, e.root)
}

var errNoDocument = errors.New("cib: there is no document")
