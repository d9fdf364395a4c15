// Package crmsimulate is crm_simulate: what would the cluster do? It reads a CIB, makes things happen in it, and shows what
// the scheduler decides and how the cluster looks afterwards. Package simulate does the work; here are the options (this
// file), where the CIB comes from and whether it can be used (input.go), the files that are written (save.go), and the
// measurement of whole directories (profile.go).
package crmsimulate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pacer/applet"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/note"
	"pacer/simulate"
	"pacer/tool/command"
)

// Applet is crm_simulate.
var Applet = applet.Applet{
	Names: []string{"crm_simulate"}, Run: Run, Brief: true,
	Summary: "show what the cluster would do", SummaryJapanese: "クラスタが行う動作のシミュレーション",
}

type settings struct {
	o    simulate.Options
	show simulate.Show

	// file is where the CIB is: "-", standard input, unless something else is asked for; "" is the cluster that the environment names.
	file          string
	inPlace       bool
	profile       string
	repeat        int
	saveInput     string
	saveOutput    string
	graph         string
	dot           string
	ignored       bool
	run, simulate bool
}

// Run is crm_simulate.
func Run(env applet.Env) exitcode.Code {
	s := &settings{repeat: 1, file: "-"}
	s.o.Sanitized, s.o.Lang = true, note.LanguageOf(env.Getenv)
	return command.Run(env, command.Spec{
		Name: "crm_simulate", OutputCode: exitcode.NoSuch,
		Summary: "crm_simulate - simulate a Pacemaker cluster's response to events\n\n" + specHelp,
		Groups: []command.Group{
			{Key: "operations", Title: "Operations:", Description: "operations options"},
			{Key: "synthetic", Title: "Synthetic Cluster Events:", Description: "synthetic cluster event options"},
			{Key: "artifact", Title: "Artifact Options:", Description: "artifact options"},
			{Key: "source", Title: "Data Source:", Description: "data source options"},
		},
		Options:    s.options(env),
		TakesWords: true, // They mean nothing; body says so.
	}, s.body)
}

const specHelp = `An OPSPEC is RESOURCE_TASK_INTERVAL@NODE=RC, with the interval in milliseconds and RC an OCF return code:
memcached_monitor_20000@bart.example.com=7.`

func (s *settings) options(env applet.Env) []command.Option {
	e := &s.o.Events
	many := func(list *[]string, long string, short byte, value, help string) command.Option {
		return command.With(func(v string) error { *list = append(*list, v); return nil }, long, short, value, help)
	}
	// What the CIB was taken from decides whether its private parameters can be trusted.
	from := func(file string, kept bool) { s.file, s.o.Sanitized = file, kept }
	options := command.In("operations",
		command.Flag(&s.run, "run", 'R', "Decide on the input and show the decisions"),
		command.Flag(&s.simulate, "simulate", 'S', "Decide, pretend to do it, and show the cluster afterwards"),
		command.Flag(&s.inPlace, "in-place", 'X', "As --simulate, and write the outcome to the input file"),
		command.Flag(&s.show.Attributes, "show-attrs", 'A', "Show node attributes"),
		command.Flag(&s.show.FailCounts, "show-failcounts", 'c', "Show the fail counts of resources"),
		command.Flag(&s.o.Scores, "show-scores", 's', "Show the scores"),
		command.Flag(&s.o.Utilization, "show-utilization", 'U', "Show utilization"),
		command.Flag(&s.o.Why, "why", 0, "Show why it is decided so; pacer why asks about one resource"),
		command.Text(&s.profile, "profile", 'P', "DIR", "Time the decisions on all XML files of a directory"),
		command.Number(&s.repeat, "repeat", 'N', "N", "With --profile: decide N times on each file"))
	options = append(options, command.In("synthetic",
		many(&e.Up, "node-up", 'u', "NODE", "Bring a node online"),
		many(&e.Down, "node-down", 'd', "NODE", "Take a node offline cleanly"),
		many(&e.Fail, "node-fail", 'f', "NODE", "Let a node fail"),
		many(&e.Operations, "op-inject", 'i', "OPSPEC", "Put the result of an operation into the history"),
		command.With(func(v string) error { s.addFailure(env, v); return nil }, "op-fail", 'F', "OPSPEC", "Pretend, and let an operation fail if the transition has it"),
		command.With(func(v string) error { s.setDate(env, v); return nil }, "set-datetime", 't', "DATETIME", "Decide for this time (ISO 8601)"),
		command.Text(&e.Quorum, "quorum", 'q', "BOOLEAN", "Whether the cluster has quorum"),
		command.Text(&e.Watchdog, "watchdog", 'w', "BOOLEAN", "Whether the cluster has a watchdog"),
		many(&e.Grant, "ticket-grant", 'g', "TICKET", "Grant a ticket"),
		many(&e.Revoke, "ticket-revoke", 'r', "TICKET", "Revoke a ticket"),
		many(&e.Wait, "ticket-standby", 'b', "TICKET", "Make a ticket standby"),
		many(&e.Active, "ticket-activate", 'e', "TICKET", "Make a ticket active"))...)
	options = append(options, command.In("artifact",
		command.Text(&s.saveInput, "save-input", 'I', "FILE", "Write the input, events included, to a file"),
		command.Text(&s.saveOutput, "save-output", 'O', "FILE", "Write the outcome to a file"),
		command.Text(&s.graph, "save-graph", 'G', "FILE", "Write the transition graph to a file as XML"),
		command.Text(&s.dot, "save-dotfile", 'D', "FILE", "Write the transition graph to a file as dot"),
		command.Flag(&s.o.DrawAll, "all-actions", 'a', "Put also actions that are not needed into the dot file"))...)
	options = append(options, command.In("source",
		command.Do(func() { from("", false) }, "live-check", 'L', "Take the CIB of the running cluster"),
		command.With(func(v string) error { from(v, true); return nil }, "xml-file", 'x', "FILE",
			"Take the CIB from a file (\"-\" for stdin)"),
		command.Do(func() { from("-", true) }, "xml-pipe", 'p', "Take the CIB from stdin"))...)
	options = append(options, command.Flag(&s.show.Quiet, "quiet", 'Q', "Show only what was asked for"))
	return append(options, command.Hide(command.Flag(&s.ignored, "pending", 'j', ""))...)
}

// addFailure lets an operation fail. What is no OPSPEC is told and fits no operation, as ever.
func (s *settings) addFailure(env applet.Env, text string) {
	s.simulate = true
	f, err := simulate.ParseSpec(text)
	if err != nil {
		fmt.Fprintf(env.Stderr, "crm_simulate: --op-fail is ignored: %s\n", err)
		return
	}
	s.o.Failures = append(s.o.Failures, f)
}

// setDate sets the time of the decision. What is no time is told and changes nothing, as ever.
func (s *settings) setDate(env applet.Env, text string) {
	now := env.Now()
	// Without a zone, local time is meant: with the offset of today, not of that date.
	name, offset := now.Zone()
	t, err := isotime.Time(text, time.FixedZone(name, offset))
	if err != nil {
		fmt.Fprintf(env.Stderr, "crm_simulate: --set-datetime is ignored: %s\n", err)
		return
	}
	s.o.Date, s.o.DateText = t, text
}

func (s *settings) body(c *command.Call) error {
	if len(c.Words) > 0 {
		c.Out.Err("crm_simulate: these words belong to no option and are ignored: %s", strings.Join(c.Words, " "))
	}
	if s.profile != "" {
		return s.profileDir(c)
	}
	if path, err := s.outcome(c); err != nil || s.inPlace && (path == "" || path == "-") {
		return command.Fail(exitcode.Usage, "--in-place writes the outcome to the input file: name one with --xml-file")
	}
	doc, err := s.input(c)
	if err != nil {
		return err
	}
	s.o.CIB, s.o.Now = doc.Root(), c.Env.Now()
	s.o.Run = s.simulate || s.inPlace || s.saveOutput != ""
	s.o.Plan = s.o.Run || s.run || s.o.Scores || s.o.Utilization || s.o.Why || s.graph != "" || s.dot != ""
	s.o.Look = c.Out.XML() || c.Out.Plain() && !s.show.Quiet
	s.o.Draw, s.o.DrawIDs = s.dot != "", c.Verbose > 0
	res, err := simulate.Run(&s.o)
	tell(c, res.Messages)
	if err != nil {
		code := exitcode.Config
		if unknown := (*simulate.UnknownNode)(nil); errors.As(err, &unknown) {
			code = exitcode.NoSuch
		}
		return command.Fail(code, "%s", err)
	}
	if c.Out.Plain() {
		c.Out.Raw(string(res.Text(&s.o, s.show)))
	}
	if c.Out.XML() {
		c.Out.Add(res.XML(&s.o, s.show)...)
	}
	for _, p := range res.Problems() {
		c.Out.Err("%s", p)
	}
	if err := s.save(c, res); err != nil {
		return err
	}
	if res.Invalid {
		return command.Exit(exitcode.Error)
	}
	return nil
}

// tell writes findings to stderr, as many as -V asks for: none, errors, warnings, notices, all. PCMK_stderr asks for errors, and
// PCMK_trace_functions for those of its topics.
func tell(c *command.Call, list []cluster.Message) {
	verbose := c.Verbose
	if c.Loud() {
		verbose = max(verbose, 1)
	}
	traced := strings.Split(c.Env.Getenv("PCMK_trace_functions"), ",")
	for _, m := range list {
		level, word := 4, "info"
		switch m.Level {
		case cluster.Error, cluster.Config:
			level, word = 1, "error"
		case cluster.Warning, cluster.ConfigWarning:
			level, word = 2, "warning"
		case cluster.Notice:
			level, word = 3, "notice"
		}
		if verbose >= level || c.Loud() && m.Topic != "" && slices.Contains(traced, m.Topic) {
			c.Out.Err("%s: %s", word, m.Text)
		}
	}
}
