package xmltree

import "strings"

// open is an element whose end has not been met.
type open struct {
	node *Node
	// first is where its children begin among the pending ones.
	first int
}

// tree reads an element with all that is in it. The open elements are a list here, not calls.
func (p *parser) tree() (*Node, error) {
	var stack []open
	for {
		at := p.pos
		n, closed, err := p.startTag()
		if err != nil {
			return nil, err
		}
		if len(stack) > 0 {
			p.room.pending = append(p.room.pending, n)
		}
		if !closed {
			if len(stack) == MaxDepth {
				return nil, p.fail(at, "elements are nested deeper than %d", MaxDepth)
			}
			stack = append(stack, open{n, len(p.room.pending)})
		} else if len(stack) == 0 {
			return n, nil
		}
		for {
			top := stack[len(stack)-1]
			ended, err := p.content(top)
			if err != nil {
				return nil, err
			}
			if !ended {
				break // A child begins.
			}
			top.node.Children = p.room.family(top.first)
			stack = stack[:len(stack)-1]
			if len(stack) == 0 {
				return top.node, nil
			}
		}
	}
}

// content reads what is in an element up to the next start tag or, then ended is true, behind its end tag.
func (p *parser) content(top open) (ended bool, err error) {
	for {
		p.indentation(top)
		if p.pos >= len(p.src) || p.src[p.pos] != '<' || p.has("<![CDATA[") {
			if err := p.text(top); err != nil {
				return false, err
			}
		}
		switch {
		case p.pos >= len(p.src):
			return false, p.fail(p.pos, "the document ends inside the element <%s> of line %d", top.node.Name, top.node.Line)
		case p.pos+1 == len(p.src):
			return false, nil // Reading the start tag will fail.
		}
		switch p.src[p.pos+1] {
		case '/':
			p.endText()
			return true, p.endTag(top.node)
		case '!':
			p.endText()
			if !p.has("<!--") {
				return false, p.fail(p.pos, "only comments and CDATA may begin with \"<!\" inside an element")
			}
			line := p.lineOf(p.pos)
			s, err := p.comment()
			if err != nil {
				return false, err
			}
			p.add(Node{Kind: Comment, Text: s, Line: line})
		case '?':
			if err := p.instruction(); err != nil {
				return false, err
			}
		default:
			p.endText()
			return false, nil
		}
	}
}

// add appends a text or comment to the children of the innermost open element.
func (p *parser) add(n Node) *Node {
	place := p.room.node(p.src[min(p.pos, len(p.src)):])
	*place = n
	p.room.pending = append(p.room.pending, place)
	return place
}

func (p *parser) endTag(n *Node) error {
	at := p.pos
	p.pos += len("</")
	if end := p.pos + len(n.Name); end < len(p.src) && p.src[end] == '>' && p.src[p.pos:end] == n.Name {
		p.pos = end + 1
		return nil
	}
	name, err := p.name()
	if err != nil {
		return err
	}
	if name != n.Name {
		return p.fail(at, "</%s> does not close the element <%s> of line %d", name, n.Name, n.Line)
	}
	p.space()
	if !p.has(">") {
		return p.fail(p.pos, "\">\" is missing at the end of </%s", name)
	}
	p.pos++
	return nil
}

// shape is what the attributes of an element will probably be: those that elements of its name had before, in their order.
// An attribute that begins as foreseen need not be looked up, nor compared with those before it.
type shape struct {
	element string
	leads   []lead
}

// lead is the beginning of an attribute as most programs write it: a blank, the name, the equal sign and a quotation mark.
type lead struct{ text, name string }

const (
	shapeSlots = 64 // A power of two.
	maxLeads   = 32
)

// shape finds what is known of the elements of a name. Names that meet in a slot push each other out.
func (p *parser) shape(name string) *shape {
	s := &p.shapes[(len(name)*7+int(name[0])*3+int(name[len(name)-1]))%shapeSlots]
	if s.element != name {
		s.element, s.leads = canonical(name), s.leads[:0]
	}
	return s
}

// learn puts an attribute that was not foreseen into the shape as number at, and takes the name out where it stood before:
// no name may stand in a shape twice. It returns the number of the next attribute to expect.
func (s *shape) learn(at int, l lead) int {
	for i := range s.leads {
		if s.leads[i].name == l.name {
			s.leads = append(s.leads[:i], s.leads[i+1:]...)
			if i < at {
				at--
			}
			break
		}
	}
	if len(s.leads) == maxLeads {
		s.leads = s.leads[:at]
		if at == maxLeads {
			return at
		}
	}
	s.leads = append(s.leads, lead{})
	copy(s.leads[at+1:], s.leads[at:])
	s.leads[at] = l
	return at + 1
}

// startTag reads a start tag; closed tells that it is an empty-element tag.
func (p *parser) startTag() (n *Node, closed bool, err error) {
	at := p.pos
	p.pos++ // <
	name, err := p.name()
	if err != nil {
		return nil, false, err
	}
	sh := p.shape(name)
	n = p.room.node(p.src[at:])
	n.Name, n.Line = sh.element, p.lineOf(at)
	first := len(p.room.attrs)
	expect := 0 // the lead in sh that comes next
	for {
		if p.pos < len(p.src) && p.src[p.pos] == ' ' {
			if first, expect, err = p.foreseen(sh, first, expect); err != nil {
				return nil, false, err
			}
		}
		start := p.pos
		blank := p.space()
		switch {
		case p.has("/>"):
			p.pos += 2
			closed = true
		case p.has(">"):
			p.pos++
		case p.pos >= len(p.src):
			return nil, false, p.fail(p.pos, "the document ends inside the tag <%s", name)
		case !blank:
			return nil, false, p.fail(p.pos, "a blank, \">\" or \"/>\" is missing in the tag <%s", name)
		default:
			if first, err = p.attribute(name, first); err != nil {
				return nil, false, err
			}
			last := p.room.attrs[len(p.room.attrs)-1].Name
			begin := start + len(" ") + len(last) + len(`="`)
			if begin > p.pos || p.src[start] != ' ' || p.src[start+1:begin-2] != last || p.src[begin-2:begin] != `="` || expect > len(sh.leads) {
				// It cannot be learned. Without it the shape does not tell any more what is new in this element.
				expect = maxLeads + 1
				continue
			}
			expect = sh.learn(expect, lead{p.src[start:begin], last})
			continue
		}
		if all := p.room.attrs[first:]; len(all) > 0 {
			n.Attrs = all[:len(all):len(all)]
		}
		return n, closed, nil
	}
}

// foreseen reads attributes as long as they are those that the shape lists from number expect on; some may be left out. It
// returns where the attributes of the element begin, and what to expect next.
func (p *parser) foreseen(sh *shape, first, expect int) (int, int, error) {
	src, r := p.src, &p.room
next:
	for i := expect; i < len(sh.leads); i++ {
		l := &sh.leads[i]
		if !strings.HasPrefix(src[p.pos:], l.text) {
			continue
		}
		begin := p.pos + len(l.text)
		end := plainValue(src, begin)
		var value string
		if end < len(src) && src[end] == '"' {
			value = src[begin:end]
			p.pos = end + 1
		} else {
			p.pos = begin - 1
			var err error
			if value, err = p.value(l.name); err != nil {
				return first, expect, err
			}
		}
		if len(r.attrs) == cap(r.attrs) {
			first = r.moreAttrs(first, src[begin:])
		}
		r.attrs = append(r.attrs, Attr{l.name, value})
		expect = i + 1
		goto next
	}
	return first, expect, nil
}

// attribute reads any attribute of an element whose attributes begin at first.
func (p *parser) attribute(element string, first int) (int, error) {
	at := p.pos
	name, err := p.name()
	if err != nil {
		return first, err
	}
	name = canonical(name)
	if p.twice(p.room.attrs[first:], name) {
		return first, p.fail(at, "the attribute %s is given twice in <%s>", name, element)
	}
	if len(p.room.attrs)-first == MaxAttrs {
		return first, p.fail(at, "<%s> has more than %d attributes", element, MaxAttrs)
	}
	p.space()
	if !p.has("=") {
		return first, p.fail(p.pos, "\"=\" is missing after the attribute %s", name)
	}
	p.pos++
	p.space()
	if p.pos >= len(p.src) || p.src[p.pos] != '"' && p.src[p.pos] != '\'' {
		return first, p.fail(p.pos, "the value of the attribute %s must stand in quotes", name)
	}
	value, err := p.value(name)
	if err != nil {
		return first, err
	}
	if len(p.room.attrs) == cap(p.room.attrs) {
		first = p.room.moreAttrs(first, p.src[at:])
	}
	p.room.attrs = append(p.room.attrs, Attr{name, value})
	return first, nil
}

// twice tells whether one of the attributes has that name. Many are looked up, so that an element costs what it has and not
// the square of it.
func (p *parser) twice(attrs []Attr, name string) bool {
	if len(attrs) < maxLeads {
		for i := range attrs {
			if attrs[i].Name == name {
				return true
			}
		}
		return false
	}
	if len(attrs) == maxLeads || p.seen == nil {
		p.seen = make(map[string]bool, 2*maxLeads)
		for i := range attrs {
			p.seen[attrs[i].Name] = true
		}
	}
	if p.seen[name] {
		return true
	}
	p.seen[name] = true
	return false
}
