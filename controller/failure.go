package controller

import (
	"strconv"
	"time"

	"pacer/history"
	"pacer/xmltree"
)

// failOffsets are the fail counts after one failed start or stop: "INFINITY", or a number for counting.
type failOffsets struct{ Start, Stop string }

// countFailure raises the fail count of an operation. Probes are no failures: they find out what is so. Failures of live
// migrations count with the start or stop that they lead to.
func (c *Core) countFailure(node, resource string, e *xmltree.Node, m history.Magic) {
	task := e.Get("operation")
	ms, err := strconv.ParseInt(e.Get("interval"), 10, 64)
	if err != nil || ms < 0 {
		return
	}
	value := "value++"
	switch {
	case m.Key.Transition == -1, ms > 0, task == "promote", task == "demote":
	case task == "start":
		value = offset(c.offsets.Start)
	case task == "stop":
		value = offset(c.offsets.Stop)
	default:
		return
	}
	if p := c.peerNamed(node); p == nil || p.Failed || p.Fenced {
		return // the count would go with the node
	} else if _, member := c.view.Member(p.ID); !member {
		return
	}
	interval := time.Duration(ms) * time.Millisecond
	cause := m.Key.String()
	c.emit(
		SetAttribute{Name: history.FailCountName(resource, task, interval), Node: node, Value: value, Cause: cause},
		SetAttribute{Name: history.LastFailureName(resource, task, interval), Node: node,
			Value: strconv.FormatInt(c.now.Wall.Unix(), 10), Cause: cause},
	)
}

func offset(s string) string {
	if s == "INFINITY" {
		return s
	}
	return "value++"
}
