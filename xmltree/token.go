package xmltree

import (
	"strings"
	"unicode/utf8"
)

// name reads a Name (XML 1.0, fifth edition, 2.3).
func (p *parser) name() (string, error) {
	src, start, i := p.src, p.pos, p.pos
	if i < len(src) && classes[src[i]]&nameStart != 0 {
		for i++; i < len(src) && classes[src[i]]&nameOther != 0; i++ {
		}
	}
	for i < len(src) && src[i] >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(src[i:])
		if r == utf8.RuneError && size == 1 {
			return "", p.fail(i, "this is not UTF-8")
		}
		if !nameRune(r, i == start) {
			break
		}
		for i += size; i < len(src) && classes[src[i]]&nameOther != 0; i++ {
		}
	}
	p.pos = i
	if i == start {
		return "", p.fail(start, "a name is missing")
	}
	if i-start > MaxName {
		return "", p.fail(start, "a name is longer than %d bytes", MaxName)
	}
	return src[start:i], nil
}

func nameRune(r rune, first bool) bool {
	switch {
	case r >= 0xC0 && r <= 0x2FF && r != 0xD7 && r != 0xF7, r >= 0x370 && r <= 0x1FFF && r != 0x37E,
		r == 0x200C, r == 0x200D, r >= 0x2070 && r <= 0x218F, r >= 0x2C00 && r <= 0x2FEF,
		r >= 0x3001 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFDCF, r >= 0xFDF0 && r <= 0xFFFD && r != utf8.RuneError,
		r >= 0x10000 && r <= 0xEFFFF:
		return true
	case r == 0xB7, r >= 0x300 && r <= 0x36F, r == 0x203F, r == 0x2040:
		return !first
	}
	return false
}

func nameByte(c byte, first bool) bool {
	if first {
		return classes[c]&nameStart != 0
	}
	return classes[c]&nameOther != 0
}

// IsName reports whether s may be the name of an element or attribute.
func IsName(s string) bool {
	if s == "" || len(s) > MaxName {
		return false
	}
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if !nameByte(c, i == 0) {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || !nameRune(r, i == 0) {
			return false
		}
		i += size
	}
	return true
}

// isChar tells what XML can hold at all (2.2).
func isChar(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r >= 0xD800 && r <= 0xDFFF, r == 0xFFFE, r == 0xFFFF, r > 0x10FFFF:
		return false
	}
	return true
}

// IsText reports whether s may be an attribute value or text: UTF-8 without the control characters that XML cannot hold.
func IsText(s string) bool {
	for i, r := range s {
		if !isChar(r) || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return false
		}
	}
	return true
}

// char passes one character that may be outside ASCII.
func (p *parser) char() error {
	r, size := utf8.DecodeRuneInString(p.src[p.pos:])
	if r == utf8.RuneError && size == 1 {
		return p.fail(p.pos, "this is not UTF-8")
	}
	if !isChar(r) {
		return p.fail(p.pos, "XML cannot hold the character U+%04X", r)
	}
	p.pos += size
	return nil
}

// chars passes what is no markup up to stop and returns it, line ends made "\n" (2.11).
func (p *parser) chars(stop int) (string, error) {
	s, returns := p.src[p.pos:stop], false
	for p.pos < stop {
		switch p.pos = printable(p.src[:stop], p.pos); {
		case p.pos == stop:
		case p.src[p.pos] == '\n', p.src[p.pos] == '\t':
			p.pos++
		case p.src[p.pos] == '\r':
			returns = true
			p.pos++
		default:
			if err := p.char(); err != nil {
				return "", err
			}
		}
	}
	if returns {
		s = lineEnds.Replace(s)
	}
	return s, nil
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

var entities = [...]struct {
	name string
	char byte
}{{"lt;", '<'}, {"gt;", '>'}, {"amp;", '&'}, {"quot;", '"'}, {"apos;", '\''}}

// reference reads what begins with & and ends before stop.
func (p *parser) reference(stop int) error {
	at := p.pos
	rest := p.src[p.pos+1 : stop]
	if len(rest) > 0 && rest[0] == '#' {
		return p.charReference(rest[1:])
	}
	for _, e := range entities {
		if strings.HasPrefix(rest, e.name) {
			p.buf = append(p.buf, e.char)
			p.pos += 1 + len(e.name)
			return nil
		}
	}
	p.pos++
	name, err := p.name()
	if err != nil || p.pos >= stop || p.src[p.pos] != ';' {
		return p.fail(at, "\"&\" must be written &amp;")
	}
	return p.fail(at, "the entity &%s; is not known", name)
}

func (p *parser) charReference(rest string) error {
	base, i := rune(10), 0
	if len(rest) > 0 && rest[0] == 'x' {
		base, i = 16, 1
	}
	r, first := rune(0), i
	for ; i < len(rest) && r <= 0x10FFFF; i++ {
		c := rune(rest[i])
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			c = -1
		}
		if c < 0 {
			break
		}
		r = r*base + c
	}
	if i == first || i >= len(rest) || rest[i] != ';' {
		return p.fail(p.pos, "this character reference is broken or outside Unicode")
	}
	if !isChar(r) {
		return p.fail(p.pos, "XML cannot hold the character U+%04X", r)
	}
	p.buf = utf8.AppendRune(p.buf, r)
	p.pos += 2 + i + 1
	return nil
}

// cdata appends a CDATA section.
func (p *parser) cdata() error {
	at := p.pos
	p.pos += len("<![CDATA[")
	end := strings.Index(p.src[p.pos:], "]]>")
	if end < 0 {
		return p.fail(at, "the CDATA section is never closed")
	}
	s, err := p.chars(p.pos + end)
	if err != nil {
		return err
	}
	p.buf = append(p.buf, s...)
	p.pos += len("]]>")
	return nil
}

func (p *parser) comment() (string, error) {
	at := p.pos
	p.pos += len("<!--")
	end := strings.Index(p.src[p.pos:], "--")
	if end < 0 {
		return "", p.fail(at, "the comment is never closed")
	}
	s, err := p.chars(p.pos + end)
	if err != nil {
		return "", err
	}
	if !p.has("-->") {
		return "", p.fail(p.pos, "a comment must not hold \"--\"")
	}
	p.pos += len("-->")
	return s, nil
}

// instruction skips a processing instruction.
func (p *parser) instruction() error {
	at := p.pos
	p.pos += len("<?")
	name, err := p.name()
	if err != nil {
		return err
	}
	if strings.EqualFold(name, "xml") {
		return p.fail(at, "<?xml …?> may stand only at the very beginning")
	}
	end := strings.Index(p.src[p.pos:], "?>")
	if end < 0 {
		return p.fail(at, "the processing instruction <?%s is never closed", name)
	}
	if _, err := p.chars(p.pos + end); err != nil {
		return err
	}
	p.pos += len("?>")
	return nil
}

// doctype skips a document type declaration with its internal subset, quotes and comments in it respected.
func (p *parser) doctype() error {
	at := p.pos
	p.pos += len("<!DOCTYPE")
	depth, inside := 1, false
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case p.has("<!--"):
			if _, err := p.comment(); err != nil {
				return err
			}
			continue
		case c == '"' || c == '\'':
			end := strings.IndexByte(p.src[p.pos+1:], c)
			if end < 0 {
				return p.fail(p.pos, "this quote is never closed")
			}
			p.pos += end + 1
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case c == '<':
			depth++
		case c == '>':
			depth--
			if depth == 0 && !inside {
				p.pos++
				return nil
			}
		}
		p.pos++
	}
	return p.fail(at, "the document type is never closed")
}
