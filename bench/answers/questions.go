package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"pacer/xmltree"
)

// question is a command that answers in XML.
type question struct {
	section string // of whom it is asked: "cluster", "nothing" or "running"
	words   []string
}

func (q question) String() string { return strings.Join(q.words, " ") }

// parse reads questions: see the top of testdata/questions.txt.
func parse(text string) (list []question, err error) {
	section := ""
	in := bufio.NewScanner(strings.NewReader(text))
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			words, err := split(line)
			if err != nil || section == "" {
				return nil, fmt.Errorf("questions: line %d: %q: a command below a section, its quotations closed", n, line)
			}
			list = append(list, question{section, words})
		}
	}
	return list, in.Err()
}

// split takes a line apart at blanks that do not stand between quotation marks.
func split(line string) (words []string, err error) {
	var word strings.Builder
	quoted, begun := false, false
	for _, c := range line + " " {
		switch {
		case c == '\'':
			quoted, begun = !quoted, true
		case c != ' ' || quoted:
			word.WriteRune(c)
			begun = true
		case begun:
			words = append(words, word.String())
			word.Reset()
			begun = false
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quotation is not closed: %q", line)
	}
	return words, nil
}

// subjects are what can be asked about in a configuration: for each placeholder, what may stand there.
type subjects map[string][]string

// maxEach limits how many of a kind are asked about.
const maxEach = 6

// subjectsOf finds them. One of every kind of element comes before a second of any.
func subjectsOf(root *xmltree.Node) subjects {
	s := subjects{}
	kinds := map[string]bool{}
	var later [][2]string
	add := func(placeholder, kind, value string) {
		switch {
		case value == "":
		case kinds[kind]:
			later = append(later, [2]string{placeholder, value})
		default:
			kinds[kind] = true
			s[placeholder] = append(s[placeholder], value)
		}
	}
	var walk func(x, in *xmltree.Node)
	walk = func(x, in *xmltree.Node) {
		switch x.Name {
		case "primitive", "group", "clone", "master", "bundle":
			add("{resource}", x.Name+" in "+in.Name, x.ID())
		case "node":
			if in.Name == "nodes" {
				add("{node}", "node "+x.Get("type"), x.Get("uname"))
			}
		case "rule":
			add("{rule}", "rule in "+in.Name, x.ID())
		case "rsc_ticket":
			add("{ticket}", x.Name, x.Get("ticket"))
		case "ticket_state":
			add("{ticket}", x.Name, x.ID())
		case "lrm_rsc_op":
			if ms := x.Get("interval"); ms != "" {
				add("{operation}", x.Get("operation"), fmt.Sprintf("%s_%s_%s", in.ID(), x.Get("operation"), ms))
			}
		}
		for _, c := range x.Children {
			walk(c, x)
		}
	}
	walk(root, root)
	for _, l := range later {
		s[l[0]] = append(s[l[0]], l[1])
	}
	for p, list := range s {
		s[p] = list[:min(len(list), maxEach)]
	}
	return s
}

// ask fills the placeholders of a question. Of the first that has several, each is asked about; of the others, one after another.
func (s subjects) ask(q question) (list [][]string) {
	first := ""
	for _, w := range q.words {
		for _, p := range placeholders {
			if first == "" && len(s[p]) > 0 && strings.Contains(w, p) {
				first = p
			}
		}
	}
	turns := 1
	if first != "" {
		turns = len(s[first])
	}
	for turn := range turns {
		words := slices.Clone(q.words)
		for i := range words {
			for _, p := range placeholders {
				if values := s[p]; len(values) > 0 {
					words[i] = strings.ReplaceAll(words[i], p, values[turn%len(values)])
				}
			}
		}
		if !slices.ContainsFunc(words, unfilled) {
			list = append(list, words)
		}
	}
	return list
}

var placeholders = []string{"{resource}", "{node}", "{rule}", "{ticket}", "{operation}", "{cib}", "{new}"}

// unfilled tells of a placeholder for which there was nothing.
func unfilled(word string) bool {
	return slices.ContainsFunc(placeholders, func(p string) bool { return strings.Contains(word, p) })
}

// inXML is the command that answers in XML.
func inXML(words []string) []string {
	return append([]string{words[0], "--output-as=xml"}, words[1:]...)
}
