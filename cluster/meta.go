package cluster

import (
	"math"
	"strings"

	"pacer/isotime"
	"pacer/option"
	"pacer/score"
)

// fillMeta collects the meta-attributes: the resource's own, those that its parents have in the configuration, the
// defaults, and at last what the parents got otherwise.
func (s *State) fillMeta(r *Resource) {
	f := s.resourceFacts(r.XML)
	for _, a := range r.XML.Attrs {
		r.Meta.setDefault(a.Name, a.Value) // old configurations have some as attributes of the resource itself
	}
	s.fill(r.Meta, r.XML, "meta_attributes", "", f)
	for p := r.Parent; p != nil; p = p.Parent {
		// What a parent takes back is its own alone.
		inherited := Values{}
		s.fill(inherited, p.XML, "meta_attributes", "", f)
		for _, k := range inherited.Names() {
			r.Meta.setDefault(k, inherited[k])
		}
	}
	s.fill(r.Meta, s.CIB.Path("configuration", "rsc_defaults"), "meta_attributes", "", f)
	if o := r.Top(false).CloneOptions; o != nil && o.meantUnique {
		r.Meta.setDefault("globally-unique", "true") // also where the clone does not say so but only means it
	}
	if r.Parent != nil {
		for _, k := range r.Parent.Meta.Names() {
			r.Meta.setDefault(k, r.Parent.Meta[k])
		}
	}
}

// readMeta turns meta-attributes into fields.
func (s *State) readMeta(r *Resource) {
	m := r.Meta
	r.Priority = int(score.ParseOr(m["priority"], 0))
	critical, said := m["critical"]
	r.Critical = !said || option.True(critical)
	r.Notify = option.True(m["notify"])
	guest := m["container"] != ""
	r.Connection = isRemote(r.XML)
	r.AllowMigrate = option.True(m["allow-migrate"]) || m["allow-migrate"] == "" && r.Connection && !guest
	if v, ok := m["is-managed"]; ok && !strings.EqualFold(v, "default") {
		r.Managed = option.True(v)
	}
	if option.True(m["maintenance"]) || s.Options.Maintenance {
		r.Managed, r.Maintenance = false, true
	}
	if top := r.Top(false); top.Kind == Clone {
		r.Unique = s.unique(r)
		r.Promotable = option.True(m["promotable"]) || top.XML.Name == "master"
	} else {
		r.Unique = true
	}
	switch strings.ToLower(m["multiple-active"]) {
	case "stop_only":
		r.Multiple = StopOnly
	case "block":
		r.Multiple = BlockMultiple
	case "stop_unexpected":
		r.Multiple = StopUnexpected
	}
	r.Stickiness = score.ParseOr(m["resource-stickiness"], 0)
	r.Threshold = s.threshold(r, m["migration-threshold"])
	if r.Class == "stonith" {
		s.FenceDevices = true
		r.FenceDevice = true
	}
	r.Needs = s.needs(r, m["requires"])
	r.FailTimeout = isotime.IntervalOr(m["failure-timeout"], 0)
	if r.Connection && !guest {
		// A connection that rests after a failure does so by keeping the failure for that long.
		if v, ok := s.Params(r, nil)["reconnect_interval"]; ok {
			r.Reconnect = isotime.IntervalOr(v, 0)
			r.FailTimeout = r.Reconnect
		}
	}
	r.TargetText = m["target-role"]
	r.TargetRole = ParseRole(r.TargetText)
	r.askedRole, r.asked = s.targetRole(r)
	if role, ok := r.wanted(); ok {
		r.Next = role
	}
}

// threshold reads the meta-attribute migration-threshold; what is none counts as INFINITY.
func (s *State) threshold(r *Resource, text string) score.Score {
	if text == "" || strings.EqualFold(text, "default") {
		return score.Infinity
	}
	t, ok := score.Read(text)
	if !ok || t < 0 {
		s.say(ConfigWarning, "Resource %s: migration-threshold=%q is no threshold: failures do not move it.", r.Name, text)
		return score.Infinity
	}
	return t
}

// unique tells whether a clone's instances differ from each other. A clone-node-max that was cut to what can be counted does not say so.
func (s *State) unique(r *Resource) bool {
	if v, ok := r.Meta["globally-unique"]; ok {
		return option.True(v)
	}
	n, _ := option.Number(r.Meta["clone-node-max"])
	return n > 1 && n <= math.MaxInt32
}

// needs reads the meta-attribute requires.
func (s *State) needs(r *Resource, value string) Needs {
	switch strings.ToLower(value) {
	case "nothing":
		return NeedsNothing
	case "quorum":
		return NeedsQuorum
	case "fencing":
		return NeedsFencing
	case "unfencing":
		if r.FenceDevice || !s.Options.FencingEnabled {
			s.say(ConfigWarning, "Resource %s cannot require unfencing: quorum is used.", r.Name)
			return NeedsQuorum
		}
		return NeedsUnfencing
	case "":
	default:
		s.say(Config, "Resource %s: requires=%q is not known; the default is used.", r.Name, value)
	}
	switch {
	case r.FenceDevice, r.Kind == Primitive && r.Connection:
		return NeedsQuorum
	case s.unfencing:
		return s.needs(r, "unfencing")
	case s.Options.FencingEnabled:
		return NeedsFencing
	case s.Options.Quorum == QuorumIgnore:
		return NeedsNothing
	}
	return NeedsQuorum
}

// targetRole gives the role that target-role asks for, where that is another one than the cluster would aim at anyway.
func (s *State) targetRole(r *Resource) (Role, bool) {
	v := r.Meta["target-role"]
	if v == "" || strings.EqualFold(v, "started") || strings.EqualFold(v, "default") {
		return RoleUnknown, false
	}
	role := ParseRole(v)
	switch {
	case role == RoleUnknown:
		s.say(Config, "Resource %s: target-role=%q is not known.", r.Name, v)
		return role, false
	case role > Started && !r.Top(false).Promotable:
		s.say(Config, "Resource %s: target-role=%q makes sense for promotable clones only.", r.Name, v)
		return RoleUnknown, false
	case role == Promoted:
		return RoleUnknown, false
	}
	return role, true
}

// wanted gives the role that target-role asks for; ok is false when the cluster would aim at that anyway.
func (r *Resource) wanted() (role Role, ok bool) { return r.askedRole, r.asked }
