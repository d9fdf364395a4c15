package messaging

import (
	"time"

	"pacer/clusterconf"
	"pacer/note"
	"pacer/place"
)

// Options are what Run needs.
type Options struct {
	Places place.Places
	// Config is the configuration; nil reads it from Places (LoadConfig).
	Config *clusterconf.Config
	// Tell is given what is worth telling, from Run's own goroutine; nil drops it.
	Tell func(note.Note)
	// NoPriority leaves memory locking and real-time priority alone (tests, several nodes in one process).
	NoPriority bool
	// HangLimit is how long a manager may leave pings unanswered before it is detached; 0 means DefaultHangLimit.
	HangLimit time.Duration
	// Incarnation distinguishes this start from others; 0 makes one from the clock and chance.
	Incarnation uint64
}

// DefaultHangLimit is the silence of a manager after which it counts as hung.
const DefaultHangLimit = 5 * time.Second
