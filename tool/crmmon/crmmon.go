// Package crmmon is crm_mon: the state of the cluster, once or as it changes. Package status draws the picture; here are the
// options, the forms of output and the screen.
//
//	CIB, fencing ──status.Build──▶ picture ──┬─ once: text, XML, HTML
//	     ▲                                   └─ live: screen, drawn again on every event, a key or the interval
//	 events (client.Watch)
package crmmon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"pacer/api"
	"pacer/applet"
	"pacer/client"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/release"
	"pacer/status"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is crm_mon.
var Applet = applet.Applet{
	Names: []string{"crm_mon"}, Run: Run, Graceful: true,
	Summary: "show the state of the cluster", SummaryJapanese: "クラスタの状態を表示",
}

// The forms of output that only crm_mon has.
const (
	formatConsole command.Format = "console"
	formatHTML    command.Format = "html"
)

type settings struct {
	d        status.Dress
	xml      bool
	once     bool
	oldXML   bool
	plain    bool // no screen
	quiet    bool
	daemon   bool
	interval time.Duration
	page     status.Page
	cgi      bool
	pidFile  string
	file     string // -x
	agent    string
	receiver string
	watch    bool
	warn     bool           // whether unsafe configurations are worth a warning
	changes  []func() error // what -I, -U and the like do, in the order of the words
}

// Run is crm_mon.
func Run(env applet.Env) exitcode.Code {
	s := &settings{interval: 5 * time.Second}
	var ignored bool
	show := func(section status.Section, long string, short byte, help string) command.Option {
		return command.Do(func() {
			s.changes = append(s.changes, func() error { s.d.Show |= section; return nil })
		}, long, short, help)
	}
	later := func(f func(v string) error) func(string) error {
		return func(v string) error {
			s.changes = append(s.changes, func() error { return f(v) })
			return nil
		}
	}
	var banPrefix, fenceLevel string
	options := command.In("display",
		command.With(later(func(v string) error { return s.include(v, true) }), "include", 'I', "SECTION(s)", "Show also these sections (\"list\" names them)"),
		command.With(later(func(v string) error { return s.include(v, false) }), "exclude", 'U', "SECTION(s)", "Leave these sections out"),
		command.Text(&s.d.Node, "node", 0, "NODE", "Show only what has to do with a node or a tag of nodes"),
		command.Text(&s.d.Resource, "resource", 0, "RSC", "Show only what has to do with a resource or a tag of resources"),
		command.Flag(&s.d.ByNode, "group-by-node", 'n', "List resources below their nodes"),
		command.Flag(&s.d.Inactive, "inactive", 'r', "Show also what is not active"),
		show(status.FailCounts, "failcounts", 'f', "Show fail counts"),
		show(status.Operations, "operations", 'o', "Show the history of operations"),
		command.Do(func() {
			s.d.Timing = true
			s.changes = append(s.changes, func() error { s.d.Show |= status.Operations; return nil })
		}, "timing-details", 't', "Show the history of operations with times"),
		show(status.TicketsSection, "tickets", 'c', "Show tickets"),
		command.Option{Long: "fence-history", Short: 'm', Arg: command.Optional, Value: "LEVEL",
			Help: "Show fencing: 0 nothing, 1 failed and pending, 2 also successful, 3 all of it",
			Set:  func(v string, given bool) error { fenceLevel = v; return later(s.fenceHistory)(levelOr2(v, given)) }},
		command.Option{Long: "neg-locations", Short: 'L', Arg: command.Optional, Value: "PREFIX",
			Help: "Show location constraints that keep resources away, all or those whose id begins so",
			Set: func(v string, _ bool) error {
				banPrefix = v
				s.changes = append(s.changes, func() error { s.d.Show |= status.BansSection; s.d.BanPrefix = banPrefix; return nil })
				return nil
			}},
		show(status.AttributesSection, "show-node-attributes", 'A', "Show node attributes"),
		command.Do(func() {
			s.changes = append(s.changes, func() error { s.d.Show &^= status.SummarySections | status.MaintMode; return nil })
		}, "hide-headers", 'D', "Leave the header out"),
		command.Flag(&s.d.Detail, "show-detail", 'R', "Show ids and every clone instance"),
		command.Flag(&s.d.Describe, "show-description", 0, "Show the descriptions of resources"),
		command.Flag(&s.d.Brief, "brief", 'b', "Count resources instead of listing them"))
	options = append(options, command.In("additional",
		command.With(s.setInterval, "interval", 'i', "TIMESPEC", "How often to look again (5 seconds)"),
		command.Flag(&s.once, "one-shot", '1', "Show the state once and end"),
		command.Flag(&s.daemon, "daemonize", 'd', "Run in the background (needs --output-to or --external-agent)"),
		command.Text(&s.pidFile, "pid-file", 'p', "FILE", "(Advanced) Where the background process writes its number"),
		command.Text(&s.agent, "external-agent", 'E', "FILE", "A program to run when something happens to resources"),
		command.Text(&s.receiver, "external-recipient", 'e', "RCPT", "A recipient to hand to that program"),
		command.Flag(&s.watch, "watch-fencing", 'W', "With --external-agent: run it also for fencing"))...)
	options = append(options, command.In("output",
		command.Flag(&s.cgi, "html-cgi", 0, "Add CGI headers (with --output-as=html)"),
		command.Text(&s.page.Stylesheet, "html-stylesheet", 0, "URI", "Use another style sheet (with --output-as=html)"),
		command.Text(&s.page.Title, "html-title", 0, "TITLE", "Title of the page (with --output-as=html)"),
		command.Flag(&ignored, "text-fancy", 0, "Accepted; text is always laid out as lists"))...)
	options = append(options, command.Flag(&s.quiet, "quiet", 'Q', "Show less"))
	options = append(options, command.Hide(
		command.Flag(&s.oldXML, "as-xml", 'X', ""),
		command.Text(&s.file, "xml-file", 'x', "FILE", ""),
		command.Flag(&ignored, "pending", 'j', ""),
		command.Flag(&s.plain, "disable-ncurses", 'N', ""))...)
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "crm_mon", Summary: "Show the state of the cluster, in little or great detail, once or as it changes.",
		Groups: []command.Group{
			{Key: "display", Title: "Display Options:", Description: "display options"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
		},
		Options: options, MoreFormats: []command.Format{formatConsole, formatHTML},
	}, func(c *command.Call) error { _ = fenceLevel; return s.body(c) })
}

func levelOr2(v string, given bool) string {
	if !given || v == "" {
		return "2"
	}
	return v
}

func (s *settings) setInterval(v string) error {
	d, err := isotime.Interval(v)
	if err != nil || d <= 0 {
		return command.Fail(exitcode.Usage, "Invalid value for -i: %s", v)
	}
	s.interval = d
	return nil
}

// fenceHistory chooses sections by the level of -m.
func (s *settings) fenceHistory(level string) error {
	n, err := strconv.Atoi(level)
	if err != nil || n < 0 || n > 3 {
		return fmt.Errorf("Fence history must be 0-3")
	}
	s.d.Show &^= status.AllFencing
	if n >= 1 {
		s.d.Show |= status.FencingFailed | status.FencingPending
	}
	if n >= 2 {
		s.d.Show |= status.FencingWorked
	}
	return nil
}

func (s *settings) body(c *command.Call) error {
	s.xml = c.Out.XML() || s.oldXML
	s.d.Show = usual(s.xml)
	if s.quiet {
		s.d.Show &^= status.Times
	}
	if s.xml {
		s.d.Inactive, s.d.Timing = true, true
	}
	for _, change := range s.changes {
		if err := change(); err != nil {
			return command.Fail(exitcode.Usage, "%s", err)
		}
	}
	if s.daemon {
		return s.background(c)
	}
	file := cmp.Or(s.file, c.Env.Getenv("CIB_file"))
	if c.Env.EndSoon != nil && (s.once || s.xml || file != "") {
		c.Env.EndSoon(file)
	}
	cl, err := s.open(c)
	if err != nil {
		return s.noCIB(c, err)
	}
	defer cl.Close()
	// A file runs nothing twice; a cluster can.
	s.warn = cl.Kind() == client.KindLive
	s.d.Unsafe = s.warn && s.d.Show&status.Counts != 0
	if s.agent != "" {
		return s.notify(c, cl)
	}
	switch {
	case s.once || s.xml || cl.Kind() != client.KindLive:
		return s.print(c, cl)
	case s.screen(c):
		return s.live(c, cl)
	}
	return s.repeat(c, cl)
}

// screen tells whether there is a terminal to draw on.
func (s *settings) screen(c *command.Call) bool {
	if s.once || s.plain || s.xml || c.Out.Format == formatHTML || c.Out.Format == command.FormatNone {
		return false
	}
	f, ok := c.Env.Stdout.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// open connects, to a file where one is named. Scripts know the words of a refusal.
func (s *settings) open(c *command.Call) (client.Cluster, error) {
	if s.file != "" {
		env := c.Env.Getenv
		c.Env.Getenv = func(name string) string {
			if name == "CIB_file" {
				return s.file
			}
			return env(name)
		}
	}
	cl, err := c.Open()
	if err == nil {
		return cl, nil
	}
	if exitcode.Of(err) == exitcode.Disconnect {
		if !s.once && !s.xml {
			return s.awaitCluster(c)
		}
		c.Out.Err("error: Could not connect to launcher: Connection refused")
		return nil, command.Fail(exitcode.Disconnect, "Connection to cluster failed: Connection refused")
	}
	return nil, err
}

// noCIB ends the command for a CIB that cannot be shown. One in a file that is missing or that is none ends with 0, as with the real
// command: those who watch by exit code want to know of the cluster. What is wrong is said all the same.
func (s *settings) noCIB(c *command.Call, err error) error {
	env := c.Env.Getenv
	var file *client.Error
	refused := exitcode.Of(err) == exitcode.InsufficientPriv && !errors.As(err, &file) // by access control lists
	if env("CIB_file") == "" && env("CIB_shadow") == "" || exitcode.Of(err) == exitcode.Disconnect || refused {
		return err
	}
	c.Out.Err("crm_mon: %s", err)
	return nil
}

// awaitCluster waits for the cluster to come up: who watches wants to see that too.
func (s *settings) awaitCluster(c *command.Call) (client.Cluster, error) {
	c.Out.Err("Waiting until cluster is available on this node ...")
	for wait(c.Env.Context, min(s.interval, time.Second)) {
		if cl, err := c.Open(); err == nil || exitcode.Of(err) != exitcode.Disconnect {
			return cl, err
		}
	}
	return nil, command.Fail(exitcode.Disconnect, "Connection to cluster failed: Connection refused")
}

// look takes a picture.
func look(ctx context.Context, cl client.Cluster, now time.Time) (*status.Status, error) {
	doc, err := cl.CIB(ctx)
	if err != nil {
		return nil, err
	}
	if doc, err = doc.Raised(); err != nil {
		return nil, command.Fail(exitcode.Config, "Upgrade failed: %s", err)
	}
	state, err := cluster.Unpack(doc.Root(), now)
	if err != nil {
		return nil, command.Fail(exitcode.Config, "%s", err)
	}
	extra := status.Extra{Updated: now}
	var info *api.NodeInfo
	if cl.Kind() == client.KindLive {
		if info, err = cl.Node(ctx); err == nil {
			extra.Origin = info.Name
		}
		if list, err := cl.FenceHistory(ctx); err == nil {
			extra.Fencing = fencing(list)
		}
	}
	st := status.Build(state, extra)
	if info != nil {
		st.Summary.PacemakerdState = "Pacemaker is running"
		for _, p := range info.Storage {
			st.Summary.Storage = append(st.Summary.Storage, p.String())
		}
		if st.Summary.Stack == "" {
			st.Summary.Stack = info.Stack
		}
	}
	return st, nil
}

func fencing(list []api.FenceRecord) []status.Fencing {
	out := make([]status.Fencing, len(list))
	for i, r := range list {
		out[i] = status.Fencing{Target: r.Target, Action: r.Action, Origin: r.Origin, Client: r.Client, Delegate: r.Delegate,
			State: r.State, Reason: r.ExitReason, Completed: r.Completed}
	}
	return out
}

// print shows the picture once.
func (s *settings) print(c *command.Call, cl client.Cluster) error {
	st, err := look(c.Env.Context, cl, c.Env.Now())
	if err != nil {
		return s.noCIB(c, err)
	}
	// Findings go where logs go, when somebody wants to see those.
	for _, m := range st.Errors {
		c.Log("error", m)
	}
	switch {
	case s.oldXML && !c.Out.XML():
		root := xmltree.New("crm_mon", "version", release.Pacemaker).Add(st.XML(s.d)...)
		_, err = c.Out.Write(root.Pretty(nil))
	case c.Out.XML():
		c.Out.Add(st.XML(s.d)...)
	case c.Out.Format == command.FormatNone:
	case c.Out.Format == formatHTML:
		if s.cgi {
			_, _ = io.WriteString(c.Out, "Content-Type: text/html\n\n")
		}
		_, err = c.Out.Write(st.HTML(nil, s.d, s.page))
	default:
		_, err = c.Out.Write(st.Text(nil, s.d))
	}
	return err
}

// repeat prints the picture again and again where there is no screen.
func (s *settings) repeat(c *command.Call, cl client.Cluster) error {
	s.page.Refresh = max(int(s.interval/time.Second), 1)
	for {
		if c.Out.Format == formatHTML {
			c.Out.Restart() // A page is one picture, a text is a log of pictures.
		}
		if err := s.print(c, cl); err != nil && c.Env.Context.Err() == nil {
			return err
		}
		c.Out.Flush()
		if !wait(c.Env.Context, s.interval) {
			return nil
		}
	}
}

// wait waits, shorter when the context ends; then it returns false.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// background starts this program again without a terminal, in a session of its own.
func (s *settings) background(c *command.Call) error {
	toFile := false
	for _, a := range c.Env.Args {
		toFile = toFile || strings.HasPrefix(a, "--output-to")
	}
	if s.agent == "" && !toFile {
		return command.Fail(exitcode.Usage, "--daemonize requires at least one of --output-to (with value not set to '-') and --external-agent")
	}
	self, err := os.Executable()
	if err != nil {
		return command.Fail(exitcode.OSErr, "%s", err)
	}
	cmd := exec.Command(self, foreground(c.Env.Args)...) //nolint:gosec // Our own program with our own arguments.
	cmd.Args[0] = "crm_mon"
	cmd.SysProcAttr = ownSession()
	if err := cmd.Start(); err != nil {
		return command.Fail(exitcode.OSErr, "Could not start in the background: %s", err)
	}
	if s.pidFile != "" {
		if err := os.WriteFile(s.pidFile, []byte(strconv.Itoa(cmd.Process.Pid)+"\n"), 0o644); err != nil { //nolint:gosec // Others read it.
			return command.Fail(exitcode.CantCreate, "Could not write %s: %s", filepath.Clean(s.pidFile), err)
		}
	}
	return cmd.Process.Release()
}

// foreground takes the options that ask for the background away.
func foreground(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "-d" || a == "--daemonize" || strings.HasPrefix(a, "--pid-file="):
		case a == "-p" || a == "--pid-file":
			i++
		default:
			out = append(out, a)
		}
	}
	return out
}
