package nvpair

import (
	"context"
	"strings"

	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/xmltree"
)

// Load gets as much of a CIB as pairs of one section and node need. Of a live cluster that is a small part: agents ask often,
// and the history of thousands of resources is of no use to them. What is returned looks like a CIB.
func Load(ctx context.Context, c client.Cluster, section, node string) (*xmltree.Node, error) {
	whole := func() (*xmltree.Node, error) {
		doc, err := c.CIB(ctx)
		if err != nil {
			return nil, err
		}
		return doc.Root(), nil
	}
	if c.Kind() != client.KindLive || section == "tickets" {
		return whole()
	}
	root := xmltree.New("cib")
	configuration := root.AddNew("configuration")
	if section != "nodes" && section != "status" {
		part, err := query(ctx, c, cib.Op{Kind: cib.OpQuery, Section: section})
		if part != nil {
			configuration.Add(part)
		}
		return root, err
	}
	nodes, err := query(ctx, c, cib.Op{Kind: cib.OpQuery, Section: "nodes"})
	if err != nil {
		return nil, err
	}
	uuid := ""
	for n := range nodes.Elements("node") {
		if n.Get("uname") == node {
			uuid = n.ID()
		}
	}
	if uuid == "" || strings.ContainsAny(uuid, "'\"") {
		// A remote node that was never seen, a node given by its id, or none.
		return whole()
	}
	configuration.Add(nodes)
	if section == "status" {
		part, err := query(ctx, c, cib.Op{Kind: cib.OpQuery, XPath: "/cib/status/node_state[@id='" + uuid + "']/transient_attributes"})
		if err != nil {
			return nil, err
		}
		state := root.AddNew("status").AddNew("node_state", "id", uuid, "uname", node)
		if part != nil {
			state.Add(part)
		}
	}
	return root, nil
}

// query asks for a part; one that is not there is nil.
func query(ctx context.Context, c client.Cluster, op cib.Op) (*xmltree.Node, error) {
	n, err := c.Apply(ctx, op)
	if exitcode.Of(err) == exitcode.NoSuch {
		return nil, nil
	}
	return n, err
}
