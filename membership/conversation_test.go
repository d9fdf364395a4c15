package membership

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
)

// TestConversations plays testdata/*.txt: small clusters on a network without jitter, every packet but heartbeats shown.
//
//	cluster nodes=3 [links=2]        boots them
//	run 500ms | until-together       lets time pass
//	send 1 hello | crash 1 | pause 1 300ms | leave 1 | attach 1 | detach 1 | cut 1 2 | heal
//	boot 1 [alone]                   starts it again, without waiting for the others
//	lose kind                        loses the next packet of that kind
//	views                            what each node sees
func TestConversations(t *testing.T) {
	datadriven.Walk(t, "testdata/conversations", func(t *testing.T, path string) {
		var c *conversation
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var b strings.Builder
			for line := range strings.Lines(d.Cmd + " " + argsOf(d) + "\n" + d.Input) {
				w := strings.Fields(line)
				if len(w) == 0 {
					continue
				}
				if w[0] == "cluster" {
					c = newConversation(t, w[1:])
				}
				c.do(&b, w[0], w[1:])
			}
			return b.String()
		})
	})
}

func argsOf(d *datadriven.TestData) string {
	var out []string
	for _, a := range d.CmdArgs {
		out = append(out, a.String())
	}
	return strings.Join(out, " ")
}

type conversation struct {
	*world
	from  time.Duration
	lines []string
	lose  kind
}

func newConversation(t *testing.T, args []string) *conversation {
	nodes, links := 3, 1
	for _, a := range args {
		k, v, _ := strings.Cut(a, "=")
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatal(err)
		}
		switch k {
		case "nodes":
			nodes = n
		case "links":
			links = n
		}
	}
	c := &conversation{world: newWorld(t, 1, nodes, links)}
	c.jitter = 0
	c.spy = c.overhear
	c.told = func(n *simNode, what string) { c.say(fmt.Sprintf("n%d %s", n.id, what)) }
	for i := range nodes {
		c.boot(i, true)
	}
	return c
}

// overhear notes a packet and says whether it is lost.
func (c *conversation) overhear(n *simNode, e Transmit) bool {
	k := kind(e.Packet[1])
	lost := k == c.lose
	if lost {
		c.lose = 0
	}
	if k != kindHeartbeat {
		to := "all"
		if e.To != 0 {
			to = fmt.Sprintf("n%d", e.To)
		}
		line := fmt.Sprintf("n%d -> %s: %s", n.id, to, kindNames[k])
		if lost {
			line += " (lost)"
		}
		c.say(line)
	}
	return lost
}

func (c *conversation) say(line string) {
	c.lines = append(c.lines, fmt.Sprintf("%8.1fms %s", float64((c.now-c.from).Microseconds())/1000, line))
}

func (c *conversation) do(b *strings.Builder, cmd string, args []string) {
	node := func() int {
		n, err := strconv.Atoi(args[0])
		if err != nil {
			c.t.Fatal(err)
		}
		return n - 1
	}
	c.from, c.lines = c.now, nil
	switch cmd {
	case "cluster":
		return
	case "run":
		d, err := time.ParseDuration(args[0])
		if err != nil {
			c.t.Fatal(err)
		}
		c.run(d, nil)
	case "until-together":
		if !c.run(10*time.Second, c.together) {
			b.WriteString("they do not come together\n")
		}
	case "send":
		c.sendText(node(), args[1])
	case "crash":
		c.crash(node())
	case "boot":
		start := c.conf.Start
		if len(args) > 1 {
			c.conf.Start = 0
		}
		c.boot(node(), true)
		c.conf.Start = start
	case "pause":
		d, _ := time.ParseDuration(args[1])
		c.pause(node(), d)
	case "leave":
		c.step(c.nodes[node()], Leave{})
	case "attach":
		c.step(c.nodes[node()], Attach{})
	case "detach":
		c.step(c.nodes[node()], Detach{})
	case "cut":
		to, _ := strconv.Atoi(args[1])
		c.cut[[3]int{node(), to - 1, 0}] = true
	case "heal":
		c.heal()
		c.jitter = 0
	case "lose":
		c.lose = kind(slices.Index(kindNames[:], args[0]))
	case "views":
		for _, n := range c.nodes {
			if n.core == nil {
				fmt.Fprintf(b, "n%d is not there\n", n.id)
				continue
			}
			fmt.Fprintf(b, "n%d %v:", n.id, n.view.ID)
			for _, m := range n.view.Members {
				fmt.Fprintf(b, " n%d/%d", m.ID, m.Incarnation)
				if !m.Attached {
					b.WriteString("(detached)")
				}
			}
			b.WriteString("\n")
		}
	default:
		c.t.Fatalf("unknown command %q", cmd)
	}
	for _, l := range c.lines {
		b.WriteString(l + "\n")
	}
}

func (c *conversation) sendText(i int, text string) {
	n := c.nodes[i]
	c.sentIn[fmt.Sprintf("%d:%s", n.id, text)] = n.view.ID
	c.step(n, Send{n.view.ID, []byte(text)})
}
