package sim

import (
	"fmt"

	"pacer/api"
	"pacer/cib"
	"pacer/message"
	"pacer/node"
	"pacer/xmltree"
)

// client is who asks the cluster for things, and remembers what it was promised.
type client struct {
	asked   uint64
	pending []pending
	// kept are the ids of the entries whose writing was acknowledged as never to be lost.
	kept []string
}

// pending is a request without an answer.
type pending struct {
	id      uint64
	node    *Node
	process uint64
	entry   string // of a write
}

// Ask gives a request to the first node whose manager answers.
func (w *World) Ask(r api.Request) {
	for _, n := range w.Nodes {
		if n.manager != nil && !n.frozen {
			n.Ask(r)
			return
		}
	}
}

// Ask gives a request to this node.
func (n *Node) Ask(r api.Request) { n.ask(r, "") }

func (n *Node) ask(r api.Request, entry string) {
	if n.manager == nil || n.frozen {
		return
	}
	c := &n.w.client
	c.asked++
	c.pending = append(c.pending, pending{c.asked, n, n.process, entry})
	n.step(node.Asked{ID: c.asked, Principal: message.Principal{User: "root", Door: "sim"}, Request: r})
}

// Write adds one entry to the configuration, which must be there for ever once that was acknowledged with a majority.
func (n *Node) Write() {
	entry := fmt.Sprintf("entry-%d", n.w.client.asked+1)
	n.ask(api.CIBApply{Ops: []cib.Op{{Kind: cib.OpModify, Section: "crm_config", AllowCreate: true, Data: xmltree.New("crm_config").Add(
		xmltree.New("cluster_property_set", "id", "client").Add(xmltree.New("nvpair", "id", entry, "name", entry, "value", "1")))}}}, entry)
}

// replied takes an answer. There must be one for each request.
func (n *Node) replied(r node.Reply) {
	if r.ID == 0 {
		return // to an agent, which did not wait
	}
	c := &n.w.client
	for i, p := range c.pending {
		if p.id != r.ID {
			continue
		}
		c.pending = append(c.pending[:i:i], c.pending[i+1:]...)
		if r.Err != nil {
			n.w.log("%s: refused: %v", n.Name, r.Err)
			return
		}
		if ok, _ := r.Response.(*api.Response); p.entry != "" && ok != nil && ok.CIB != nil {
			n.w.log("%s: %s is written (%s)", n.Name, p.entry, ok.CIB.Class)
			if ok.CIB.Class == api.WriteQuorum {
				c.kept = append(c.kept, p.entry)
			}
		}
		return
	}
	n.w.fail("%s answers request %d, which has been answered or never asked", n.Name, r.ID)
}

// promises says which promise to the client was broken, "" for none. It is to be asked when the world is at peace.
func (w *World) promises() string {
	c := &w.client
	for _, p := range c.pending {
		if p.node.process == p.process {
			return fmt.Sprintf("request %d to %s was never answered", p.id, p.node.Name)
		}
	}
	for _, n := range w.Nodes {
		if n.manager == nil {
			continue
		}
		set := n.manager.Snapshot().CIB.Section("crm_config").ByID("cluster_property_set", "client")
		for _, entry := range c.kept {
			if set.ByID("nvpair", entry) == nil {
				return entry + " was acknowledged by a majority and is lost"
			}
		}
		break
	}
	return ""
}
