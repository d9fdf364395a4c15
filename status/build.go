package status

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/cluster"
	"pacer/xmltree"
)

// Extra is what a picture shows beside the document.
type Extra struct {
	// Updated is the time of the picture. The zero time takes State.Now.
	Updated time.Time
	// Origin is the node that was asked; "" for files.
	Origin string
	// Fencing are the fencing actions, newest first.
	Fencing []Fencing
	// Show is what of the picture will be shown; zero is everything. Histories that will not be shown are left out.
	Show Section
}

func (e *Extra) shows(s Section) bool { return e.Show == 0 || e.Show&s != 0 }

// Build makes the picture.
func Build(s *cluster.State, extra Extra) *Status {
	b := &builder{s: s, probes: maskedProbes(s)}
	st := &Status{Summary: b.summary(extra), Fencing: extra.Fencing, Tags: map[string][]string{}}
	for _, r := range listed(s) {
		st.Resources = append(st.Resources, b.resource(r))
	}
	for _, n := range s.Nodes {
		st.Nodes = append(st.Nodes, b.node(n))
	}
	st.Attributes = b.attributes()
	if extra.shows(Operations | FailCounts) {
		st.Histories = b.histories()
	}
	st.Failures = b.failures()
	st.Tickets = b.tickets()
	st.Bans = b.bans()
	for _, m := range s.Messages {
		if m.Level == cluster.Error {
			st.Errors = append(st.Errors, m.Text)
		}
	}
	for _, t := range s.Tags {
		st.Tags[t.ID] = append(st.Tags[t.ID], t.Refs...)
	}
	return st
}

// Line is a primitive in one line. Bare leaves out where it is, and shows its description.
func Line(s *cluster.State, r *cluster.Resource, bare bool) string {
	v := (&builder{s: s, probes: maskedProbes(s)}).resource(r)
	return (&text{d: &Dress{}, below: bare}).primitiveLine(&v, v.ID, nil)
}

// Element is one resource, with all that is in it, as an element.
func Element(s *cluster.State, r *cluster.Resource) *xmltree.Node {
	v := (&builder{s: s, probes: maskedProbes(s)}).resource(r)
	d := Dress{Inactive: true}
	st := &Status{}
	return (&xmlPrinter{d: &d, f: st.filterOf(&d), st: st}).resource(&v, true)
}

// listed are the resources in the order of lists: those with higher priority first, those that are not configured any more
// last.
func listed(s *cluster.State) []*cluster.Resource {
	configured := len(s.Top)
	if at := slices.IndexFunc(s.Top, func(r *cluster.Resource) bool { return r.Removed }); at >= 0 {
		configured = at
	}
	list := slices.Clone(s.Top)
	slices.SortStableFunc(list[:configured], func(a, b *cluster.Resource) int { return cmp.Compare(b.Priority, a.Priority) })
	return list
}

type builder struct {
	s      *cluster.State
	probes []*cluster.Operation
}

func (b *builder) summary(extra Extra) Summary {
	s, root := b.s, b.s.CIB
	sum := Summary{
		Stack:           b.option("cluster-infrastructure"),
		DCVersion:       b.option("dc-version"),
		Quorum:          s.HaveQuorum,
		Updated:         extra.Updated,
		Origin:          extra.Origin,
		Changed:         root.Get("cib-last-written"),
		ChangedBy:       root.Get("update-user"),
		ChangedVia:      root.Get("update-client"),
		ChangedOrigin:   root.Get("update-origin"),
		NodesConfigured: len(s.Nodes),
		Instances:       s.Instances,
		Disabled:        s.Disabled,
		Blocked:         s.Blocked,
		Fencing:         s.Options.FencingEnabled,
		Symmetric:       s.Options.Symmetric,
		Maintenance:     s.Options.Maintenance,
		StopAll:         s.Options.StopAll,
		FencingTimeout:  s.Options.FencingTimeout.Milliseconds(),
		PriorityDelay:   s.Options.PriorityFencingDelay.Milliseconds(),
		FencingDevices:  s.FenceDevices,
		FeatureSet:      root.Get("crm_feature_set"),
		ClusterName:     s.Options.ClusterName,
	}
	if sum.Updated.IsZero() {
		sum.Updated = s.Now
	}
	// A configuration that was just read from disk still names the DC of its last life.
	if s.DC != nil && (s.DC.Online || extra.Origin == "") {
		sum.DC, sum.DCID = s.DC.Name, s.DC.UUID
	}
	sum.StillSettingUp = s.DC == nil && root.Path("status").First("node_state") == nil && sum.Stack == ""
	sum.Mixed = b.mixed()
	sum.NoQuorumValue, sum.NoQuorumPolicy = quorumWords(s.Options.Quorum)
	sum.Unsafe = Unsafe{
		NoFencing:     !s.Options.FencingEnabled,
		IgnoresQuorum: s.Options.Quorum == cluster.QuorumIgnore,
	}
	return sum
}

func (b *builder) option(name string) string { return b.s.Options.All[name] }

// quorumWords is the value of no-quorum-policy and what it does, in words.
func quorumWords(p cluster.QuorumPolicy) (value, words string) {
	switch p {
	case cluster.QuorumFreeze:
		return "freeze", "FREEZE resources"
	case cluster.QuorumIgnore:
		return "ignore", "continue IGNORING quorum"
	case cluster.QuorumFence:
		return "fence", "FENCE all nodes in the partition"
	case cluster.QuorumDemote:
		return "demote", "Demote promotable resources and STOP all other resources"
	}
	return "stop", "STOP ALL resources"
}

// oldFeatureSet is shown for members that do not tell their feature set: they are older than those that do.
const oldFeatureSet = "<3.15.1"

// featureSet is what a node tells of its feature set; "" for those that are not there or are no members.
func featureSet(n *cluster.Node) string {
	switch {
	case n.Type != cluster.Member || !n.Online:
		return ""
	case n.FeatureSet == "":
		return oldFeatureSet
	}
	return n.FeatureSet
}

// mixed tells whether the members have different feature sets.
func (b *builder) mixed() bool {
	seen := ""
	for _, n := range b.s.Nodes {
		f := featureSet(n)
		if f != "" && seen != "" && f != seen {
			return true
		}
		if f != "" {
			seen = f
		}
	}
	return false
}

// place is where something is active.
func place(n *cluster.Node) Place {
	return Place{Name: n.Name, ID: n.UUID, Online: n.Online, Unclean: n.Unclean}
}

func agentOf(r *cluster.Resource) string {
	if r.Provider == "" {
		return r.Class + ":" + r.Type
	}
	return r.Class + ":" + r.Provider + ":" + r.Type
}

// sortByName orders names as the lists do: letter case does not matter, runs of digits count as numbers.
func sortByName(names []string) { slices.SortStableFunc(names, compareNames) }

// compareNames compares letter by letter without case, and runs of digits by their value.
func compareNames(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			na, nb := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(b[:db], "0")
			if c := cmp.Or(cmp.Compare(len(na), len(nb)), strings.Compare(na, nb)); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if c := cmp.Compare(lower(a[0]), lower(b[0])); c != 0 {
			return c
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// epoch reads seconds since 1970; "" and nonsense give the zero time.
func epoch(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}
