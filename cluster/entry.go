package cluster

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/history"
	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// Entry is one <lrm_rsc_op>: what a run of an operation came to.
type Entry struct {
	XML      *xmltree.Node
	ID, Key  string // id and operation_key; older entries have only the id
	Task     string
	Interval time.Duration
	Call     int              // -1 while it has none, because it is pending
	Status   operation.Status // Unknown when it cannot be read
	Code     ocf.ExitCode     // -1 when it cannot be read
	Expected ocf.ExitCode     // what the transition wanted; -1 when that is not known
	Reason   string           // exit-reason
	ExecTime time.Duration
	// QueueTime is how long it waited before it ran.
	QueueTime   time.Duration
	MigrateFrom string // migrate_source
	MigrateTo   string // migrate_target

	host    string // on_node
	magic   string // transition-magic
	changed int64  // last-rc-change in seconds since 1970; -1 when unknown
}

// Operation is an Entry with the resource and the node to which it belongs.
type Operation struct {
	*Entry
	Resource *Resource
	Node     *Node
}

// read reads the element into a zero Entry.
func (e *Entry) read(x *xmltree.Node) {
	*e = Entry{XML: x, Call: -1, Status: operation.Unknown, Code: -1, Expected: -1, changed: -1}
	number := func(text string, other int) int {
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
		return other
	}
	for i := range x.Attrs {
		v := x.Attrs[i].Value
		switch x.Attrs[i].Name {
		case "id":
			e.ID = v
		case "operation_key":
			e.Key = v
		case "operation":
			e.Task = v
		case "interval":
			e.Interval = millis(v)
		case "call-id":
			e.Call = number(v, -1)
		case "op-status":
			e.Status = operation.Status(number(v, int(operation.Unknown)))
		case "rc-code":
			e.Code = ocf.ExitCode(number(v, -1))
		case "transition-key":
			if k, err := history.ParseKey(v); err == nil {
				e.Expected = k.Expected
			}
		case "transition-magic":
			e.magic = v
		case "on_node":
			e.host = v
		case "last-rc-change":
			e.changed = int64(number(v, -1))
		case "exit-reason":
			e.Reason = v
		case "exec-time":
			e.ExecTime = millis(v)
		case "queue-time":
			e.QueueTime = millis(v)
		case "migrate_source":
			e.MigrateFrom = v
		case "migrate_target":
			e.MigrateTo = v
		}
	}
	if e.Key == "" {
		e.Key = e.ID
	}
}

// millis reads a length of time in milliseconds, as the history has it; 0 for text that is none.
func millis(text string) time.Duration {
	if text == "0" {
		return 0
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Millisecond
}

// LastChange is when the result last became this one; zero when unknown.
func (e *Entry) LastChange() time.Time {
	if e.changed <= 0 {
		return time.Time{}
	}
	return time.Unix(e.changed, 0)
}

// probe tells whether the entry is of a search for the resource.
func (e *Entry) probe() bool { return e.Task == "monitor" && e.Interval == 0 }

// pending tells whether the operation has no result yet.
func (e *Entry) pending() bool { return e.Status == operation.Pending }

// masked tells whether the result of a probe says that the resource cannot be there at all.
func (e *Entry) masked() bool {
	return e.probe() && (e.Code == ocf.ErrInstalled || e.Code == ocf.ErrArgs || e.Status == operation.NotInstalled)
}

// affectsState tells whether the operation says anything of what the resource does. One of another name does not.
func (e *Entry) affectsState() bool {
	switch e.Task {
	case "monitor", "asyncmon", "start", "stop", "promote", "demote", "migrate_to", "migrate_from":
		return true
	}
	return false
}

// sortByAge sorts entries, those first that came first. Entries of the same age stay as they are. Ages are not transitive where
// only some entries say of which node they are: what comes out then depends on how it is sorted, which is by merging halves.
func sortByAge(ops []*Entry) {
	if len(ops) < 2 {
		return
	}
	half := len(ops) / 2
	sortByAge(ops[:half])
	sortByAge(ops[half:])
	left, right := slices.Clone(ops[:half]), ops[half:]
	for at := 0; len(left) > 0; at++ {
		if len(right) > 0 && age(left[0], right[0]) > 0 {
			ops[at], right = right[0], right[1:]
		} else {
			ops[at], left = left[0], left[1:]
		}
	}
}

// age compares two entries: negative when a is older. Entries are of one node when they say so, or when neither says anything,
// as old ones do not: calls of different nodes cannot be compared.
func age(a, b *Entry) int {
	sameNode := strings.EqualFold(a.host, b.host)
	if sameNode && a.ID == b.ID {
		return 0
	}
	x, y := a.Call, b.Call
	switch {
	case x == -1 && y == -1:
		return 0 // both pending
	case sameNode && x >= 0 && x < y:
		return -1
	case sameNode && y >= 0 && x > y:
		return 1
	case x >= 0 && y >= 0 && (!sameNode || x == y):
		switch {
		case a.changed >= 0 && a.changed < b.changed:
			return -1
		case b.changed >= 0 && a.changed > b.changed:
			return 1
		}
		return 0
	}
	// One is pending: its transition tells whether the other came after it. -1 stands for a shutdown, which comes last.
	m, err1 := history.ParseMagic(a.magic)
	k, err2 := history.ParseMagic(b.magic)
	if err1 != nil || err2 != nil {
		return 0
	}
	t, u := m.Key.Transition, k.Key.Transition
	switch {
	case !strings.EqualFold(m.Key.UUID, k.Key.UUID) || t == u:
		switch {
		case y == -1:
			return -1
		case x == -1:
			return 1
		}
	case t >= 0 && t < u || u == -1:
		return -1
	case u >= 0 && t > u || t == -1:
		return 1
	}
	return 0
}
