package schema

import (
	"fmt"
	"strings"
)

// maxProblems is how many problems are listed.
const maxProblems = 100

// Problem is something that a schema does not accept.
type Problem struct {
	Line    int    // in the text that was parsed, 0 when built
	Element string // its name
	ID      string // of the element, "" when it has none
	Parent  string // the name of the element that it is in, "" for the root
	// Attribute is the one that is wrong, "" when it is the element as a whole or its place.
	Attribute string
	// Text says what was found and what was expected: a sentence without its full stop.
	Text string
}

func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	b.WriteString(p.Tag())
	b.WriteString(": ")
	b.WriteString(p.Text)
	return b.String()
}

// Tag is the element as people look for it: <NAME id="ID">.
func (p Problem) Tag() string {
	if p.ID == "" {
		return "<" + p.Element + ">"
	}
	return fmt.Sprintf("<%s id=%q>", p.Element, p.ID)
}
