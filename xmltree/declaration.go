package xmltree

import (
	"strings"
	"unicode/utf8"
)

// declaration reads <?xml …?> and turns the source into UTF-8.
func (p *parser) declaration() error {
	if strings.HasPrefix(p.src, "\xfe\xff") || strings.HasPrefix(p.src, "\xff\xfe") {
		return p.fail(0, "the document is UTF-16; only UTF-8 is read")
	}
	if !p.has("<?xml") || len(p.src) > 5 && !isSpace(p.src[5]) {
		return nil
	}
	p.pos = 5
	first := 0
	for {
		blank := p.space()
		if p.has("?>") {
			p.pos += 2
			break
		}
		if p.pos >= len(p.src) || !blank {
			return p.fail(p.pos, "\"?>\" is missing at the end of <?xml")
		}
		var err error
		if first, err = p.attribute("?xml", first); err != nil {
			return err
		}
	}
	encoding, attrs := "", p.room.attrs[first:]
	for i, a := range attrs {
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
	if len(attrs) == 0 {
		return p.fail(0, "<?xml has no version")
	}
	switch encoding {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
	case "iso-8859-1", "latin1":
		out := make([]byte, 0, len(p.src)+len(p.src)/8)
		for i := range len(p.src) {
			out = utf8.AppendRune(out, rune(p.src[i]))
		}
		p.src = string(out) // All before pos is ASCII, so that pos stays right.
	default:
		return p.fail(0, "the encoding %q is not known; only UTF-8 is read", encoding)
	}
	return nil
}
