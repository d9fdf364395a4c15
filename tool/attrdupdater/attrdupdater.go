// Package attrdupdater is attrd_updater: transient node attributes through the attribute manager, without the CIB. Agents
// such as ping call it with every monitor.
package attrdupdater

import (
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/tool/command"
	"pacer/tool/nvpair"
	"pacer/xmltree"
)

// Applet is attrd_updater.
var Applet = applet.Applet{
	Names: []string{"attrd_updater"}, Run: Run,
	Summary: "query and update transient node attributes", SummaryJapanese: "一時的なノード属性の表示と変更",
}

type settings struct {
	verb        byte // Q, U, B, Y, D, R
	name        string
	pattern     string
	value       string
	delay       string
	set         string
	node        string
	all         bool
	private     bool
	wait        string
	utilization bool
}

// Run is attrd_updater.
func Run(env applet.Env) exitcode.Code {
	s := &settings{verb: 'Q'}
	value := func(verb byte) func(string) error {
		return func(v string) error { s.verb, s.value = verb, v; return nil }
	}
	var ignored string
	var flag bool
	options := command.In("required",
		command.Text(&s.name, "name", 'n', "NAME", "The attribute's name"),
		command.Text(&s.pattern, "pattern", 'P', "PATTERN", "All attributes whose names match this expression"))
	options = append(options, command.In("command",
		command.With(value('U'), "update", 'U', "VALUE", "Give it a value (value++ and value+=N calculate)"),
		command.With(value('B'), "update-both", 'B', "VALUE", "Give it a value and a delay"),
		command.Do(func() { s.verb = 'Y' }, "update-delay", 'Y', "Give it a delay"),
		command.Do(func() { s.verb = 'Q' }, "query", 'Q', "Show its value (the default)"),
		command.Do(func() { s.verb = 'D' }, "delete", 'D', "Remove it"),
		command.Do(func() { s.verb = 'R' }, "refresh", 'R', "Write all attributes to the CIB again"))...)
	options = append(options, command.In("additional",
		command.Text(&s.delay, "delay", 'd', "SECONDS", "How long to collect changes before they are written"),
		command.Text(&s.set, "set", 's', "SET", "(Advanced) The set that holds the attribute"),
		command.Text(&s.node, "node", 'N', "NODE", "The node of the attribute (default: the local one)"),
		command.Flag(&s.all, "all", 'A', "With -Q: its values on all nodes"),
		command.Text(&ignored, "lifetime", 'l', "SECTION", "Accepted and ignored"),
		command.Flag(&s.private, "private", 'p', "Never write the attribute to the CIB"),
		command.Text(&s.wait, "wait", 'W', "UNTIL", "Return when the change is known: no, local, cluster"),
		command.Flag(&s.utilization, "utilization", 'z', "Set a utilization attribute"))...)
	options = append(options, command.Hide(
		command.With(value('U'), "", 'v', "VALUE", ""),
		command.Text(&ignored, "section", 'S', "SECTION", ""),
		command.Flag(&flag, "quiet", 'q', ""))...)
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "attrd_updater", Summary: "attrd_updater - attributes of nodes that are forgotten when the node leaves",
		Groups: []command.Group{
			{Key: "required", Title: "Required Arguments:", Description: "required arguments"},
			{Key: "command", Title: "Commands:", Description: "command help"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
		},
		Options: options,
	}, s.run)
}

func (s *settings) run(c *command.Call) error {
	request, err := s.request(c)
	if err != nil {
		return err
	}
	cluster, err := c.Live()
	if err != nil {
		if s.verb == 'Q' {
			return command.Fail(exitcode.Of(err), "Could not connect to attrd: Connection refused")
		}
		return command.Fail(exitcode.Of(err), "Could not update %s: Connection refused (111)", s.what())
	}
	defer cluster.Close()
	if s.verb != 'Q' {
		if _, err := cluster.Do(c.Env.Context, request); err != nil {
			return command.Fail(exitcode.Of(err), "Could not update %s: %s", s.what(), err)
		}
		return nil
	}
	node := request.Node
	if node == "" && !s.all {
		info, err := cluster.Node(c.Env.Context)
		if err != nil {
			return command.Fail(exitcode.Of(err), "Could not query value of %s: %s", s.name, command.Reason(err))
		}
		node = info.Name
	}
	// All nodes are asked for, to tell an attribute that nobody has from one that this node has not.
	known, err := cluster.Attributes(c.Env.Context, s.name, "")
	if err != nil {
		return command.Fail(exitcode.Of(err), "Could not query value of %s: %s", s.name, command.Reason(err))
	}
	if len(known) == 0 {
		return command.Fail(exitcode.Config, "Could not query value of %s: attribute does not exist", s.name)
	}
	shown := false
	for _, a := range known {
		if s.all || a.Node == node {
			show(c, a)
			shown = true
		}
	}
	if !shown && !s.all {
		show(c, api.Attribute{Name: s.name, Node: node})
	}
	return nil
}

func show(c *command.Call, a api.Attribute) {
	c.Out.Line("name=\"%s\" host=\"%s\" value=\"%s\"", a.Name, a.Node, a.Value)
	c.Out.Add(xmltree.New("attribute", "name", a.Name, "host", a.Node, "value", a.Value))
}

func (s *settings) what() string {
	switch {
	case s.verb == 'R':
		return "all attributes"
	case s.name == "":
		return s.pattern
	case s.verb == 'U' || s.verb == 'B':
		return s.name + "=" + s.value
	}
	return s.name
}

// request checks the options and puts the request together.
func (s *settings) request(c *command.Call) (api.AttributeUpdate, error) {
	r := api.AttributeUpdate{Name: s.name, Pattern: s.pattern, Value: s.value, Set: s.set, Private: s.private,
		Utilization: s.utilization, Wait: api.AttributeWait(s.wait)}
	if s.node != "" || !s.all {
		r.Node = nvpair.Target(c.Env.Getenv, s.node)
	}
	r.Action = map[byte]api.AttributeAction{'U': api.AttributeSet, 'B': api.AttributeSetBoth, 'Y': api.AttributeSetDelay,
		'D': api.AttributeDelete, 'R': api.AttributeRefresh}[s.verb]
	if s.verb == 'D' {
		r.Value = ""
	}
	switch {
	case s.name == "" && s.pattern == "" && s.verb != 'R':
		return r, command.Fail(exitcode.Usage, "Command requires --name or --pattern argument")
	case s.name == "" && s.verb == 'Q':
		return r, command.Fail(exitcode.Usage, "--query requires --name argument")
	case (s.verb == 'B' || s.verb == 'Y') && s.delay == "":
		return r, command.Fail(exitcode.Usage, "--delay is required by --update-both and --update-delay")
	}
	switch s.wait {
	case "", "no", "local", "cluster":
	default:
		return r, command.Fail(exitcode.Usage, "Invalid value '%s' for --wait: no, local or cluster", s.wait)
	}
	if s.delay != "" {
		d, err := Delay(s.delay)
		if err != nil {
			return r, err
		}
		r.Delay, r.HasDelay = api.MillisOf(d), true
	}
	return r, nil
}

// maxDelay is more than anybody waits.
const maxDelay = 30 * 24 * time.Hour

// Delay reads a delay: seconds, a number with a unit, or an ISO 8601 duration.
func Delay(text string) (time.Duration, error) {
	d, err := isotime.Interval(text)
	if err != nil || d < 0 || d > maxDelay {
		return 0, command.Fail(exitcode.Usage, "Invalid argument '%s' for -d/--delay", text)
	}
	return d, nil
}
