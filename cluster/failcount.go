package cluster

import (
	"strconv"
	"strings"
	"time"

	"pacer/score"
)

// failure is what a node remembers of failures of one resource.
type failure struct {
	count score.Score
	last  int64 // seconds since 1970
}

// failures are by the name in the attribute (exact), and by that name without instance number (base).
type failures map[string]*failureNames

type failureNames struct{ exact, base failure }

const (
	failCountPrefix   = "fail-count-"
	lastFailurePrefix = "last-failure-"
)

// HasFailures tells whether the node remembers any failure.
func (n *Node) HasFailures() bool { return len(n.index()) > 0 }

// index sorts the fail count attributes of a node by resource.
func (n *Node) index() failures {
	if n.fails != nil {
		return n.fails
	}
	n.fails = failures{}
	for _, name := range n.Attributes.Names() {
		rest, isCount := strings.CutPrefix(name, failCountPrefix)
		if !isCount {
			var isLast bool
			if rest, isLast = strings.CutPrefix(name, lastFailurePrefix); !isLast {
				continue
			}
		}
		// PREFIX-RESOURCE#OPERATION_INTERVAL
		i, j := strings.LastIndexByte(rest, '#'), strings.LastIndexByte(rest, '_')
		if i < 1 || j < i+2 || j == len(rest)-1 || strings.Trim(rest[j+1:], "0123456789") != "" {
			continue
		}
		rest = rest[:i]
		value := n.Attributes[name]
		add := func(f *failure) {
			if isCount {
				f.count = score.Add(f.count, score.ParseOr(value, 0))
			} else if t, err := strconv.ParseInt(value, 10, 64); err == nil {
				f.last = max(f.last, t)
			}
		}
		add(&n.fails.of(rest).exact)
		add(&n.fails.of(baseName(rest)).base)
	}
	return n.fails
}

func (f failures) of(name string) *failureNames {
	if f[name] == nil {
		f[name] = &failureNames{}
	}
	return f[name]
}

// FailCount is how often a resource failed on a node and when it did so last (zero: unknown), regardless of
// failure-timeout.
func (s *State) FailCount(r *Resource, n *Node) (score.Score, time.Time) {
	name := r.Name
	if r.History != "" {
		name = r.History
	}
	var f failure
	if names := n.index(); r.Unique {
		if x := names[name]; x != nil {
			f = x.exact
		}
	} else if x := names[baseName(name)]; x != nil {
		f = x.base
	}
	if f.count <= 0 || f.last <= 0 {
		return f.count, time.Time{}
	}
	return f.count, time.Unix(f.last, 0)
}

// EffectiveFailCount is the fail count as far as failure-timeout has not yet let it be forgotten. timeout is the
// resource's failure-timeout; it does not count where a failure blocks the resource.
func (s *State) EffectiveFailCount(r *Resource, n *Node) (score.Score, time.Time) {
	return s.effectiveFailCount(r, n, nil)
}

func (s *State) effectiveFailCount(r *Resource, n *Node, entry *Entry) (score.Score, time.Time) {
	count, last := s.FailCount(r, n)
	if count <= 0 || r.FailTimeout <= 0 {
		return count, last
	}
	blocks := s.blocksOnFailure(r, n, entry)
	if blocks && entry != nil {
		// Once a failure blocks the resource, time heals nothing of it any more. (This is while the history is read.)
		s.say(ConfigWarning, "Resource %s: failure-timeout is left out because of on-fail=block.", r.Name)
		r.FailTimeout = 0
	}
	if blocks || last.IsZero() {
		return count, last
	}
	if s.Now.After(last.Add(wholeSeconds(r.FailTimeout))) {
		return 0, last
	}
	return count, last
}

// wholeSeconds rounds a length of time as failure times are kept: to seconds, a positive one to at least one.
func wholeSeconds(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return max((d + time.Second/2).Truncate(time.Second), time.Second)
}

// ExpiringFailCount is the effective fail count with that of everything that the resource launched.
func (s *State) ExpiringFailCount(r *Resource, n *Node) score.Score {
	count, _ := s.EffectiveFailCount(r, n)
	if r.Bundled() {
		return count
	}
	for _, l := range r.Launched {
		count = score.Add(count, s.ExpiringFailCount(l, n))
	}
	return count
}

// blocksOnFailure tells whether an operation with on-fail=block is the one that failed: the entry, or without one any
// entry of the resource on the node.
func (s *State) blocksOnFailure(r *Resource, n *Node, entry *Entry) bool {
	name := baseName(r.Name)
	for i := range r.Ops {
		op := &r.Ops[i]
		if op.XML.Get("on-fail") != "block" {
			continue
		}
		if entry != nil {
			if failureOf(name, op, entry) {
				return true
			}
			continue
		}
		for e := range s.historyOf(n, name).inDocument() {
			if failureOf(name, op, e) {
				return true
			}
		}
	}
	return false
}

// failureOf tells whether a history entry is a failure of a configured operation.
func failureOf(resource string, op *Op, e *Entry) bool {
	if op.Interval != e.Interval || !strings.EqualFold(op.Task, e.Task) {
		return false
	}
	if strings.EqualFold(e.ID, resource+"_last_failure_0") {
		return true
	}
	return e.ID == opKey(resource, op.Task, op.Interval) && e.Code != e.Expected
}
