package node

import (
	"slices"

	"pacer/operation"
)

// arbiter answers "may I run?": everything that starts a service asks it. Sources (a watchdog, a shared disk, a lease) say no by
// naming a reason; one no is enough. A source that nobody configured never speaks and does not count.
type arbiter struct{ holds []Hold } // by source

func (a *arbiter) hear(h Hold) {
	i := slices.IndexFunc(a.holds, func(x Hold) bool { return x.Source == h.Source })
	switch {
	case i >= 0 && h.Reason == "":
		a.holds = slices.Delete(a.holds, i, i+1)
	case i >= 0:
		a.holds[i] = h
	case h.Reason != "":
		a.holds = append(a.holds, h)
	}
}

// refuse returns why an operation must not begin here, "" when it may. Only what makes a service active is asked about:
// stopping and looking are always allowed.
func (a *arbiter) refuse(op *operation.Op) string {
	switch op.Task {
	case "start", "promote", "migrate_from", "migrate_to":
	default:
		return ""
	}
	if len(a.holds) == 0 {
		return ""
	}
	return a.holds[0].Source + ": " + a.holds[0].Reason
}
