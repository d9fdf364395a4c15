// Package crmadmin is crmadmin: who coordinates, in what state a node's manager is, which nodes there are; and pacemakerd,
// of which only what scripts ask for is here.
package crmadmin

import (
	"context"

	"strings"
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/exitcode"
	"pacer/release"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is crmadmin.
var Applet = applet.Applet{
	Names: []string{"crmadmin"}, Run: Run,
	Summary: "show the coordinator and the nodes", SummaryJapanese: "DC とノードの表示",
}

type settings struct {
	verb        byte
	node, types string
	bash, quiet bool
	health      bool
	timeout     string
	timed       bool
}

// Run is crmadmin.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	var ignored string
	do := func(verb byte, long, help string) command.Option {
		return command.Do(func() { s.verb = verb }, long, verb, help)
	}
	options := command.In("command",
		command.With(func(v string) error { s.verb, s.node = 'S', v; return nil }, "status", 'S', "NODE", "Show the state of a node's manager"),
		do('P', "pacemakerd", "Show the state of the local service"),
		do('D', "dc_lookup", "Show the name of the designated controller"),
		command.Option{Long: "nodes", Short: 'N', Arg: command.Optional, Value: "TYPE", Help: "List nodes: all, cluster, guest, remote (several with commas)",
			Set: func(v string, _ bool) error { s.verb, s.types = 'N', v; return nil }})
	options = append(options, command.In("additional",
		command.With(func(v string) error { s.timeout, s.timed = v, true; return nil }, "timeout", 't', "TIME", "How long to wait for an answer"),
		command.Flag(&s.bash, "bash-export", 'B', "Print nodes as shell assignments"),
		command.Text(&ignored, "ipc-name", 'i', "NAME", "Accepted for compatibility"))...)
	options = append(options, command.Flag(&s.quiet, "quiet", 'q', "Print the essential only"))
	options = append(options, command.Hide(command.Flag(&s.health, "health", 'H', ""))...)
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "crmadmin", Summary: "crmadmin - the coordinator, the nodes, and how the local service is",
		Groups: []command.Group{
			{Key: "command", Title: "Commands:", Description: "command options"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
		},
		Options: options,
	}, s.run)
}

func (s *settings) run(c *command.Call) error {
	switch {
	case s.health:
		return command.Fail(exitcode.Usage, "Cluster-wide health option not supported: ask with --status NODE or crm_mon -1")
	case s.verb == 0:
		return command.Fail(exitcode.Usage, "Must specify a command option")
	}
	ctx := c.Env.Context
	if s.timed {
		d, err := command.Length(s.timeout)
		if digits := strings.Trim(s.timeout, "0123456789") == ""; digits && err == nil {
			// A bare number was always milliseconds here; pcs and hawk pass small ones.
			d = max(d/1000, 2*time.Second)
		}
		if err != nil || d <= 0 {
			return command.Fail(exitcode.Usage, "Invalid timeout '%s': give one like 30s", s.timeout)
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d)
		defer cancel()
	}
	if s.verb == 'N' {
		return s.nodes(ctx, c)
	}
	daemon := "controller"
	if s.verb == 'P' {
		daemon = "pacemakerd"
	}
	cluster, err := c.Live()
	if err != nil {
		return c.Unreachable(daemon, err)
	}
	defer cluster.Close()
	info, err := cluster.Node(ctx)
	if err != nil {
		return c.Unreachable(daemon, err)
	}
	switch s.verb {
	case 'D':
		return s.dc(c, info)
	case 'S':
		return s.status(c, info)
	}
	c.Out.Line("Status of pacemakerd: 'Pacemaker is running' (last updated %s)", c.Env.Now().Format("2006-01-02 15:04:05 -07:00"))
	c.Out.Add(xmltree.New("pacemakerd", "sys_from", "pacemakerd", "state", "running"))
	return nil
}

func (s *settings) dc(c *command.Call, info *api.NodeInfo) error {
	c.Out.Add(xmltree.New("dc", "node_name", info.DC))
	if info.DC == "" {
		if s.quiet {
			c.Out.Line("")
		} else {
			c.Out.Line("Designated Controller is: not yet elected")
		}
		return command.Exit(exitcode.NoDC)
	}
	if s.quiet {
		c.Out.Line("%s", info.DC)
	} else {
		c.Out.Line("Designated Controller is: %s", info.DC)
	}
	return nil
}

// states are the states of a manager in the words of old.
var states = map[api.NodeState]string{
	api.StateStarting: "S_STARTING", api.StateJoining: "S_PENDING", api.StateDeciding: "S_POLICY_ENGINE",
	api.StateActing: "S_TRANSITION_ENGINE", api.StateIdle: "S_IDLE", api.StateMember: "S_NOT_DC", api.StateElecting: "S_ELECTION",
	api.StateStopping: "S_STOPPING",
}

func (s *settings) status(c *command.Call, info *api.NodeInfo) error {
	node := s.node
	if node == "" {
		node = info.Name
	}
	state := states[info.State]
	if node != info.Name {
		// Of another node this one knows whether it is a member, and of the DC whether it is at rest.
		state = ""
		for _, p := range info.Peers {
			switch {
			case p.Name != node:
			case !p.Member:
				return command.Fail(exitcode.Timeout, "Node %s does not answer", node)
			case node == info.DC && info.Settled:
				state = "S_IDLE"
			case node == info.DC:
				state = "S_TRANSITION_ENGINE"
			case p.Joined:
				state = "S_NOT_DC"
			default:
				state = "S_PENDING"
			}
		}
		if state == "" {
			return command.Fail(exitcode.NoSuch, "Node %s is not known", node)
		}
	}
	if s.quiet {
		c.Out.Line("%s", state)
	} else {
		c.Out.Line("Status of crmd@%s: %s (ok)", node, state)
	}
	c.Out.Add(xmltree.New("crmd", "node_name", node, "state", state, "result", "ok"))
	return nil
}

type node struct{ kind, name, id string }

func (s *settings) nodes(ctx context.Context, c *command.Call) error {
	cluster, err := c.Open()
	if err != nil {
		return command.Fail(exitcode.Of(err), "Could not connect to the CIB API: %s", command.Reason(err))
	}
	defer cluster.Close()
	doc, err := cluster.CIB(ctx)
	if err != nil {
		return command.Fail(exitcode.Of(err), "Error performing operation: %s", command.Reason(err))
	}
	wanted := map[string]bool{}
	for _, t := range strings.FieldsFunc(s.types, func(r rune) bool { return r == ',' || r == ' ' }) {
		switch t {
		case "all", "cluster", "guest", "remote":
			wanted[t] = true
		default:
			// No failure, as ever: there are no nodes of that type.
			c.Out.Err("crmadmin: no node is of type '%s': give all, cluster, guest or remote", t)
			wanted[t] = true
		}
	}
	list := xmltree.New("nodes")
	for _, n := range find(doc.Root()) {
		if len(wanted) > 0 && !wanted["all"] && !wanted[n.kind] {
			continue
		}
		list.AddNew("node", "type", n.kind, "name", n.name, "id", n.id)
		switch {
		case s.bash:
			c.Out.Line("export %s=%s", n.name, n.id)
		case s.quiet:
			c.Out.Line("%s", n.name)
		default:
			c.Out.Line("%s node: %s (%s)", n.kind, n.name, n.id)
		}
	}
	c.Out.Add(list)
	return nil
}

// find lists the nodes that the configuration knows: members, guests, remote nodes.
func find(root *xmltree.Node) []node {
	var out, guests, remotes []node
	for n := range root.Path("configuration", "nodes").Elements("node") {
		if n.Get("type") != "remote" {
			out = append(out, node{"cluster", n.Get("uname"), n.ID()})
		}
	}
	root.Path("configuration", "resources").Walk(func(n *xmltree.Node) bool {
		if n.Name != "primitive" {
			return true
		}
		if n.Get("class") == "ocf" && n.Get("provider") == "pacemaker" && n.Get("type") == "remote" {
			remotes = append(remotes, node{"remote", n.ID(), n.ID()})
		}
		for set := range n.Elements("meta_attributes") {
			for p := range set.Elements("nvpair") {
				if p.Get("name") == "remote-node" {
					guests = append(guests, node{"guest", p.Get("value"), p.Get("value")})
				}
			}
		}
		return false
	})
	return append(append(out, guests...), remotes...)
}

// Daemon is pacemakerd: its version and features for scripts, and the way to stop the node.
var Daemon = applet.Applet{Names: []string{"pacemakerd"}, Run: runDaemon}

func runDaemon(env applet.Env) exitcode.Code {
	var features, shutdown, ignored bool
	var text string
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "pacemakerd", Summary: "pacemakerd - version, features and shutdown of the local node",
		Options: []command.Option{
			command.Flag(&features, "features", 'F', "Show the supported features"),
			command.Flag(&ignored, "foreground", 'f', "Accepted and ignored"),
			command.Text(&text, "pid-file", 'p', "FILE", "Accepted and ignored"),
			command.Flag(&shutdown, "shutdown", 'S', "Stop the node gracefully"),
			command.Flag(&ignored, "standby", 's', "Accepted and ignored"),
		},
	}, func(c *command.Call) error {
		switch {
		case features:
			c.Out.Line("Pacemaker %s (Pacer %s)", release.Pacemaker, release.Version)
			c.Out.Line(" Supporting v%s: corosync-ge-2 lha monotonic ncurses", release.Own().Features)
			c.Out.Add(xmltree.New("pacemakerd", "version", release.Pacemaker, "build", release.Version, "feature_set", release.Own().Features))
			return nil
		case shutdown:
			cluster, err := c.Live()
			if err != nil {
				return command.Fail(exitcode.Of(err), "Could not request shutdown of existing Pacemaker instance: Connection refused")
			}
			defer cluster.Close()
			if _, err := cluster.Do(c.Env.Context, api.Shutdown{}); err != nil {
				return command.Fail(exitcode.Of(err), "Could not request shutdown of existing Pacemaker instance: %s", err)
			}
			return nil
		}
		return command.Fail(exitcode.Usage, "To start a node use \"pacer run\" or its service")
	})
}
