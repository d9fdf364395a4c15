package views

import (
	"cmp"
	"fmt"
	"slices"

	"pacer/membership"
)

// Coverage counts steps of cores as transitions: from a phase, by a kind of event, to a phase.
type Coverage struct {
	counts [membership.Phases][kinds][membership.Phases]uint64
}

// The kinds of events; a packet's kind is its name.
var kindNames = []string{"begin", "send", "attach", "detach", "seen", "leave", "timer", "heartbeat", "propose", "accept", "plan", "ready", "install",
	"submit", "ordered", "nak", "ack", "tail", "submit-nak", "goodbye", "several"}

const kinds = 21

func eventName(ev membership.Event) string { return kindNames[kindOf(ev)] }

func kindOf(ev membership.Event) int {
	switch ev := ev.(type) {
	case membership.Begin:
		return 0
	case membership.Send:
		return 1
	case membership.Attach:
		return 2
	case membership.Detach:
		return 3
	case membership.Seen:
		return 4
	case membership.Leave:
		return 5
	case membership.TimerFired:
		return 6
	case membership.Several:
		return 20
	case membership.Received:
		if name := membership.PacketKind(ev.Packet); name != "leave" {
			return max(slices.Index(kindNames, name), 0)
		}
		return 19
	}
	return 0
}

func (c *Coverage) count(from membership.Phase, ev membership.Event, to membership.Phase) {
	c.counts[from][kindOf(ev)][to]++
}

// Transition is one kind of step with its number.
type Transition struct {
	From  string `json:"from"`
	Event string `json:"event"`
	To    string `json:"to"`
	Count uint64 `json:"count"`
}

// Taken lists the transitions that were taken, the most frequent first.
func (c *Coverage) Taken() []Transition {
	var out []Transition
	for from := range c.counts {
		for k := range c.counts[from] {
			for to, n := range c.counts[from][k] {
				if n > 0 {
					out = append(out, Transition{membership.Phase(from).String(), kindNames[k], membership.Phase(to).String(), n})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Transition) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// Never lists the pairs of phase and event that were never seen together, but those that cannot be.
func (c *Coverage) Never() []string {
	var out []string
	for from := range c.counts {
		for k, row := range c.counts[from] {
			if membership.Phase(from) != membership.PhaseOver && impossible(membership.Phase(from), kindNames[k]) == "" && slices.Max(row[:]) == 0 {
				out = append(out, fmt.Sprintf("%v: %s", membership.Phase(from), kindNames[k]))
			}
		}
	}
	return out
}

// Pairs is how many pairs of phase and event there are that can be.
func Pairs() int {
	n := 0
	for from := range membership.Phases {
		for _, k := range kindNames {
			if membership.Phase(from) != membership.PhaseOver && impossible(membership.Phase(from), k) == "" {
				n++
			}
		}
	}
	return n
}

// impossible says why an event does not reach a phase; it is empty for one that can.
func impossible(p membership.Phase, event string) string {
	switch {
	case event == "begin" && p != membership.PhaseWaiting:
		return "it is the first event"
	}
	return ""
}
