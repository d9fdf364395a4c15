package sim

import (
	"fmt"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/xmltree"
)

// Fault is one thing that goes wrong, or that somebody does, at a time.
type Fault struct {
	At   time.Duration
	Kind string
	Node int // from 0
	// Arg is a length of time for those that end by themselves.
	Arg time.Duration
}

func (f Fault) String() string { return fmt.Sprintf("%v %s node%d %v", f.At, f.Kind, f.Node+1, f.Arg) }

// kinds are the faults, each as often as it stands here.
var kinds = []string{"power", "power", "partition", "partition", "manager", "manager", "manager-slow", "service", "service",
	"standby", "online", "stop", "cleanup", "break", "freeze", "write", "write", "write", "write", "one-way"}

// Faults draws a number of faults over a span of time. They are drawn before the world begins, so that a list can be
// shortened while all else stays the same.
func (w *World) Faults(n int, span time.Duration) []Fault {
	out := make([]Fault, n)
	for i := range out {
		out[i] = Fault{At: w.some(0, span), Kind: kinds[w.rand.IntN(len(kinds))], Node: w.rand.IntN(len(w.Nodes)),
			Arg: w.some(200*time.Millisecond, 6*time.Second)}
	}
	return out
}

// Plan makes faults happen.
func (w *World) Plan(faults []Fault) {
	for _, f := range faults {
		w.after(f.At, func() { w.fault(f) })
	}
}

func (w *World) fault(f Fault) {
	n := w.Nodes[f.Node]
	w.log("fault: %s %s", f.Kind, n.Name)
	switch f.Kind {
	case "power":
		n.PowerOff()
		n.drive.crash(w)
		w.after(f.Arg+time.Second, n.PowerOn)
	case "partition":
		sides := make([]int, len(w.Nodes))
		sides[f.Node] = 1
		w.net.partition(sides...)
		w.after(f.Arg, w.Heal)
	case "manager":
		n.KillManager(f.Arg / 4)
	case "manager-slow":
		n.KillManager(f.Arg * 2)
	case "service":
		for i := range n.agents.services {
			if s := &n.agents.services[i]; s.Active && !s.Busy {
				n.KillService(s.Name)
				break
			}
		}
	case "standby":
		w.Standby(n.Name, true)
		w.after(f.Arg, func() { w.Standby(n.Name, false) })
	case "online":
		w.Standby(n.Name, false)
	case "stop":
		n.Stop()
		w.after(f.Arg+5*time.Second, n.PowerOn)
	case "cleanup":
		w.Ask(api.Cleanup{})
	case "break":
		n.agents.breaks = []string{"web"}
		w.after(f.Arg, func() { n.agents.breaks = nil })
	case "one-way":
		to := (f.Node + 1) % len(w.Nodes)
		w.net.cut(f.Node, to, true)
		w.after(f.Arg, func() { w.net.cut(f.Node, to, false) })
	case "write":
		n.Write()
	case "freeze":
		n.Freeze(f.Arg / 4)
	}
}

// Heal joins all sides of the network again.
func (w *World) Heal() { w.net.partition(make([]int, len(w.Nodes))...) }

// Standby puts a node into standby or takes it out.
func (w *World) Standby(name string, on bool) {
	for _, n := range w.Nodes {
		if n.manager == nil || n.frozen {
			continue
		}
		for x := range n.manager.Snapshot().CIB.Root().Path("configuration", "nodes").Elements("node") {
			if x.Get("uname") == name {
				value := "off"
				if on {
					value = "on"
				}
				set := "nodes-" + x.ID()
				w.Ask(api.CIBApply{Ops: []cib.Op{{Kind: cib.OpModify, Section: "nodes", AllowCreate: true, Data: xmltree.New("nodes").Add(
					xmltree.New("node", "id", x.ID(), "uname", name).Add(xmltree.New("instance_attributes", "id", set).Add(
						xmltree.New("nvpair", "id", set+"-standby", "name", "standby", "value", value))))}}})
			}
		}
		return
	}
}

// Freeze stops the manager for a while, as SIGSTOP does; events wait.
func (n *Node) Freeze(d time.Duration) {
	if n.manager == nil || n.frozen {
		return
	}
	n.frozen = true
	process := n.process
	n.w.after(d, func() {
		if n.process != process {
			return
		}
		n.frozen = false
		missed := n.missed
		n.missed = nil
		for _, ev := range missed {
			if n.process == process {
				n.step(ev)
			}
		}
	})
}
