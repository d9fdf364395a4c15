package executor

import (
	"time"

	"pacer/machine"
)

// Options are the executor's settings. Zero values mean the defaults.
type Options struct {
	// Node is this node's name, for notes.
	Node string
	// FirstRun is the number of the first run; it must be above those of all leftover runs.
	FirstRun uint64
	// Grace is what an agent gets between TERM and KILL; 2 s when 0.
	Grace time.Duration
	// HintGap is the shortest time between two monitors brought forward by hints; 200 ms when 0.
	HintGap time.Duration
	// DefaultTimeout is for operations without one; 20 s when 0.
	DefaultTimeout time.Duration
}

// Core is the executor.
type Core struct{ opt Options }

// New returns an executor that knows no resource.
func New(opt Options) *Core { return &Core{opt: opt} }

// Step implements machine.Core.
func (c *Core) Step(now machine.Now, event Event) []Effect { return nil }
