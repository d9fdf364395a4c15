package clusterconf

import (
	"bytes"
	"strings"
)

// maxLine is the longest line of corosync.conf, in bytes; maxPath the longest key with its sections.
const (
	maxLine  = 511
	maxPath  = 255
	maxDepth = 16
)

// section is one section of corosync.conf; the file itself is the outermost.
type section struct {
	name string
	path string // "totem.interface."
	line int
	keys []keyValue
	subs []*section
}

type keyValue struct {
	key, value string
	line       int
}

// get returns the last value of a key.
func (s *section) get(key string) (value string, line int, ok bool) {
	if s == nil {
		return "", 0, false
	}
	for i := len(s.keys) - 1; i >= 0; i-- {
		if s.keys[i].key == key {
			return s.keys[i].value, s.keys[i].line, true
		}
	}
	return "", s.line, false
}

// all returns the sub-sections of a name, in the order of the file.
func (s *section) all(name string) []*section {
	var out []*section
	if s != nil {
		for _, sub := range s.subs {
			if sub.name == name {
				out = append(out, sub)
			}
		}
	}
	return out
}

// merged returns all top-level sections of a name as one, as corosync does.
func (s *section) merged(name string) *section {
	list := s.all(name)
	if len(list) == 0 {
		return nil
	}
	out := &section{name: name, path: name + ".", line: list[0].line}
	for _, x := range list {
		out.keys = append(out.keys, x.keys...)
		out.subs = append(out.subs, x.subs...)
	}
	return out
}

// parseSections reads the syntax: one section bracket or key per line.
func parseSections(data []byte, p *problems) *section {
	root := &section{}
	stack := []*section{root}
	line := 0
	for len(data) > 0 {
		var raw []byte
		raw, data, _ = bytes.Cut(data, []byte("\n"))
		line++
		if len(raw) > maxLine {
			p.errorf(line, "Line too long: at most %d characters are read; split the value or shorten the comment.", maxLine)
			continue
		}
		text := strings.TrimLeft(trimEnd(string(raw)), " \t")
		top := stack[len(stack)-1]
		switch {
		case text == "" || text[0] == '#':
		case strings.Contains(text, "{"):
			name, after, _ := strings.Cut(text, "{")
			name = strings.TrimSpace(name)
			switch {
			case name == "":
				p.errorf(line, "Missing section name before opening bracket '{': write for example `totem {`.")
			case strings.TrimSpace(after) != "":
				p.errorf(line, "Extra characters after opening bracket '{': put each key on a line of its own.")
			case len(top.path)+len(name) > maxPath:
				p.errorf(line, "Start of section makes total cmap path too long: at most %d characters.", maxPath)
			case len(stack) > maxDepth:
				p.errorf(line, "Sections are nested too deeply: at most %d levels.", maxDepth)
			}
			sub := &section{name: name, path: top.path + name + ".", line: line}
			if len(stack) <= maxDepth {
				top.subs = append(top.subs, sub)
			}
			stack = append(stack, sub)
		case strings.Contains(text, "}"):
			switch {
			case text != "}":
				p.errorf(line, "Extra characters before or after closing bracket '}': it stands alone on its line.")
			case len(stack) == 1:
				p.errorf(line, "Unexpected closing brace: no section is open here; delete it or add the missing opening line.")
			}
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case strings.Contains(text, ":"):
			key, value, _ := strings.Cut(text, ":")
			key, value = strings.TrimSpace(key), strings.TrimSpace(value)
			switch {
			case key == "":
				p.errorf(line, "Key name can't be empty: write `key: value`.")
			case len(top.path)+len(key) > maxPath:
				p.errorf(line, "New key makes total cmap path too long: at most %d characters.", maxPath)
			default:
				top.keys = append(top.keys, keyValue{key: key, value: value, line: line})
			}
		default:
			p.errorf(line, "Line is not opening or closing section or key value: write `section {`, `}` or `key: value`.")
		}
	}
	if open := stack[len(stack)-1]; len(stack) > 1 {
		p.errorf(open.line, "Missing closing brace: the section %q that begins here is not closed.", open.name)
	}
	return root
}

// trimEnd takes white space off the end of a line, and the single byte 0xa0 (no-break space in Latin-1) that comes with text
// copied from old pages. It is no valid UTF-8 by itself, so package strings cannot look for it.
func trimEnd(s string) string {
	for s != "" && strings.IndexByte(" \t\r\xa0", s[len(s)-1]) >= 0 {
		s = s[:len(s)-1]
	}
	return s
}
