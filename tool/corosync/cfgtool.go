package corosync

import (
	"fmt"
	"strconv"
	"strings"

	"pacer/api"
	"pacer/applet"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/tool/command"
)

// Cfgtool is corosync-cfgtool: the links of this node.
var Cfgtool = applet.Applet{
	Names: []string{"corosync-cfgtool"}, Run: runCfgtool,
	Summary: "show the links between the nodes", SummaryJapanese: "ノード間リンクの表示",
}

type cfgtool struct {
	program
	verb         byte
	only         string
	brief, force bool
	node         engine.NodeID
}

func runCfgtool(env applet.Env) exitcode.Code {
	t := &cfgtool{program: program{env: env, name: "corosync-cfgtool", synopsis: "[[-i LINK] [-b] -s] [-n] [-R] [-L] [-k NODEID] [-a NODEID] [-H] [-h]",
		summary: "Shows the links of this node and what arrives on them."}}
	do := func(verb byte, help string) command.Option {
		return command.Do(func() { t.verb = verb }, "", verb, help)
	}
	of := func(verb byte, help string) command.Option {
		return command.With(func(v string) error {
			id, err := strconv.ParseUint(v, 0, 32)
			if err != nil || id == 0 {
				return command.Fail(exitcode.Error, "The nodeid was not valid, try a positive number")
			}
			t.verb, t.node = verb, engine.NodeID(id)
			return nil
		}, "", verb, "nodeid", help)
	}
	t.options = []command.Option{
		command.Text(&t.only, "", 'i', "link", "With -s: only the link with this number or address"),
		do('s', "Show the links of this node and which nodes are heard on them"),
		do('n', "Show the nodes that are heard, with their links"),
		command.Flag(&t.brief, "", 'b', "With -s: one character for each node (n here, 3 heard, 1 not heard)"),
		do('R', "Let all nodes read corosync.conf anew: keys count at once, other changes when a node is restarted"),
		do('L', "Open log files anew (nothing to do: logs go to standard error)"),
		of('k', "Let a node stop its service: its resources move away, and it does not come back by itself"),
		of('a', "Show the addresses of a node"),
		do('H', "Stop this node"),
		command.Flag(&t.force, "force", 0, "With -H: accepted; nothing here has a veto"),
	}
	// Corosync's own takes an old -r and does nothing with it.
	t.options = append(t.options, command.Hide(command.Do(func() {}, "", 'r', ""))...)
	_, done, code := t.read()
	if done {
		return code
	}
	switch t.verb {
	case 's', 'n', 'a':
		return t.show()
	case 'R':
		return t.reload()
	case 'L':
		if _, err := t.picture(); err != nil {
			return t.fail("Could not initialize corosync configuration API error %s", csErrorOf(err).name)
		}
	case 'k':
		return t.kill()
	case 'H':
		return t.stop()
	default:
		t.usage()
	}
	return exitcode.OK
}

func (t *cfgtool) show() exitcode.Code {
	m, err := t.picture()
	if err != nil {
		return t.fail("Could not initialize corosync configuration API error %d", csErrorOf(err).number)
	}
	switch t.verb {
	case 's':
		t.links(m)
	case 'n':
		t.nodes(m)
	default:
		list := addressesOf(m, t.node)
		if len(list) == 0 {
			return t.fail("Could not get node address for nodeid %d", t.node)
		}
		t.line("%s", strings.Join(list, " "))
	}
	return exitcode.OK
}

// links shows each link with the nodes on it, by rising id.
func (t *cfgtool) links(m *api.Messaging) {
	t.line("Local node ID %d, transport %s", m.Identity.ID, m.Transport)
	for i, l := range m.Links {
		if t.only != "" && t.only != strconv.Itoa(l.Number) && t.only != l.Local {
			continue
		}
		t.line("LINK ID %d udp", l.Number)
		t.line("\taddr\t= %s", l.Local)
		brief := ""
		var long []string
		for _, id := range nodeIDs(m) {
			state, digit := "disconnected", "1"
			switch {
			case id == m.Identity.ID:
				state, digit = "localhost", "n"
			case heard(m, id, i):
				state, digit = "connected", "3"
			}
			brief += digit
			long = append(long, "\t\tnodeid: "+padded(strconv.Itoa(int(id)))+":\t"+state)
		}
		if t.brief {
			t.line("\tstatus\t= %s", brief)
			continue
		}
		t.line("\tstatus:\n%s", strings.Join(long, "\n"))
	}
}

// nodes shows each node that is heard with its links.
func (t *cfgtool) nodes(m *api.Messaging) {
	t.line("Local node ID %d, transport %s", m.Identity.ID, m.Transport)
	for _, p := range m.Peers {
		if !p.Alive {
			continue
		}
		t.line("nodeid: %d reachable", p.ID)
		for i, l := range m.Links {
			remote, state := "", "enabled"
			if i < len(p.Addresses) {
				remote = p.Addresses[i]
			}
			if heard(m, p.ID, i) {
				state += " connected"
			}
			t.line("   LINK: %d udp (%s->%s) %s mtu: %d", l.Number, l.Local, remote, state, m.PacketSize)
		}
		t.line("")
	}
}

// reload lets all nodes read their configuration, and tells what of it has to wait.
func (t *cfgtool) reload() exitcode.Code {
	node, err := t.open()
	if err != nil {
		return t.fail("Could not initialize corosync configuration API error %s", csErrorOf(err).name)
	}
	defer node.Close()
	t.line("Reloading corosync.conf...")
	answer, err := node.Do(t.context(), api.Reload{})
	if err != nil {
		return t.fail("Could not reload configuration. Error %d: %s", csErrorOf(err).number, err)
	}
	code := exitcode.OK
	for _, n := range answer.Nodes {
		switch {
		case n.Code != exitcode.OK:
			code = t.fail("Could not reload configuration. Error %d: %s: %s", csLibrary.number, n.Node, n.Message)
		case len(n.Answer.Restart) > 0:
			fmt.Fprintf(t.env.Stderr, "%s: these changes count when the node is restarted: %s\n", n.Node, strings.Join(n.Answer.Restart, ", "))
		}
	}
	if code == exitcode.OK {
		t.line("Done")
	}
	return code
}

// kill lets a node stop. What does not answer is not stopped: fencing is for that.
func (t *cfgtool) kill() exitcode.Code {
	t.line("Killing node %d", t.node)
	node, err := t.open()
	if err != nil {
		return t.fail("Could not initialize corosync configuration API error %d", csErrorOf(err).number)
	}
	defer node.Close()
	answer, err := node.Do(t.context(), api.KillNode{ID: uint32(t.node)})
	if err != nil {
		return t.fail("Could not kill node (error = %s): %s", csErrorOf(err).name, err)
	}
	for _, n := range answer.Nodes {
		if n.Code != exitcode.OK {
			return t.fail("Could not kill node (error = %s): %s; `stonith_admin --fence %s` does so for certain", csLibrary.name, n.Message, n.Node)
		}
	}
	return exitcode.OK
}

// stop lets the node leave.
func (t *cfgtool) stop() exitcode.Code {
	node, err := t.open()
	if err != nil {
		return t.fail("Could not initialize corosync configuration API error %d", csErrorOf(err).number)
	}
	defer node.Close()
	t.line("Shutting down corosync")
	if _, err := node.Do(t.context(), api.Shutdown{}); err != nil {
		return t.fail("Could not shutdown (error = %d): %s", csErrorOf(err).number, err)
	}
	return exitcode.OK
}
