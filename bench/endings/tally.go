package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sync"
)

// tally collects what differs.
type tally struct {
	verbose bool
	mu      sync.Mutex
	played  map[string]int // by tool
	groups  map[group]*found
	known   map[*rule]int
	silent  []string
}

// group is what differences are told together by.
type group struct {
	tool, kind   string
	theirs, ours string
}

type found struct {
	count    int
	examples []string
}

func newTally(verbose bool) *tally {
	return &tally{verbose: verbose, played: map[string]int{}, groups: map[group]*found{}, known: map[*rule]int{}}
}

func (t *tally) add(c testCase, theirs, ours ending) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.played[c.tool]++
	if theirs.code == ours.code {
		if ours.code > 0 && ours.output == "" && theirs.output != "" {
			t.silent = append(t.silent, c.String())
		}
		return
	}
	if r := knownRule(c, theirs, ours); r != nil {
		t.known[r]++
		return
	}
	g := group{c.tool, c.kind, theirs.String(), ours.String()}
	f := t.groups[g]
	if f == nil {
		f = &found{}
		t.groups[g] = f
	}
	f.count++
	if t.verbose || len(f.examples) < 3 {
		example := c.String()
		if t.verbose {
			example += "\n      theirs: " + short(theirs.output) + "\n      ours:   " + short(ours.output)
		}
		f.examples = append(f.examples, example)
	}
}

func short(text string) string {
	if len(text) > 300 {
		text = text[:150] + " … " + text[len(text)-150:]
	}
	return fmt.Sprintf("%q", text)
}

// report prints everything and returns how much is not explained.
func (t *tally) report(w io.Writer) (unexplained int) {
	var keys []group
	for g := range t.groups {
		keys = append(keys, g)
	}
	slices.SortFunc(keys, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.tool, b.tool), cmp.Compare(a.kind, b.kind), cmp.Compare(a.theirs, b.theirs), cmp.Compare(a.ours, b.ours))
	})
	for _, g := range keys {
		f := t.groups[g]
		unexplained += f.count
		fmt.Fprintf(w, "%s, %s: theirs %s, ours %s: %d\n", g.tool, g.kind, g.theirs, g.ours, f.count)
		for _, e := range f.examples {
			fmt.Fprintf(w, "    %s\n", e)
		}
	}
	for _, s := range t.silent {
		unexplained++
		fmt.Fprintf(w, "ours fails without a word: %s\n", s)
	}
	played, explained := 0, 0
	for _, n := range t.played {
		played += n
	}
	for i := range rules {
		if n := t.known[&rules[i]]; n > 0 {
			explained += n
			fmt.Fprintf(w, "known, %d: %s\n", n, rules[i].why)
		}
	}
	fmt.Fprintf(w, "%d calls of %d commands: %d end otherwise for a known reason, %d for none\n", played, len(t.played), explained, unexplained)
	return unexplained
}
