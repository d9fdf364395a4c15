package xmltree

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The limits that Parse holds its input to. Recursive readers of the tree rely on MaxDepth.
const (
	MaxSize  = 1 << 30 // bytes of text; what comes over a network is held to less before it gets here
	MaxDepth = 256     // nested elements, as libxml2 has it
	MaxAttrs = 1024    // attributes of one element
	MaxName  = 4096    // bytes of a name
)

// SyntaxError says where a text stops being XML that Pacer accepts.
type SyntaxError struct {
	Line, Col int // from 1; Col counts characters
	Msg       string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Col, e.Msg)
}

// Parse is ParseString for a text that the caller may change afterwards.
func Parse(data []byte) (*Node, error) { return ParseString(string(data)) }

// ParseString reads one XML document and returns its root element. It is strict: what is not well-formed is refused with a
// *SyntaxError. Encodings are UTF-8 and what is declared as US-ASCII or ISO-8859-1. Processing instructions, the document
// type and comments outside the root are dropped, CDATA becomes text, and so do the five predefined entities and character
// references; no other entity is known. White space in attribute values becomes blanks (XML 1.0, 3.3.3). Text of blanks
// only is dropped except between other text, which is what libxml2 does when it is told to keep no blanks; here the
// element `<a> </a>` is empty too.
//
// The names and values of the tree are pieces of text, and its nodes stand in a few big arrays: as long as somebody holds
// one node, all of the tree and the text stay in memory. What outlives the rest is taken out with Detach.
func ParseString(text string) (*Node, error) {
	if len(text) > MaxSize {
		return nil, &SyntaxError{1, 1, fmt.Sprintf("the document has %d bytes, the limit is %d", len(text), MaxSize)}
	}
	p := &parser{src: strings.TrimPrefix(text, "\xef\xbb\xbf"), line: 1}
	return p.document()
}

type parser struct {
	src  string
	pos  int
	line int // of lineAt
	// lineAt is the offset up to which line ends have been counted.
	lineAt int
	room   room
	shapes [shapeSlots]shape
	// seen are the attributes of the present element when they are too many to compare each with each.
	seen map[string]bool
	// split is the last text of the present element when a dropped instruction stood in it: it goes on in joined.
	split  *Node
	joined []byte
	buf    []byte
}

func (p *parser) fail(at int, format string, args ...any) error {
	head := p.src[:min(at, len(p.src))]
	start := strings.LastIndexByte(head, '\n') + 1
	return &SyntaxError{strings.Count(head, "\n") + 1, utf8.RuneCountInString(head[start:]) + 1, fmt.Sprintf(format, args...)}
}

func (p *parser) lineOf(at int) int32 {
	p.line += strings.Count(p.src[p.lineAt:at], "\n")
	p.lineAt = at
	return int32(p.line)
}

func (p *parser) has(prefix string) bool { return strings.HasPrefix(p.src[p.pos:], prefix) }

func (p *parser) space() bool {
	start := p.pos
	for p.pos < len(p.src) && isSpace(p.src[p.pos]) {
		p.pos++
	}
	return p.pos > start
}

func (p *parser) document() (*Node, error) {
	if err := p.declaration(); err != nil {
		return nil, err
	}
	doctype := false
	var root *Node
	for {
		p.space()
		switch {
		case p.pos >= len(p.src):
			if root == nil {
				return nil, p.fail(p.pos, "there is no element in this document")
			}
			return root, nil
		case p.has("<!--"):
			if _, err := p.comment(); err != nil {
				return nil, err
			}
		case p.has("<?"):
			if err := p.instruction(); err != nil {
				return nil, err
			}
		case p.has("<!DOCTYPE") && root == nil && !doctype:
			doctype = true
			if err := p.doctype(); err != nil {
				return nil, err
			}
		case root != nil:
			return nil, p.fail(p.pos, "there is something after the end of the element <%s>", root.Name)
		case p.src[p.pos] != '<':
			return nil, p.fail(p.pos, "Start tag expected, '<' not found")
		default:
			var err error
			if root, err = p.tree(); err != nil {
				return nil, err
			}
		}
	}
}
