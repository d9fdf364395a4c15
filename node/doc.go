// Package node puts the cores together into a node. Manager is the pure composition: every event of the world goes in by
// Step, every deed comes out as an effect, and wire.go shows every arrow between the cores. The drivers around it are in
// package service; the simulator has drivers of its own around the same Manager.
//
//	engine   disk   agents   fence agents   API   timers
//	   │      │       │           │          │      │
//	   ▼      ▼       ▼           ▼          ▼      ▼
//	┌─────────────────────────────────────────────────┐
//	│ Manager.Step ── wire.go                         │
//	│  cibstore  attributes  election  controller     │
//	│  executor  fencer      errand      permit       │
//	└─────────────────────────────────────────────────┘
//	   │      │       │           │          │      │
//	   ▼      ▼       ▼           ▼          ▼      ▼
//	 Send  Persist   Run       RunAgent    Reply  SetTimer
//
// Invariants: Step performs every arrow between cores that the event sets off before it returns, in the order in which they
// arose; effects are performed in the order in which they are returned; Snapshot is never changed once it is handed out.
package node
