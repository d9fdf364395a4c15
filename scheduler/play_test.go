package scheduler

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pacer/graph"
	"pacer/internal/play"
	"pacer/xmltree"

	"github.com/cockroachdb/datadriven"
)

var playsDir = flag.String("plays", "", "write the clusters of testdata/*.txt into this `folder` as CIBs, to show them to other schedulers")

// TestPlays plays the small clusters of testdata/*.txt; package play says how they are written. The answer is what
// was decided; with "graph" the actions in the graph, with "scores" the scores, with "messages" the findings.
func TestPlays(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no plays", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			datadriven.RunTest(t, f, func(t *testing.T, d *datadriven.TestData) string {
				root, err := play.CIB(d.Input)
				if err != nil {
					return "error: " + err.Error() + "\n"
				}
				if *playsDir != "" {
					_, line, _ := strings.Cut(d.Pos, ":")
					line, _, _ = strings.Cut(line, ":")
					name := fmt.Sprintf("%s-%s.xml", strings.TrimSuffix(filepath.Base(f), ".txt"), line)
					if err := os.WriteFile(filepath.Join(*playsDir, name), root.Pretty(nil), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				return playAnswer(root, d.Cmd)
			})
		})
	}
}

// playAnswer decides and tells what was asked for.
func playAnswer(root *xmltree.Node, what string) string {
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
