package simulate

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/internal/recorded"
	"pacer/isotime"
	"pacer/status"
	"pacer/xmltree"
)

// rawSection cuts the lines below a heading, blanks squeezed, blank lines left out.
func rawSection(summary, heading string) string {
	var list []string
	in := false
	for line := range strings.SplitSeq(summary, "\n") {
		switch {
		case line == heading:
			in = true
		case in && line != "" && line[0] != ' ':
			return strings.Join(list, "\n")
		case in && strings.TrimSpace(line) != "":
			list = append(list, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(list, "\n")
}

// caseTime is the time that a case is decided for.
func caseTime(t testing.TB, dir, name string, doc *xmltree.Node) time.Time {
	table, err := os.ReadFile(filepath.Join(dir, "cases.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		f := strings.Split(line, "\t")
		if len(f) > 2 && f[0] == name && strings.HasPrefix(f[2], "-t ") {
			at, err := isotime.Time(strings.Trim(f[2][3:], `"' `), time.UTC)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return at
		}
	}
	return (&Options{Now: time.Unix(1790000000, 0)}).Time(doc)
}

func pictureOf(t testing.TB, doc *xmltree.Node, now time.Time, settled bool) string {
	s, err := cluster.Unpack(doc, now)
	if err != nil {
		t.Fatal(err)
	}
	text := status.Build(s, status.Extra{}).Text(nil, status.Dress{Show: status.Nodes | status.Resources, Inactive: true, Depth: 1,
		Settled: settled})
	return rawSection("X:\n"+string(text), "X:")
}

// What the stored cases show of the cluster before and after is what we show, the transition taken from the stored graph.
// Differences may only become fewer.
func TestPicturesOfTheStoredCases(t *testing.T) {
	dir := recorded.Dir(t, "scheduler")
	list := cases(t, dir)
	before, after := 0, 0
	var wrong bytes.Buffer
	for _, name := range list {
		summary, err := os.ReadFile(filepath.Join(dir, "summary", name+".summary"))
		if err != nil {
			t.Fatal(err)
		}
		doc := readTree(t, filepath.Join(dir, "xml", name+".xml"))
		now := caseTime(t, dir, name, doc)
		if want, got := rawSection(string(summary), "Current cluster status:"), pictureOf(t, doc, now, false); got == want {
			before++
		} else {
			wrong.WriteString("##### " + name + " before\n" + difference(want, got))
		}
		s, err := cluster.Unpack(doc, now)
		if err != nil {
			t.Fatal(err)
		}
		g := readGraph(readTree(t, filepath.Join(dir, "exp", name+".exp")))
		doc = Execute(&Transition{Graph: g, Known: names(s), Now: now}, doc).CIB
		if want, got := rawSection(string(summary), "Revised Cluster Status:"), pictureOf(t, doc, now, true); got == want {
			after++
		} else {
			wrong.WriteString("##### " + name + " after\n" + difference(want, got))
		}
	}
	t.Logf("of %d cases, %d pictures before and %d after are as stored", len(list), before, after)
	if before < len(list) || after < len(list) {
		t.Errorf("there were more; set PACER_DIFF to a file name and read what differs there")
	}
	if path := os.Getenv("PACER_DIFF"); path != "" {
		if err := os.WriteFile(path, wrong.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// difference lists the lines that only one of two texts has.
func difference(want, got string) string {
	var b strings.Builder
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	has := func(list []string, x string) bool {
		for _, y := range list {
			if x == y {
				return true
			}
		}
		return false
	}
	for _, x := range w {
		if !has(g, x) {
			b.WriteString("- " + x + "\n")
		}
	}
	for _, x := range g {
		if !has(w, x) {
			b.WriteString("+ " + x + "\n")
		}
	}
	if b.Len() == 0 {
		b.WriteString("(the order differs)\n")
	}
	return b.String()
}
