package scheduler

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/cluster"
	"pacer/graph"
	"pacer/release"
	"pacer/xmltree"
)

// attrSet is a set of attributes, sorted by name.
type attrSet []xmltree.Attr

func (s attrSet) find(name string) (int, bool) {
	return slices.BinarySearchFunc(s, name, func(a xmltree.Attr, name string) int { return strings.Compare(a.Name, name) })
}

// set gives an attribute a value.
func (s *attrSet) set(name, value string) {
	i, ok := s.find(name)
	if !ok {
		*s = slices.Insert(*s, i, xmltree.Attr{Name: name})
	}
	(*s)[i].Value = value
}

// setOnce gives an attribute a value unless it has one.
func (s *attrSet) setOnce(name, value string) {
	if i, ok := s.find(name); !ok {
		*s = slices.Insert(*s, i, xmltree.Attr{Name: name, Value: value})
	}
}

// addMissing adds those attributes of another set whose names the set does not have.
func (s *attrSet) addMissing(more attrSet) {
	missing := 0
	i := 0
	for _, m := range more {
		for i < len(*s) && (*s)[i].Name < m.Name {
			i++
		}
		if i == len(*s) || (*s)[i].Name != m.Name {
			missing++
		}
	}
	// From the end on, so that nothing moves twice.
	i = len(*s) - 1
	*s = append(*s, more[:missing]...)
	list := *s
	for to, j := len(list)-1, len(more)-1; j >= 0; to-- {
		switch {
		case i >= 0 && list[i].Name > more[j].Name:
			list[to] = list[i]
			i--
		case i >= 0 && list[i].Name == more[j].Name:
			list[to] = list[i]
			i--
			j--
		default:
			list[to] = more[j]
			j--
		}
	}
}

// opMeta are the meta-attributes of an operation of a resource, under the names that agents see.
type opMeta struct {
	task     string
	interval time.Duration
	attrs    attrSet
}

// addAttrs gives an action of the graph what the one who does it must know. What comes first counts:
//
//	feature set · parameters of the operation · of the resource · the action's own meta-attributes · those of its operation
//
// What collections tell their instances replaces all of that.
func (r *run) addAttrs(g *graph.Action, a *action, placed bool) {
	x := a.rsc
	attrs := append(r.scratch.attrs[:0], xmltree.Attr{Name: "crm_feature_set", Value: release.Features})
	var op *xmltree.Node
	if x != nil {
		op = x.in.FindOp(r.configuredTask(a), a.interval, false)
		attrs = r.addParams(attrs, g, a, op)
	}
	if placed && a.node != nil {
		attrs.setOnce("CRM_meta_on_node", a.node.name)
		attrs.setOnce("CRM_meta_on_node_uuid", a.node.in.UUID)
	}
	if a.expects != 0 {
		attrs.setOnce("CRM_meta_op_target_rc", strconv.Itoa(int(a.expects)))
	}
	for _, m := range a.meta {
		if name, ok := r.metaName(m.Name); ok {
			attrs.setOnce(name, m.Value)
		}
	}
	if x != nil {
		attrs.addMissing(r.metaOfOp(x, a.node, r.madeFor(a), a.interval, op))
		r.addParentMeta(&attrs, a)
	}
	g.Attrs = r.output.attrs.copyOf(attrs)
	r.scratch.attrs = attrs
}

// addParams adds the parameters of an action: those of its operation on its node, and those of its resource. Names that XML
// cannot have go elsewhere.
func (r *run) addParams(attrs attrSet, g *graph.Action, a *action, op *xmltree.Node) attrSet {
	x := a.rsc
	var params, own cluster.Values
	switch {
	case a.node != nil:
		if op != nil {
			own = r.st.OpParams(op, a.node.in)
			for _, k := range own.Names() {
				attrs.setOnce(k, own[k])
			}
		}
		params = r.addressedParams(x, a.node)
	case x.kind == cluster.Primitive:
		params = r.paramsOn(x, nil)
	default:
		return attrs
	}
	same := len(own) == 0 && len(x.params) == 1 && !x.in.Connection // as for any other action of the resource
	if same && x.paramAttrs != nil {
		return append(attrs[:0], x.paramAttrs...)
	}
	for k, v := range params { // order: both lists are sorted by name
		p := xmltree.Attr{Name: k, Value: v}
		if k != "" && k[0] >= '0' && k[0] <= '9' {
			g.Params = append(g.Params, p)
			continue
		}
		attrs.setOnce(k, v)
	}
	slices.SortFunc(g.Params, func(a, b xmltree.Attr) int { return strings.Compare(a.Name, b.Name) })
	if same && len(g.Params) == 0 {
		x.paramAttrs = slices.Clone(attrs)
	}
	return attrs
}

// metaOfOp are the meta-attributes of an operation of a resource. They are the same on all nodes, but for fence devices,
// whose parameters may name timeouts by node.
func (r *run) metaOfOp(x *rsc, n *node, task string, interval time.Duration, op *xmltree.Node) attrSet {
	varies := x.in.Class == "stonith" && len(x.params) > 1
	for i := range x.opMeta {
		if m := &x.opMeta[i]; m.task == task && m.interval == interval && !varies {
			return m.attrs
		}
	}
	var in *cluster.Node
	if n != nil {
		in = n.in
	}
	values := r.st.OpMeta(x.in, in, task, interval, op)
	attrs := make(attrSet, 0, len(values))
	for _, k := range values.Names() {
		if name, ok := r.metaName(k); ok {
			attrs.setOnce(name, values[k])
		}
	}
	if !varies {
		x.opMeta = append(x.opMeta, opMeta{task, interval, attrs})
	}
	return attrs
}

// metaName is the name under which agents see a meta-attribute. What the cluster keeps for itself has a # or : in its name.
func (r *run) metaName(name string) (string, bool) {
	seen, ok := r.metaNames[name]
	if !ok {
		if !strings.ContainsAny(name, "#:") {
			seen = "CRM_meta_" + strings.ReplaceAll(name, "-", "_")
		}
		r.metaNames[name] = seen
	}
	return seen, seen != ""
}

// addParentMeta adds what a resource's collections tell its agents.
func (r *run) addParentMeta(attrs *attrSet, a *action) {
	for x := a.rsc; x != nil; x = x.parent {
		switch x.kind {
		case cluster.Primitive:
			if x.in.Instance != "" {
				attrs.set("CRM_meta_clone", x.in.Instance)
			}
			if v, ok := x.in.Meta["remote-node"]; ok {
				attrs.set("CRM_meta_remote_node", v)
			}
			for p := x; p != nil; p = p.parent {
				if p.launcher != nil {
					attrs.set("CRM_meta_container", p.launcher.name)
				}
			}
			if v, ok := x.in.Meta["external-ip"]; ok {
				attrs.set("pcmk_external_ip", v)
			}
		case cluster.Clone:
			x.addCloneMeta(attrs)
		}
	}
	r.addHostMeta(attrs, a)
}

// addCloneMeta adds what a clone tells its agents.
func (x *rsc) addCloneMeta(attrs *attrSet) {
	o := x.in.CloneOptions
	attrs.set("CRM_meta_globally_unique", strconv.FormatBool(x.unique))
	attrs.set("CRM_meta_notify", strconv.FormatBool(x.notify))
	attrs.set("CRM_meta_clone_max", strconv.Itoa(o.Max))
	attrs.set("CRM_meta_clone_node_max", strconv.Itoa(o.NodeMax))
	if x.promotable {
		attrs.set("CRM_meta_promoted_max", strconv.Itoa(o.PromotedMax))
		attrs.set("CRM_meta_promoted_node_max", strconv.Itoa(o.PromotedNodeMax))
		attrs.set("CRM_meta_master_max", strconv.Itoa(o.PromotedMax))
		attrs.set("CRM_meta_master_node_max", strconv.Itoa(o.PromotedNodeMax))
	}
}

// addHostMeta tells agents on a guest which machine it is on: the present one for what goes down, the next for what comes up.
func (r *run) addHostMeta(attrs *attrSet, a *action) {
	if a.node == nil || !a.node.guest() {
		return
	}
	task := a.task
	if task == taskNotify || task == taskNotified {
		task = a.getMeta("notify_operation")
	}
	container := r.all[a.node.in.Container.ID]
	var host *node
	switch task {
	case taskStop, taskStopped, taskDemote, taskDemoted:
		host = container.current()
	case taskStart, taskStarted, taskMonitor, taskPromote, taskPromoted:
		host = container.assigned
	}
	if host == nil {
		return
	}
	if target, ok := a.rsc.in.Meta["container-attribute-target"]; ok {
		attrs.set("CRM_meta_container_attribute_target", target)
	}
	attrs.set("CRM_meta_physical_host", host.name)
}
