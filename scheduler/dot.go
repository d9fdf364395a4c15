package scheduler

import (
	"strings"

	"pacer/history"
)

// draw writes the graph in dot form. What must but cannot be done is drawn as well, in red.
func (r *run) draw(out *Output) {
	out.Dot = append(out.Dot, ` digraph "g" {`)
	for i := len(r.acts) - 1; i >= 0; i-- {
		a := r.acts[i]
		style, color, font := "dashed", "black", "black"
		if a.has(pseudo) {
			font = "orange"
		}
		switch {
		case a.has(inGraph):
			style, color = "bold", "green"
		case a.rsc != nil && !a.rsc.managed, a.has(optional):
			continue
		default:
			color = "red"
		}
		a.set(inDot)
		out.Dot = append(out.Dot, `"`+a.title()+`" [ style=`+style+` color="`+color+`" fontcolor="`+font+`"]`)
	}
	for i := len(r.acts) - 1; i >= 0; i-- {
		a := r.acts[i]
		for _, e := range a.before {
			style := "dashed"
			switch {
			case e.used:
				style = "bold"
			case e.how == 0, !e.other.has(inDot), !a.has(inDot), e.how == capacity:
				continue
			}
			out.Dot = append(out.Dot, `"`+e.other.title()+`" -> "`+a.title()+`" [ style = `+style+`]`)
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
