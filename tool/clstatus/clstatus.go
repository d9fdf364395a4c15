// Package clstatus is cl_status, with which Heartbeat's users ask for nodes and links. It reads what the messaging process says of
// itself, whichever form the configuration has.
package clstatus

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/client"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/release"
	"pacer/tool/command"
)

// Applet is cl_status.
var Applet = applet.Applet{
	Names: []string{"cl_status"}, Run: Run,
	Summary: "show nodes and links, as Heartbeat does", SummaryJapanese: "ノードとリンクの表示（Heartbeat 互換）",
}

// Exit codes of their own.
const (
	stopped  exitcode.Code = 1
	failed   exitcode.Code = 1
	noNode   exitcode.Code = 11
	noLink   exitcode.Code = 13
	synopsis               = "hbstatus | listnodes | nodestatus NODE | nodetype NODE | nodeweight NODE | listhblinks NODE | " +
		"hblinkstatus NODE LINK | clientstatus NODE CLIENT | hbparameter -p NAME"
)

// query is one run.
type query struct {
	env                            applet.Env
	people, details, ping, onlyOwn bool
	m                              *api.Messaging
	words                          []string
}

// Run is cl_status.
func Run(env applet.Env) exitcode.Code {
	q := &query{env: env}
	var help bool
	options := []command.Option{
		command.Flag(&q.people, "", 'm', "Write sentences for people"),
		command.Flag(&q.details, "", 'v', "With hbstatus and listnodes: write details"),
		command.Flag(&q.ping, "", 'p', "With listnodes: ping nodes only (there are none); with hbparameter: a name follows"),
		command.Flag(&q.onlyOwn, "", 'n', "With listnodes: normal nodes only"),
		command.Flag(&help, "help", 'h', "Show this help"),
	}
	if env.Describe != nil {
		env.Describe(applet.Description{Name: "cl_status", Summary: "show nodes and links, as Heartbeat does", Synopsis: synopsis,
			Sections: []applet.Section{{Title: "Options", Options: command.Describe(options)}}})
		return exitcode.OK
	}
	words, err := command.Getopt(env.Args, options)
	switch {
	case err != nil:
		fmt.Fprintf(env.Stderr, "cl_status: %s\n", err)
		return failed
	case help || len(words) == 0:
		fmt.Fprintf(env.Stdout, "Usage: cl_status [-m] [-v] [-p|-n] %s\n", synopsis)
		if help {
			return exitcode.OK
		}
		return failed
	}
	sub, known := subcommands[words[0]]
	if !known {
		fmt.Fprintf(env.Stderr, "%s: invalid sub-command.\nUsage: cl_status [-m] [-v] [-p|-n] %s\n", words[0], synopsis)
		return failed
	}
	if q.words = words[1:]; len(q.words) < sub.words {
		fmt.Fprintf(env.Stderr, "cl_status: %s needs %d words behind it\n", words[0], sub.words)
		return failed
	}
	err = q.ask()
	switch {
	case words[0] == "hbstatus" && err != nil:
		fmt.Fprintln(env.Stdout, "Heartbeat is stopped on this machine.")
		return stopped
	case err != nil:
		fmt.Fprintf(env.Stderr, "cl_status: Cannot signon with heartbeat: %s\n", err)
		return failed
	case sub.node && !q.known(q.words[0]):
		fmt.Fprintln(env.Stderr, "Error. May be due to incorrect node name")
		return noNode
	}
	return sub.run(q)
}

// subcommand is what the first word asks for; node tells that a node's name follows.
type subcommand struct {
	words int
	node  bool
	run   func(*query) exitcode.Code
}

var subcommands = map[string]subcommand{
	"hbstatus": {0, false, (*query).running}, "listnodes": {0, false, (*query).nodes}, "nodestatus": {1, true, (*query).nodeStatus},
	"nodetype": {1, true, (*query).nodeType}, "nodeweight": {1, true, (*query).weight}, "listhblinks": {1, true, (*query).links},
	"hblinkstatus": {2, true, (*query).linkStatus}, "clientstatus": {2, true, (*query).clientStatus},
	"hbparameter": {1, false, (*query).parameter}, "parameter": {1, false, (*query).parameter},
}

// ask gets the picture.
func (q *query) ask() error {
	ctx := q.env.Context
	if ctx == nil {
		ctx = context.Background()
	}
	node, err := client.Live(client.Source{Getenv: q.env.Getenv, Stdin: q.env.Stdin, Places: q.env.Places, Now: q.env.Now, Program: "cl_status"})
	if err != nil {
		return err
	}
	defer node.Close()
	q.m, err = node.Messaging(ctx)
	return err
}

// say writes the plain form, or the one for people.
func (q *query) say(plain, people string) exitcode.Code {
	if q.people {
		plain = people
	}
	fmt.Fprintln(q.env.Stdout, plain)
	return exitcode.OK
}

// names are all configured nodes.
func (q *query) names() []string {
	var out []string
	for _, n := range q.m.Identity.Nodes {
		out = append(out, n.Name)
	}
	return out
}

func (q *query) known(name string) bool { return q.id(name) != 0 }

func (q *query) id(name string) engine.NodeID {
	for _, n := range q.m.Identity.Nodes {
		if strings.EqualFold(n.Name, name) {
			return n.ID
		}
	}
	return 0
}

func (q *query) running() exitcode.Code {
	fmt.Fprintln(q.env.Stdout, "Heartbeat is running on this machine.")
	if q.details {
		q.detail()
	}
	return exitcode.OK
}

func (q *query) nodes() exitcode.Code {
	if q.people {
		fmt.Fprintln(q.env.Stdout, "The nodes are as follow:")
	}
	if q.ping {
		return exitcode.OK
	}
	for _, name := range q.names() {
		fmt.Fprintln(q.env.Stdout, name)
	}
	if q.details {
		q.detail()
	}
	return exitcode.OK
}

// detail tells of the membership and of every node with its links.
func (q *query) detail() {
	w := q.env.Stdout
	fmt.Fprintf(w, "version:\t%s (Pacer)\nmanaged by:\t\"pacemaker (respawn)\"\n\n", release.Version)
	quorum := ""
	if q.m.View.Quorate {
		quorum = " with quorum"
	}
	fmt.Fprintf(w, "ccm membership%s\n\tinstance %d\n\tmembers %d\n", quorum, q.m.View.ID.Epoch, len(q.m.View.Members))
	for _, x := range q.m.View.Members {
		fmt.Fprintf(w, "\t\t%d %s\n", x.ID, x.Name)
	}
	fmt.Fprint(w, "\tmember of partition\n\n")
	for _, name := range q.names() {
		fmt.Fprintf(w, "%s\t%s\t(nodetype: normal)\n", name, q.state(name))
		for i, l := range q.m.Links {
			fmt.Fprintf(w, "\t%s\t%s\n", linkName(l), q.linkState(name, i))
		}
	}
}

// state is active for a node with a manager, up for one without, dead for others.
func (q *query) state(name string) string {
	x, member := q.m.View.Member(q.id(name))
	switch {
	case member && x.Attached:
		return "active"
	case member:
		return "up"
	}
	return "dead"
}

func (q *query) nodeStatus() exitcode.Code {
	state := q.state(q.words[0])
	return q.say(state, fmt.Sprintf("The cluster node %s is %s", q.words[0], state))
}

func (q *query) nodeType() exitcode.Code {
	return q.say("normal", fmt.Sprintf("The node %s's type: normal", q.words[0]))
}

// weight is that of Heartbeat for a node with one vote.
func (q *query) weight() exitcode.Code {
	votes := 1
	for i, n := range q.m.Identity.Nodes {
		if n.ID == q.id(q.words[0]) && i < len(q.m.Votes) {
			votes = q.m.Votes[i]
		}
	}
	return q.say(fmt.Sprint(100*votes), fmt.Sprintf("The node %s's weight: %d", q.words[0], 100*votes))
}

// linkName is the interface of a link, or its address where the configuration names no interface.
func linkName(l api.MessagingLink) string {
	switch {
	case l.Device != "":
		return l.Device
	case l.Local != "":
		return l.Local
	}
	return fmt.Sprintf("link%d", l.Number)
}

func (q *query) links() exitcode.Code {
	if q.people {
		fmt.Fprintln(q.env.Stdout, "\tthis node has the following heartbeat links:")
	}
	for _, l := range q.m.Links {
		fmt.Fprintf(q.env.Stdout, "\t%s\n", linkName(l))
	}
	return exitcode.OK
}

// linkState is up when something arrives from the node on the link, given by its place; a node's own links are up.
func (q *query) linkState(name string, link int) string {
	id := q.id(name)
	if id == q.m.Identity.ID {
		return "up"
	}
	for _, p := range q.m.Peers {
		if p.ID == id && link < len(p.Links) && p.Links[link] {
			return "up"
		}
	}
	return "dead"
}

func (q *query) linkStatus() exitcode.Code {
	for i, l := range q.m.Links {
		if linkName(l) == q.words[1] {
			state := q.linkState(q.words[0], i)
			return q.say(state, fmt.Sprintf("The node %s's heartbeat link %s is %s", q.words[0], q.words[1], state))
		}
	}
	fmt.Fprintln(q.env.Stderr, "Error. May be due to incorrect node name or link name")
	return noLink
}

// clientStatus takes every client for the manager, which is the only one.
func (q *query) clientStatus() exitcode.Code {
	state := "offline"
	if q.state(q.words[0]) == "active" {
		state = "online"
	}
	return q.say(state, fmt.Sprintf("The client %s's status on node %s is %s", q.words[1], q.words[0], state))
}

// parameter tells the times in use.
func (q *query) parameter() exitcode.Code {
	times := map[string]time.Duration{"keepalive": q.m.Heartbeat, "deadtime": q.m.Dead}
	if d, ok := times[q.words[0]]; ok {
		return q.say(fmt.Sprintf("%dms", d.Milliseconds()), fmt.Sprintf("The %s is %dms", q.words[0], d.Milliseconds()))
	}
	fmt.Fprintf(q.env.Stderr, "ERROR: the parameter %s is not set or not known\n", q.words[0])
	return failed
}
