// Package stonithadmin is stonith_admin: which devices there are and whom they can fence, fencing by hand, and what was
// fenced when.
//
//	list, history ──▶ the node's snapshot        fence, confirm, cleanup ──▶ requests to the fencer
package stonithadmin

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/client"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is stonith_admin.
var Applet = applet.Applet{
	Names: []string{"stonith_admin"}, Run: Run,
	Summary: "fencing devices, fencing and its history", SummaryJapanese: "フェンシングの実行と履歴",
}

type settings struct {
	verb                byte
	arg                 string
	agent, tag          string
	options, devices    []string
	timeout, delay      string
	tolerance           string
	index               int
	quiet, cleanup      bool
	broadcast, asNodeID bool
	environment         bool
}

const (
	defaultTimeout = 120 * time.Second
	minTimeout     = time.Second
)

// Run is stonith_admin.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	with := func(verb byte, long, value, help string) command.Option {
		return command.With(func(v string) error { s.verb, s.arg = verb, v; return nil }, long, verb, value, help)
	}
	do := func(verb byte, long, help string) command.Option {
		return command.Do(func() { s.verb = verb }, long, verb, help)
	}
	options := command.In("definition",
		with('R', "register", "ID", "Register a device until the node stops"),
		with('D', "deregister", "ID", "Forget such a device"),
		with('r', "register-level", "TARGET", "Register a fencing level (with -i and -v)"),
		with('d', "deregister-level", "TARGET", "Forget a fencing level (with -i)"),
		command.With(func(v string) error { s.devices = append(s.devices, v); return nil }, "device", 'v', "ID", "A device of the level"),
		command.Number(&s.index, "index", 'i', "LEVEL", "The level, from 1"))
	options = append(options, command.In("queries",
		with('l', "list", "NODE", "Show the devices that can fence this node"),
		do('L', "list-registered", "Show all devices"),
		do('I', "list-installed", "Show the fence agents that are installed"),
		with('s', "list-targets", "ID", "Show the nodes that this device can fence"),
		do('M', "metadata", "Print the meta-data of a fence agent (with -a)"),
		with('Q', "query", "ID", "Check whether a device works"),
		with('H', "history", "NODE", "Show the fencing of this node, or of all with *"),
		with('h', "last", "NODE", "Tell when this node was last fenced"),
		do('K', "validate", "Check options for a fence agent (with -a and -o)"))...)
	options = append(options, command.In("fence",
		with('F', "fence", "NODE", "Switch a node off"),
		with('U', "unfence", "NODE", "Unfence a node"),
		with('B', "reboot", "NODE", "Reboot a node by fencing"),
		with('C', "confirm", "NODE", "Declare a node safely down, by your own word"))...)
	options = append(options, command.In("additional",
		command.Text(&s.agent, "agent", 'a', "AGENT", "A fence agent"),
		command.With(func(v string) error { s.options = append(s.options, v); return nil }, "option", 'o', "NAME=VALUE", "An option for the agent (may be repeated)"),
		command.Flag(&s.environment, "env-option", 'e', "Take options from OCF_RESKEY_… in the environment"),
		command.Text(&s.tag, "tag", 'T', "NAME", "Who asks, for the logs"),
		command.With(timeOption(&s.timeout, "timeout"), "timeout", 't', "TIME", "How long the action may take (default 120s)"),
		command.With(timeOption(&s.delay, "delay"), "delay", 'y', "TIME", "An extra delay before fencing; -1 disables all delays"),
		command.Flag(&s.asNodeID, "as-node-id", 'n', "NODE is a number of the cluster layer"),
		command.Text(&s.tolerance, "tolerance", 0, "TIME", "Take an equal action so recently as done"),
		command.Flag(&s.cleanup, "cleanup", 'c', "With -H: forget the history"),
		command.Flag(&s.broadcast, "broadcast", 'b', "With -H: let the nodes compare their histories"))...)
	options = append(options, command.Flag(&s.quiet, "quiet", 'q', "Say less"))
	return command.Run(env, command.Spec{
		Name: "stonith_admin", Summary: "stonith_admin - fencing devices, fencing by hand, and its history", HelpShort: '?',
		Groups: []command.Group{
			{Key: "definition", Title: "Device Definition Commands:", Description: "device definition help"},
			{Key: "queries", Title: "Queries:", Description: "query help"},
			{Key: "fence", Title: "Fencing Commands:", Description: "fence help"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
		},
		MoreFormats: []command.Format{"html"},
		Options:     options,
	}, s.run)
}

func (s *settings) run(c *command.Call) error {
	switch s.verb {
	case 0:
		return command.Fail(exitcode.Usage, "No command was given; --help lists them")
	case 'I':
		return s.installed(c)
	case 'M':
		return s.metadata(c)
	case 'K':
		return s.validate(c)
	case 'R':
		// What is wrong with the command line is said before a cluster is looked for.
		if s.agent == "" {
			return command.Fail(exitcode.Usage, "Please specify an agent to query using -a,--agent [value]")
		}
		if _, err := s.parameters(c); err != nil {
			return err
		}
	}
	cluster, err := c.Live()
	if err != nil {
		return unreachable(c, err)
	}
	defer cluster.Close()
	ctx := c.Env.Context
	target := s.arg
	if s.asNodeID {
		if target, err = nameOf(ctx, cluster, s.arg); err != nil {
			return err
		}
	}
	switch s.verb {
	case 'L':
		return s.registered(ctx, c, cluster)
	case 'l':
		return s.query(ctx, c, cluster, api.FenceQuery{Target: target, Timeout: api.MillisOf(defaultTimeout)})
	case 's':
		return s.targets(ctx, c, cluster)
	case 'Q':
		return s.check(ctx, c, cluster)
	case 'H':
		return s.history(ctx, c, cluster, target)
	case 'h':
		return s.last(ctx, c, cluster, target)
	case 'R', 'D', 'r', 'd':
		return s.register(ctx, c, cluster)
	case 'C':
		return done(c, cluster, ctx, api.FenceConfirm{Target: target, Client: s.client(c)})
	}
	return s.fence(ctx, c, cluster, target)
}

func unreachable(c *command.Call, err error) error {
	c.Out.Err("Could not connect to fencer: %s", command.Reason(err))
	return command.Exit(exitcode.Of(err))
}

// client names who asks: the program, the tag, the process.
func (s *settings) client(c *command.Call) string {
	name := c.Name
	if s.tag != "" {
		name += "." + s.tag
	}
	return name + "." + strconv.Itoa(os.Getpid())
}

// nameOf turns a number of the cluster layer into a name.
func nameOf(ctx context.Context, cluster client.Cluster, number string) (string, error) {
	id, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return "", command.Fail(exitcode.Usage, "'%s' is not a node id", number)
	}
	info, err := cluster.Node(ctx)
	if err != nil {
		return "", command.Fail(exitcode.Of(err), "%s", err)
	}
	for _, p := range info.Peers {
		if uint64(p.ID) == id {
			return p.Name, nil
		}
	}
	return "", command.Fail(exitcode.NoSuch, "No node has the id %s", number)
}

func done(c *command.Call, cluster client.Cluster, ctx context.Context, r api.Request) error {
	_, err := cluster.Do(ctx, r)
	return failure(c, err)
}

// failure tells why the fencer did not do it.
func failure(c *command.Call, err error) error {
	if err == nil {
		return nil
	}
	if exitcode.Of(err) == exitcode.Disconnect {
		return unreachable(c, err)
	}
	return command.Fail(exitcode.Of(err), "%s", err)
}

// timeOption keeps a length of time for later and refuses at once, whatever the command is, what is none. A delay may be negative.
func timeOption(p *string, name string) func(string) error {
	return func(text string) error {
		number := text
		if name == "delay" {
			number = strings.TrimPrefix(text, "-")
		}
		if _, err := command.Length(number); err != nil {
			return fmt.Errorf("Invalid value '%s' for --%s: give seconds, like 30", text, name)
		}
		*p = text
		return nil
	}
}

// interval reads a time option.
func interval(name, text string, other time.Duration) (time.Duration, error) {
	if text == "" {
		return other, nil
	}
	d, err := isotime.Interval(text)
	if err != nil {
		return 0, command.Fail(exitcode.Usage, "Invalid value '%s' for --%s", text, name)
	}
	return d, nil
}

func (s *settings) fence(ctx context.Context, c *command.Call, cluster client.Cluster, target string) error {
	timeout, err := interval("timeout", s.timeout, defaultTimeout)
	if err != nil {
		return err
	}
	tolerance, err := interval("tolerance", s.tolerance, 0)
	if err != nil {
		return err
	}
	r := api.Fence{Target: target, Timeout: api.MillisOf(max(timeout, minTimeout)), Tolerance: api.MillisOf(tolerance), Client: s.client(c),
		Action: map[byte]string{'F': "off", 'B': "reboot", 'U': "on"}[s.verb]}
	if strings.HasPrefix(s.delay, "-") {
		r.Delay = -1
	} else {
		delay, err := interval("delay", s.delay, 0)
		if err != nil {
			return err
		}
		r.Delay = api.MillisOf(delay)
	}
	_, err = cluster.Do(ctx, r)
	return failure(c, err)
}

// found prints a list of names with its count.
func (s *settings) found(c *command.Call, title, element string, names []string) {
	word := "fence devices"
	if len(names) == 1 {
		word = "fence device"
	}
	if c.Out.XML() {
		c.Out.Push("list", "name", title, "count", strconv.Itoa(len(names)))
		defer c.Out.Pop()
	}
	for _, n := range names {
		c.Out.Line(" %s", n)
		c.Out.Add(xmltree.New(element).Add(&xmltree.Node{Kind: xmltree.Text, Text: n}))
	}
	if !s.quiet {
		c.Out.Line("%d %s found", len(names), word)
	}
}

func (s *settings) registered(ctx context.Context, c *command.Call, cluster client.Cluster) error {
	devices, err := cluster.FenceDevices(ctx)
	if err != nil {
		return failure(c, err)
	}
	s.found(c, "Registered fence devices", "item", ids(devices))
	return nil
}

func ids(devices []api.FenceDevice) []string {
	var out []string
	for _, d := range devices {
		out = append(out, d.ID)
	}
	return out
}

func (s *settings) query(ctx context.Context, c *command.Call, cluster client.Cluster, q api.FenceQuery) error {
	answer, err := cluster.Do(ctx, q)
	if err != nil {
		return failure(c, err)
	}
	if len(answer.Devices) == 0 {
		return command.Fail(exitcode.NoSuch, "No devices found")
	}
	s.found(c, "Registered fence devices", "item", ids(answer.Devices))
	return nil
}

func (s *settings) targets(ctx context.Context, c *command.Call, cluster client.Cluster) error {
	answer, err := cluster.Do(ctx, api.FenceQuery{Device: s.arg, Timeout: api.MillisOf(defaultTimeout)})
	if err != nil {
		return failure(c, err)
	}
	list, count := xmltree.New("list", "name", "Fence Targets"), 0
	for _, d := range answer.Devices {
		for _, t := range d.Targets {
			c.Out.Line("%s", t)
			list.AddNew("item").Add(&xmltree.Node{Kind: xmltree.Text, Text: t})
			count++
		}
	}
	c.Out.Add(list.Set("count", strconv.Itoa(count)))
	return nil
}

// check asks a device whether it answers.
func (s *settings) check(ctx context.Context, c *command.Call, cluster client.Cluster) error {
	timeout, err := interval("timeout", s.timeout, defaultTimeout)
	if err != nil {
		return err
	}
	return done(c, cluster, ctx, api.FenceQuery{Device: s.arg, Timeout: api.MillisOf(max(timeout, minTimeout))})
}

func (s *settings) last(ctx context.Context, c *command.Call, cluster client.Cluster, target string) error {
	records, err := cluster.FenceHistory(ctx)
	if err != nil {
		return failure(c, err)
	}
	when := "never"
	var newest time.Time
	for _, r := range records {
		if r.Target == target && r.State == "success" && r.Completed.After(newest) {
			newest = r.Completed
			when = fmt.Sprintf("at %s", newest.In(c.Env.Now().Location()).Format("2006-01-02 15:04:05 -07:00"))
		}
	}
	c.Out.Line("Node %s last fenced %s", target, when)
	c.Out.Add(xmltree.New("last-fenced", "target", target, "when", when))
	return nil
}
