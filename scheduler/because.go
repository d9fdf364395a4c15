package scheduler

import "pacer/cluster"

// Because is why an action must or cannot be done, as far as the transition summary tells it: what was found first.
type Because struct {
	Kind     Kind
	Resource *cluster.Resource // whose action it is, or that it is colocated with
	Task     string            // of that action
	Text     string            // what was found about the node
}

// The kinds that a Because has beside those of contributions.
const (
	ByRequired     Kind = "required"           // Task of Resource must be done
	ByUnrunnable   Kind = "unrunnable"         // Task of Resource cannot be done
	ByUnmigratable Kind = "unmigratable"       // Task of Resource cannot be part of a live migration
	ByAvailability Kind = "availability"       // there is no node for it
	ByMultiple     Kind = "multiple-active"    // it is active in too many places
	ByDefinition   Kind = "definition-changed" // its parameters or its agent are others now
	ByFreeze       Kind = "quorum-freeze"      // without quorum nothing new is begun
	ByNode         Kind = "node"               // Text was found about the node
)

// String gives the words of the transition summary, "" for nil.
func (b *Because) String() string {
	if b == nil {
		return ""
	}
	var words string
	switch b.Kind {
	case ByRequired:
		words = "required"
	case ByUnrunnable:
		words = "unrunnable"
	case ByUnmigratable:
		words = "unmigrateable"
	case ByAvailability:
		words = "node availability"
	case ByMultiple:
		words = "being multiply active"
	case ByDefinition:
		words = "resource definition change"
	case ByQuorum:
		words = "no quorum"
	case ByFreeze:
		words = "quorum freeze"
	case ByPrimary:
		words = "colocation with"
	default:
		words = b.Text
	}
	if b.Resource != nil {
		words += " " + b.Resource.Name
	}
	if b.Task != "" {
		words += " " + b.Task
	}
	return words
}
