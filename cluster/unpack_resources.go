package cluster

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"pacer/isotime"
	"pacer/option"
	"pacer/score"
	"pacer/xmltree"
)

// unpackResources reads the resources.
func (s *State) unpackResources(elements []*xmltree.Node) {
	for _, e := range elements {
		if e.ID() == "" {
			s.say(Config, "Line %d: a <%s> without id is left out.", e.Line, e.Name)
			continue
		}
		if e.Name == "template" {
			continue
		}
		if r := s.unpackResource(e, nil); r != nil {
			s.Top = append(s.Top, r)
		} else {
			s.say(Config, "Ignoring <%s> resource '%s' because configuration is invalid", e.Name, e.ID())
		}
	}
	for _, r := range s.Top {
		s.linkLauncher(r)
	}
	for _, r := range s.Top {
		s.linkRemote(r)
	}
	sort.SliceStable(s.Top, func(i, j int) bool { return s.Top[i].Priority > s.Top[j].Priority })
	if s.Options.FencingEnabled && !s.FenceDevices {
		s.say(Config, "Resource start-up disabled since no fencing resources have been defined. Either configure some or disable "+
			"fencing with the fencing-enabled option. NOTE: Clusters with shared data need fencing to ensure data integrity.")
	}
}

func (s *State) linkLauncher(r *Resource) {
	if len(r.Children) > 0 {
		for _, c := range r.Children {
			s.linkLauncher(c)
		}
		return
	}
	id := r.Meta["container"]
	if id == "" || id == r.Name {
		return
	}
	l := s.findResource(id)
	if l == nil {
		s.say(Config, "Resource %s: its container %s does not exist.", r.Name, id)
		return
	}
	r.Launcher = l
	l.Launched = append(l.Launched, r)
}

var kinds = map[string]Kind{"primitive": Primitive, "group": Group, "clone": Clone, "master": Clone, "bundle": Bundle}

// unpackResource reads one resource with what is inside it; nil when it is not valid.
func (s *State) unpackResource(e *xmltree.Node, parent *Resource) *Resource {
	x, ok := s.expandTemplate(e)
	kind, known := kinds[x.Name]
	if !ok || !known || x.ID() == "" || len(s.byName) > maxResources {
		return nil
	}
	r := &Resource{ID: -1, Name: x.ID(), XMLID: x.ID(), Kind: kind, Parent: parent, XML: x,
		Class: x.Get("class"), Provider: x.Get("provider"), Type: x.Get("type"),
		Managed: true, Role: Stopped, Meta: Values{}, Utilization: Values{}}
	if n, ok := x.Lookup("clone"); ok {
		r.Name, r.Instance = x.ID()+":"+n, n
	}
	for op := range s.operations(x).Elements("op") {
		if op = s.resolve(op); op != nil {
			r.Ops = append(r.Ops, op)
		}
	}
	s.fillMeta(r)
	s.readMeta(r)
	if s.byName[r.Name] == nil {
		s.byName[r.Name] = r
	}

	valid := true
	switch kind {
	case Primitive:
		valid = s.unpackPrimitive(r)
	case Group:
		valid = s.unpackGroup(r)
	case Clone:
		valid = s.unpackClone(r)
	case Bundle:
		valid = s.unpackBundle(r)
	}
	if !valid {
		if s.byName[r.Name] == r {
			delete(s.byName, r.Name)
		}
		return nil
	}
	if s.Options.Symmetric {
		s.allow(r, nil, 0, true)
	} else if r.Connection && r.Meta["container"] != "" {
		s.allow(r, nil, 0, false)
	}
	s.fill(r.Utilization, x, "utilization", "", s.facts())
	return r
}

func (s *State) operations(x *xmltree.Node) *xmltree.Node {
	if ops := x.First("operations"); ops != nil {
		return s.resolve(ops)
	}
	return nil
}

// fillMeta collects the meta-attributes: the resource's own, those that its parents have in the configuration, the
// defaults, and at last what the parents got otherwise.
func (s *State) fillMeta(r *Resource) {
	f := s.resourceFacts(r.XML)
	for _, a := range r.XML.Attrs {
		r.Meta.setDefault(a.Name, a.Value) // old configurations have some as attributes of the resource itself
	}
	s.fill(r.Meta, r.XML, "meta_attributes", "", f)
	for p := r.Parent; p != nil; p = p.Parent {
		s.fill(r.Meta, p.XML, "meta_attributes", "", f)
	}
	s.fill(r.Meta, s.CIB.Path("configuration", "rsc_defaults"), "meta_attributes", "", f)
	if r.Parent != nil {
		for _, k := range r.Parent.Meta.Names() {
			r.Meta.setDefault(k, r.Parent.Meta[k])
		}
	}
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

// readMeta turns meta-attributes into fields.
func (s *State) readMeta(r *Resource) {
	m := r.Meta
	r.Priority = int(score.ParseOr(m["priority"], 0))
	r.Critical = m["critical"] == "" || option.True(m["critical"])
	r.Notify = option.True(m["notify"])
	guest := m["container"] != ""
	r.Connection = isRemote(r.XML)
	r.AllowMigrate = option.True(m["allow-migrate"]) || m["allow-migrate"] == "" && r.Connection && !guest
	if v := m["is-managed"]; v != "" && !strings.EqualFold(v, "default") {
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
	r.Threshold = score.Infinity
	if t, err := score.Parse(m["migration-threshold"]); err == nil && t >= 0 {
		r.Threshold = t
	}
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

// unique tells whether a clone's instances differ from each other.
func (s *State) unique(r *Resource) bool {
	if v, ok := r.Meta["globally-unique"]; ok {
		return option.True(v)
	}
	n, err := strconv.Atoi(r.Meta["clone-node-max"])
	return err == nil && n > 1
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

func (s *State) unpackPrimitive(r *Resource) bool {
	top := r.Top(false)
	if r.Class == "lsb" || r.Class == "systemd" || r.Class == "service" || r.Class == "stonith" {
		if r.Unique && top.Kind == Clone && r.Class != "stonith" {
			// Such agents cannot tell one instance from another.
			s.say(ConfigWarning, "Clone %s cannot be globally unique: its agents are of class %s.", top.Name, r.Class)
			makeAnonymous(top)
			makeAnonymous(r)
			top.CloneOptions.NodeMax = 1
			top.CloneOptions.Max = min(top.CloneOptions.Max, len(s.Nodes))
		}
		if top.Promotable {
			s.say(Config, "Resource %s is of type %s and therefore cannot be used as a promotable clone resource", r.Name, r.Class)
			return false
		}
	}
	return true
}

func makeAnonymous(r *Resource) {
	r.Unique = false
	r.Meta["globally-unique"] = "false"
	for _, c := range r.Children {
		makeAnonymous(c)
	}
}

func (s *State) unpackGroup(r *Resource) bool {
	yes := func(name string) bool { v, ok := r.Meta[name]; return !ok || option.True(v) }
	r.GroupOptions = &GroupOptions{Ordered: yes("ordered"), Colocated: yes("collocated")}
	for e := range r.XML.Elements("primitive") {
		if r.Instance != "" {
			e = withInstance(e, r.Instance)
		}
		if c := s.unpackResource(e, r); c != nil {
			r.Children = append(r.Children, c)
		} else {
			s.say(Config, "Line %d: member %s of group %s is not valid and is left out.", e.Line, e.ID(), r.Name)
		}
	}
	return true
}

// withInstance gives a shallow copy of an element the instance number.
func withInstance(e *xmltree.Node, n string) *xmltree.Node {
	c := *e
	c.Attrs = slices.Clone(e.Attrs)
	c.Set("clone", n)
	return &c
}

func (s *State) unpackClone(r *Resource) bool {
	number := func(name string, other int) int {
		v, err := strconv.Atoi(strings.TrimSpace(r.Meta[name]))
		if err != nil {
			return other
		}
		return v
	}
	o := &CloneOptions{
		Max:     number("clone-max", max(1, len(s.Nodes))),
		NodeMax: number("clone-node-max", 1),
		Ordered: option.True(r.Meta["ordered"]), Interleave: option.True(r.Meta["interleave"]),
		MinInstances: number("clone-min", 0),
	}
	r.CloneOptions = o
	if r.Promotable {
		o.PromotedMax = number("promoted-max", number("master-max", 1))
		o.PromotedNodeMax = number("promoted-node-max", number("master-node-max", 1))
		if r.XML.Name == "master" {
			r.Meta.setDefault("promotable", "true")
		}
	}
	if !r.Unique && o.NodeMax > 1 {
		s.say(Config, "Clone %s: instances that are all the same run once on a node; clone-node-max is ignored.", r.Name)
		o.NodeMax = 1
	}
	for e := range r.XML.Elements("primitive", "group") {
		o.Child = e
		break
	}
	if o.Child == nil {
		s.say(Config, "Clone %s has nothing to clone.", r.Name)
		return false
	}
	if o.Max > maxInstances {
		s.say(Config, "Clone %s: clone-max is cut to %d.", r.Name, maxInstances)
		o.Max = maxInstances
	}
	// Without a word on stickiness instances stay where they are as long as nothing speaks against it.
	r.Meta.setDefault("resource-stickiness", "1")
	r.Meta["globally-unique"] = strconv.FormatBool(r.Unique)

	// Even a clone without instances gets one, so that what is left of it in the history finds its place.
	for i := 0; i < max(o.Max, 1); i++ { // the first one may make it fewer
		if s.addInstance(r) == nil {
			return false
		}
	}
	return true
}

// addInstance makes one more instance of a clone. More than clone-max are removed ones.
func (s *State) addInstance(r *Resource) *Resource {
	o := r.CloneOptions
	removed := o.Total >= o.Max
	if o.Total >= maxInstances {
		return nil
	}
	c := s.unpackResource(withInstance(o.Child, strconv.Itoa(o.Total)), r)
	if c == nil {
		return nil
	}
	o.Total++
	c.Index = len(r.Children)
	r.Children = append(r.Children, c)
	if removed {
		markRemoved(c)
	}
	c.Meta["clone-max"] = strconv.Itoa(o.Max)
	return c
}

func markRemoved(r *Resource) {
	r.Removed = true
	for _, c := range r.Children {
		markRemoved(c)
	}
}

// expandTemplate merges a resource with its template: the template's content comes first, operations with the same
// name and role are taken from the resource.
func (s *State) expandTemplate(e *xmltree.Node) (*xmltree.Node, bool) {
	ref, ok := e.Lookup("template")
	if !ok {
		return e, true
	}
	t := s.CIB.Path("configuration", "resources").ByID("template", ref)
	if t == nil || ref == e.ID() {
		s.say(Config, "Resource %s: there is no template %s.", e.ID(), ref)
		return e, false
	}
	x := &xmltree.Node{Name: e.Name, Line: e.Line}
	x.Attrs = slices.Clone(t.Attrs)
	x.Set("id", e.ID())
	if n, ok := e.Lookup("clone"); ok {
		x.Set("clone", n)
	}
	own := e.First("operations")
	for _, c := range t.Children {
		if c.Kind == xmltree.Element && c.Name == "operations" && own != nil {
			continue
		}
		x.Children = append(x.Children, c)
	}
	for _, c := range e.Children {
		if c == own {
			if ops := t.First("operations"); ops != nil {
				c = mergeOperations(own, ops)
			}
		}
		x.Children = append(x.Children, c)
	}
	s.addToTemplate(ref, e.ID())
	return x, true
}

func (s *State) addToTemplate(template, id string) {
	for i := range s.Templates {
		if t := &s.Templates[i]; t.ID == template {
			if !slices.Contains(t.Refs, id) {
				t.Refs = append(t.Refs, id)
			}
			return
		}
	}
	s.Templates = append(s.Templates, Tag{ID: template, Refs: []string{id}})
}

func mergeOperations(own, template *xmltree.Node) *xmltree.Node {
	key := func(op *xmltree.Node) string {
		switch role := ParseRole(op.Get("role")); role {
		case Started, Unpromoted, RoleUnknown:
			return op.Get("name")
		default:
			return op.Get("name") + "-" + op.Get("role")
		}
	}
	merged := *own
	merged.Children = slices.Clone(own.Children)
	have := map[string]bool{}
	for op := range own.Elements() {
		have[key(op)] = true
	}
	for op := range template.Elements() {
		if !have[key(op)] {
			merged.Children = append(merged.Children, op)
		}
	}
	return &merged
}

// allow adds a score for a resource and what is inside it on a node, nil for all nodes. The default of symmetric
// clusters does not open resources that are looked for on named nodes only.
func (s *State) allow(r *Resource, n *Node, points score.Score, byDefault bool) {
	if n == nil {
		for _, n := range s.Nodes {
			s.allow(r, n, points, byDefault)
		}
		return
	}
	for len(r.Allowed) < len(s.Nodes) {
		r.Allowed = append(r.Allowed, Allowance{})
	}
	if byDefault && (r.Exclusive || n.Inner) {
		return
	}
	for _, c := range r.Children {
		s.allow(c, n, points, byDefault)
	}
	a := &r.Allowed[n.ID]
	if !a.Known {
		a.Known, a.Score = true, n.Score
	}
	a.Score = score.Add(a.Score, points)
}

// banEverywhere leaves a resource, not what is inside it, no node at all.
func (s *State) banEverywhere(r *Resource) {
	r.Allowed = make([]Allowance, len(s.Nodes))
	for i := range r.Allowed {
		r.Allowed[i] = Allowance{Known: true, Score: score.MinusInfinity}
	}
}
