package crmreport

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/client"
	"pacer/exitcode"
	"pacer/messaging"
	"pacer/release"
	"pacer/tool/command"
	"pacer/tool/crmreport/collect"
)

// Applet is crm_report.
var Applet = applet.Applet{
	Names: []string{"crm_report"}, Run: Run, Graceful: true,
	Summary: "make an archive with what helps to find a problem", SummaryJapanese: "障害調査に必要な情報を全ノードから収集",
}

type report struct {
	*command.Call
	from, to, dest, cluster, user, rsh         string
	nodes, logs, masks, patterns               []string
	single, sos, directory, noSearch, features bool
	corosync, trace                            bool
	depth                                      string

	host    string
	told    strings.Builder // what goes into report.summary
	request api.Collect
	live    client.Cluster // nil when no node answers
	root    *os.Root
	have    []string // nodes whose part is here
}

// list makes an option that may come several times.
func list(to *[]string, long string, short byte, value, help string) command.Option {
	return command.With(func(v string) error { *to = append(*to, v); return nil }, long, short, value, help)
}

// Run is crm_report.
func Run(env applet.Env) exitcode.Code {
	r := &report{}
	words := func(v string) error { r.nodes = append(r.nodes, strings.Fields(v)...); return nil }
	began := false
	code := command.Run(env, command.Spec{
		Name: "crm_report", Synopsis: "[DEST]", TakesWords: true, Abbreviate: true, VersionShort: 'v',
		Summary: "crm_report - Create archive of everything needed when reporting cluster problems\n\n" +
			"It collects from all nodes through the cluster. Values of parameters like passwords are masked,\nkeys are never in it.",
		Options: append([]command.Option{
			command.Text(&r.from, "from", 'f', "TIME", "(Required) Time prior to problems beginning (as \"YYYY-M-D H:M:S\")"),
			command.Text(&r.to, "to", 't', "TIME", "Time at which all problems were resolved (default: now)"),
			command.With(words, "nodes", 'n', "NODES", "Names of the nodes to collect from (default: all; \"a b\" or several times)"),
			command.Flag(&r.single, "single-node", 'S', "Collect from this node only"),
			command.Flag(&r.noSearch, "no-search", 'M', "Do not search for logs"),
			list(&r.logs, "logfile", 'l', "FILE", "Another log to take (several times)"),
			list(&r.masks, "mask", 'p', "PATT", "Another regular expression for names of parameters to mask (default: passw.* and the like)"),
			list(&r.patterns, "pattern", 'L', "PATT", "Another regular expression for lines of logs to list (default: CRIT: ERROR: alarm)"),
			command.Text(&r.rsh, "rsh", 'e', "COMMAND", "A command like \"ssh -T\" for nodes that the cluster does not reach (default: none)"),
			command.Text(&r.user, "user", 'u', "USER", "The user for that command (default: root)"),
			command.Flag(&r.directory, "as-directory", 'd', "Leave the result as a directory instead of an archive"),
			command.Flag(&r.sos, "sos-mode", 's', "This node only, as sosreport calls it"),
			command.Text(&r.dest, "dest", 0, "DEST", "Where the result goes: a directory or, with .tar.gz behind it, an archive"),
			command.Flag(&r.features, "features", 0, "Show the supported features"),
		}, command.Hide(
			command.With(words, "node", 0, "NODES", ""),
			command.Text(&r.cluster, "cluster", 'c', "TYPE", ""),
			command.Flag(&r.corosync, "corosync", 'C', ""),
			command.Text(&r.depth, "max-depth", 'D', "DEPTH", ""),
			command.Flag(&r.trace, "trace", 'x', ""))...),
	}, func(c *command.Call) error {
		began, r.Call = true, c
		return r.run()
	})
	if (!began || len(env.Args) == 0) && code == exitcode.Usage {
		// What cannot be understood is answered with the help, and is no failure, as ever.
		env.Args = []string{"--help"}
		return Run(env)
	}
	return code
}

// log tells the user, and the report, what happens.
func (r *report) log(format string, args ...any) {
	line := fmt.Sprintf("%-10s  %s", r.host+":", fmt.Sprintf(format, args...))
	fmt.Fprintln(r.Env.Stderr, line)
	fmt.Fprintln(&r.told, line)
}

// fail ends the report with a message.
func (r *report) fail(format string, args ...any) error {
	r.log("ERROR: "+format, args...)
	return command.Exit(exitcode.Error)
}

func (r *report) run() error {
	r.host, _ = os.Hostname()
	r.host, _, _ = strings.Cut(r.host, ".")
	switch {
	case r.features:
		r.Out.Line("%s-%s: agent-manpages cibsecrets corosync-ge-2 lha monotonic ncurses", release.Pacemaker, release.Version)
		return nil
	case len(r.Env.Args) == 0:
		return command.Exit(exitcode.Usage)
	}
	if err := r.understand(); err != nil {
		return err
	}
	cluster, err := client.Live(r.Source())
	if err == nil {
		r.live = cluster
		defer cluster.Close()
	}
	self := collect.Name(r.Env)
	nodes := r.nodes
	if len(nodes) == 0 {
		if nodes = r.findNodes(self); len(nodes) == 0 {
			return r.fail("Cannot determine nodes; specify --nodes or --single-node")
		}
	}
	return r.make(self, nodes)
}

// understand reads what was asked for.
func (r *report) understand() error {
	now := r.Env.Now()
	from, err := when(r.from, now)
	if err != nil {
		if r.from != "" {
			r.log("ERROR: %s", err)
		}
		return r.fail("Not sure what to do, no tests or time ranges to extract")
	}
	to := now
	if r.to != "" {
		if to, err = when(r.to, now); err != nil {
			r.log("WARN: %s; taking all up to now", err)
			to = now
		}
	}
	if to.Before(from) {
		return r.fail("--to (%s) is before --from (%s)", to.Format(time.DateTime), from.Format(time.DateTime))
	}
	r.request = api.Collect{From: from, To: to, Mask: r.masks, Logs: r.logs, NoSearch: r.noSearch}
	for _, p := range r.patterns {
		r.request.Patterns = append(r.request.Patterns, strings.Fields(p)...)
	}
	if _, err := collect.NewMask(r.masks); err != nil {
		return r.fail("-p: %s", err)
	}
	if len(r.Words) > 0 {
		r.dest = r.Words[0]
	}
	return nil
}

// findNodes are this node alone where that is wanted, or the nodes that the cluster, or where none runs its configuration, knows.
func (r *report) findNodes(self string) []string {
	if r.single || r.sos {
		return []string{self}
	}
	var out []string
	if r.live != nil {
		if info, err := r.live.Node(r.Env.Context); err == nil {
			for _, p := range info.Peers {
				out = append(out, p.Name)
			}
		}
	}
	if conf, err := messaging.LoadConfig(r.Env.Places); err == nil && len(out) == 0 {
		for _, n := range conf.Nodes {
			out = append(out, n.Name)
		}
	}
	if doc, err := client.ReadCIB(filepath.Join(r.Env.Places.CIBDir(), "cib.xml"), nil); err == nil && len(out) == 0 {
		for n := range doc.Root().Path("configuration", "nodes").Elements("node") {
			out = append(out, n.Get("uname"))
		}
	}
	if len(out) > 0 {
		out = append(out, self) // Whatever the others call it.
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// make collects from the nodes and puts the result in its place.
func (r *report) make(self string, nodes []string) error {
	dest := cmp.Or(strings.TrimSuffix(r.dest, suffix), "pcmk-"+r.Env.Now().Format("Mon-02-Jan-2006"))
	if _, err := os.Lstat(dest); err == nil {
		return r.fail("Output directory %s already exists, specify an alternate name with --dest", dest)
	}
	if err := os.MkdirAll(dest, 0o700); err != nil {
		return r.fail("Cannot make the directory %s: %s", dest, client.Reason(err))
	}
	done := false
	defer func() {
		if !done || !r.directory {
			_ = os.RemoveAll(dest)
		}
	}()
	var err error
	if r.root, err = os.OpenRoot(dest); err != nil {
		return r.fail("%s", err)
	}
	defer r.root.Close()
	r.log("Collecting data from %s (%s to %s)", strings.Join(nodes, " "), r.request.From.Format("01/02/06 15:04:05"), r.request.To.Format("01/02/06 15:04:05"))
	for _, n := range nodes {
		if err := r.node(self, n); err != nil {
			if r.Env.Context.Err() != nil {
				return r.fail("Interrupted")
			}
			r.log("WARN: nothing from %s: %s", n, err)
			continue
		}
		r.have = append(r.have, n)
	}
	if len(r.have) == 0 {
		return r.fail("No node could be collected from")
	}
	if err := r.conclude(); err != nil {
		return r.fail("%s", err)
	}
	result := dest
	if !r.directory {
		result += suffix
		if err := pack(r.root, filepath.Base(dest), result); err != nil {
			return r.fail("Cannot write %s: %s", result, client.Reason(err))
		}
	}
	done = true
	if whole, err := filepath.Abs(result); err == nil {
		result = whole
	}
	r.log("")
	r.log("Collected results are available in %s", result)
	r.log("")
	return nil
}

// suffix ends the name of an archive.
const suffix = ".tar.gz"

// node collects from one node: here by ourselves if root asks, else through the cluster, else by command.
func (r *report) node(self, name string) error {
	if !safeName(name) {
		return fmt.Errorf("%q is no name of a node", name)
	}
	if err := r.root.MkdirAll(name, 0o700); err != nil {
		return err
	}
	dir, err := r.root.OpenRoot(name)
	if err != nil {
		return err
	}
	defer dir.Close()
	request := r.request
	request.Node = name
	if name == self && (os.Geteuid() == 0 || r.live == nil) {
		return collect.Node(r.Env, request, into(dir))
	}
	var why error = &api.Error{Code: exitcode.Disconnect, Message: "the cluster is not running here"}
	if r.live != nil {
		if why = throughCluster(r.Env.Context, r.live, request, into(dir)); why == nil {
			return nil
		}
	}
	if r.rsh == "" {
		return fmt.Errorf("%w (where the cluster does not reach it, -e \"ssh -T\" may)", why)
	}
	r.log("%s is not reached through the cluster (%s); trying %s", name, why, r.rsh)
	return byCommand(r.Env.Context, r.rsh, cmp.Or(r.user, "root"), request, into(dir))
}

// safeName are names that can be a directory.
func safeName(name string) bool {
	return harmless(name) && !strings.Contains(name, "/") && name != "." && !strings.HasPrefix(name, "-")
}
