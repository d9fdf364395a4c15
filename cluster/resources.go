package cluster

import (
	"sort"

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
		s.sayFor("unpack_resources", Config, "Resource start-up disabled since no fencing resources have been defined. Either configure some or disable "+
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
	if !ok || !known || x.ID() == "" || s.full() {
		return nil
	}
	r := s.newResource(Resource{ID: -1, Name: x.ID(), XMLID: x.ID(), Kind: kind, Parent: parent, XML: x,
		Class: x.Get("class"), Provider: x.Get("provider"), Type: x.Get("type"),
		Managed: true, Role: Stopped, Meta: Values{}})
	if n, ok := x.Lookup("clone"); ok {
		r.Name, r.Instance = x.ID()+":"+n, n
	}
	for op := range s.operations(x).Elements("op") {
		if op = s.resolve(op); op != nil {
			r.Ops = append(r.Ops, readOp(op))
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
		s.open(r)
	} else if r.Connection && r.Meta["container"] != "" {
		s.allow(r, nil, 0)
	}
	if x.First("utilization") != nil {
		r.Utilization = Values{}
		s.fill(r.Utilization, x, "utilization", "", s.facts())
	}
	return r
}

// full tells whether no more resources can be made.
func (s *State) full() bool {
	s.tooBig = s.tooBig || len(s.made) >= maxResources || len(s.made)*len(s.Nodes) >= maxPlaces
	return s.tooBig
}

// newResource makes room for a resource. Many are made at once.
func (s *State) newResource(like Resource) *Resource {
	if len(s.spareResources) == 0 {
		s.spareResources = make([]Resource, min(64, 8+len(s.made)))
	}
	r := &s.spareResources[0]
	s.spareResources = s.spareResources[1:]
	*r = like
	r.number = int32(len(s.made))
	s.made = append(s.made, r)
	return r
}

func (s *State) operations(x *xmltree.Node) *xmltree.Node {
	if ops := x.First("operations"); ops != nil {
		return s.resolve(ops)
	}
	return nil
}

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
