package cluster

import (
	"strings"
)

// Role is what a resource is doing, or shall do, on a node. Larger means more active.
type Role int8

// The roles.
const (
	RoleUnknown Role = iota
	Stopped
	Started
	Unpromoted
	Promoted
)

// String gives the word of today.
func (r Role) String() string {
	switch r {
	case Stopped:
		return "Stopped"
	case Started:
		return "Started"
	case Unpromoted:
		return "Unpromoted"
	case Promoted:
		return "Promoted"
	}
	return "Unknown"
}

// ParseRole reads the name of a role, today's or older.
func ParseRole(text string) Role {
	switch strings.ToLower(text) {
	case "stopped":
		return Stopped
	case "started":
		return Started
	case "unpromoted", "slave":
		return Unpromoted
	case "promoted", "master":
		return Promoted
	}
	return RoleUnknown
}
