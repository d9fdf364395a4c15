// Package crmnode is crm_node: who this node is, who is there, and whether that is enough. Agents call it often, so it
// asks the node for one small answer and reads no CIB.
package crmnode

import (
	"strconv"
	"strings"

	"pacer/api"
	"pacer/applet"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/tool/command"
	"pacer/tool/nvpair"
	"pacer/xmltree"
)

// Applet is crm_node.
var Applet = applet.Applet{
	Names: []string{"crm_node"}, Run: Run,
	Summary: "show and forget nodes of the cluster", SummaryJapanese: "クラスタノードの表示と削除",
}

// unsafe is said when a command needs --force.
const unsafe = "The supplied command is considered dangerous. To prevent accidental destruction of the cluster, the " +
	"--force flag is required in order to proceed."

type settings struct {
	verb   byte
	id     string // as it was given; what is no number is no node's
	remove string
	// removes says that a node's removal was asked for, even if another command came behind it.
	removes      bool
	force, quiet bool
}

// Run is crm_node.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	do := func(verb byte, long, help string) command.Option {
		return command.Do(func() { s.verb = verb }, long, verb, help)
	}
	var ignored bool
	options := command.In("commands",
		do('i', "cluster-id", "Print the number of this node"),
		do('l', "list", "Print the nodes that are and were here: number, name, state"),
		do('n', "name", "Print the name of this node"),
		do('p', "partition", "Print the names of the nodes that see each other"),
		do('q', "quorum", "Print 1 with quorum, 0 without"),
		command.With(func(v string) error { s.verb, s.id = 'N', v; return nil }, "name-for-id", 'N', "ID", "Print the name of the node with this number"),
		command.With(func(v string) error { s.verb, s.remove, s.removes = 'R', v, true; return nil }, "remove", 'R', "NAME",
			"Forget a node that has left for good (needs --force)"))
	options = append(options, command.In("additional",
		command.Flag(&s.force, "force", 'f', "Do it all the same"))...)
	options = append(options, command.Flag(&s.quiet, "quiet", 'Q', "Say less"))
	options = append(options, command.Hide(command.Flag(&ignored, "corosync", 'C', ""))...)
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "crm_node", OutputCode: exitcode.NoSuch, Summary: "crm_node - this node, the others, and whether they are enough",
		Groups: []command.Group{
			{Key: "commands", Title: "Commands:", Description: "command help"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
		},
		Options: options,
	}, s.run)
}

func (s *settings) run(c *command.Call) error {
	if s.verb == 0 {
		return command.Fail(exitcode.Usage, "No command was given; --help lists them")
	}
	if s.removes && !s.force {
		return command.Fail(exitcode.Usage, unsafe)
	}
	if s.verb == 'n' {
		if name := nvpair.Target(c.Env.Getenv, ""); name != "" {
			c.Out.Line("%s", name)
			return nil
		}
	}
	cluster, err := c.Live()
	if err != nil {
		return c.Unreachable("controller", err)
	}
	defer cluster.Close()
	if s.verb == 'R' {
		_, err := cluster.Do(c.Env.Context, s.removal())
		if err != nil {
			return command.Fail(exitcode.Of(err), "Failed to remove node %s: %s", s.remove, err)
		}
		return nil
	}
	info, err := cluster.Node(c.Env.Context)
	if err != nil {
		return c.Unreachable("controller", err)
	}
	return s.show(c, info)
}

func (s *settings) removal() api.RemoveNode {
	if id, err := strconv.ParseUint(s.remove, 10, 32); err == nil && id > 0 {
		return api.RemoveNode{ID: engine.NodeID(id)}
	}
	return api.RemoveNode{Name: s.remove}
}

func showName(c *command.Call, id int, name string) {
	c.Out.Line("%s", name)
	c.Out.Add(xmltree.New("node-info", "nodeid", strconv.Itoa(id), "uname", name))
}

func (s *settings) show(c *command.Call, info *api.NodeInfo) error {
	switch s.verb {
	case 'i':
		c.Out.Line("%d", info.ID)
		c.Out.Add(xmltree.New("node-info", "nodeid", strconv.Itoa(int(info.ID))))
	case 'n':
		showName(c, int(info.ID), info.Name)
	case 'N':
		for _, p := range info.Peers {
			if strconv.Itoa(int(p.ID)) == s.id {
				showName(c, int(p.ID), p.Name)
				return nil
			}
		}
		return command.Fail(exitcode.NoSuch, "Node %s not found; --list shows the numbers of all", s.id)
	case 'p':
		showPartition(c, info)
	case 'q':
		quorum := "0"
		if info.View.Quorate {
			quorum = "1"
		}
		c.Out.Line("%s", quorum)
		c.Out.Add(xmltree.New("cluster-info", "quorum", strconv.FormatBool(info.View.Quorate)))
	case 'l':
		showList(c, info)
	}
	return nil
}

func showPartition(c *command.Call, info *api.NodeInfo) {
	var names []string
	nodes := xmltree.New("nodes")
	for _, m := range info.View.Members {
		names = append(names, m.Name)
		nodes.AddNew("node", "name", m.Name, "id", strconv.Itoa(int(m.ID)), "state", "member")
	}
	c.Out.Line("%s", strings.Join(names, " "))
	c.Out.Add(nodes)
}

func showList(c *command.Call, info *api.NodeInfo) {
	nodes := xmltree.New("nodes")
	for _, p := range info.Peers {
		state := "lost"
		if p.Member {
			state = "member"
		}
		c.Out.Line("%d %s %s", p.ID, p.Name, state)
		nodes.AddNew("node", "id", strconv.Itoa(int(p.ID)), "name", p.Name, "state", state)
	}
	c.Out.Add(nodes)
}
