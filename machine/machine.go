package machine

import "time"

// Now is the time at which an event reaches a core, by both clocks.
type Now struct {
	// Wall is the time of day. It may jump; use it only for what people or files see.
	Wall time.Time
	// Mono counts from an arbitrary start and never jumps. Deadlines and timers use it.
	Mono time.Duration
}

// Core decides. E is the package's event interface, F its effect interface.
type Core[E, F any] interface {
	Step(now Now, event E) []F
}

// Timer is the body of every core's SetTimer effect: the core wants to hear of Key when Mono reaches At. Setting a key
// again moves it; a timer fires once.
type Timer struct {
	Key string
	At  time.Duration
}
