package node

import (
	"time"

	"pacer/controller"
	"pacer/machine"
)

// A decision takes long beside all else that a manager does, and changes may come faster than it can be made. So it is made in a step
// of its own, after what waits before it. It also waits a little for disks that somebody outside the cluster
// waits for, whose write it is about; and it rests for as long as it took, so that at most half of the manager's time goes into decisions.
//
//	ready ──timerDecide──▶ decide ──timerDecided──▶ tells what it took ──timerDecide, as much later──▶ …

// pace is how far the DC's deciding is.
type pace struct {
	// asked tells that timerDecide runs, for at; began since when timerDecided does, 0 when it does not.
	asked bool
	at    time.Duration
	began time.Duration
	// patience is until when the decision waits for disks; 0 when it does not.
	patience time.Duration
	// rested is when the next decision may be made.
	rested time.Duration
}

// The timers of the pace. They are due at once, or after the rest.
const (
	timerDecide  = "decide"
	timerDecided = "decided"
)

// maxRest limits the rest after a decision: a process that was stopped for a while did not decide all the time.
const maxRest = 200 * time.Millisecond

// diskPatience is how long a decision waits for a change to be on enough disks: long enough for most disks, and nothing beside what a
// decision sets off.
const diskPatience = 10 * time.Millisecond

// ready tells that the DC wants to decide and nothing of this node is on its way to the CIB any more.
func (m *Manager) ready() bool { return m.controller.Ready() && !m.attributes.Busy() }

func (m *Manager) askToDecide() {
	p := &m.pace
	if p.began != 0 {
		return
	}
	at := max(m.now.Mono, p.rested)
	if m.store.Awaited() {
		if p.patience == 0 {
			p.patience = m.now.Mono + diskPatience
		}
		at = max(at, p.patience)
	}
	if p.asked && p.at <= at {
		return
	}
	p.asked, p.at = true, at
	m.emit(SetTimer{machine.Timer{Key: timerDecide, At: at}})
}

// paced takes the timers of the pace.
func (m *Manager) paced(key string) {
	p := &m.pace
	switch key {
	case timerDecide:
		p.asked, p.patience = false, 0
		if m.ready() {
			p.began = max(m.now.Mono, 1)
			m.tell(control, controller.Decide{})
			m.emit(SetTimer{machine.Timer{Key: timerDecided, At: m.now.Mono}})
		}
	case timerDecided:
		p.rested = m.now.Mono + min(m.now.Mono-p.began, maxRest)
		p.began = 0
	}
}
