package cibstore

import (
	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
)

// Config is what a Store is built from.
type Config struct {
	Identity engine.Identity
	// Document and Meta are what the disk had; a nil Document is a node that has never had one.
	Document *cib.Document
	Meta     Meta
}

// Store is the core of this package.
type Store struct {
	self engine.NodeID
	doc  *cib.Document
}

var _ machine.Core[Event, Effect] = (*Store)(nil)

// New builds a store. Nothing happens before the first EngineView.
func New(cfg Config) *Store {
	s := &Store{self: cfg.Identity.ID, doc: cfg.Document}
	if s.doc == nil {
		s.doc = cib.Empty()
	}
	return s
}

// Document is the present document.
func (s *Store) Document() *cib.Document { return s.doc }

// Step implements machine.Core.
func (s *Store) Step(now machine.Now, event Event) []Effect { return nil }
