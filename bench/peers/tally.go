package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"pacer/xmltree"
)

// tally counts what was found. Workers share it.
type tally struct {
	mu    sync.Mutex
	o     *options
	sides []*side
	*census
}

// side is what was found beside one peer.
type side struct {
	peer    *peer
	proved  bool // what an older series does otherwise is proved by a newer one
	found   [unexplained + 1]int
	reasons map[finding]groups
}

// groups are CIBs by what they have in common.
type groups map[string]*group

type group struct {
	name     string
	count    int
	subjects []string // the first few
	kept     []string // files with small CIBs
}

func newTally(o *options) *tally {
	t := &tally{o: o, census: newCensus()}
	for _, p := range o.peers {
		t.sides = append(t.sides, &side{peer: p, proved: p.older && len(o.peers) > 1, reasons: map[finding]groups{}})
	}
	return t
}

func (s *side) group(f finding, name string) *group {
	if s.reasons[f] == nil {
		s.reasons[f] = groups{}
	}
	g := s.reasons[f][name]
	if g == nil {
		g = &group{name: name}
		s.reasons[f][name] = g
	}
	return g
}

// count counts a CIB, from which we made a graph, by the verdicts on the peers. It returns the number of peers that are needed to make it small, when it is one of
// the first with its kind of difference, otherwise 0.
func (t *tally) count(s *subject, verdicts []*verdict, cib, graph *xmltree.Node) (small int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.census.count(cib, graph)
	for i, v := range verdicts {
		side := t.sides[i]
		side.found[v.finding]++
		reason := v.reason
		if v.finding >= unproved {
			reason = v.left.kind()
		}
		g := side.group(v.finding, reason)
		g.count++
		if len(g.subjects) < 5 {
			g.subjects = append(g.subjects, s.name)
		}
		if t.o.verbose && v.finding >= skipped {
			fmt.Printf("%s, beside %s: %s\n%s", s.name, side.peer.version, cmp.Or(reason, "alike"), v.left.text(30))
		}
		if v.finding == unexplained && g.count <= t.o.each && small == 0 {
			small = i + 1
		}
	}
	return small
}

// keep writes a small CIB and in what it differs from the n-th peer.
func (t *tally) keep(s *subject, small *xmltree.Node, n int, d *difference) error {
	name := filepath.Join(t.o.kept, fileName(d.kind())+"-"+fileName(filepath.Base(s.name)))
	text := fmt.Sprintf("%s beside %s, made small: %s\n\n%s", s.name, t.sides[n-1].peer, d.kind(), d.text(200))
	if err := os.WriteFile(name+".txt", []byte(text), 0o644); err != nil { //nolint:gosec // To be read by all.
		return err
	}
	if err := os.WriteFile(name+".xml", small.Pretty(nil), 0o644); err != nil { //nolint:gosec // To be read by all.
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	g := t.sides[n-1].group(unexplained, d.kind())
	g.kept = append(g.kept, name+".xml")
	fmt.Fprintf(os.Stderr, "%s: %s → %s.xml\n", s.name, d.kind(), name)
	return nil
}

// unexplained is the number of differences that nothing explains.
func (t *tally) unexplained() (n int) {
	for _, s := range t.sides {
		n += s.found[unexplained]
	}
	return n
}

// report prints the counts.
func (t *tally) report(w io.Writer) {
	fmt.Fprintf(w, "%d CIBs\n", t.total)
	for _, s := range t.sides {
		s.report(w)
	}
	if t.o.features {
		t.census.report(w)
	}
}

func (s *side) report(w io.Writer) {
	otherwise := "alike but for what is known"
	if s.proved {
		otherwise = "decided otherwise than by us and by the newer series"
	}
	fmt.Fprintf(w, "\nBeside %s:\n", s.peer)
	fmt.Fprintf(w, "  %6d  alike, %d of them numbered differently\n", s.found[alike]+s.found[renumbered], s.found[renumbered])
	for _, l := range []struct {
		finding
		words string
	}{
		{known, otherwise}, {skipped, "not compared to the end, by rules"}, {died, "not compared: the peer died"},
		{unproved, "decided otherwise than by us, where the newer peer died"}, {unexplained, "differ without explanation"},
	} {
		if n := s.found[l.finding]; n > 0 || l.finding == unexplained {
			fmt.Fprintf(w, "  %6d  %s\n", n, l.words)
		}
		s.reasons[l.finding].report(w, l.finding >= died)
	}
}

// report lists groups, the largest first, with their first members if these are wanted.
func (groups groups) report(w io.Writer, members bool) {
	list := make([]*group, 0, len(groups))
	for _, g := range groups { // order: sorted below
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *group) int { return cmp.Or(b.count-a.count, strings.Compare(a.name, b.name)) })
	for _, g := range list {
		fmt.Fprintf(w, "          %5d  %s", g.count, g.name)
		if members {
			fmt.Fprintf(w, "  (%s)", strings.Join(g.subjects, ", "))
		}
		fmt.Fprintln(w, strings.Join(append([]string{""}, g.kept...), " "))
	}
}

// text shows the first differences.
func (d *difference) text(most int) string {
	var b strings.Builder
	for i, x := range d.list {
		if i == most {
			fmt.Fprintf(&b, "  … and %d more\n", len(d.list)-most)
			break
		}
		fmt.Fprintf(&b, "  [%s: %s]\n    %s\n", x.class, x.kind, strings.TrimRight(x.text, "\n"))
	}
	return b.String()
}
