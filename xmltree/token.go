package xmltree

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// name reads a Name (XML 1.0, fifth edition, 2.3).
func (p *parser) name() (string, error) {
	start := p.pos
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		if c < utf8.RuneSelf {
			if !nameByte(c, p.pos == start) {
				break
			}
			p.pos++
			continue
		}
		r, size := utf8.DecodeRune(p.src[p.pos:])
		if r == utf8.RuneError && size == 1 {
			return "", p.fail(p.pos, "this is not UTF-8")
		}
		if !nameRune(r, p.pos == start) {
			break
		}
		p.pos += size
	}
	if p.pos == start {
		return "", p.fail(start, "a name is missing")
	}
	if p.pos-start > MaxName {
		return "", p.fail(start, "a name is longer than %d bytes", MaxName)
	}
	return p.str(p.src[start:p.pos]), nil
}

func nameByte(c byte, first bool) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == ':':
		return true
	case '0' <= c && c <= '9', c == '-', c == '.':
		return !first
	}
	return false
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

// IsName reports whether s may be the name of an element or attribute.
func IsName(s string) bool {
	if s == "" || len(s) > MaxName || !utf8.ValidString(s) {
		return false
	}
	for i, r := range s {
		if r < utf8.RuneSelf && !nameByte(byte(r), i == 0) || r >= utf8.RuneSelf && !nameRune(r, i == 0) {
			return false
		}
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

// char appends one character of the source.
func (p *parser) char() error {
	c := p.src[p.pos]
	if c >= ' ' && c < utf8.RuneSelf {
		p.buf = append(p.buf, c)
		p.pos++
		return nil
	}
	r, size := utf8.DecodeRune(p.src[p.pos:])
	if r == utf8.RuneError && size == 1 {
		return p.fail(p.pos, "this is not UTF-8")
	}
	if !isChar(r) {
		return p.fail(p.pos, "XML cannot hold the character U+%04X", r)
	}
	p.buf = append(p.buf, p.src[p.pos:p.pos+size]...)
	p.pos += size
	return nil
}

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
		if bytes.HasPrefix(rest, []byte(e.name)) {
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

func (p *parser) charReference(rest []byte) error {
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
	end := bytes.Index(p.src[p.pos:], []byte("]]>"))
	if end < 0 {
		return p.fail(at, "the CDATA section is never closed")
	}
	if err := p.raw(p.pos + end); err != nil {
		return err
	}
	p.pos += len("]]>")
	return nil
}

// raw appends characters up to stop without looking for markup.
func (p *parser) raw(stop int) error {
	for p.pos < stop {
		if p.src[p.pos] == '\r' {
			if p.pos+1 < stop && p.src[p.pos+1] == '\n' {
				p.pos++
			}
			p.buf = append(p.buf, '\n')
			p.pos++
			continue
		}
		if err := p.char(); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) comment() (string, error) {
	at := p.pos
	p.pos += len("<!--")
	end := bytes.Index(p.src[p.pos:], []byte("--"))
	if end < 0 {
		return "", p.fail(at, "the comment is never closed")
	}
	stop := p.pos + end
	p.buf = p.buf[:0]
	if err := p.raw(stop); err != nil {
		return "", err
	}
	if !p.has("-->") {
		return "", p.fail(p.pos, "a comment must not hold \"--\"")
	}
	p.pos += len("-->")
	return string(p.buf), nil
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
	end := bytes.Index(p.src[p.pos:], []byte("?>"))
	if end < 0 {
		return p.fail(at, "the processing instruction <?%s is never closed", name)
	}
	p.buf = p.buf[:0]
	if err := p.raw(p.pos + end); err != nil {
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
			end := bytes.IndexByte(p.src[p.pos+1:], c)
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

// declaration reads <?xml …?> and turns the source into UTF-8.
func (p *parser) declaration() error {
	if bytes.HasPrefix(p.src, []byte("\xfe\xff")) || bytes.HasPrefix(p.src, []byte("\xff\xfe")) {
		return p.fail(0, "the document is UTF-16; only UTF-8 is read")
	}
	if !p.has("<?xml") || len(p.src) > 5 && !isSpace(p.src[5]) {
		return nil
	}
	p.pos = 5
	p.attrs = p.attrs[:0]
	for {
		blank := p.space()
		if p.has("?>") {
			p.pos += 2
			break
		}
		if p.pos >= len(p.src) || !blank {
			return p.fail(p.pos, "\"?>\" is missing at the end of <?xml")
		}
		if err := p.attribute("?xml"); err != nil {
			return err
		}
	}
	encoding := ""
	for i, a := range p.attrs {
		switch {
		case a.Name == "version" && i == 0:
			if !strings.HasPrefix(a.Value, "1.") {
				return p.fail(0, "XML version %q is not known", a.Value)
			}
		case a.Name == "encoding" && i == 1:
			encoding = strings.ToLower(a.Value)
		case a.Name == "standalone" && i > 0 && (a.Value == "yes" || a.Value == "no"):
		default:
			return p.fail(0, "%s=%q has no place in <?xml", a.Name, a.Value)
		}
	}
	if len(p.attrs) == 0 {
		return p.fail(0, "<?xml has no version")
	}
	p.attrs = p.attrs[:0]
	switch encoding {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
	case "iso-8859-1", "latin1":
		out := make([]byte, 0, len(p.src)+len(p.src)/8)
		for _, c := range p.src {
			out = utf8.AppendRune(out, rune(c))
		}
		p.src = out // All before pos is ASCII, so that pos stays right.
	default:
		return p.fail(0, "the encoding %q is not known; only UTF-8 is read", encoding)
	}
	return nil
}
