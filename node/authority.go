package node

import (
	"strconv"
	"strings"

	"pacer/acl"
	"pacer/api"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/xmltree"
)

// forbidden tells why a request must not be carried out for the one who sent it, nil when it may. Access control lists speak
// of the CIB; an action is allowed to him who could make by hand the change that it makes there. Changes of the CIB itself are judged
// where they are applied.
func (m *Manager) forbidden(q Asked) error {
	rights := acl.For(m.doc, q.Principal, m.now.Wall)
	if rights == nil {
		return nil
	}
	switch q.Request.(type) {
	case api.Collect, api.CollectPart:
		// A report shows the configuration and the status to whoever gets it.
		if rights.View(m.doc.Root()) != m.doc.Root() {
			return &api.Error{Code: exitcode.InsufficientPriv, Message: "Permission denied: who collects for a report must be able to read the whole CIB"}
		}
		return nil
	case api.Reload:
		return &api.Error{Code: exitcode.InsufficientPriv, Message: "Permission denied: only root may reload the configuration of the messaging"}
	case api.KillNode:
		return &api.Error{Code: exitcode.InsufficientPriv, Message: "Permission denied: only root may stop another node"}
	case api.SecretChange:
		return &api.Error{Code: exitcode.InsufficientPriv, Message: "Permission denied: only root may change secrets"}
	}
	t := touching{doc: m.doc}
	t.request(q.Request, m.cfg.Identity.Name)
	if len(t.ops) == 0 {
		return nil
	}
	_, _, err := cib.Apply(m.doc, t.ops, cib.ApplyOptions{Guard: rights, KeepVersion: true})
	if e := cib.AsError(err); e != nil {
		return &api.Error{Code: exitcode.InsufficientPriv, Message: "Permission denied: " + e.Msg}
	}
	return nil
}

// touching collects changes of the CIB that stand for an action: each element that the action changes gets an attribute, and is made
// when it is not there. They are only judged, never applied.
type touching struct {
	doc *cib.Document
	ops []cib.Op
}

// mark makes of an element one that an action changes.
func mark(n *xmltree.Node) *xmltree.Node { return n.Set("touched", "true") }

func (t *touching) change(section string, data *xmltree.Node) {
	t.ops = append(t.ops, cib.Op{Kind: cib.OpModify, Section: section, Data: data, AllowCreate: true})
}

func (t *touching) request(r any, self string) {
	switch r := r.(type) {
	case api.AttributeUpdate:
		if r.Action == api.AttributeRefresh {
			t.change("status", mark(xmltree.New("status")))
			return
		}
		node := r.Node
		if node == "" {
			node = self
		}
		t.attribute(node, r)
	case api.Cleanup:
		t.history(t.nodes(r.Node), r.Resource)
	case api.FailResource:
		t.history(t.nodes(r.Node), r.Resource)
	case api.Fence:
		t.node(r.Target)
	case api.FenceConfirm:
		t.node(r.Target)
	case api.FenceRegister:
		t.device(r.ID)
	case api.FenceDeregister:
		t.device(r.ID)
	case api.FenceLevelRegister, api.FenceLevelDeregister:
		t.change("fencing-topology", mark(xmltree.New("fencing-topology")))
	case api.FenceCleanup:
		if r.Target == "" {
			t.change("status", mark(xmltree.New("status")))
			return
		}
		t.node(r.Target)
	case api.RemoveNode:
		id := t.doc.NodeID(r.Name)
		if r.Name == "" {
			id = strconv.FormatUint(uint64(r.ID), 10)
		}
		t.change("nodes", mark(xmltree.New("node", "id", id)))
		t.change("status", mark(xmltree.New("node_state", "id", id)))
	case api.Shutdown:
		t.node(self)
	}
}

// nodes are the ids of the node with that name, or of all.
func (t *touching) nodes(name string) []string {
	if name != "" {
		return []string{t.doc.NodeID(name)}
	}
	var out []string
	for n := range t.doc.Status().Elements("node_state") {
		out = append(out, n.ID())
	}
	return out
}

func (t *touching) node(name string) {
	t.change("status", mark(xmltree.New("node_state", "id", t.doc.NodeID(name))))
}

// device is a fencing device, as if it were configured.
func (t *touching) device(id string) {
	t.change("resources", mark(xmltree.New("primitive", "id", id, "class", "stonith")))
}

// attribute is one transient attribute, or with a pattern all of the node's.
func (t *touching) attribute(node string, r api.AttributeUpdate) {
	id := t.doc.NodeID(node)
	state := xmltree.New("node_state", "id", id)
	transient := state.AddNew("transient_attributes", "id", id)
	if r.Pattern != "" {
		mark(transient)
		t.change("status", state)
		return
	}
	kind := "instance_attributes"
	if r.Utilization {
		kind = "utilization"
	}
	set, pair := "status-"+id, "status-"+id+"-"+r.Name
	there := t.doc.Status().ByID("node_state", id).First("transient_attributes")
	for s := range there.Elements(kind) {
		for p := range s.Elements("nvpair") {
			if p.Get("name") == r.Name {
				set, pair = s.ID(), p.ID()
			}
		}
	}
	transient.AddNew(kind, "id", set).Add(mark(xmltree.New("nvpair", "id", pair, "name", r.Name, "value", r.Value)))
	t.change("status", state)
}

// history is what is remembered on nodes of one resource with all in it, or of all resources.
func (t *touching) history(nodes []string, resource string) {
	var names []string
	if resource != "" {
		names = t.primitives(resource)
	}
	for _, id := range nodes {
		state := xmltree.New("node_state", "id", id)
		all := state.AddNew("lrm", "id", id).AddNew("lrm_resources")
		if resource == "" {
			mark(all)
		}
		there := t.doc.Status().ByID("node_state", id).Path("lrm", "lrm_resources")
		for _, name := range names {
			found := false
			for h := range there.Elements("lrm_resource") {
				// An instance of a clone has the number of the instance behind its name.
				if h.ID() == name || strings.HasPrefix(h.ID(), name+":") {
					all.Add(mark(xmltree.New("lrm_resource", "id", h.ID())))
					found = true
				}
			}
			if !found {
				all.Add(mark(xmltree.New("lrm_resource", "id", name)))
			}
		}
		t.change("status", state)
	}
}

// primitives are those inside a resource, itself when it is one or not configured.
func (t *touching) primitives(resource string) []string {
	var out []string
	t.doc.Section("resources").Walk(func(n *xmltree.Node) bool {
		if n.ID() != resource {
			return true
		}
		n.Walk(func(p *xmltree.Node) bool {
			if p.Name == "primitive" {
				out = append(out, p.ID())
			}
			return true
		})
		return false
	})
	if out == nil {
		out = []string{resource}
	}
	return out
}
