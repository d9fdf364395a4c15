package messaging

import (
	"time"

	"pacer/note"
)

// teller tells notes in the background: a log that blocks must not hold up a heartbeat.
type teller struct {
	notes chan note.Note
	done  chan struct{}
}

// notesWaiting is how many notes may wait; what comes then is not told.
const notesWaiting = 512

func newTeller(tell func(note.Note)) *teller {
	t := &teller{notes: make(chan note.Note, notesWaiting), done: make(chan struct{})}
	go func() {
		defer close(t.done)
		for n := range t.notes {
			if tell != nil {
				tell(n)
			}
		}
	}()
	return t
}

func (t *teller) tell(n note.Note) {
	select {
	case t.notes <- n:
	default:
	}
}

// close waits a little for what is still to be told.
func (t *teller) close() {
	close(t.notes)
	select {
	case <-t.done:
	case <-time.After(time.Second):
	}
}
