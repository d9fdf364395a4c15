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
	// Tell is given what is worth telling, in order, by a goroutine of its own: it may wait for a log. nil drops it.
	Tell func(note.Note)
	// NoPriority leaves memory locking and real-time priority alone (tests, several nodes in one process).
	NoPriority bool
	// HangLimit is how long a manager may leave pings unanswered before it is detached; 0 means DefaultHangLimit.
	HangLimit time.Duration
	// Reload, when something comes from it, has the keys read again: packets under all keys of the file are taken, and this
	// node signs with the one that the file chooses. So a key can be changed without stopping anything.
	Reload <-chan struct{}
	// Incarnation distinguishes this start from others; 0 makes one from the clock and chance.
	Incarnation uint64

	load func(place.Places) (*clusterconf.Config, error) // LoadConfig, but for tests
}

// DefaultHangLimit is the silence of a manager after which it counts as hung.
const DefaultHangLimit = 5 * time.Second
