package supervisor

import (
	"time"

	"pacer/machine"
	"pacer/note"
)

const (
	timerHang  = "hang"  // the manager has been silent too long
	timerStop  = "stop"  // an orderly stop takes too long
	timerAgain = "again" // time to start the manager again
)

// cleanAgain is the pause before a cleaner that could not stop everything tries again.
const cleanAgain = 5 * time.Second

// goal is what the supervisor is working towards.
type goal int

const (
	serving  goal = iota // both processes run
	renewing             // the node failed as a whole: everything down, resources stopped, then both again
	leaving              // orderly: the manager leaves, then messaging, then we
	givingUp             // for good: everything down, resources stopped, then we
)

// Supervisor is the core. Use New.
type Supervisor struct {
	limits  Limits
	goal    goal
	running map[Role]bool
	// dirty: resources may run on this node without a manager that answers for them.
	dirty bool
	// code is our own exit code when we leave.
	code    int
	crashes []time.Duration // of the manager or of messaging, within the window
}

// New returns a supervisor that has started nothing yet.
func New(limits Limits) *Supervisor {
	return &Supervisor{limits: limits, running: map[Role]bool{}}
}

// Step implements machine.Core.
func (s *Supervisor) Step(now machine.Now, event Event) []Effect {
	switch e := event.(type) {
	case Begin:
		// What an earlier service left running is not known to the cluster any more: the manager probes it after it has
		// joined. Only a node that failed under our own eyes is cleaned first.
		return s.start(now, Messaging, Manager)
	case Beat:
		if s.running[Manager] && s.goal == serving {
			return []Effect{s.timer(now, timerHang, s.limits.HangLimit)}
		}
	case Stop:
		return s.stop(now)
	case Exited:
		delete(s.running, e.Role)
		switch e.Role {
		case Messaging:
			return s.messagingEnded(now, e)
		case Manager:
			return s.managerEnded(now, e)
		case Cleaner:
			return s.cleanerEnded(now, e)
		}
	case TimerFired:
		return s.timerFired(now, e.Key)
	}
	return nil
}

func (s *Supervisor) stop(now machine.Now) []Effect {
	if s.goal == leaving || s.goal == givingUp {
		return nil
	}
	wasRenewing := s.goal == renewing
	s.goal = leaving
	if s.running[Manager] && !wasRenewing {
		return []Effect{Signal{Role: Manager}, CancelTimer{timerHang}, s.timer(now, timerStop, s.limits.StopLimit)}
	}
	return s.next(now)
}

func (s *Supervisor) messagingEnded(now machine.Now, e Exited) []Effect {
	if s.goal != serving {
		return s.next(now)
	}
	if e.Code == ExitFatal {
		s.code = ExitFatal
		return append([]Effect{Tell{note.CannotServe{Role: string(e.Role), How: e.How}}}, s.fail(now, givingUp)...)
	}
	if s.crashed(now) {
		s.code = ExitFatal
		return append([]Effect{Tell{note.NodeGivesUp{Role: string(e.Role), How: e.How}}}, s.fail(now, givingUp)...)
	}
	return append([]Effect{Tell{note.MessagingDied{How: e.How}}}, s.fail(now, renewing)...)
}

func (s *Supervisor) managerEnded(now machine.Now, e Exited) []Effect {
	switch {
	case e.Code == ExitDone:
		s.dirty = false
		if s.goal == serving {
			s.goal = leaving
		}
		return s.next(now)
	case e.Code == ExitStopped:
		s.dirty = false
		if s.goal == serving {
			s.goal = renewing
		}
		return s.next(now)
	case e.Code == ExitFatal && s.goal == serving:
		s.goal, s.code = givingUp, ExitFatal
		return append([]Effect{Tell{note.CannotServe{Role: string(e.Role), How: e.How}}}, s.next(now)...)
	case s.goal != serving:
		s.dirty = true
		return s.next(now)
	}
	s.dirty = true
	if s.crashed(now) {
		s.code = ExitFatal
		return append([]Effect{Tell{note.NodeGivesUp{Role: string(e.Role), How: e.How}}}, s.fail(now, givingUp)...)
	}
	// The first time at once: within the others' grace nothing of it is seen outside. Later slower, so as not to spin.
	wait := time.Duration(len(s.crashes)-1) * 200 * time.Millisecond
	told := Tell{note.ManagerDied{How: e.How}}
	if wait == 0 {
		return append([]Effect{told}, s.start(now, Manager)...)
	}
	return []Effect{told, CancelTimer{timerHang}, s.timer(now, timerAgain, wait)}
}

func (s *Supervisor) cleanerEnded(now machine.Now, e Exited) []Effect {
	s.dirty = e.Code != 0
	if !s.dirty {
		return s.next(now)
	}
	told := Tell{note.CleaningFailed{How: e.How}}
	if s.goal != renewing {
		s.code = ExitFatal
		return []Effect{told, Leave{s.code}}
	}
	return []Effect{told, s.timer(now, timerAgain, cleanAgain)}
}

// fail brings the node down without an orderly goodbye: messaging ends at once, so that the others see a failed node, and a
// manager that still answers is left the time to stop its resources.
func (s *Supervisor) fail(now machine.Now, g goal) []Effect {
	s.goal = g
	out := []Effect{CancelTimer{timerHang}, CancelTimer{timerAgain}}
	if s.running[Manager] {
		// It learns of the loss from its socket; nothing needs to be sent.
		s.dirty = true
		out = append(out, s.timer(now, timerStop, s.limits.StopLimit))
	}
	if s.running[Messaging] {
		return append(out, Signal{Role: Messaging, Kill: true})
	}
	return append(out, s.next(now)...)
}

func (s *Supervisor) timerFired(now machine.Now, key string) []Effect {
	switch key {
	case timerAgain:
		if s.goal == serving && !s.running[Manager] {
			return s.start(now, Manager)
		}
		return s.next(now)
	case timerHang:
		if s.goal == serving && s.running[Manager] {
			told := Tell{note.ManagerHung{Silent: s.limits.HangLimit}}
			out := append([]Effect{told}, s.fail(now, renewing)...)
			return append(out, Signal{Role: Manager, Kill: true})
		}
	case timerStop:
		if s.running[Manager] {
			return []Effect{Signal{Role: Manager, Kill: true}}
		}
	}
	return nil
}

// next takes the next step towards the goal, once a process has ended.
func (s *Supervisor) next(now machine.Now) []Effect {
	if s.goal == serving {
		return nil
	}
	switch {
	case s.running[Manager] || s.running[Cleaner]:
		return nil // its end brings us back here
	case s.running[Messaging] && s.dirty:
		return []Effect{Signal{Role: Messaging, Kill: true}}
	case s.running[Messaging]:
		return []Effect{CancelTimer{timerStop}, Signal{Role: Messaging}}
	case s.dirty:
		return s.start(now, Cleaner)
	case s.goal == renewing:
		s.goal = serving
		return append([]Effect{CancelTimer{timerStop}}, s.start(now, Messaging, Manager)...)
	}
	return []Effect{CancelTimer{timerStop}, Leave{s.code}}
}

func (s *Supervisor) start(now machine.Now, roles ...Role) []Effect {
	var out []Effect
	for _, r := range roles {
		s.running[r] = true
		out = append(out, Start{r})
		if r == Manager {
			out = append(out, s.timer(now, timerHang, s.limits.HangLimit))
		}
	}
	return out
}

// crashed notes a crash and reports whether there are too many.
func (s *Supervisor) crashed(now machine.Now) bool {
	kept := s.crashes[:0]
	for _, at := range s.crashes {
		if now.Mono-at < s.limits.Window {
			kept = append(kept, at)
		}
	}
	s.crashes = append(kept, now.Mono)
	return len(s.crashes) > s.limits.Crashes
}

func (s *Supervisor) timer(now machine.Now, key string, after time.Duration) Effect {
	return SetTimer{machine.Timer{Key: key, At: now.Mono + after}}
}
