package scheduler

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pacer/internal/recorded"
	"pacer/isotime"
	"pacer/xmltree"
)

type testCase struct {
	name, dir  string
	categories []string
	args       string
}

func cases(t testing.TB) []testCase {
	dir := recorded.Dir(t, "scheduler")
	data, err := os.ReadFile(filepath.Join(dir, "cases.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var list []testCase
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
		f := strings.Split(line, "\t")
		list = append(list, testCase{name: f[0], dir: dir, categories: strings.Split(f[1], ","), args: f[2]})
	}
	return list
}

// input reads the case's document. Cases without a time of their own need any that is later than the dates in them.
func (c testCase) input(t testing.TB) Input {
	data, err := os.ReadFile(filepath.Join(c.dir, "xml", c.name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := xmltree.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	in := Input{CIB: root, ShowScores: true, Draw: true, Sanitized: true, Transition: 1}
	if date, ok := strings.CutPrefix(c.args, "-t "); ok {
		if in.Now, err = isotime.Time(strings.Trim(date, `'"`), time.UTC); err != nil {
			t.Fatal(err)
		}
	} else if root.Get("execution-date") == "" {
		in.Now = time.Unix(1_800_000_000, 0).UTC()
	}
	return in
}

var blanks = regexp.MustCompile(`\s+`)

// plain takes out of lines what the comparison does not look at.
func plain(lines []string) []string {
	var list []string
	for _, l := range lines {
		if l = blanks.ReplaceAllString(l, ""); l != "" {
			list = append(list, l)
		}
	}
	return list
}

func (c testCase) want(t testing.TB, kind string) []string {
	data, err := os.ReadFile(filepath.Join(c.dir, kind, c.name+"."+kind))
	if err != nil {
		t.Fatal(err)
	}
	return plain(strings.Split(string(data), "\n"))
}

var unstored = regexp.MustCompile(` (crm_feature_set="[^"]*"|batch-limit="[0-9]+")`)

// differences compares what was decided with what is expected.
func (c testCase) differences(t testing.TB) []string {
	out := Schedule(c.input(t))
	if out.Err != nil {
		return []string{out.Err.Error()}
	}
	dot := slices.Clone(out.Dot)
	slices.Sort(dot[1 : len(dot)-1])
	dot = slices.Compact(dot)
	scores := out.Scores()
	slices.Sort(scores)
	exp := strings.Split(unstored.ReplaceAllString(string(out.Graph.Append(nil)), ""), "\n")
	var all []string
	for _, k := range []struct {
		kind string
		got  []string
	}{{"scores", scores}, {"exp", exp}, {"dot", dot}, {"summary", out.transitionSummary()}} {
		want := c.want(t, k.kind)
		if k.kind == "summary" {
			want = summaryOf(want)
		}
		for _, d := range diff(want, plain(k.got)) {
			all = append(all, k.kind+": "+d)
		}
	}
	return all
}

// summaryOf cuts the entries of the transition summary out of a whole summary, the first time it is there.
func summaryOf(lines []string) []string {
	at := slices.Index(lines, "TransitionSummary:")
	if at < 0 {
		return nil
	}
	var list []string
	for _, l := range lines[at+1:] {
		if !strings.HasPrefix(l, "*") {
			break
		}
		list = append(list, l)
	}
	return list
}

// transitionSummary writes the decisions as the tools do.
func (o *Output) transitionSummary() []string {
	var list []string
	for _, d := range o.NodeDecisions {
		if d.Reason == "" {
			continue // the tools do not print it
		}
		line := "* " + d.Task + " " + d.Name
		if d.Reason != "" {
			line += " '" + d.Reason + "'"
		}
		list = append(list, line)
	}
	for _, d := range o.Decisions {
		line := fmt.Sprintf("* %s %s ( %s )", d.Verb, d.Resource.Name, d.Detail)
		switch {
		case d.Reason != "" && d.Blocked:
			line += " due to " + d.Reason + " (blocked)"
		case d.Reason != "":
			line += " due to " + d.Reason
		case d.Blocked:
			line += " blocked"
		}
		list = append(list, line)
	}
	return list
}

// diff is the shortest list of lines that are missing (-) and superfluous (+).
func diff(want, got []string) []string {
	for len(want) > 0 && len(got) > 0 && want[0] == got[0] {
		want, got = want[1:], got[1:]
	}
	for len(want) > 0 && len(got) > 0 && want[len(want)-1] == got[len(got)-1] {
		want, got = want[:len(want)-1], got[:len(got)-1]
	}
	if len(want)*len(got) > 4_000_000 {
		return []string{fmt.Sprintf("%d lines wanted, %d got", len(want), len(got))}
	}
	common := make([][]int32, len(want)+1)
	for i := range common {
		common[i] = make([]int32, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			if want[i] == got[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var list []string
	i, j := 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case i < len(want) && j < len(got) && want[i] == got[j]:
			i, j = i+1, j+1
		case j == len(got) || i < len(want) && common[i+1][j] >= common[i][j+1]:
			list = append(list, "- "+want[i])
			i++
		default:
			list = append(list, "+ "+got[j])
			j++
		}
	}
	return list
}

// TestConformance compares every case.
func TestConformance(t *testing.T) {
	passed, total := 0, 0
	byCategory := map[string][2]int{}
	for _, c := range cases(t) {
		total++
		t.Run(c.name, func(t *testing.T) {
			d := c.differences(t)
			if len(d) == 0 {
				passed++
			}
			for _, k := range c.categories {
				n := byCategory[k]
				n[1]++
				if len(d) == 0 {
					n[0]++
				}
				byCategory[k] = n
			}
			for i, line := range d {
				if i == 40 {
					t.Errorf("… and %d more", len(d)-i)
					break
				}
				t.Error(line)
			}
		})
	}
	names := make([]string, 0, len(byCategory))
	for k := range byCategory { // sorted below
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		t.Logf("%-24s %3d of %3d", k, byCategory[k][0], byCategory[k][1])
	}
	t.Logf("%d of %d cases agree", passed, total)
}
