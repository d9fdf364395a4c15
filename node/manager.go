package node

import (
	"time"

	"pacer/engine"
	"pacer/machine"
)

// Config is what a Manager is built from.
type Config struct {
	Identity engine.Identity
	// Restarted is true when an earlier manager of this boot was here before: what it ran may still run.
	Restarted bool
	// Unique distinguishes this process from all others (random); Seed feeds its pseudo-random choices.
	Unique, Seed uint64
	// ClusterName is the name in the configuration file, "" when it has none.
	ClusterName string
	// Version is Pacer's, for dc-version and status displays.
	Version string
	// Grace is how long a member without manager is left alone before it counts as failed; 3 s when 0.
	Grace time.Duration
}

// Manager is a node's manager without its drivers.
type Manager struct{ cfg Config }

var _ machine.Core[Event, Effect] = (*Manager)(nil)

// New builds a manager. Begin is its first event.
func New(cfg Config) *Manager { return &Manager{cfg: cfg} }

// Step implements machine.Core.
func (m *Manager) Step(now machine.Now, ev Event) []Effect { return nil }
