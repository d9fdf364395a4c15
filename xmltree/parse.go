package xmltree

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// The limits that Parse holds its input to. Recursive readers of the tree rely on MaxDepth.
const (
	MaxSize  = 64 << 20 // bytes of text
	MaxDepth = 256      // nested elements, as libxml2 has it
	MaxAttrs = 1024     // attributes of one element
	MaxName  = 4096     // bytes of a name
)

// SyntaxError says where a text stops being XML that Pacer accepts.
type SyntaxError struct {
	Line, Col int // from 1; Col counts characters
	Msg       string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Col, e.Msg)
}

// Parse reads one XML document and returns its root element. It is strict: what is not well-formed is refused with a
// *SyntaxError. Encodings are UTF-8 and what is declared as US-ASCII or ISO-8859-1. Processing instructions, the document
// type and comments outside the root are dropped, CDATA becomes text, and so do the five predefined entities and character
// references; no other entity is known. White space in attribute values becomes blanks (XML 1.0, 3.3.3). Text of blanks
// only is dropped except between other text, which is what libxml2 does when it is told to keep no blanks; here the
// element `<a> </a>` is empty too.
func Parse(data []byte) (*Node, error) {
	if len(data) > MaxSize {
		return nil, &SyntaxError{1, 1, fmt.Sprintf("the document has %d bytes, the limit is %d", len(data), MaxSize)}
	}
	p := &parser{src: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), line: 1, names: map[string]string{}}
	n, err := p.document()
	if err != nil {
		return nil, err
	}
	return n, nil
}

type parser struct {
	src  []byte
	pos  int
	line int // of lineAt
	// lineAt is the offset up to which line ends have been counted.
	lineAt int
	// names holds one copy of every short name and value: configurations repeat them a lot.
	names map[string]string
	attrs []Attr
	buf   []byte
}

func (p *parser) fail(at int, format string, args ...any) error {
	at = min(at, len(p.src))
	head := p.src[:at]
	start := bytes.LastIndexByte(head, '\n') + 1
	return &SyntaxError{bytes.Count(head, []byte{'\n'}) + 1, utf8.RuneCount(head[start:]) + 1, fmt.Sprintf(format, args...)}
}

func (p *parser) lineOf(at int) int32 {
	p.line += bytes.Count(p.src[p.lineAt:at], []byte{'\n'})
	p.lineAt = at
	return int32(p.line)
}

func (p *parser) str(b []byte) string {
	if len(b) > 64 {
		return string(b)
	}
	if s, ok := p.names[string(b)]; ok {
		return s
	}
	s := string(b)
	p.names[s] = s
	return s
}

func (p *parser) has(prefix string) bool {
	return len(p.src)-p.pos >= len(prefix) && string(p.src[p.pos:p.pos+len(prefix)]) == prefix
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

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
			return nil, p.fail(p.pos, "a document begins with \"<\"")
		default:
			var err error
			if root, err = p.tree(); err != nil {
				return nil, err
			}
		}
	}
}

// tree reads an element with all that is in it. The open elements are a list here, not calls.
func (p *parser) tree() (*Node, error) {
	type open struct {
		node *Node
		at   int // offset of the start tag
	}
	var stack []open
	for {
		n, at, closed, err := p.startTag()
		if err != nil {
			return nil, err
		}
		if len(stack) > 0 {
			top := stack[len(stack)-1].node
			top.Children = append(top.Children, n)
		}
		if !closed {
			if len(stack) == MaxDepth {
				return nil, p.fail(at, "elements are nested deeper than %d", MaxDepth)
			}
			stack = append(stack, open{n, at})
		} else if len(stack) == 0 {
			return n, nil
		}
		// Content and end tags, until the next start tag.
	content:
		for {
			top := stack[len(stack)-1]
			if err := p.text(top.node); err != nil {
				return nil, err
			}
			switch {
			case p.pos >= len(p.src):
				return nil, p.fail(p.pos, "the document ends inside the element <%s> of line %d", top.node.Name, top.node.Line)
			case p.has("</"):
				at := p.pos
				p.pos += 2
				name, err := p.name()
				if err != nil {
					return nil, err
				}
				if name != top.node.Name {
					return nil, p.fail(at, "</%s> does not close the element <%s> of line %d", name, top.node.Name, top.node.Line)
				}
				p.space()
				if !p.has(">") {
					return nil, p.fail(p.pos, "\">\" is missing at the end of </%s", name)
				}
				p.pos++
				top.node.Children = exact(top.node.Children)
				stack = stack[:len(stack)-1]
				if len(stack) == 0 {
					return top.node, nil
				}
			case p.has("<!--"):
				line := p.lineOf(p.pos)
				s, err := p.comment()
				if err != nil {
					return nil, err
				}
				top.node.Children = append(top.node.Children, &Node{Kind: Comment, Text: s, Line: line})
			case p.has("<?"):
				if err := p.instruction(); err != nil {
					return nil, err
				}
			case p.has("<!"):
				return nil, p.fail(p.pos, "only comments and CDATA may begin with \"<!\" inside an element")
			default:
				break content
			}
		}
	}
}

// exact gives back the room that growing left behind: trees live long.
func exact(c []*Node) []*Node {
	if cap(c)-len(c) <= len(c)/4 {
		return c[:len(c):len(c)]
	}
	return append(make([]*Node, 0, len(c)), c...)
}

func (p *parser) startTag() (n *Node, at int, closed bool, err error) {
	at = p.pos
	p.pos++ // <
	name, err := p.name()
	if err != nil {
		return nil, at, false, err
	}
	n = &Node{Name: name, Line: p.lineOf(at)}
	p.attrs = p.attrs[:0]
	for {
		blank := p.space()
		switch {
		case p.has("/>"):
			p.pos += 2
			closed = true
		case p.has(">"):
			p.pos++
		case p.pos >= len(p.src):
			return nil, at, false, p.fail(p.pos, "the document ends inside the tag <%s", name)
		case !blank:
			return nil, at, false, p.fail(p.pos, "a blank, \">\" or \"/>\" is missing in the tag <%s", name)
		default:
			if err := p.attribute(name); err != nil {
				return nil, at, false, err
			}
			continue
		}
		if len(p.attrs) > 0 {
			n.Attrs = append(make([]Attr, 0, len(p.attrs)), p.attrs...)
		}
		return n, at, closed, nil
	}
}

func (p *parser) attribute(element string) error {
	at := p.pos
	name, err := p.name()
	if err != nil {
		return err
	}
	for i := range p.attrs {
		if p.attrs[i].Name == name {
			return p.fail(at, "the attribute %s is given twice in <%s>", name, element)
		}
	}
	if len(p.attrs) == MaxAttrs {
		return p.fail(at, "<%s> has more than %d attributes", element, MaxAttrs)
	}
	p.space()
	if !p.has("=") {
		return p.fail(p.pos, "\"=\" is missing after the attribute %s", name)
	}
	p.pos++
	p.space()
	if p.pos >= len(p.src) || p.src[p.pos] != '"' && p.src[p.pos] != '\'' {
		return p.fail(p.pos, "the value of the attribute %s must stand in quotes", name)
	}
	value, err := p.value(name)
	if err != nil {
		return err
	}
	p.attrs = append(p.attrs, Attr{name, value})
	return nil
}

// value reads a quoted attribute value, white space normalised.
func (p *parser) value(name string) (string, error) {
	quote, at := p.src[p.pos], p.pos
	p.pos++
	end := bytes.IndexByte(p.src[p.pos:], quote)
	if end < 0 {
		return "", p.fail(at, "the quote that opens the value of %s is never closed", name)
	}
	stop := p.pos + end
	raw := p.src[p.pos:stop]
	plain := true
	for _, c := range raw {
		if c < ' ' || c == '&' || c == '<' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		p.pos = stop + 1
		return p.str(raw), nil
	}
	p.buf = p.buf[:0]
	for p.pos < stop {
		switch c := p.src[p.pos]; c {
		case '\r':
			if p.pos+1 < stop && p.src[p.pos+1] == '\n' {
				p.pos++
			}
			fallthrough
		case '\n', '\t':
			p.buf = append(p.buf, ' ')
			p.pos++
		case '<':
			return "", p.fail(p.pos, "\"<\" in the value of %s must be written &lt;", name)
		case '&':
			if err := p.reference(stop); err != nil {
				return "", err
			}
		default:
			if err := p.char(); err != nil {
				return "", err
			}
		}
	}
	p.pos = stop + 1
	return p.str(p.buf), nil
}

// text reads character data and CDATA sections up to other markup and adds them to parent.
func (p *parser) text(parent *Node) error {
	at := p.pos
	p.buf = p.buf[:0]
	blank := true
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; c {
		case '<':
			if !p.has("<![CDATA[") {
				goto done
			}
			blank = false
			if err := p.cdata(); err != nil {
				return err
			}
		case '&':
			blank = false
			if err := p.reference(len(p.src)); err != nil {
				return err
			}
		case '\r':
			if p.pos+1 < len(p.src) && p.src[p.pos+1] == '\n' {
				p.pos++
			}
			p.buf = append(p.buf, '\n')
			p.pos++
		case ' ', '\n', '\t':
			p.buf = append(p.buf, c)
			p.pos++
		case ']':
			if p.has("]]>") {
				return p.fail(p.pos, "\"]]>\" in text must be written ]]&gt;")
			}
			fallthrough
		default:
			blank = false
			if err := p.char(); err != nil {
				return err
			}
		}
	}
done:
	if len(p.buf) == 0 {
		return nil
	}
	kids := parent.Children
	if len(kids) > 0 && kids[len(kids)-1].Kind == Text {
		kids[len(kids)-1].Text += string(p.buf) // A dropped instruction stood between.
		return nil
	}
	if blank && (len(kids) == 0 || kids[0].Kind != Text) {
		return nil
	}
	parent.Children = append(kids, &Node{Kind: Text, Text: p.str(p.buf), Line: p.lineOf(at)})
	return nil
}
