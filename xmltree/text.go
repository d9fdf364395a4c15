package xmltree

import "strings"

// indentation passes blanks before markup that are no text: those of an element without any text.
func (p *parser) indentation(top open) {
	if kids := p.room.pending[top.first:]; len(kids) > 0 && (kids[0].Kind == Text || kids[len(kids)-1].Kind == Text) {
		return
	}
	src, i := p.src, p.pos
	for i < len(src) && classes[src[i]]&white != 0 {
		for i++; i+8 <= len(src) && eight(src, i) == ' '*lows; i += 8 {
		}
	}
	if i < len(src) && src[i] == '<' && !strings.HasPrefix(src[i:], "<![CDATA[") {
		p.pos = i
	}
}

// text reads character data and CDATA sections up to other markup and adds them to the element top.
func (p *parser) text(top open) error {
	at, from := p.pos, p.pos // What stands from from on is not in buf yet.
	p.buf = p.buf[:0]
	blank := true
	take := func() { p.buf = append(p.buf, p.src[from:p.pos]...) }
loop:
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		if classes[c]&unplain == 0 {
			blank = blank && c == ' '
			p.pos++
			continue
		}
		var err error
		switch c {
		case '\n', '\t':
			p.pos++
			continue
		case '\r':
			take()
			if p.pos++; !p.has("\n") {
				p.buf = append(p.buf, '\n')
			}
			from = p.pos
			continue
		case '<':
			if !p.has("<![CDATA[") {
				break loop
			}
			take()
			err = p.cdata()
			from = p.pos
		case '&':
			take()
			err = p.reference(len(p.src))
			from = p.pos
		case ']':
			if p.has("]]>") {
				return p.fail(p.pos, "\"]]>\" in text must be written ]]&gt;")
			}
			p.pos++
		default:
			err = p.char()
		}
		if err != nil {
			return err
		}
		blank = false
	}
	s := p.src[at:p.pos]
	if from != at {
		take()
		s = string(p.buf)
	}
	p.addText(top, s, blank, at)
	return nil
}

// addText adds what text read at an offset to the element top: to the text before it when only a dropped instruction stands
// between.
func (p *parser) addText(top open, s string, blank bool, at int) {
	if s == "" {
		return
	}
	kids := p.room.pending[top.first:]
	if len(kids) > 0 && kids[len(kids)-1].Kind == Text {
		if p.split == nil {
			p.split = kids[len(kids)-1]
			p.joined = append(p.joined[:0], p.split.Text...)
		}
		p.joined = append(p.joined, s...)
		return
	}
	if !blank || len(kids) > 0 && kids[0].Kind == Text {
		p.add(Node{Kind: Text, Text: s, Line: p.lineOf(at)})
	}
}

// endText ends a text that may have come in pieces.
func (p *parser) endText() {
	if p.split != nil {
		p.split.Text, p.split = string(p.joined), nil
	}
}

// value reads a quoted attribute value, white space normalised.
func (p *parser) value(name string) (string, error) {
	quote, at := p.src[p.pos], p.pos
	p.pos++
	end := strings.IndexByte(p.src[p.pos:], quote)
	if end < 0 {
		return "", p.fail(at, "the quote that opens the value of %s is never closed", name)
	}
	begin, stop := p.pos, p.pos+end
	from := begin // What stands from from on is not in buf yet.
	p.buf = p.buf[:0]
	take := func() { p.buf = append(p.buf, p.src[from:p.pos]...) }
	for p.pos < stop {
		c := p.src[p.pos]
		if classes[c]&unplain == 0 {
			p.pos++
			continue
		}
		var err error
		switch c {
		case '\r', '\n', '\t':
			take()
			p.buf = append(p.buf, ' ')
			if p.pos++; c == '\r' && p.pos < stop && p.src[p.pos] == '\n' {
				p.pos++
			}
			from = p.pos
		case '<':
			return "", p.fail(p.pos, "\"<\" in the value of %s must be written &lt;", name)
		case '&':
			take()
			err = p.reference(stop)
			from = p.pos
		case ']':
			p.pos++
		default:
			err = p.char()
		}
		if err != nil {
			return "", err
		}
	}
	p.pos = stop + 1
	if from == begin {
		return p.src[begin:stop], nil
	}
	return string(append(p.buf, p.src[from:stop]...)), nil
}
