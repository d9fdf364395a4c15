// Package crmsimulate is crm_simulate: what would the cluster do? It reads a CIB, makes things happen in it, and shows what
// the scheduler decides and how the cluster looks afterwards. Package simulate does the work; here are the options, the
// files and the order of the output.
package crmsimulate

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/scheduler"
	"pacer/simulate"
	"pacer/tool/command"
)

// Applet is crm_simulate.
var Applet = applet.Applet{
	Names: []string{"crm_simulate"}, Run: Run,
	Summary: "show what the cluster would do", SummaryJapanese: "クラスタが行う動作のシミュレーション",
}

type settings struct {
	o simulate.Options

	file          string
	pipe, live    bool
	profile       string
	repeat        int
	inPlace       bool
	saveInput     string
	saveOutput    string
	graph, dot    string
	all, ignored  bool
	failures      []string
	run, simulate bool
}

// Run is crm_simulate.
func Run(env applet.Env) exitcode.Code {
	s := &settings{repeat: 1}
	e := &s.o.Events
	many := func(list *[]string, long string, short byte, value, help string) command.Option {
		return command.With(func(v string) error { *list = append(*list, v); return nil }, long, short, value, help)
	}
	options := command.In("operations",
		command.Flag(&s.run, "run", 'R', "Decide on the input and show the decisions"),
		command.Flag(&s.simulate, "simulate", 'S', "Decide, pretend to do it, and show the cluster afterwards"),
		command.Flag(&s.inPlace, "in-place", 'X', "As --simulate, and write the outcome to the input file"),
		command.Flag(&s.o.Attributes, "show-attrs", 'A', "Show node attributes"),
		command.Flag(&s.o.FailCounts, "show-failcounts", 'c', "Show the fail counts of resources"),
		command.Flag(&s.o.Scores, "show-scores", 's', "Show the scores"),
		command.Flag(&s.o.Utilization, "show-utilization", 'U', "Show utilization"),
		command.Text(&s.profile, "profile", 'P', "DIR", "Time the decisions on all XML files of a directory"),
		command.Number(&s.repeat, "repeat", 'N', "N", "With --profile: decide N times on each file"))
	options = append(options, command.In("synthetic",
		many(&e.Up, "node-up", 'u', "NODE", "Bring a node online"),
		many(&e.Down, "node-down", 'd', "NODE", "Take a node offline cleanly"),
		many(&e.Fail, "node-fail", 'f', "NODE", "Let a node fail"),
		many(&e.Operations, "op-inject", 'i', "OPSPEC", "Put the result of an operation into the history"),
		many(&s.failures, "op-fail", 'F', "OPSPEC", "Let an operation fail if the transition has it"),
		command.With(func(v string) error { return s.setDate(v, env.Now()) }, "set-datetime", 't', "DATETIME", "Decide for this time (ISO 8601)"),
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
		command.Flag(&s.all, "all-actions", 'a', "Put also actions that are not needed into the dot file"))...)
	options = append(options, command.In("source",
		command.Flag(&s.live, "live-check", 'L', "Take the CIB of the running cluster"),
		command.Text(&s.file, "xml-file", 'x', "FILE", "Take the CIB from a file (\"-\" for stdin)"),
		command.Flag(&s.pipe, "xml-pipe", 'p', "Take the CIB from stdin"))...)
	options = append(options, command.Flag(&s.o.Quiet, "quiet", 'Q', "Show only what was asked for"))
	options = append(options, command.Hide(command.Flag(&s.ignored, "pending", 'j', ""))...)
	return command.Run(env, command.Spec{
		Name: "crm_simulate", Summary: "crm_simulate - simulate a Pacemaker cluster's response to events\n\n" + specHelp,
		Groups: []command.Group{
			{Key: "operations", Title: "Operations:", Description: "operations options"},
			{Key: "synthetic", Title: "Synthetic Cluster Events:", Description: "synthetic cluster event options"},
			{Key: "artifact", Title: "Artifact Options:", Description: "artifact options"},
			{Key: "source", Title: "Data Source:", Description: "data source options"},
		},
		Options: options,
	}, s.body)
}

const specHelp = `An OPSPEC is RESOURCE_TASK_INTERVAL@NODE=RC, with the interval in milliseconds and RC an OCF return code:
memcached_monitor_20000@bart.example.com=7.`

func (s *settings) setDate(text string, now time.Time) error {
	// Without a zone, local time is meant: with the offset of today, not of that date.
	name, offset := now.Zone()
	t, err := isotime.Time(text, time.FixedZone(name, offset))
	if err != nil {
		return command.Fail(exitcode.Usage, "Cannot parse date/time %q: %s", text, err)
	}
	s.o.Date, s.o.DateText = t, text
	return nil
}

func (s *settings) body(c *command.Call) error {
	for _, spec := range s.failures {
		f, err := simulate.ParseSpec(spec)
		if err != nil {
			return command.Fail(exitcode.Usage, "%s", err)
		}
		s.o.Failures = append(s.o.Failures, f)
	}
	if s.profile != "" {
		return s.profileDir(c)
	}
	if s.all {
		c.Out.Err("crm_simulate: --all-actions: actions that are not needed are not drawn yet; the rest is")
	}
	doc, err := s.input(c)
	if err != nil {
		return err
	}
	root := doc.Root()
	if err := usable(c, doc); err != nil {
		return err
	}
	s.o.CIB, s.o.Now = root, c.Env.Now()
	s.o.Run = s.simulate || s.inPlace || s.saveOutput != "" && !s.run
	s.o.Plan = s.o.Run || s.run || s.graph != "" || s.dot != ""
	var out bytes.Buffer
	quiet := s.o.Quiet
	if !c.Out.Plain() {
		s.o.Quiet = true
	}
	res, err := simulate.Run(&s.o, &out)
	s.o.Quiet = quiet
	if err != nil {
		return command.Fail(exitcode.Config, "%s", err)
	}
	c.Out.Raw(out.String())
	if c.Out.XML() {
		c.Out.Add(res.XML(&s.o.Events, s.o.Scores)...)
	}
	tell(c, res.Messages)
	if err := s.save(c, res); err != nil {
		return err
	}
	if res.Invalid {
		return command.Fail(exitcode.Error, "")
	}
	return nil
}

// input reads the CIB from where the options say.
func (s *settings) input(c *command.Call) (*cib.Document, error) {
	switch {
	case s.pipe:
		return client.ReadCIB("-", c.Env.Stdin)
	case s.file != "":
		return client.ReadCIB(s.file, c.Env.Stdin)
	}
	cl, err := c.Open()
	if err != nil {
		return nil, err
	}
	defer cl.Close()
	return cl.CIB(context.Background())
}

// usable refuses documents that are not valid or that nobody can check.
func usable(c *command.Call, doc *cib.Document) error {
	v, there := doc.Root().Lookup("validate-with")
	switch {
	case !there:
		return command.Fail(exitcode.Config, "The CIB has no validate-with attribute")
	case v == "none":
		c.Out.Err("Schema validation of configuration is disabled (support for validate-with set to \"none\" is deprecated " +
			"and will be removed in a future release)")
	case !knownSchema(v):
		return command.Fail(exitcode.Config, "The CIB wants schema %q, which is not known", v)
	default:
		wrong := 0
		for _, p := range cib.Validate(doc) {
			if !p.Warning {
				c.Out.Err("%s", p)
				wrong++
			}
		}
		if wrong > 0 {
			return command.Fail(exitcode.Config, "The configuration is not valid; crm_verify -V tells more")
		}
	}
	return nil
}

// knownSchema tells whether validate-with names a schema that exists.
func knownSchema(name string) bool {
	version, ok := strings.CutPrefix(name, "pacemaker-")
	if !ok {
		return false
	}
	major, minor, ok := strings.Cut(version, ".")
	n, err := strconv.Atoi(minor)
	last, known := map[string]int{"1": 3, "2": 10, "3": 10, "4": 0}[major]
	return ok && err == nil && known && n >= 0 && n <= last
}

// tell writes findings to stderr, as many as -V asks for: none, errors, warnings, notices, all.
func tell(c *command.Call, list []cluster.Message) {
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
		verbose := c.Verbose
		if v := c.Env.Getenv("PCMK_stderr"); v == "1" || v == "yes" || v == "true" {
			verbose = max(verbose, 3)
		}
		if verbose >= level {
			c.Out.Err("%s: %s", word, m.Text)
		}
	}
}

func (s *settings) save(c *command.Call, res *simulate.Result) error {
	write := func(path string, data []byte, what string) error {
		if path == "-" {
			c.Out.Raw(string(data))
			return nil
		}
		if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // As readable as the caller's umask says.
			return command.Fail(exitcode.CantCreate, "Could not write %s: %s", what, err)
		}
		return nil
	}
	if s.saveInput != "" {
		if err := write(s.saveInput, cib.New(res.Input).Bytes(), "the input"); err != nil {
			return err
		}
	}
	if s.dot != "" && res.Graph != nil {
		if err := write(s.dot, []byte(strings.Join(res.Dot, "\n")+"\n"), "the dot file"); err != nil {
			return err
		}
	}
	if s.graph != "" && res.Graph != nil {
		if err := write(s.graph, res.Graph.Append(nil), "the transition graph"); err != nil {
			return err
		}
	}
	if res.Output == nil {
		return nil
	}
	data := cib.New(res.Output).Bytes()
	if s.inPlace && s.file != "" && s.file != "-" {
		if err := write(s.file, data, "the outcome"); err != nil {
			return err
		}
	}
	if s.saveOutput != "" {
		return write(s.saveOutput, data, "the outcome")
	}
	return nil
}

// profileDir times the scheduler on all XML files of a directory.
func (s *settings) profileDir(c *command.Call) error {
	files, err := filepath.Glob(filepath.Join(s.profile, "*.xml"))
	if err != nil || len(files) == 0 {
		return command.Fail(exitcode.NoInput, "There are no XML files in %s", s.profile)
	}
	slices.Sort(files)
	for _, f := range files {
		doc, err := client.ReadCIB(f, c.Env.Stdin)
		if err != nil {
			return err
		}
		began := c.Env.Now()
		for range max(s.repeat, 1) {
			scheduler.Schedule(scheduler.Input{CIB: doc.Root(), Now: c.Env.Now(), ShowScores: s.o.Scores})
		}
		c.Out.Line("%s", fmt.Sprintf("* Testing %-60s %.2f secs", filepath.Base(f)+" ...", c.Env.Now().Sub(began).Seconds()))
	}
	return nil
}
