package cluster

import (
	"strconv"
	"strings"
	"time"

	"pacer/history"
	"pacer/isotime"
	"pacer/option"
	"pacer/xmltree"
)

// DefaultTimeout is the timeout of operations for which none is configured.
const DefaultTimeout = 20 * time.Second

// OnFail is what to do about a failed operation, the graver the larger.
type OnFail uint8

// The ways to deal with a failed operation.
const (
	OnFailIgnore OnFail = iota
	OnFailDemote
	OnFailRestart
	OnFailReset // of a remote connection
	OnFailRestartContainer
	OnFailBan // away from the node
	OnFailBlock
	OnFailStop
	OnFailStandby
	OnFailFence
)

func opKey(resource, task string, interval time.Duration) string {
	return history.OpKey(resource, task, interval)
}

// FindOp returns the configuration of an operation, or nil. With enabled, disabled ones do not count.
func (r *Resource) FindOp(task string, interval time.Duration, enabled bool) *xmltree.Node {
	find := func(name string, interval time.Duration) *xmltree.Node {
		for _, op := range r.Ops {
			if op.Get("name") != name || enabled && disabled(op) {
				continue
			}
			if isotime.IntervalOr(op.Get("interval"), 0) == interval {
				return op
			}
		}
		return nil
	}
	op := find(task, interval)
	if op == nil && (task == "migrate_to" || task == "migrate_from") {
		op = find("migrate", 0)
	}
	return op
}

func disabled(op *xmltree.Node) bool {
	v, ok := option.ParseBool(op.Get("enabled"))
	return ok && !v
}

// OpMeta collects the meta-attributes of an operation, from its configuration op (nil for none) and op_defaults, with
// interval, timeout and start-delay in milliseconds.
func (s *State) OpMeta(r *Resource, n *Node, task string, interval time.Duration, op *xmltree.Node) Values {
	m := Values{}
	f := s.resourceFacts(r.XML)
	f.Op, f.Interval = task, interval
	if op != nil {
		s.fill(m, op, "meta_attributes", "", f)
		for _, a := range op.Attrs {
			m[a.Name] = a.Value
		}
	}
	probe := task == "monitor" && interval == 0
	if _, ok := m["timeout"]; probe && !ok {
		if mon := r.fastestMonitor(); mon != nil {
			if v, ok := mon.Lookup("timeout"); ok {
				m["timeout"] = v
			}
		}
	}
	s.fill(m, s.CIB.Path("configuration", "op_defaults"), "meta_attributes", "", f)
	delete(m, "id")
	delete(m, "interval")
	if interval > 0 {
		m["interval"] = history.Milliseconds(interval)
	}
	if r.Class == "stonith" && (task == "start" || probe) {
		if v, ok := s.Params(r, n)["pcmk_monitor_timeout"]; ok {
			m["timeout"] = v
		}
	}
	m["timeout"] = history.Milliseconds(timeoutOf(m["timeout"]))
	s.checkOnFail(r, task, op, m)
	if v, ok := m["start-delay"]; ok {
		m["start-delay"] = history.Milliseconds(isotime.IntervalOr(v, 0))
	} else if v, ok := m["interval-origin"]; ok && interval >= time.Second {
		if origin, err := isotime.Time(v, s.Now.Location()); err == nil {
			sec := int64(interval / time.Second)
			since := int64(s.Now.Sub(origin)/time.Second) % sec
			wait := -since
			if since > 0 {
				wait = sec - since
			}
			m["start-delay"] = strconv.FormatInt(wait*1000, 10)
		} else {
			s.say(Config, "Operation %s: interval-origin: %v.", op.ID(), err)
		}
	}
	return m
}

func timeoutOf(text string) time.Duration {
	if d := isotime.IntervalOr(text, 0); d > 0 {
		return d
	}
	return DefaultTimeout
}

// fastestMonitor is the recurring monitor with the shortest interval.
func (r *Resource) fastestMonitor() *xmltree.Node {
	var best *xmltree.Node
	least := time.Duration(0)
	for _, op := range r.Ops {
		if op.Get("name") != "monitor" || disabled(op) {
			continue
		}
		if d := isotime.IntervalOr(op.Get("interval"), 0); d > 0 && (best == nil || d < least) {
			best, least = op, d
		}
	}
	return best
}

// checkOnFail takes back values of on-fail that do not suit the operation, and gives demote its default: what the first
// monitor of the promoted role says.
func (s *State) checkOnFail(r *Resource, task string, op *xmltree.Node, m Values) {
	v, ok := m["on-fail"]
	low := strings.ToLower(v)
	switch {
	case task == "stop" && (low == "standby" || low == "demote" || low == "stop"):
		s.say(Config, "Resource %s: on-fail=%s is not possible for stop; the default is used.", r.Name, v)
		delete(m, "on-fail")
	case task == "demote" && !ok:
		for _, mon := range r.Ops {
			of, ok := mon.Lookup("on-fail")
			if ok && mon.Get("name") == "monitor" && ParseRole(mon.Get("role")) == Promoted && !disabled(mon) &&
				isotime.IntervalOr(mon.Get("interval"), 0) > 0 && !strings.EqualFold(of, "demote") {
				m["on-fail"] = of
			}
		}
	case task == "lrm_delete" && low != "ignore":
		m["on-fail"] = "ignore"
	case low == "demote":
		recurring := op != nil && op.Get("name") == "monitor" && ParseRole(op.Get("role")) == Promoted &&
			isotime.IntervalOr(op.Get("interval"), 0) > 0
		if op == nil || op.Get("name") != "promote" && !recurring {
			s.say(Config, "Resource %s: on-fail=demote is not possible for %s; the default is used.", r.Name, task)
			delete(m, "on-fail")
		}
	}
}

// onFail reads what to do when an operation fails.
func (s *State) onFail(r *Resource, task string, interval time.Duration, value string) OnFail {
	how, explicit := OnFailIgnore, true
	switch strings.ToLower(value) {
	case "block":
		how = OnFailBlock
	case "fence":
		how = OnFailFence
		if !s.Options.FencingEnabled {
			s.say(Config, "Resource %s: on-fail=fence for %s means stop, because fencing is disabled.", r.Name, task)
			how = OnFailStop
			if task == "stop" {
				how = OnFailBlock // what could not be stopped cannot be stopped, nor may it start elsewhere
			}
		}
	case "standby":
		how = OnFailStandby
	case "ignore", "nothing":
	case "migrate":
		how = OnFailBan
	case "stop":
		how = OnFailStop
	case "restart":
		how = OnFailRestart
	case "restart-container":
		how = OnFailRestartContainer
		explicit = r.Launcher != nil
	case "demote":
		how = OnFailDemote
	case "":
		explicit = false
	default:
		s.say(Config, "Resource %s: on-fail=%q for %s is not known; the default is used.", r.Name, value, task)
		explicit = false
	}
	reset := false
	if r.Connection && task != "start" && !(task == "monitor" && interval == 0) {
		if n := s.findNode(r.Name); n != nil && n.Type == Remote && !n.Guest() {
			reset = true
			explicit = explicit && r.Managed
		}
	}
	switch {
	case explicit:
		return how
	case r.Launcher != nil:
		return OnFailRestartContainer
	case reset && r.Managed:
		return OnFailReset
	case reset:
		return OnFailStop
	case task == "stop" && s.Options.FencingEnabled:
		return OnFailFence
	case task == "stop":
		return OnFailBlock
	}
	return OnFailRestart
}

// roleAfterFailure is the role in which a failed operation leaves a resource.
func roleAfterFailure(r *Resource, task string, how OnFail) Role {
	switch {
	case how == OnFailStop, how == OnFailReset && r.Reconnect > 0:
		return Stopped
	case task == "promote":
		return Unpromoted
	}
	return Started
}
