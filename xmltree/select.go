package xmltree

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/antchfx/xpath"
)

// MaxXPath limits the length of an XPath expression in bytes.
const MaxXPath = 64 << 10

// Literal writes a string as XPath 1.0 does, which has no escapes: in quotes of the kind that it does not hold, or as a
// concatenation when it holds both.
func Literal(s string) string {
	switch {
	case !strings.Contains(s, "'"):
		return "'" + s + "'"
	case !strings.Contains(s, `"`):
		return `"` + s + `"`
	}
	return "concat('" + strings.ReplaceAll(s, "'", `', "'", '`) + "')"
}

// Match is one node that an XPath expression selects.
type Match struct {
	// Node is the element, text or comment; of an attribute, the element that has it.
	Node *Node
	// Ancestors are the elements above Node, the root first. It is empty when Node is the root.
	Ancestors []*Node
	// Attr names the selected attribute, "" when the match is Node itself.
	Attr string
}

// Path is the way from the root to the node of the match, as Editor wants it.
func (m Match) Path() Path { return append(m.Ancestors[:len(m.Ancestors):len(m.Ancestors)], m.Node) }

// Select evaluates an XPath 1.0 expression with the document whose root element is root as context, and returns what it
// selects, each once, in document order. The document node itself ("/") gives no match. An expression that is broken or
// gives a number, string or truth value is an error. One thing differs from libxml2: in //a[x][1] the library counts the
// position over all matches of //a[x], not below each parent.
func Select(root *Node, expr string) ([]Match, error) {
	if len(expr) > MaxXPath {
		return nil, fmt.Errorf("the XPath expression has %d bytes, the limit is %d", len(expr), MaxXPath)
	}
	if p, ok := CompilePattern(expr); ok && !p.attributes {
		return p.matches(root), nil
	}
	return evaluate(root, expr)
}

// evaluate is Select by the library, which knows all of XPath but goes through the document slowly.
func evaluate(root *Node, expr string) (out []Match, err error) {
	// The library panics on some broken expressions.
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("XPath expression %q: %v", expr, r)
		}
	}()
	compiled, err := xpath.Compile(expr)
	if err != nil {
		return nil, fmt.Errorf("XPath expression %q: %w", expr, err)
	}
	if root == nil {
		return nil, nil
	}
	nav := &navigator{at: &frame{node: &Node{Children: []*Node{root}}}, attr: -1}
	found, ok := compiled.Evaluate(nav).(*xpath.NodeIterator)
	if !ok {
		return nil, fmt.Errorf("XPath expression %q does not select nodes", expr)
	}
	var hits []navigator
	for found.MoveNext() {
		if n := found.Current().(*navigator); n.at.parent != nil {
			hits = append(hits, *n)
		}
	}
	paths := make(map[*frame][]int, len(hits))
	for _, h := range hits {
		paths[h.at] = h.at.indexes()
	}
	order := func(a, b navigator) int {
		if c := slices.Compare(paths[a.at], paths[b.at]); c != 0 {
			return c
		}
		return cmp.Compare(a.attr, b.attr)
	}
	if !slices.IsSortedFunc(hits, order) {
		slices.SortFunc(hits, order)
	}
	hits = slices.CompactFunc(hits, func(a, b navigator) bool { return order(a, b) == 0 })
	out = make([]Match, len(hits))
	for i, h := range hits {
		out[i] = h.match()
	}
	return out, nil
}

// frame is one step of the way down from the document, shared by the navigators that passed it.
type frame struct {
	node   *Node
	parent *frame // nil: the document
	index  int    // among the parent's children
	depth  int
}

func (f *frame) indexes() []int {
	out := make([]int, f.depth)
	for ; f.parent != nil; f = f.parent {
		out[f.depth-1] = f.index
	}
	return out
}

// navigator is the cursor that the XPath library moves over our tree.
type navigator struct {
	at   *frame
	attr int // index of an attribute, -1 on the node itself
}

func (n *navigator) match() Match {
	m := Match{Node: n.at.node}
	if n.attr >= 0 {
		m.Attr = n.at.node.Attrs[n.attr].Name
	}
	m.Ancestors = make([]*Node, n.at.depth-1)
	for f := n.at.parent; f.parent != nil; f = f.parent {
		m.Ancestors[f.depth-1] = f.node
	}
	return m
}

func (n *navigator) NodeType() xpath.NodeType {
	switch {
	case n.at.parent == nil:
		return xpath.RootNode
	case n.attr >= 0:
		return xpath.AttributeNode
	case n.at.node.Kind == Text:
		return xpath.TextNode
	case n.at.node.Kind == Comment:
		return xpath.CommentNode
	}
	return xpath.ElementNode
}

func (n *navigator) name() string {
	if n.attr >= 0 {
		return n.at.node.Attrs[n.attr].Name
	}
	return n.at.node.Name
}

func (n *navigator) LocalName() string {
	name := n.name()
	return name[strings.IndexByte(name, ':')+1:]
}

func (n *navigator) Prefix() string {
	name := n.name()
	return name[:max(strings.IndexByte(name, ':'), 0)]
}

func (n *navigator) Value() string {
	if n.attr >= 0 {
		return n.at.node.Attrs[n.attr].Value
	}
	return n.at.node.content()
}

// content is the text of n and all below it, comments left out.
func (n *Node) content() string {
	if n.Kind != Element {
		return n.Text
	}
	var b strings.Builder
	for _, c := range n.Children {
		if c.Kind != Comment {
			b.WriteString(c.content())
		}
	}
	return b.String()
}

func (n *navigator) Copy() xpath.NodeNavigator {
	c := *n
	return &c
}

func (n *navigator) MoveToRoot() {
	for n.at.parent != nil {
		n.at = n.at.parent
	}
	n.attr = -1
}

func (n *navigator) MoveToParent() bool {
	if n.attr >= 0 {
		n.attr = -1
		return true
	}
	if n.at.parent == nil {
		return false
	}
	n.at = n.at.parent
	return true
}

func (n *navigator) MoveToNextAttribute() bool {
	if n.at.parent == nil || n.attr+1 >= len(n.at.node.Attrs) {
		return false
	}
	n.attr++
	return true
}

func (n *navigator) MoveToChild() bool { return n.attr < 0 && n.move(n.at, 0) }

func (n *navigator) move(parent *frame, index int) bool {
	if index < 0 || index >= len(parent.node.Children) {
		return false
	}
	n.at = &frame{parent.node.Children[index], parent, index, parent.depth + 1}
	return true
}

func (n *navigator) MoveToFirst() bool {
	return n.attr < 0 && n.at.parent != nil && n.move(n.at.parent, 0)
}

func (n *navigator) MoveToNext() bool {
	return n.attr < 0 && n.at.parent != nil && n.move(n.at.parent, n.at.index+1)
}

func (n *navigator) MoveToPrevious() bool {
	return n.attr < 0 && n.at.parent != nil && n.move(n.at.parent, n.at.index-1)
}

func (n *navigator) MoveTo(other xpath.NodeNavigator) bool {
	o, ok := other.(*navigator)
	if ok {
		*n = *o
	}
	return ok
}
