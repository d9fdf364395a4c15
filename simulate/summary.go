package simulate

import (
	"fmt"
	"slices"

	"pacer/scheduler"
)

// Summary prints what was decided: first about nodes, then about resources.
func Summary(out *scheduler.Output) []byte {
	var b []byte
	for i := range out.NodeDecisions {
		d := &out.NodeDecisions[i]
		if d.Reason == "" {
			continue // Nobody asked for it in particular, or the node itself did, as for a shutdown.
		}
		b = append(b, "  * "+d.Task+" "+nodeText(d)+" '"+d.Reason+"'\n"...)
	}
	names, details := narrow, narrow
	for i := range out.Decisions {
		if n := len(out.Decisions[i].Resource.Name); n > names {
			names = n + 2 // A column that must grow grows by a little more than needed.
		}
		details = max(details, len(out.Decisions[i].Detail))
	}
	for i := range out.Decisions {
		d := &out.Decisions[i]
		b = fmt.Appendf(b, "  * %-10s %-*s   ( %*s )", d.Verb, names, d.Resource.Name, details, d.Detail)
		switch {
		case d.Reason != "" && d.Blocked:
			b = append(b, "  due to "+d.Reason+" (blocked)"...)
		case d.Reason != "":
			b = append(b, "  due to "+d.Reason...)
		case d.Blocked:
			b = append(b, "  blocked"...)
		}
		b = append(b, '\n')
	}
	return slices.Clip(b)
}

// narrow is the least width of a column.
const narrow = 5
