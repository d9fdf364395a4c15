package scheduler

import (
	"strconv"
	"strings"

	"pacer/history"
)

// draw writes the graph in dot form. What must but cannot be done is drawn as well, in red. With DrawAll so is what need
// not be done, in blue, and what would be done to resources that are not managed, in purple.
func (r *run) draw(out *Output, in Input) {
	title := func(a *action) string {
		if in.DrawIDs {
			return `"` + a.title() + " (" + strconv.Itoa(a.id) + `)"`
		}
		return `"` + a.title() + `"`
	}
	out.Dot = append(out.Dot, ` digraph "g" {`)
	for i := len(r.acts) - 1; i >= 0; i-- {
		a := r.acts[i]
		style, color, font, extra := "dashed", "red", "black", false
		if a.has(pseudo) {
			font = "orange"
		}
		switch {
		case a.has(inGraph):
			style, color = "bold", "green"
		case a.rsc != nil && !a.rsc.managed:
			font, extra = "purple", true
		case a.has(optional):
			color, extra = "blue", true
		}
		if extra && !in.DrawAll {
			continue
		}
		a.set(inDot)
		out.Dot = append(out.Dot, title(a)+` [ style=`+style+` color="`+color+`" fontcolor="`+font+`"]`)
	}
	for i := len(r.acts) - 1; i >= 0; i-- {
		a := r.acts[i]
		for _, e := range a.before {
			style := "dashed"
			switch {
			case e.used:
				style = "bold"
			case e.how == 0, !in.DrawAll && (!e.other.has(inDot) || !a.has(inDot) || e.how == capacity):
				continue
			}
			out.Dot = append(out.Dot, title(e.other)+" -> "+title(a)+" [ style = "+style+"]")
		}
	}
	out.Dot = append(out.Dot, "}")
}

// title is how an action is called in the drawing.
func (a *action) title() string {
	at := ""
	if a.node != nil {
		at = " " + a.node.name
	} else if !a.has(pseudo) {
		at = " <none>"
	}
	prefix := ""
	task := a.task
	if a.task == taskCancel {
		prefix, task = "Cancel ", a.cancels
	}
	switch x := a.rsc; {
	case x != nil && x.in.History != "":
		if strings.HasPrefix(a.task, taskNotify[:5]) && a.verb != a.task {
			return prefix + history.NotifyKey(x.in.History, a.getMeta("notify_key_type"), a.getMeta("notify_key_operation")) + at
		}
		return prefix + history.OpKey(x.in.History, task, a.interval) + at
	case a.task == taskFence:
		return prefix + a.task + " '" + a.getMeta("stonith_action") + "'" + at
	case x != nil && at != "":
		return prefix + a.key() + at
	case at != "":
		return prefix + task + at
	}
	return a.key()
}
