package schema

import (
	_ "embed" // the grammar
	"fmt"
	"strings"
)

//go:embed grammar.txt
var grammarText string

// item is a term of a definition: an attribute, a child, or a group of choices.
type item struct {
	attribute string // its name
	kind      string // the name of its type; "=word" for a type of one word
	child     string // its definition's name
	required  bool
	once      bool // of a child
	choices   [][]item
	optional  bool // of a group: none of its choices is right too
	some      bool // of a group with one choice: at least one of what is in it is there
	then      bool // a border between children
	versions  Set
}

// reader reads grammar.txt. The text is part of the program: a mistake in it is one of the program, so it panics.
type reader struct {
	words []string
	at    int
	// vocabularies are the types of words, definitions the elements.
	vocabularies map[string]*vocabulary
	definitions  map[string][]item
	order        []string // of the definitions
	anything     map[string]bool
}

func readGrammar(text string) *reader {
	r := &reader{vocabularies: map[string]*vocabulary{}, definitions: map[string][]item{}, anything: map[string]bool{}}
	var head string
	var body []string
	end := func() {
		if head != "" {
			r.entry(head, body)
		}
		head, body = "", nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == ' ':
			body = append(body, tokens(line)...)
		default:
			end()
			all := tokens(line)
			head, body = all[0], all[1:]
		}
	}
	end()
	return r
}

// tokens splits a line at blanks; quoted texts hold blanks.
func tokens(line string) []string {
	if strings.IndexByte(line, '"') < 0 {
		return strings.Fields(line)
	}
	var out []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

func (r *reader) entry(head string, body []string) {
	switch name, anything := strings.CutSuffix(head, ","); {
	case head == "words" || head == "not":
		v := &vocabulary{except: head == "not"}
		for _, w := range body[1:] {
			w, versions := cutVersions(w)
			v.words = append(v.words, word{w, versions})
		}
		r.vocabularies[body[0]] = v
	case anything:
		r.define(name, nil)
		r.anything[name] = true
	default:
		r.words, r.at = body, 0
		r.define(head, r.sequence(nil))
	}
}

func (r *reader) define(name string, items []item) {
	if _, twice := r.definitions[name]; twice {
		panic("schema: defined twice: " + name)
	}
	r.definitions[name] = items
	r.order = append(r.order, name)
}

// cutVersions takes "[...]" from the end of a word: the schemas that know it.
func cutVersions(w string) (string, Set) {
	begin := strings.LastIndexByte(w, '[')
	if begin < 0 || w[len(w)-1] != ']' {
		return w, All
	}
	from, to, span := strings.Cut(w[begin+1:len(w)-1], "-")
	if !span {
		to = from
	}
	versions := All
	if from != "" {
		versions &= From(mustVersion(from))
	}
	if to != "" {
		v := mustVersion(to)
		versions &= From(v)&Only(v) | ^From(v)
	}
	return w[:begin], versions & All
}

func mustVersion(number string) Version {
	v, ok := ByName("pacemaker-" + number)
	if !ok {
		panic("schema: no such version: " + number)
	}
	return v
}

// sequence reads items up to the end, or up to the word that ends a choice. standing gets what is written alone in brackets.
func (r *reader) sequence(standing *Set) []item {
	var out []item
	for ; r.at < len(r.words); r.at++ {
		switch w := r.words[r.at]; {
		case w == "|" || w[0] == ')' || w[0] == '}':
			return out
		case w[0] == '[':
			_, *standing = cutVersions(w)
		default:
			out = append(out, r.item(w))
		}
	}
	return out
}

func (r *reader) item(w string) item {
	switch w {
	case "(", "{":
		return r.group(w == "{")
	}
	w, versions := cutVersions(w)
	it := item{versions: versions}
	switch {
	case w == "then":
		it.then = true
	case w[0] == '<':
		how := w[len(w)-1]
		it.child = w[1 : len(w)-2]
		it.required, it.once = how == '!' || how == '+', how == '!' || how == '?'
	default:
		w, it.required = strings.CutSuffix(w, "!")
		i := strings.IndexAny(w, ":=")
		if i < 0 {
			panic(fmt.Sprintf("schema: %q has no type", w))
		}
		it.attribute, it.kind = w[:i], strings.TrimPrefix(w[i:], ":")
	}
	return it
}

// group reads what is in parentheses or braces, the cursor standing on the one that opens.
func (r *reader) group(some bool) item {
	g := item{some: some, versions: All}
	for {
		r.at++
		standing := All
		choice := r.sequence(&standing)
		if standing != All { // The choice is a group of its own that exists in some schemas only.
			choice = []item{{choices: [][]item{choice}, versions: standing, required: true}}
		}
		g.choices = append(g.choices, choice)
		if w := r.words[r.at]; w != "|" {
			w, g.versions = cutVersions(w)
			g.optional = w == ")?"
			return g
		}
	}
}
