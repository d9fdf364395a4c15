// Package crmticket is crm_ticket: the permissions that sites grant each other, as they stand in the status section.
//
//	options ──▶ ticket_state of the CIB: granted, standby, last-granted and attributes of the user's own
package crmticket

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/option"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is crm_ticket.
var Applet = applet.Applet{
	Names: []string{"crm_ticket"}, Run: Run,
	Summary: "show and change tickets of sites", SummaryJapanese: "サイト間チケットの表示と変更",
}

type settings struct {
	verb                    byte
	attr, value             string
	hasValue                bool
	ticket                  string
	hasTicket               bool
	fallback                string
	hasFallback             bool
	force, quiet            bool
	ignoredSet, ignoredPair string
	ignoredFile             string
}

// Run is crm_ticket.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	do := func(v byte, long, help string) command.Option {
		return command.Do(func() { s.verb = v }, long, v, help)
	}
	with := func(v byte, long, help string) command.Option {
		return command.With(func(a string) error { s.verb, s.attr = v, a; return nil }, long, v, "NAME", help)
	}
	options := command.In("queries",
		do('l', "info", "Show the state of tickets"),
		do('L', "details", "Show their attributes, too"),
		do('w', "raw", "Print the names of tickets"),
		do('q', "query-xml", "Print the XML of a ticket"),
		do('c', "constraints", "Print the constraints that a ticket is used in"))
	options = append(options, command.In("commands",
		do('g', "grant", "Grant a ticket to this site (needs --force)"),
		do('r', "revoke", "Take a ticket from this site (needs --force)"),
		do('s', "standby", "Tell this site that the ticket is in standby"),
		do('a', "activate", "Tell this site that the ticket is active"))...)
	options = append(options, command.In("advanced",
		with('G', "get-attr", "Print an attribute of the ticket"),
		with('S', "set-attr", "Set an attribute of the ticket (value by -v)"),
		with('D', "delete-attr", "Remove an attribute of the ticket"),
		do('C', "cleanup", "Forget all about the ticket"))...)
	options = append(options, command.In("additional",
		command.Option{Long: "attr-value", Short: 'v', Arg: command.Required, Value: "VALUE", Help: "The value for -S",
			Set: func(v string, _ bool) error { s.value, s.hasValue = v, true; return nil }},
		command.Option{Long: "default", Short: 'd', Arg: command.Required, Value: "VALUE", Help: "What -G prints when it is not set",
			Set: func(v string, _ bool) error { s.fallback, s.hasFallback = v, true; return nil }},
		command.Flag(&s.force, "force", 'f', "Do it all the same"),
		command.With(func(v string) error { s.ticket, s.hasTicket = v, true; return nil }, "ticket", 't', "ID", "The ticket meant"))...)
	options = append(options, command.In("deprecated",
		command.Text(&s.ignoredSet, "set-name", 'n', "NAME", "Accepted and ignored"),
		command.Text(&s.ignoredPair, "nvpair", 'i', "NAME", "Accepted and ignored"),
		command.Flag(&s.quiet, "quiet", 'Q', "Print the value only"))...)
	options = append(options, command.Hide(command.Text(&s.ignoredFile, "xml-file", 'x', "FILE", ""))...)
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "crm_ticket", OutputCode: exitcode.NoSuch, Summary: "crm_ticket - tickets: what a site is allowed to run",
		Groups: []command.Group{
			{Key: "queries", Title: "Queries:", Description: "query help"},
			{Key: "commands", Title: "Commands:", Description: "command help"},
			{Key: "advanced", Title: "Advanced:", Description: "advanced help"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
			{Key: "deprecated", Title: "Deprecated Options:", Description: "deprecated options"},
		},
		Options: options,
	}, s.run)
}

func (s *settings) run(c *command.Call) error {
	if s.verb == 0 {
		return command.Fail(exitcode.Usage, "Must supply a command; --help lists them")
	}
	cluster, err := c.Open()
	if err != nil {
		return command.Fail(exitcode.Of(err), "Could not connect to the CIB API: %s", command.Reason(err))
	}
	defer cluster.Close()
	doc, err := cluster.CIB(c.Env.Context)
	if err != nil {
		c.Explain(err)
		return command.Fail(exitcode.Of(err), "Could not get local CIB: %s", command.Reason(err))
	}
	if _, err := doc.Raised(); err != nil {
		c.Out.Err("%s", err)
		return command.Fail(exitcode.Config, "Could not update local CIB to latest schema version")
	}
	if !s.hasTicket && !strings.ContainsRune("lLwqc", rune(s.verb)) {
		code := exitcode.Usage
		if s.verb == 'G' {
			code = exitcode.NoSuch
		}
		return command.Fail(code, "Must supply a ticket id with -t")
	}
	states := slices.Collect(doc.Root().Path("status", "tickets").Elements("ticket_state"))
	var mine *xmltree.Node
	for _, x := range states {
		if x.ID() == s.ticket {
			mine = x
		}
	}
	if strings.ContainsRune("lLwqc", rune(s.verb)) {
		return s.show(c, doc.Root(), states, mine)
	}
	if s.verb == 'G' {
		return s.get(c, mine)
	}
	return s.change(c.Env.Context, c, cluster, mine)
}

func word(x *xmltree.Node) string {
	if option.True(x.Get("granted")) {
		return "granted"
	}
	return "revoked"
}

func (s *settings) show(c *command.Call, root *xmltree.Node, states []*xmltree.Node, mine *xmltree.Node) error {
	if s.hasTicket && s.verb != 'c' {
		if mine == nil {
			return command.Fail(exitcode.NoSuch, "Could not get ticket '%s': No such device or address", s.ticket)
		}
		states = []*xmltree.Node{mine}
	}
	if s.verb == 'c' {
		return s.constraints(c, root)
	}
	c.Out.Push("tickets")
	defer c.Out.Pop()
	switch s.verb {
	case 'q':
		c.Out.Line("State XML:\n")
		for _, x := range states {
			c.Out.Raw(string(x.Pretty(nil)))
			y := x.Clone()
			y.Name = "ticket"
			c.Out.Add(y)
		}
		return nil
	}
	for _, x := range states {
		standby := strconv.FormatBool(option.True(x.Get("standby")))
		y := xmltree.New("ticket", "id", x.ID(), "status", word(x), "standby", standby)
		var details []string
		for _, a := range x.Attrs {
			if a.Name == "id" {
				continue
			}
			if a.Name != "standby" {
				y.Set(a.Name, a.Value)
			}
			if a.Name != "granted" {
				details = append(details, a.Name+"="+a.Value)
			}
		}
		c.Out.Add(y)
		line := x.ID() + "\t" + word(x)
		if standby == "true" {
			line += " [standby]"
		}
		if s.verb == 'L' && len(details) > 0 {
			line += "\t(" + strings.Join(details, ", ") + ")"
		}
		if s.verb == 'w' {
			line = x.ID()
		}
		c.Out.Line("%s", line)
	}
	return nil
}

// constraints shows those of one ticket, which must have some, or those of all.
func (s *settings) constraints(c *command.Call, root *xmltree.Node) error {
	var list []*xmltree.Node
	for x := range root.Path("configuration", "constraints").Elements("rsc_ticket") {
		if !s.hasTicket || x.Get("ticket") == s.ticket {
			list = append(list, x)
		}
	}
	if s.hasTicket && len(list) == 0 {
		return command.Fail(exitcode.NoSuch, "Could not show ticket constraints: none names the ticket '%s'", s.ticket)
	}
	c.Out.Line("Constraints XML:\n")
	tickets, resources := xmltree.New("tickets"), xmltree.New("resources")
	for _, x := range list {
		c.Out.Raw(string(x.Pretty(nil)))
		// The format has room for one constraint only with each ticket.
		tickets.AddNew("ticket", "id", x.Get("ticket")).AddNew("constraints").Add(x)
		resources.AddNew("resource", "id", x.Get("rsc"))
	}
	c.Out.Add(tickets, resources)
	return nil
}

func (s *settings) get(c *command.Call, mine *xmltree.Node) error {
	value, ok := mine.Lookup(s.attr)
	if !ok && s.hasFallback {
		value, ok = s.fallback, true
	}
	if !ok {
		return command.Fail(exitcode.NoSuch, "Could not get ticket attribute: No such device or address")
	}
	c.Out.Line("%s", value)
	c.Out.Push("tickets")
	c.Out.Push("ticket", "id", s.ticket)
	c.Out.Add(xmltree.New("attribute", "name", s.attr, "value", value))
	c.Out.Pop()
	c.Out.Pop()
	return nil
}

// guarded are the changes that somebody else, a person or booth, has to have decided.
const guarded = "This command cannot help you verify whether '%s' has been already %s elsewhere.\n" +
	"If you really want to %s '%s' to this site now, and you know what you are doing,\nplease specify --force."

func (s *settings) change(ctx context.Context, c *command.Call, cluster client.Cluster, mine *xmltree.Node) error {
	state := xmltree.New("ticket_state", "id", s.ticket)
	switch s.verb {
	case 'g', 'r':
		verb, done := "grant", "granted"
		if s.verb == 'r' {
			verb, done = "revoke", "revoked"
		}
		if !s.force {
			return command.Fail(exitcode.Unsafe, guarded, s.ticket, done, verb, s.ticket)
		}
		state.Set("granted", strconv.FormatBool(s.verb == 'g'))
		if s.verb == 'g' {
			state.Set("last-granted", strconv.FormatInt(c.Env.Now().Unix(), 10))
		}
	case 's', 'a':
		state.Set("standby", strconv.FormatBool(s.verb == 's'))
	case 'S':
		if !s.hasValue {
			return command.Fail(exitcode.Usage, "Must supply attribute value with -v for option -S")
		}
		if s.attr == "granted" && !s.force {
			return command.Fail(exitcode.Unsafe, guarded, s.ticket, "granted or revoked", "change", s.ticket)
		}
		state.Set(s.attr, s.value)
	case 'D', 'C':
		return s.remove(ctx, c, cluster, mine)
	}
	data := xmltree.New("status").Add(xmltree.New("tickets").Add(state))
	_, err := cluster.Apply(ctx, cib.Op{Kind: cib.OpModify, Section: "status", Data: data, AllowCreate: true})
	return done(c, err)
}

// remove takes an attribute, or the whole ticket, out of the status.
func (s *settings) remove(ctx context.Context, c *command.Call, cluster client.Cluster, mine *xmltree.Node) error {
	if mine == nil && s.verb == 'C' && s.force {
		return nil
	}
	if mine == nil && s.verb == 'C' {
		return command.Fail(exitcode.NoSuch, "No such ticket '%s'", s.ticket)
	}
	if s.verb == 'C' {
		if option.True(mine.Get("granted")) && !s.force {
			return command.Fail(exitcode.InsufficientPriv, "Ticket '%s' is granted: use --force to forget it", s.ticket)
		}
		_, err := cluster.Apply(ctx, cib.Op{Kind: cib.OpDelete, Section: "status", Data: xmltree.New("ticket_state", "id", s.ticket)})
		return done(c, err)
	}
	if s.attr == "granted" && !s.force {
		return command.Fail(exitcode.Unsafe, guarded, s.ticket, "granted or revoked", "change", s.ticket)
	}
	if mine == nil {
		return command.Fail(exitcode.NoSuch, "No such ticket '%s'", s.ticket)
	}
	state := mine.Clone()
	state.Unset(s.attr)
	_, err := cluster.Apply(ctx, cib.Op{Kind: cib.OpReplace, Section: "status", Data: state})
	return done(c, err)
}

// done ends the command as the CIB answered: in the words that scripts know, and with what exactly was wrong for people.
func done(c *command.Call, err error) error {
	if err != nil {
		c.Explain(err)
		return command.Fail(exitcode.Of(err), "Error performing operation: %s", command.Reason(err))
	}
	return nil
}
