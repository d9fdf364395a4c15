package why

import (
	"strings"

	"pacer/cluster"
	"pacer/history"
	"pacer/note"
	"pacer/operation"
	"pacer/xmltree"
)

// definition says that a resource's definition changed since it was started on a node, and in what as far as that can be known: the
// history keeps no values, but digests of them.
func (e *explainer) definition(r *cluster.Resource, n *cluster.Node) note.Why {
	w := note.Why{Of: "definition", Resource: r.Name, Node: n.Name}
	s := nodeState(e.st.CIB, n)
	if s == nil {
		return w
	}
	for x := range s.Path("lrm", "lrm_resources").Elements("lrm_resource") {
		if base(x.ID()) != base(r.Name) {
			continue
		}
		was := strings.Trim(x.Get("class")+":"+x.Get("provider")+":"+x.Get("type"), ":")
		now := strings.Trim(r.Class+":"+r.Provider+":"+r.Type, ":")
		if was != now {
			w.What = was + " → " + now
			return w
		}
		for op := range x.Elements("lrm_rsc_op") {
			if op.Get("operation") == "start" && op.Get("rc-code") == "0" {
				w.What = strings.Join(e.changedParams(r, n, op), ", ")
			}
		}
	}
	return w
}

// changedParams are the parameters that may have changed since a start: the one without which the digest is what it was, since that
// was added; or those whose change asks for a restart.
func (e *explainer) changedParams(r *cluster.Resource, n *cluster.Node, op *xmltree.Node) []string {
	params := e.st.Params(r, n)
	was := op.Get("op-digest")
	without := func(left string) string {
		var list []operation.Param
		for _, k := range params.Names() {
			if k != left {
				list = append(list, operation.Param{Name: k, Value: params[k]})
			}
		}
		return history.Digest(list, 0)
	}
	var names []string
	for _, k := range params.Names() {
		if without(k) == was {
			return []string{k}
		}
		if strings.Contains(" "+op.Get("op-force-restart")+" ", " "+k+" ") {
			names = append(names, k)
		}
	}
	if len(params) == 1 {
		return params.Names()
	}
	return names
}
