package main

import "strings"

// rule is a difference that is meant.
type rule struct {
	why   string
	holds func(c testCase, theirs, ours ending) bool
}

var rules = []rule{
	{"the real one crashes", func(_ testCase, theirs, _ ending) bool {
		return theirs.code < goesOn || strings.Contains(theirs.output, "Triggered fatal assertion")
	}},
}

// knownRule finds the rule that explains a difference; nil when there is none.
func knownRule(c testCase, theirs, ours ending) *rule {
	for i := range rules {
		if rules[i].holds(c, theirs, ours) {
			return &rules[i]
		}
	}
	return nil
}
