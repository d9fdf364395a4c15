package cluster

import (
	"iter"
	"strings"

	"pacer/ocf"
	"pacer/operation"
)

// A live migration is migrate_to on the source, migrate_from on the target, stop on the source. Any part may be missing in
// the history, because it failed, has not run yet, or was cleaned away; what the resource does then follows from the
// entries of both nodes.

// ends names source and target of a migration entry; ok is false when the entry does not tell, or names another node than
// the one whose history it is in.
func (h *reading) ends(e *result, onSource bool) (source, target string, ok bool) {
	source, target = e.MigrateFrom, e.MigrateTo
	here := target
	if onSource {
		here = source
	}
	if source == "" || target == "" || !strings.EqualFold(here, h.n.Name) {
		h.s.say(Config, "History entry %s on %s is left out: it does not name its source and target.", e.ID, h.n.Name)
		return "", "", false
	}
	return source, target, true
}

// entries are the history entries of the resource on a node, as they stand in the document.
func (h *reading) entries(node string) iter.Seq[*Entry] {
	var of *History
	if n := h.s.findNode(node); n != nil {
		of = h.s.historyOf(n, h.r.Name)
	}
	return of.inDocument()
}

// findOp finds the only entry of an operation on a node; for migrations the one with the other end as given. Where code is
// not negative, only a finished entry with that code counts. Several entries, as a failure leaves them in two places, tell nothing.
func (h *reading) findOp(node, task, other string, code ocf.ExitCode) *Entry {
	var only *Entry
	for op := range h.entries(node) {
		if op.Task != task ||
			task == "migrate_to" && other != "" && op.MigrateTo != other ||
			task == "migrate_from" && other != "" && op.MigrateFrom != other {
			continue
		}
		if only != nil {
			return nil
		}
		only = op
	}
	if only != nil && code >= 0 && (only.Code != code || only.Status != operation.Done) {
		return nil
	}
	return only
}

// unknownOn tells whether nothing on a node says what the resource does there.
func (h *reading) unknownOn(node string) bool {
	for op := range h.entries(node) {
		if op.Code >= 0 && op.Code != ocf.UnknownResult {
			return false
		}
	}
	return true
}

// changedAfter tells whether a node's history has something other than a monitor after an entry.
func (h *reading) changedAfter(node string, x *Entry) bool {
	for op := range h.entries(node) {
		switch op.Task {
		case "start", "stop", "migrate_to", "migrate_from":
			if op.XML != x.XML && age(op, x) > 0 {
				return true
			}
		}
	}
	return false
}

// newerState tells whether a node's history has anything after a migration that makes it unimportant for that node.
func (h *reading) newerState(node string, to, from *Entry) bool {
	x := to
	if from != nil {
		x = from
	}
	// Entries of one node compare best.
	if x != to && to != nil && strings.EqualFold(node, x.MigrateFrom) {
		x = to
	}
	if h.changedAfter(node, x) {
		return true
	}
	mon := h.findOp(node, "monitor", "", ocf.NotRunning)
	return mon != nil && age(mon, x) > 0
}

// runsToo makes the resource active at the other end of a migration.
func (h *reading) runsToo(n *Node, failed bool) {
	n.allTell = true
	h.s.addRunning(h.r, n, failed)
}

// migrated takes a migrate_to that worked into account.
func (h *reading) migrated(e *result) {
	s, r := h.s, h.r
	source, target, ok := h.ends(e, true)
	if !ok {
		return
	}
	sourceNewer := h.changedAfter(source, e.Entry)
	code, status := ocf.OK, operation.Pending
	from := h.findOp(target, "migrate_from", source, -1)
	if from != nil {
		if sourceNewer {
			return
		}
		// What it does not say counts as the best that can be.
		if code = from.Code; code < 0 {
			code = ocf.OK
		}
		if status = from.Status; status == operation.Unknown {
			status = operation.Pending
		}
	}
	targetNewer := h.newerState(target, e.Entry, from)
	if sourceNewer && targetNewer {
		return
	}
	if code == ocf.OK && status == operation.Done {
		// All is done but the stop on the source.
		r.Role = Stopped
		r.Dangling = append([]*Node{h.n}, r.Dangling...)
		return
	}
	r.Role = Started
	t := s.findNode(target)
	onTarget := !targetNewer && t != nil && t.Online
	broken := func() {
		r.Failed, r.StopIfFailed, r.AllowMigrate = true, true, false
	}
	if status != operation.Pending { // migrate_from failed
		if onTarget {
			h.runsToo(t, true)
		} else {
			broken()
		}
		return
	}
	if t != nil && t.Online && h.unknownOn(target) {
		return // cleaned; a probe will tell
	}
	if !onTarget {
		if !sourceNewer {
			broken()
		}
		return
	}
	h.runsToo(t, false)
	if src := s.findNode(source); src != nil && src.Online {
		r.MigratingFrom, r.MigratingTo = src, t
	}
}

// migrateToFailed takes a failed migrate_to into account: the resource may be active at both ends.
func (h *reading) migrateToFailed(e *result) {
	source, target, ok := h.ends(e, true)
	if !ok {
		return
	}
	h.r.Role = Started
	from := h.findOp(target, "migrate_from", source, ocf.OK)
	if !h.unknownOn(target) && !h.newerState(target, e.Entry, from) {
		if t := h.s.findNode(target); t != nil && t.Online {
			h.runsToo(t, false)
		}
	} else if !h.changedAfter(source, e.Entry) {
		h.r.Dangling = append([]*Node{h.n}, h.r.Dangling...)
	}
}

// migrateFromFailed takes a failed migrate_from into account.
func (h *reading) migrateFromFailed(e *result) {
	source, target, ok := h.ends(e, false)
	if !ok {
		return
	}
	h.r.Role = Started
	to := h.findOp(source, "migrate_to", target, ocf.OK)
	if !h.unknownOn(source) && !h.newerState(source, to, e.Entry) {
		if src := h.s.findNode(source); src != nil && src.Online {
			h.runsToo(src, true)
		}
	}
}
