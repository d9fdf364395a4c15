package quorum

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"pacer/engine"
	"pacer/machine"
)

// TestConversations plays testdata: "new" makes a core, "view 1 2* 3" shows it a view (a star marks Seen).
func TestConversations(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var c *Core
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "new":
				cfg := Config{Counted: true}
				for _, a := range d.CmdArgs {
					switch a.Key {
					case "nodes":
						for _, v := range a.Vals {
							id, votes, _ := strings.Cut(v, ":")
							n := Node{ID: nodeID(t, id), Votes: 1}
							if votes != "" {
								n.Votes, _ = strconv.Atoi(votes)
							}
							cfg.Nodes = append(cfg.Nodes, n)
						}
					case "two_node":
						cfg.TwoNode = true
					case "wait_for_all":
						cfg.WaitForAll = true
					case "uncounted":
						cfg.Counted = false
					case "expected":
						cfg.Expected, _ = strconv.Atoi(a.Vals[0])
					}
				}
				c = New(cfg)
				return "ok\n"
			case "view":
				var ev Viewed
				for _, a := range d.CmdArgs {
					id, seen := strings.CutSuffix(a.Key, "*")
					ev.Members = append(ev.Members, Member{ID: nodeID(t, id), Seen: seen})
				}
				var b strings.Builder
				for _, e := range c.Step(machine.Now{}, ev) {
					fmt.Fprintf(&b, "%T %+v\n", e, e)
				}
				return b.String()
			}
			t.Fatalf("unknown command %s", d.Cmd)
			return ""
		})
	})
}

func nodeID(t *testing.T, s string) engine.NodeID {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return engine.NodeID(n)
}

func TestTheCoreCanBeCloned(t *testing.T) {
	c := New(Config{Nodes: []Node{{1, 1}, {2, 1}}, Counted: true, WaitForAll: true})
	d := machine.Clone(c)
	c.Step(machine.Now{}, Viewed{[]Member{{ID: 1}, {ID: 2}}})
	if machine.Fingerprint(c) == machine.Fingerprint(d) {
		t.Fatal("a step did not change the fingerprint")
	}
	d.Step(machine.Now{}, Viewed{[]Member{{ID: 1}, {ID: 2}}})
	if machine.Fingerprint(c) != machine.Fingerprint(d) {
		t.Fatal("the same step gave another state")
	}
}
