package collect

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pacer/option"
	"pacer/secret"
	"pacer/xmltree"
)

// hidden stands in the place of what is masked.
const hidden = "****"

// secretNames are names of parameters that are masked whatever else is asked for.
var secretNames = []string{`passw.*`, `.*(passw|passphrase|pwd|secret).*`, `.*(api|auth|private|access)[-_]?key`}

// pairNames are those that are masked in pairs of the configuration only: in files of settings they are no secrets.
var pairNames = []string{`.*token`, `community`}

// minLearned is how long a value must be for being masked wherever it turns up: shorter ones are parts of other words.
const minLearned = 4

// Mask hides secrets: by the names that they have, and by their values once these are known.
type Mask struct {
	names, pairs *regexp.Regexp
	known        map[string]bool // what names has said
	learned      []string
	replacer     *strings.Replacer
}

// NewMask makes a mask with more regular expressions for names.
func NewMask(patterns []string) (*Mask, error) {
	for _, p := range patterns {
		if _, err := regexp.Compile(p); err != nil {
			return nil, fmt.Errorf("%q is no regular expression: %w", p, err)
		}
	}
	names := append(slices.Clone(secretNames), patterns...)
	whole := func(p []string) *regexp.Regexp { return regexp.MustCompile(`(?i)^(?:` + strings.Join(p, `|`) + `)$`) }
	return &Mask{known: map[string]bool{}, names: whole(names), pairs: whole(append(names, pairNames...))}, nil
}

// Learn masks a value wherever it turns up from now on.
func (m *Mask) Learn(value string) {
	if len(value) < minLearned || value == secret.Mark || value == hidden || option.True(value) || strings.EqualFold(value, "false") ||
		slices.Contains(m.learned, value) {
		return
	}
	m.learned, m.replacer = append(m.learned, value), nil
}

// XML returns the element with its secrets masked, and learns them.
func (m *Mask) XML(root *xmltree.Node) *xmltree.Node {
	out := root.Clone()
	out.Walk(func(n *xmltree.Node) bool {
		if value, ok := n.Lookup("value"); ok && m.pairs.MatchString(n.Get("name")) && value != secret.Mark {
			m.Learn(value)
			n.Set("value", hidden)
		}
		return true
	})
	return out
}

var (
	tag      = pattern(`<[^<>]*>`)
	tagName  = pattern(`\sname=["']([^"']*)["']`)
	tagValue = pattern(`\svalue=("[^"]*"|'[^']*')`)
	address  = pattern(`(://[^/\s:@]*:)[^@/\s]+@`)
)

// Text masks secrets in text of any kind: settings, commands, pieces of XML, addresses with a password.
func (m *Mask) Text(text []byte) []byte {
	if bytes.Contains(text, []byte("name=")) {
		text = tag().ReplaceAllFunc(text, func(t []byte) []byte {
			name := tagName().FindSubmatch(t)
			value := tagValue().FindSubmatchIndex(t)
			if name == nil || value == nil || !m.pairs.Match(name[1]) || string(t[value[2]+1:value[3]-1]) == secret.Mark {
				return t
			}
			return slices.Concat(t[:value[2]], []byte(`"`+hidden+`"`), t[value[3]:])
		})
	}
	text = m.settings(text)
	if bytes.Contains(text, []byte("://")) {
		text = address().ReplaceAll(text, []byte("${1}"+hidden+"@"))
	}
	if len(m.learned) == 0 {
		return text
	}
	if m.replacer == nil {
		m.replacer = m.build()
	}
	return []byte(m.replacer.Replace(string(text)))
}

// settings masks what follows a secret's name and a sign: NAME=VALUE, NAME: VALUE, "NAME": "VALUE". It looks at every sign, since a value
// may be a setting itself ("sent: passwd=x").
func (m *Mask) settings(text []byte) []byte {
	var out []byte
	copied := 0
	for i := 0; i < len(text); i++ {
		if text[i] != '=' && text[i] != ':' || !m.isName(nameBefore(text[:i])) {
			continue
		}
		from, to := valueBehind(text, i+1)
		if from == to || strings.Trim(string(text[from:to]), `"'`) == secret.Mark {
			continue
		}
		out = append(append(out, text[copied:from]...), hidden...)
		copied, i = to, to-1
	}
	return append(out, text[copied:]...)
}

// nameBefore is the name at the end of a text, perhaps with a quotation mark or blanks behind it.
func nameBefore(text []byte) []byte {
	text = bytes.TrimRight(text[max(0, len(text)-maxNameLength):], " \t")
	if end := len(text) - 1; end >= 0 && (text[end] == '"' || text[end] == '\'') {
		text = text[:end]
	}
	from := len(text)
	for from > 0 && nameByte(text[from-1]) {
		from--
	}
	return text[from:]
}

// maxNameLength is how far a name is looked for.
const maxNameLength = 100

func nameByte(c byte) bool {
	return c == '_' || c == '.' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// valueBehind is where a value begins and ends: behind blanks, to its quotation mark, or to what ends a word. A quotation mark that is
// missing is taken to be at the end of the line.
func valueBehind(text []byte, at int) (from, to int) {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	from, to = at, at
	if at < len(text) && (text[at] == '"' || text[at] == '\'') {
		for to++; to < len(text) && text[to] != '\n'; to++ {
			if text[to] == text[at] {
				return from, to + 1
			}
		}
		return from, to
	}
	for to < len(text) && !bytes.ContainsRune([]byte(" \t\r\n\v\f\"'<>"), rune(text[to])) {
		to++
	}
	return from, to
}

// isName remembers what the expressions have said of a name: logs have few of them.
func (m *Mask) isName(name []byte) bool {
	if len(name) == 0 {
		return false
	}
	known, ok := m.known[string(name)]
	if !ok {
		if len(m.known) >= maxKnown {
			clear(m.known)
		}
		known = m.names.Match(name)
		m.known[string(name)] = known
	}
	return known
}

// maxKnown limits the names that are remembered.
const maxKnown = 10000

// build makes the replacer of all learned values, also as XML writes them. Longer ones come first, since one may be the beginning of
// another.
func (m *Mask) build() *strings.Replacer {
	forms := slices.Clone(m.learned)
	for _, v := range m.learned {
		written := string(xmltree.New("x", "v", v).Append(nil))
		if _, rest, ok := strings.Cut(written, `"`); ok {
			if inner, _, ok := strings.Cut(rest, `"`); ok && inner != v {
				forms = append(forms, inner)
			}
		}
	}
	slices.SortFunc(forms, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	var pairs []string
	for _, f := range forms {
		pairs = append(pairs, f, hidden)
	}
	return strings.NewReplacer(pairs...)
}
