package scheduler

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pacer/crm/syntax"
	"pacer/graph"
	"pacer/internal/play"
	"pacer/xmltree"

	"github.com/cockroachdb/datadriven"
)

var playsDir = flag.String("plays", "", "write the clusters of testdata/*.txt into this `folder` as CIBs, to show them to other schedulers")

// TestPlays plays the small clusters of testdata/*.txt; package play says how they are written. The answer is what
// was decided; with "graph" the actions in the graph, with "scores" the scores, with "messages" the findings, with "inputs" the
// actions and what they wait for, with "header" what the graph says of itself, with "attributes" those of the actions that
// are named after it.
//
// A cluster that begins with a line "try VALUE …" is played once with each of the values in place of $; "-" stands for leaving
// out what names it: the lines with $. Values with the same answer are told together.
func TestPlays(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no plays", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			datadriven.RunTest(t, f, func(t *testing.T, d *datadriven.TestData) string {
				return playTry(t, d)
			})
		})
	}
}

// playTry plays a cluster, with each of the values that it has to try.
func playTry(t *testing.T, d *datadriven.TestData) string {
	first, rest, _ := strings.Cut(d.Input, "\n")
	list, ok := strings.CutPrefix(first, "try ")
	if !ok {
		return playOne(t, d, d.Input, "")
	}
	values, err := syntax.Words(list)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var answers []string
	var with [][]string
	for i, v := range values {
		var lines []string
		for line := range strings.Lines(rest) {
			if v != "-" || !strings.Contains(line, "$") {
				lines = append(lines, strings.ReplaceAll(line, "$", v))
			}
		}
		answer := playOne(t, d, strings.Join(lines, ""), fmt.Sprintf("-%d", i))
		at := slices.Index(answers, answer)
		if at < 0 {
			at, answers, with = len(answers), append(answers, answer), append(with, nil)
		}
		if v == "" || strings.Contains(v, " ") {
			v = strconv.Quote(v)
		}
		with[at] = append(with[at], v)
	}
	var b strings.Builder
	for i, answer := range answers {
		b.WriteString(strings.Join(with[i], " ") + ":")
		if strings.Count(answer, "\n") > 1 {
			answer = "\n  " + strings.ReplaceAll(strings.TrimSuffix(answer, "\n"), "\n", "\n  ") + "\n"
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(answer)
	}
	return b.String()
}

func playOne(t *testing.T, d *datadriven.TestData, text, suffix string) string {
	root, err := play.CIB(text)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	if *playsDir != "" {
		file, line, _ := strings.Cut(d.Pos, ":")
		line, _, _ = strings.Cut(line, ":")
		name := fmt.Sprintf("%s-%s%s.xml", strings.TrimSuffix(filepath.Base(file), ".txt"), line, suffix)
		if err := os.WriteFile(filepath.Join(*playsDir, name), root.Pretty(nil), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return playAnswer(root, d)
}

// playAnswer decides and tells what was asked for.
func playAnswer(root *xmltree.Node, d *datadriven.TestData) string {
	what := d.Cmd
	out := Schedule(Input{CIB: root, ShowScores: true})
	if out.Err != nil {
		return "error: " + out.Err.Error() + "\n"
	}
	var list []string
	switch what {
	case "graph":
		for i := range out.Graph.Synapses {
			a := &out.Graph.Synapses[i].Action
			line := a.Key
			if a.Kind != graph.Pseudo {
				line += " " + a.Node.Name
			}
			list = append(list, line)
		}
		slices.Sort(list)
	case "inputs":
		names := map[int]string{}
		for i := range out.Graph.Synapses {
			a := &out.Graph.Synapses[i].Action
			names[a.ID] = a.Key
			if a.Kind != graph.Pseudo {
				names[a.ID] += " " + a.Node.Name
			}
		}
		for i := range out.Graph.Synapses {
			var after []string
			for _, id := range out.Graph.Synapses[i].Inputs {
				after = append(after, names[id])
			}
			slices.Sort(after)
			list = append(list, strings.TrimSuffix(names[out.Graph.Synapses[i].Action.ID]+" after "+strings.Join(after, ", "), " after "))
		}
		slices.Sort(list)
	case "header":
		for _, a := range out.Graph.XML().Attrs {
			if slices.ContainsFunc(d.CmdArgs, func(arg datadriven.CmdArg) bool { return arg.Key == a.Name }) {
				list = append(list, a.Name+"="+a.Value)
			}
		}
	case "attributes":
		for i := range out.Graph.Synapses {
			a := &out.Graph.Synapses[i].Action
			for _, name := range d.CmdArgs {
				if v := a.Attr(name.Key); v != "" {
					list = append(list, fmt.Sprintf("%s %s %s=%s", a.Key, a.Node.Name, name.Key, v))
				}
			}
		}
		slices.Sort(list)
	case "scores":
		list = out.Scores()
		slices.Sort(list)
	case "messages":
		for _, m := range out.State.Messages {
			list = append(list, m.Text)
		}
	default:
		for _, line := range out.transitionSummary() {
			list = append(list, strings.TrimPrefix(line, "* "))
		}
	}
	if what == "graph" && !out.Graph.RecheckBy.IsZero() {
		list = append(list, fmt.Sprintf("recheck by %d", out.Graph.RecheckBy.Unix()))
	}
	if len(list) == 0 {
		return "nothing\n"
	}
	return strings.Join(list, "\n") + "\n"
}

// A play must be readable by any time of its own.
func TestPlayTime(t *testing.T) {
	root, err := play.CIB("now 5\nnode n1")
	if err != nil || root.Get("execution-date") != "5" {
		t.Fatal(err, root)
	}
	if out := Schedule(Input{CIB: root, Now: time.Unix(6, 0)}); out.Err != nil {
		t.Fatal(out.Err)
	}
}
