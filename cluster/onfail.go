package cluster

import (
	"strings"
	"time"

	"pacer/isotime"
	"pacer/xmltree"
)

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
		for i := range r.Ops {
			mon := &r.Ops[i]
			of, ok := mon.XML.Lookup("on-fail")
			if ok && mon.Task == "monitor" && mon.Role == Promoted && !mon.Disabled && mon.Interval > 0 && !strings.EqualFold(of, "demote") {
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
