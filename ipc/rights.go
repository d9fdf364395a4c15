package ipc

import (
	"slices"
	"time"

	"pacer/acl"
	"pacer/api"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/xmltree"
)

// rights are what the caller may see of a document; nil restricts nothing.
func (c Caller) rights(doc *cib.Document) *acl.Rights {
	if doc == nil {
		doc = cib.Empty()
	}
	return acl.For(doc, c.Principal, time.Now())
}

func nothingToSee(c Caller) *api.Error {
	return api.Errorf(exitcode.InsufficientPriv, "Permission denied: %s may not read any of the configuration: enable-acl is on, and no role in acls gives it that", c.name())
}

// sight is what a caller may see of what a node knows beside the CIB: that follows from what he may see of the CIB.
type sight struct {
	doc    *cib.Document
	rights *acl.Rights // nil: everything
}

func (s *Server) sight(c Caller) sight {
	doc := s.backend.Snapshot().CIB
	return sight{doc, c.rights(doc)}
}

func (v sight) view() *xmltree.Node { return v.rights.View(v.doc.Root()) }

// attributes leaves those that the caller may read where the CIB has them, or would have them: some are never written to it.
func (v sight) attributes(all []api.Attribute) []api.Attribute {
	if v.rights == nil || len(all) == 0 {
		return all
	}
	status := xmltree.New("status")
	pairs := make([]*xmltree.Node, len(all))
	for i, a := range all {
		id := v.doc.NodeID(a.Node)
		state := status.ByID("node_state", id)
		if state == nil {
			state = status.AddNew("node_state", "id", id, "uname", a.Node)
			state.AddNew("transient_attributes", "id", id).AddNew("instance_attributes", "id", "status-"+id)
		}
		pairs[i] = state.Path("transient_attributes", "instance_attributes").
			AddNew("nvpair", "id", "status-"+id+"-"+a.Name, "name", a.Name, "value", a.Value)
	}
	root := *v.doc.Root()
	root.Children = slices.Clone(root.Children)
	root.Children = slices.DeleteFunc(root.Children, func(n *xmltree.Node) bool { return n.Name == "status" })
	root.Add(status)
	shown := map[*xmltree.Node]bool{} // A view shares what may be read.
	v.rights.View(&root).First("status").Walk(func(n *xmltree.Node) bool { shown[n] = true; return true })
	var out []api.Attribute
	for i, a := range all {
		if shown[pairs[i]] {
			out = append(out, a)
		}
	}
	return out
}

// devices leaves those whose resource the caller may read.
func (v sight) devices(all []api.FenceDevice) []api.FenceDevice {
	if v.rights == nil || len(all) == 0 {
		return all
	}
	shown := map[string]bool{}
	v.view().Path("configuration", "resources").Walk(func(n *xmltree.Node) bool {
		if n.Name == "primitive" && len(n.Attrs) > 1 {
			shown[n.ID()] = true
		}
		return true
	})
	return slices.DeleteFunc(slices.Clone(all), func(d api.FenceDevice) bool { return !shown[d.ID] })
}

// fencing leaves what was done to nodes that the caller may read something about.
func (v sight) fencing(all []api.FenceRecord) []api.FenceRecord {
	if v.rights == nil || len(all) == 0 {
		return all
	}
	shown := map[string]bool{}
	view := v.view()
	for n := range view.Path("configuration", "nodes").Elements("node") {
		shown[n.Get("uname")] = true
	}
	for n := range view.First("status").Elements("node_state") {
		shown[n.Get("uname")] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(r api.FenceRecord) bool { return !shown[r.Target] })
}

// event gives what a caller hears of something that happened; false for nothing. That the configuration has changed is no
// secret, what has changed may be, and so may what the cluster has to say about it.
func (v sight) event(e api.Event) (api.Event, bool) {
	if v.rights == nil {
		return e, true
	}
	e.Patch = ""
	return e, e.Type != api.EventNote
}

// mayAsk keeps from everybody but root, on the node itself, what touches files that nobody else can read or write.
func (c Caller) mayAsk(r api.Request) bool {
	switch r := r.(type) {
	case api.SecretChange, api.Reload, api.KillNode:
		return c.owner
	case api.Collect:
		return c.owner || len(r.Logs) == 0
	}
	return true
}
