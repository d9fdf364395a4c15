package level

import (
	"strings"

	"pacer/cib"
	"pacer/xmltree"
)

// nodeLevel manages nodes.
var nodeLevel = &Level{Name: "node", Summary: "Look at nodes and put them to sleep."}

func fillNode() {
	nodeLevel.Commands = []Command{
		{Name: "show", Aliases: []string{"list"}, Old: []string{"status"}, Max: 1, Usage: "[NODE]", Summary: "Show nodes and their attributes.",
			Complete: []Completer{nodeNames}, Run: nodeShow},
		{Name: "standby", Max: -1, Usage: "[NODE…|--all] [reboot|forever]", Summary: "Move everything off a node.", Waits: true,
			Complete: []Completer{nodeNames, constants("reboot", "forever")}, Run: standby},
		{Name: "online", Max: -1, Usage: "[NODE…|--all]", Summary: "End standby.", Waits: true, Complete: []Completer{nodeNames}, Run: online},
		{Name: "maintenance", Max: 1, Usage: "[NODE]", Summary: "Let the cluster leave a node's resources alone.", Waits: true,
			Complete: []Completer{nodeNames}, Run: nodeMaintenance},
		{Name: "ready", Max: 1, Usage: "[NODE]", Summary: "End maintenance of a node.", Waits: true, Complete: []Completer{nodeNames}, Run: ready},
		{Name: "fence", Min: 1, Max: 1, Usage: "NODE", Summary: "Fence a node.", Waits: true, Complete: []Completer{nodeNames}, Run: fence},
		{Name: "clearstate", Min: 1, Max: 1, Usage: "NODE", Summary: "Say that a node is surely down.", Waits: true,
			Complete: []Completer{nodeNames}, Run: clearState},
		{Name: "delete", Min: 1, Max: 1, Usage: "NODE", Summary: "Remove a node that is gone from the configuration.",
			Complete: []Completer{nodeNames}, Run: deleteNode},
	}
	for _, kind := range []struct {
		name, what, scope string
		args              []string
	}{
		{"attribute", "permanent attribute", "nodes", nil},
		{"utilization", "capacity", "nodes", []string{"-z"}},
		{"status-attr", "transient attribute", "status", nil},
	} {
		nodeLevel.Commands = append(nodeLevel.Commands, Command{Name: kind.name, Min: 3, Max: 4, Waits: true,
			Usage: "NODE {set NAME VALUE | delete NAME | show NAME}", Summary: "Change or show one " + kind.what + " of a node.",
			Complete: []Completer{nodeNames, constants("set", "delete", "show")},
			Run: func(sh *Shell, a []string) error {
				verb, rest, err := attributeVerb(a[1:])
				if err != nil {
					return err
				}
				args := append(append([]string(nil), kind.args...), "-t", kind.scope, "-N", a[0], "-n", rest[0])
				switch verb {
				case "set":
					args = append(args, "-v", rest[1])
				case "delete":
					args = append(args, "-D")
				case "show":
					// Two blanks, as users of the shell know the line; crm_attribute prints one.
					value, err := sh.Answer("crm_attribute", append(args, "-G", "-q")...)
					if err == nil {
						sh.print("scope=" + kind.scope + "  name=" + rest[0] + " value=" + value + "\n")
					}
					return err
				}
				return sh.Tool("crm_attribute", args...)
			}})
	}
}

// nodesFrom reads node names, --all, or nothing, which means this node.
func nodesFrom(sh *Shell, args []string) ([]string, error) {
	if err := sh.Session.Ensure(sh.Ctx, true); err != nil {
		return nil, err
	}
	if len(args) == 1 && args[0] == "--all" {
		return sh.Session.Nodes(), nil
	}
	if len(args) == 0 {
		name, err := sh.thisNode()
		if err != nil {
			return nil, err
		}
		args = []string{name}
	}
	for _, a := range args {
		if sh.Session.Node(a) == nil {
			return nil, usage("Not a member of the cluster: %s", a)
		}
	}
	return args, nil
}

func nodeShow(sh *Shell, args []string) error {
	if len(args) == 0 {
		args = []string{"--all"}
	}
	nodes, err := nodesFrom(sh, args)
	if err != nil {
		return err
	}
	states := map[string]*xmltree.Node{}
	for s := range sh.Session.Base().Status().Elements("node_state") {
		states[s.Get("uname")] = s
	}
	for _, name := range nodes {
		n := sh.Session.Node(name).Node
		line := name
		if id := n.ID(); id != name {
			line += "(" + id + ")"
		}
		typ := n.Get("type")
		if typ == "" {
			typ = "member"
		}
		line += ": " + typ
		if s := states[name]; s != nil && s.Get("crmd") != "online" && (s.Get("crmd") == "" || s.Get("crmd") == "offline" || s.Get("crmd") == "0") {
			line += "(offline)"
		}
		sh.print(line + "\n")
		for set := range n.Elements("instance_attributes", "utilization") {
			for p := range set.Elements("nvpair") {
				sh.print("\t" + p.Get("name") + "=" + p.Get("value") + "\n")
			}
		}
	}
	return nil
}

func standby(sh *Shell, args []string) error {
	lifetime := "forever"
	if n := len(args); n > 0 && (args[n-1] == "reboot" || args[n-1] == "forever") {
		lifetime, args = args[n-1], args[:n-1]
	}
	nodes, err := nodesFrom(sh, args)
	if err != nil {
		return err
	}
	if lifetime == "reboot" {
		for _, n := range nodes {
			if err := sh.transient(n, "standby", "on"); err != nil {
				return err
			}
		}
		return sh.change(func() error {
			for _, n := range nodes {
				sh.Session.DropNodeAttr(n, "standby")
			}
			return nil
		})
	}
	err = sh.change(func() error {
		for _, n := range nodes {
			if err := sh.Session.SetNodeAttr(n, "standby", "on"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if _, ok := sh.transientValue(n, "standby"); ok {
			if err := sh.transient(n, "standby", ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// online ends standby where it was asked for, permanently or until reboot.
func online(sh *Shell, args []string) error {
	nodes, err := nodesFrom(sh, args)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if v, ok := sh.transientValue(n, "standby"); ok && v != "off" {
			if err := sh.transient(n, "standby", "off"); err != nil {
				return err
			}
		}
	}
	return sh.change(func() error {
		for _, n := range nodes {
			if v, ok := sh.Session.NodeAttr(n, "standby"); ok && v != "off" {
				if err := sh.Session.SetNodeAttr(n, "standby", "off"); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// transient sets an attribute that lasts until the node leaves; "" deletes it.
func (sh *Shell) transient(node, name, value string) error {
	args := []string{"-q", "-t", "status", "-N", node, "-n", name}
	if value == "" {
		args = append(args, "-D")
	} else {
		args = append(args, "-v", value)
	}
	return sh.Tool("crm_attribute", args...)
}

func (sh *Shell) transientValue(node, name string) (string, bool) {
	for s := range sh.Session.Base().Status().Elements("node_state") {
		if s.Get("uname") != node {
			continue
		}
		for set := range s.First("transient_attributes").Elements("instance_attributes") {
			for p := range set.Elements("nvpair") {
				if p.Get("name") == name {
					return p.Lookup("value")
				}
			}
		}
	}
	return "", false
}

func nodeMaintenance(sh *Shell, args []string) error {
	nodes, err := nodesFrom(sh, args)
	if err != nil {
		return err
	}
	return sh.Tool("crm_attribute", "-q", "-t", "nodes", "-N", nodes[0], "-n", "maintenance", "-v", "true")
}

func ready(sh *Shell, args []string) error {
	nodes, err := nodesFrom(sh, args)
	if err != nil {
		return err
	}
	return sh.Tool("crm_attribute", "-q", "-t", "nodes", "-N", nodes[0], "-n", "maintenance", "-v", "off")
}

func fence(sh *Shell, args []string) error {
	nodes, err := nodesFrom(sh, args)
	if err != nil {
		return err
	}
	if !sh.Ask("Fencing " + nodes[0] + " will shut down the node and migrate any resources that are running on it! Do you want to fence " + nodes[0]) {
		return usage("nothing was done: answer yes, or give -F in scripts")
	}
	if sh.Session.Node(nodes[0]).Node.Get("type") == "remote" {
		return sh.Tool("stonith_admin", "-F", nodes[0])
	}
	return sh.Tool("crm_attribute", "-q", "-t", "status", "-N", nodes[0], "-n", "terminate", "-v", "true")
}

func clearState(sh *Shell, args []string) error {
	nodes, err := nodesFrom(sh, args)
	if err != nil {
		return err
	}
	name := nodes[0]
	for s := range sh.Session.Base().Status().Elements("node_state") {
		if s.Get("uname") == name && (s.Get("in_ccm") == "true" || strings.Trim(s.Get("in_ccm"), "0123456789") == "" && s.Get("in_ccm") > "0") {
			if s.Get("crmd") == "online" {
				return sh.Tool("crm_resource", "--cleanup", "--node", name)
			}
			return usage("Node %s is still a member of the cluster", name)
		}
	}
	if !sh.Ask("Do you really want to drop state for node " + name) {
		return usage("nothing was done: answer yes, or give -F in scripts")
	}
	return sh.Tool("stonith_admin", "--confirm", name)
}

// deleteNode removes a node from configuration and status.
func deleteNode(sh *Shell, args []string) error {
	nodes, err := nodesFrom(sh, args)
	if err != nil {
		return err
	}
	name := nodes[0]
	for s := range sh.Session.Base().Status().Elements("node_state") {
		if s.Get("uname") == name && (s.Get("crmd") == "online") && !sh.Force {
			return usage("node %s is online: stop its cluster service first", name)
		}
	}
	c, err := sh.Cluster()
	if err != nil {
		return err
	}
	id := sh.Session.Node(name).ID
	if sh.live() {
		// The nodes forget it too, else it comes back with the next one that remembers.
		if err := sh.Tool("crm_node", "--force", "-R", name); err != nil {
			return err
		}
	}
	_, err = c.Apply(sh.Ctx,
		cib.Op{Kind: cib.OpDelete, Section: "nodes", Data: xmltree.New("node", "id", id)},
		cib.Op{Kind: cib.OpDeleteAll, XPath: "/cib/status/node_state[@id='" + id + "']"})
	if err != nil {
		return err
	}
	sh.Info("node %s deleted", name)
	return sh.Session.Refresh(sh.Ctx)
}
