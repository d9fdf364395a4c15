package sim

import (
	"strings"
	"time"

	"pacer/fencer"
	"pacer/node"
)

// fenceAgent plays the fence agents: one device that cuts the power of any node, reachable from every node with power.
func (w *World) fenceAgent(n *Node, f fencer.Effect) {
	r, ok := f.(fencer.RunAgent)
	if !ok {
		return // killed agents end by themselves here
	}
	done := fencer.AgentDone{Run: r.Run}
	took := w.some(2*time.Millisecond, 20*time.Millisecond)
	switch r.Action {
	case "metadata", "meta-data":
		done.Output = fenceMetadata
	case "list":
		for _, x := range w.Nodes {
			done.Output += x.Name + "\n"
		}
	case "off", "reboot":
		took = w.opt.Fencing
		if w.opt.FenceFails {
			done.Code, done.Reason = 1, "the device does not answer"
			break
		}
		for _, x := range w.Nodes {
			if strings.EqualFold(x.Name, r.Target) {
				again := r.Action == "reboot"
				w.after(took-time.Millisecond, func() {
					w.log("fence device cuts off %s (%s)", x.Name, r.Action)
					x.PowerOff()
					x.drive.crash(w)
					x.owed = nil
					if again {
						w.after(w.some(2*time.Second, 5*time.Second), x.PowerOn)
					}
				})
			}
		}
	}
	w.log("%s: fence agent %s %s", n.Name, r.Action, r.Target)
	n.later(took, node.FromFenceAgents{Done: done})
}

const fenceMetadata = `<?xml version="1.0" ?>
<resource-agent name="fence_sim" shortdesc="simulated">
<parameters>
<parameter name="plug" unique="0" required="0"><content type="string"/></parameter>
<parameter name="action" unique="0" required="1"><content type="string" default="reboot"/></parameter>
</parameters>
<actions><action name="on"/><action name="off"/><action name="reboot"/><action name="status"/><action name="list"/><action name="monitor"/><action name="metadata"/></actions>
</resource-agent>`
