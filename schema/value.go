package schema

import (
	"strings"

	"pacer/xmltree"
)

// kind is a type of attribute values.
type kind struct {
	name string
	// accepts are the schemas that take the value.
	accepts func(value string) Set
	// expected says what a schema wants, for "NAME=VALUE is not ...".
	expected func(Version) string
	use      use
	open     bool // it takes any text but a few words
}

// use is what the document does with a value besides holding it.
type use uint8

const (
	plain use = iota
	unique
	points
)

type vocabulary struct {
	words  []word
	except bool
}

type word struct {
	text     string
	versions Set
}

func (v *vocabulary) find(value string) Set {
	for i := range v.words {
		if v.words[i].text == value {
			return v.words[i].versions
		}
	}
	return 0
}

// accepts compares values as tokens: blanks around and between words do not count.
func (v *vocabulary) accepts(value string) Set {
	s := v.find(value)
	if s == 0 {
		s = v.find(collapse(value))
	}
	if v.except {
		return All &^ s
	}
	return s
}

func (v *vocabulary) expected(version Version) string {
	var list []string
	for _, w := range v.words {
		if w.versions.Has(version) {
			list = append(list, w.text)
		}
	}
	switch {
	case v.except:
		return "another: " + version.String() + " does not allow this one"
	case len(list) == 1:
		return list[0]
	}
	return "one of " + strings.Join(list, ", ")
}

// collapse is a value as a token: no blanks around it, single ones in it.
func collapse(s string) string {
	if strings.IndexByte(s, ' ') < 0 && strings.IndexByte(s, '\t') < 0 && strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < 0x80 && isBlank(byte(r)) }), " ")
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func trim(s string) string {
	for len(s) > 0 && isBlank(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isBlank(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// simple are the types that are no list of words.
var simple = [...]kind{
	{name: "text", accepts: func(string) Set { return All }},
	{name: "id", accepts: allIf(isID), expected: is("an id: it must begin with a letter or \"_\", and hold only letters, digits, \".\", \"-\" and \"_\""), use: unique},
	{name: "ref", accepts: allIf(isID), expected: is("an id"), use: points},
	{name: "bool", accepts: allIf(isBool), expected: is("true, false, 1 or 0")},
	{name: "integer", accepts: allIf(func(s string) bool { _, _, ok := integer(s); return ok }), expected: is("a whole number")},
	{name: "count", accepts: allIf(isCount), expected: is("a whole number from 0 on")},
	{name: "level", accepts: level, expected: func(v Version) string {
		if fewLevels.Has(v) {
			return "a whole number from 1 to 9"
		}
		return "a whole number from 1 on"
	}},
	{name: "score", accepts: allIf(isScore), expected: is("a score: a whole number, INFINITY or -INFINITY")},
	{name: "devices", accepts: allIf(isDevices), expected: is("a list of ids of fence devices with commas between them")},
	{name: "port-range", accepts: allIf(func(s string) bool { return s != "" && strings.Trim(s, "0123456789-") == "" }),
		expected: is("a range of ports like 3000-3010")},
}

func is(text string) func(Version) string { return func(Version) string { return text } }

func allIf(right func(string) bool) func(string) Set {
	return func(value string) Set {
		if right(value) {
			return All
		}
		return 0
	}
}

// isID tells whether a value may be an id: a name without colon (XML Schema: NCName). Blanks around it do not count.
func isID(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || i > 0 && (c >= '0' && c <= '9' || c == '-' || c == '.') {
			continue
		}
		s = trim(s)
		return xmltree.IsName(s) && strings.IndexByte(s, ':') < 0
	}
	return s != ""
}

func isBool(s string) bool {
	switch trim(s) {
	case "true", "false", "1", "0":
		return true
	}
	return false
}

// maxDigits is how many digits, leading zeros apart, a number may have.
const maxDigits = 24

// integer reads a whole number of any size: its sign, and its digits without leading zeros.
func integer(s string) (negative bool, digits string, ok bool) {
	s = trim(s)
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative, s = s[0] == '-', s[1:]
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false, "", false
		}
	}
	digits = strings.TrimLeft(s, "0")
	return negative, digits, s != "" && len(digits) <= maxDigits
}

func isCount(s string) bool {
	negative, digits, ok := integer(s)
	return ok && (!negative || digits == "")
}

// fewLevels are the schemas in which a node has at most nine fencing levels.
var fewLevels = Only(Latest)

func level(s string) Set {
	switch negative, digits, ok := integer(s); {
	case !ok || negative || digits == "":
		return 0
	case len(digits) > 1:
		return All &^ fewLevels
	}
	return All
}

func isScore(s string) bool {
	if _, _, ok := integer(s); ok {
		return true
	}
	switch trim(s) {
	case "INFINITY", "+INFINITY", "-INFINITY":
		return true
	}
	return false
}

func isDevices(s string) bool {
	for id := range strings.SplitSeq(s, ",") {
		if id == "" {
			return false
		}
		for i := range len(id) {
			c := id[i]
			if !(c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-') {
				return false
			}
		}
	}
	return true
}
