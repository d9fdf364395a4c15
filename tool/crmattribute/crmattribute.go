package crmattribute

import (
	"context"
	"regexp"

	"pacer/api"
	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/tool/command"
	"pacer/tool/nvpair"
	"pacer/xmltree"
)

// Applet is crm_attribute.
var Applet = applet.Applet{
	Names: []string{"crm_attribute"}, Run: Run,
	Summary: "query and update cluster options and node attributes", SummaryJapanese: "クラスタオプションとノード属性の表示と変更",
}

// verb is what a run does.
type verb byte

const (
	query   verb = 'G'
	update  verb = 'u'
	remove  verb = 'D'
	listing verb = 'L'
)

// settings are the options of one run.
type settings struct {
	verb           verb
	name, pattern  string
	both           bool // there were a name and a pattern
	promotion      bool
	promotionRsc   string
	set, id        string
	all            bool
	value          string
	list           string
	fallback       string
	hasFallback    bool
	node           string
	section        string
	score          bool
	wait           string
	utilization    bool
	quiet          bool
	nodePattern    *regexp.Regexp
	defaultsToNode bool
}

// missing is the text of the C library for "no such thing", which scripts look for.
const missing = "No such device or address"

// Run is crm_attribute.
func Run(env applet.Env) exitcode.Code {
	s := &settings{verb: query}
	spec := command.Spec{
		IgnoresWords: true, Name: "crm_attribute", Summary: "crm_attribute - options of the cluster and attributes of its nodes",
		Groups: []command.Group{
			{Key: "selections", Title: "Selections:", Description: "selection help"},
			{Key: "command", Title: "Commands:", Description: "command help"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
			{Key: "deprecated", Title: "Deprecated Options:", Description: "deprecated options"},
		},
		Options: options(s),
	}
	return command.Run(env, spec, s.run)
}

func options(s *settings) []command.Option {
	setValue := func(v string) error { s.verb, s.value = update, v; return nil }
	lifetime := func(v string) error {
		switch v {
		case "reboot":
			s.section = "status"
		case "forever":
			s.section = "nodes"
		default:
			s.section = v
		}
		return nil
	}
	out := command.In("selections",
		command.Flag(&s.all, "all", 'a', "With -L: advanced options too"),
		command.Text(&s.id, "id", 'i', "XML_ID", "The XML id of the pair, where several have one name"),
		command.Text(&s.name, "name", 'n', "NAME", "The option or attribute meant"),
		command.Text(&s.pattern, "pattern", 'P', "PATTERN", "All attributes whose names match this expression"),
		command.OptionalText(&s.promotionRsc, &s.promotion, "promotion", 'p', "RESOURCE",
			"The promotion score of a resource (in an agent: of its own)"),
		command.Text(&s.set, "set-name", 's', "NAME", "The id of the set, where several hold the name"))
	out = append(out, command.In("command",
		command.Do(func() { s.verb = remove }, "delete", 'D', "Remove it"),
		command.Do(func() { s.verb = query }, "query", 'G', "Show its value (the default)"),
		command.With(func(v string) error { s.verb, s.list = listing, v; return nil }, "list-options", 'L', "TYPE",
			"Show all options of a kind (cluster)"),
		command.With(setValue, "update", 'v', "VALUE", "Give it a value"))...)
	out = append(out, command.In("additional",
		command.Option{Long: "default", Short: 'd', Arg: command.Required, Value: "VALUE",
			Help: "What to show when it is not set",
			Set:  func(v string, _ bool) error { s.fallback, s.hasFallback = v, true; return nil }},
		command.With(lifetime, "lifetime", 'l', "LIFETIME", "Until when a node attribute holds: reboot, forever"),
		command.Text(&s.node, "node", 'N', "NODE", "A node attribute of this node, not a cluster option"),
		command.With(lifetime, "type", 't', "SECTION",
			"The part of the CIB: crm_config, rsc_defaults, op_defaults, tickets, nodes, status"),
		command.Flag(&s.score, "score", 0, "Calculate with values of the forms value++ and value+=N"),
		command.Text(&s.wait, "wait", 'W', "UNTIL", "Return when the change is known: no, local, cluster"),
		command.Flag(&s.utilization, "utilization", 'z', "A utilization value of the node"))...)
	out = append(out, command.Flag(&s.quiet, "quiet", 'q', "Print only the value"))
	return append(out, command.In("deprecated", command.Hide(
		command.With(setValue, "attr-value", 0, "VALUE", ""),
		command.Text(&s.id, "attr-id", 0, "XML_ID", ""),
		command.Text(&s.name, "attr-name", 0, "NAME", ""),
		command.Do(func() { s.verb = query }, "get-value", 0, ""),
		command.Do(func() { s.verb = remove }, "delete-attr", 0, ""),
		command.Text(&s.node, "node-uname", 'U', "NODE", ""),
		command.Flag(&s.quiet, "Quiet", 'Q', ""))...)...)
}

func (s *settings) run(c *command.Call) error {
	if s.verb == listing {
		return listOptions(c, s)
	}
	if err := s.check(c); err != nil {
		return err
	}
	s.chooseSection()
	cluster, err := c.Open()
	if err != nil {
		return connectError(err)
	}
	defer cluster.Close()
	if s.both {
		return command.Fail(exitcode.Usage, "--name and --pattern cannot be used at the same time")
	}
	ctx := c.Env.Context
	onNode := s.section == "nodes" || s.section == "status"
	if onNode {
		s.node = nvpair.Target(c.Env.Getenv, s.node)
	}
	if s.section == "status" && s.verb != query && cluster.Kind() == client.KindLive && s.set == "" && s.id == "" {
		return s.manager(ctx, c, cluster) // Without a name it is the node that is asked.
	}
	if onNode && s.node == "" {
		if s.node, err = localName(ctx, cluster); err != nil {
			return err
		}
	}
	root, err := nvpair.Load(ctx, cluster, s.section, s.node)
	if err != nil {
		return failed(c, err)
	}
	w := nvpair.Where{Section: s.section, Utilization: s.utilization, Set: s.set, ID: s.id, Name: s.name, Pattern: s.nodePattern}
	if onNode {
		node, ok := nvpair.FindNode(root, s.node)
		if !ok {
			return command.Fail(exitcode.NoSuch, "Could not map name=%s to a UUID", s.node)
		}
		w.Node = node
	}
	switch s.verb {
	case query:
		return s.query(c, root, w)
	case update:
		return s.update(ctx, c, cluster, root, w)
	}
	return s.remove(ctx, c, cluster, root, w)
}

// check refuses what cannot be meant and puts the name of a promotion score together.
func (s *settings) check(c *command.Call) error {
	if s.promotion {
		rsc := s.promotionRsc
		if rsc == "" {
			rsc = c.Env.Getenv("OCF_RESOURCE_INSTANCE")
		}
		if rsc == "" {
			return command.Fail(exitcode.Usage,
				"-p/--promotion must be called from an OCF resource agent or with a resource ID specified")
		}
		s.name = "master-" + rsc
	}
	if s.pattern != "" {
		re, err := regexp.CompilePOSIX(s.pattern)
		if err != nil {
			return command.Fail(exitcode.Usage, "-P/--pattern %q is no regular expression: %s", s.pattern, err)
		}
		s.nodePattern = re
		s.both, s.name = s.name != "", ""
	}
	switch s.wait {
	case "", "no", "local", "cluster":
	default:
		return command.Fail(exitcode.Usage, "Invalid value '%s' for --wait: no, local or cluster", s.wait)
	}
	if s.verb != query && s.name == "" && s.id == "" && s.nodePattern == nil {
		return command.Fail(exitcode.Usage, "One of --name, --pattern, --promotion and --id must be given for a change")
	}
	return nil
}

// chooseSection picks the part of the CIB when no option did.
func (s *settings) chooseSection() {
	switch {
	case s.section != "":
	case s.promotion:
		s.section = "status"
	case s.node != "" || s.defaultsToNode:
		s.section = "nodes"
	case s.nodePattern != nil && s.verb != query:
		s.section = "nodes"
	default:
		s.section = "crm_config"
	}
}

func localName(ctx context.Context, cluster client.Cluster) (string, error) {
	info, err := cluster.Node(ctx)
	if err != nil {
		return "", command.Fail(exitcode.Of(err), "Could not connect to controller: %s", err)
	}
	return info.Name, nil
}

func connectError(err error) error {
	return command.Fail(exitcode.Of(err), "Could not connect to the CIB API: %s", command.Reason(err))
}

// failed ends the command in the words that scripts know; what exactly was wrong, and who lacks which permission, is told to people.
func failed(c *command.Call, err error) error {
	c.Explain(err)
	return command.Fail(exitcode.Of(err), "Error performing operation: %s", command.Reason(err))
}

// manager hands a transient attribute to the attribute manager.
func (s *settings) manager(ctx context.Context, c *command.Call, cluster client.Cluster) error {
	r := api.AttributeUpdate{Action: api.AttributeSet, Name: s.name, Pattern: s.pattern, Node: s.node, Value: s.value,
		Utilization: s.utilization, Wait: api.AttributeWait(s.wait)}
	if s.verb == remove {
		r.Action, r.Value = api.AttributeDelete, ""
	}
	if _, err := cluster.Do(ctx, r); err != nil {
		return failed(c, err)
	}
	return nil
}

func (s *settings) query(c *command.Call, root *xmltree.Node, w nvpair.Where) error {
	matches := nvpair.Find(root, w)
	// Who names no single pair gets all that there are.
	open := s.name == "" && s.id == ""
	switch {
	case len(matches) == 1, len(matches) > 1 && open:
		for _, m := range matches {
			v, known := m.Value()
			s.show(c, m.Name(), v, known)
		}
		return nil
	case len(matches) > 1:
		several(c, s.name, matches)
		return failed(c, &api.Error{Code: exitcode.Multiple, Message: "Name not unique on network"})
	case s.hasFallback:
		s.show(c, s.name, s.fallback, true)
		return nil
	case s.nodePattern != nil:
		return nil
	}
	return command.Fail(exitcode.NoSuch, "Error performing operation: %s", missing)
}

// several lists pairs of one name.
func several(c *command.Call, name string, matches []nvpair.Match) {
	c.Out.Line("Multiple attributes match name=%s", name)
	for _, m := range matches {
		v, known := m.Value()
		if !known {
			v = "(null)"
		}
		c.Out.Line("  Value: %s \t(id=%s)", v, m.ID())
	}
	c.Out.Line("")
}

func (s *settings) show(c *command.Call, name, value string, known bool) {
	n := xmltree.New("attribute", "name", name, "value", value, "scope", s.section)
	if s.id != "" {
		n.Set("id", s.id)
	}
	c.Out.Add(n)
	if !known {
		value = "(null)"
	}
	if s.quiet {
		c.Out.Line("%s", value)
		return
	}
	id := ""
	if s.id != "" {
		id = " id=" + s.id
	}
	c.Out.Line("scope=%s%s name=%s value=%s", s.section, id, name, value)
}

func (s *settings) update(ctx context.Context, c *command.Call, cluster client.Cluster, root *xmltree.Node, w nvpair.Where) error {
	matches := nvpair.Find(root, w)
	if len(matches) == 0 && s.nodePattern != nil {
		return nil
	}
	if len(matches) > 1 && s.nodePattern == nil {
		several(c, s.name, matches)
		return failed(c, &api.Error{Code: exitcode.Multiple, Message: "Name not unique on network"})
	}
	if len(matches) == 0 {
		if s.name == "" {
			return command.Fail(exitcode.NoSuch, "Error performing operation: %s", missing)
		}
		return s.write(ctx, c, cluster, nvpair.Update(w, nil, s.value))
	}
	for i := range matches {
		if err := s.write(ctx, c, cluster, nvpair.Update(w, &matches[i], s.value)); err != nil {
			return err
		}
	}
	return nil
}

// write gives one pair its value.
func (s *settings) write(ctx context.Context, c *command.Call, cluster client.Cluster, op cib.Op) error {
	_, err := cluster.Apply(ctx, op)
	if err == nil {
		return nil
	}
	set := s.set
	if set == "" {
		set = "<null>"
	}
	c.Out.Err("Error setting %s=%s (section=%s, set=%s): %s", s.name, s.value, s.section, set, command.Reason(err))
	c.Explain(err)
	return failed(c, err)
}

func (s *settings) remove(ctx context.Context, c *command.Call, cluster client.Cluster, root *xmltree.Node, w nvpair.Where) error {
	matches := nvpair.Find(root, w)
	if len(matches) > 1 && s.nodePattern == nil {
		several(c, s.name, matches)
		return failed(c, &api.Error{Code: exitcode.Multiple, Message: "Name not unique on network"})
	}
	for _, m := range matches {
		if _, err := cluster.Apply(ctx, nvpair.Delete(w, m)); err != nil {
			return wrap(c, err)
		}
		kind := "option"
		if s.section == "nodes" || s.section == "status" {
			kind = "attribute"
		}
		c.Out.Line("Deleted %s %s: id=%s name=%s", s.section, kind, m.ID(), m.Name())
	}
	return nil
}

func wrap(c *command.Call, err error) error {
	if err == nil {
		return nil
	}
	return failed(c, err)
}
