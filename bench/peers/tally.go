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
	mu      sync.Mutex
	o       *options
	total   int
	weak    int           // numbered differently
	adapted int           // alike but for details that rules explain
	used    map[*rule]int // CIBs, by these rules
	skipped map[*rule]int // CIBs that were not compared to the end, by rules
	kinds   map[string]*kind
}

// kind is a kind of difference that no rule explains.
type kind struct {
	name     string
	count    int
	subjects []string // the first few
	kept     []string // files with small CIBs
}

func newTally(o *options) *tally {
	return &tally{o: o, used: map[*rule]int{}, skipped: map[*rule]int{}, kinds: map[string]*kind{}}
}

// count counts a CIB and tells whether it shall be made small: when it is one of the first with its kind of difference.
func (t *tally) count(s *subject, v *verdict) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total++
	switch {
	case v.skipped != nil:
		t.skipped[v.skipped]++
		if t.o.verbose {
			fmt.Printf("%s: skipped, %s\n%s", s.name, v.skipped.name, v.left.text(8))
		}
		return false
	case len(v.left.list) == 0 || v.left.weak():
		if len(v.used) > 0 {
			t.adapted++
		} else if v.left.weak() {
			t.weak++
		}
		for _, r := range v.used {
			t.used[r]++
		}
		return false
	}
	d := v.left
	k := t.kinds[d.kind()]
	if k == nil {
		k = &kind{name: d.kind()}
		t.kinds[k.name] = k
	}
	k.count++
	if len(k.subjects) < 5 {
		k.subjects = append(k.subjects, s.name)
	}
	if t.o.verbose {
		fmt.Printf("%s: %s\n%s", s.name, d.kind(), d.text(30))
	}
	return k.count <= t.o.each
}

// keep writes a small CIB and what is different on it.
func (t *tally) keep(s *subject, small *xmltree.Node, d *difference) error {
	name := filepath.Join(t.o.kept, fileName(d.kind())+"-"+fileName(filepath.Base(s.name)))
	var b strings.Builder
	fmt.Fprintf(&b, "%s, made small: %s\n\n%s", s.name, d.kind(), d.text(200))
	if err := os.WriteFile(name+".txt", []byte(b.String()), 0o644); err != nil { //nolint:gosec // To be read by all.
		return err
	}
	if err := os.WriteFile(name+".xml", small.Pretty(nil), 0o644); err != nil { //nolint:gosec // To be read by all.
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.kinds[d.kind()]
	if k != nil {
		k.kept = append(k.kept, name+".xml")
	}
	fmt.Fprintf(os.Stderr, "%s: %s → %s.xml\n", s.name, d.kind(), name)
	return nil
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

// unexplained is the number of CIBs with a difference that no rule explains.
func (t *tally) unexplained() int {
	n := 0
	for _, k := range t.kinds { // order: a sum
		n += k.count
	}
	return n
}

// report prints the counts.
func (t *tally) report(w io.Writer) {
	skipped := 0
	for _, n := range t.skipped { // order: a sum
		skipped += n
	}
	bad := t.unexplained()
	fmt.Fprintf(w, "%d CIBs: %d alike (%d of them numbered differently), %d alike but for known details, %d skipped by rules (%.2f %%), %d differ without explanation\n",
		t.total, t.total-t.adapted-skipped-bad, t.weak, t.adapted, skipped, 100*float64(skipped)/float64(max(t.total, 1)), bad)
	for i := range rules {
		if n := t.used[&rules[i]]; n > 0 {
			fmt.Fprintf(w, "  detail  %5d  %s: %s\n", n, rules[i].name, rules[i].reason)
		}
	}
	for i := range rules {
		if n := t.skipped[&rules[i]]; n > 0 {
			fmt.Fprintf(w, "  skipped %5d  %s: %s\n", n, rules[i].name, rules[i].reason)
		}
	}
	list := make([]*kind, 0, len(t.kinds))
	for _, k := range t.kinds { // order: sorted below
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b *kind) int { return cmp.Or(b.count-a.count, strings.Compare(a.name, b.name)) })
	if len(list) > 0 {
		fmt.Fprintln(w, "Not explained, by kind of the first difference:")
	}
	for _, k := range list {
		fmt.Fprintf(w, "  %5d  %s  (%s) %s\n", k.count, k.name, strings.Join(k.subjects, ", "), strings.Join(k.kept, " "))
	}
}
