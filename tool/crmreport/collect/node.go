package collect

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/messaging"
	"pacer/secret"
	"pacer/xmltree"
)

// Sink takes a file of the report. Name is relative to the node's directory, at the time of its last change.
type Sink func(name string, at time.Time, text []byte) error

// maxFile limits one file of a report.
const maxFile = 16 << 20

// node is one run of the collector.
type node struct {
	env  applet.Env
	r    api.Collect
	mask *Mask
	out  Sink
	now  time.Time

	name    string
	live    client.Cluster // nil when there is none
	cib     *cib.Document  // nil when there is none; not masked
	cibFile string         // the masked configuration, for tools
	told    strings.Builder
	events  []logLine
	alarms  []logLine
	alarm   func([]byte) bool
	failed  error // of the sink
}

// Name is the name of this node as the cluster knows it, or where none runs as its configuration does, or the host's.
func Name(env applet.Env) string {
	if c, err := client.Live(source(env, false)); err == nil {
		defer c.Close()
		if info, err := c.Node(env.Context); err == nil {
			return info.Name
		}
	}
	if conf, err := messaging.LoadConfig(env.Places); err == nil {
		return conf.Self.Name
	}
	host, _ := os.Hostname()
	return host
}

// source is how the node is reached, or with a file what takes its place.
func source(env applet.Env, withFile bool) client.Source {
	getenv := env.Getenv
	if !withFile {
		getenv = func(name string) string {
			if strings.HasPrefix(name, "CIB_") && name != "CIB_user" {
				return ""
			}
			return env.Getenv(name)
		}
	}
	return client.Source{Getenv: getenv, Stdin: env.Stdin, Places: env.Places, Now: env.Now, Program: "crm_report"}
}

// Node collects what this node has. The error is one of the sink or of the request; what is missing is told in report.out.
func Node(env applet.Env, r api.Collect, out Sink) error {
	mask, err := NewMask(r.Mask)
	if err != nil {
		return err
	}
	alarm, err := isAlarm(r.Patterns)
	if err != nil {
		return err
	}
	n := &node{env: env, r: r, mask: mask, out: out, now: env.Now(), name: r.Node, alarm: alarm}
	dir, err := os.MkdirTemp("", "crm_report-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if n.live, err = client.Live(source(env, false)); err == nil {
		defer n.live.Close()
	}
	n.learnSecrets()
	n.configuration(dir)
	n.clusterFiles()
	n.inputs()
	n.tools()
	n.system()
	n.logs()
	n.add("events.txt", sorted(append(n.events, n.history()...), maxEvents))
	n.add("analysis.txt", append([]byte("Log pattern matches from "+n.name+":\n"), sorted(n.alarms, maxAlarms)...))
	n.add("report.out", []byte(n.told.String()))
	return n.failed
}

// tell notes what is worth knowing about the report itself.
func (n *node) tell(format string, args ...any) { fmt.Fprintf(&n.told, format+"\n", args...) }

// add masks a file and hands it on; nothing is made of an empty one.
func (n *node) add(name string, text []byte) { n.addFrom(name, n.now, text) }

func (n *node) addFrom(name string, at time.Time, text []byte) {
	if len(text) > maxFile {
		n.tell("%s: only the first %d bytes of %d are here", name, maxFile, len(text))
		text = text[:maxFile]
	}
	n.put(name, at, n.mask.Text(text))
}

// put hands on what is masked.
func (n *node) put(name string, at time.Time, text []byte) {
	if n.failed != nil || len(text) == 0 {
		return
	}
	if err := n.env.Context.Err(); err != nil {
		n.failed = context.Cause(n.env.Context)
		return
	}
	n.failed = n.out(name, at, text)
}

// learnSecrets makes sure that no value of a secret of this node is in the report, wherever it may stand.
func (n *node) learnSecrets() {
	values, problems := secret.Store{Dir: n.env.Places.Secrets()}.All()
	for _, v := range values {
		n.mask.Learn(v.Value)
	}
	for _, p := range problems {
		n.tell("secrets: %s", p)
	}
	var names strings.Builder
	for _, v := range values {
		fmt.Fprintln(&names, v.Name)
	}
	n.add("secrets.txt", []byte(names.String()))
}

// configuration takes the CIB from the node, or from its disk.
func (n *node) configuration(dir string) {
	path := n.env.Places.CIBDir() + "/cib.xml"
	at := n.now
	running := "STOPPED"
	var err error
	if n.live != nil {
		running = "RUNNING"
		if n.cib, err = n.live.CIB(n.env.Context); err != nil {
			n.tell("the node answers, but has no configuration: %s", err)
		}
	}
	n.add(running, []byte(n.name+"\n"))
	if n.cib == nil {
		if n.live == nil {
			n.tell("the cluster is not running here: what only a running node knows is missing, and cib.xml is that of the disk")
		}
		if n.cib, err = client.ReadCIB(path, nil); err != nil {
			n.tell("cib.xml: %s", err)
			if text, err := os.ReadFile(path); err == nil {
				n.add("cib.damaged", text)
			}
			return
		}
		if st, err := os.Stat(path); err == nil {
			at = st.ModTime()
		}
		if newer(n.env.Places.CIBDir()+"/cib.journal", at) {
			n.tell("cib.xml: the journal is newer; the node will have more changes once it is started")
		}
	}
	masked := n.mask.XML(n.cib.Root()).Pretty(nil)
	n.cibFile = dir + "/cib.xml"
	if err := os.WriteFile(n.cibFile, n.mask.Text(masked), 0o600); err != nil {
		n.tell("%s", err)
		n.cibFile = ""
	}
	n.addFrom("cib.xml", at, masked)
}

func newer(path string, than time.Time) bool {
	st, err := os.Stat(path)
	return err == nil && st.ModTime().After(than)
}

// maskXML masks a document, or as text what is none.
func (n *node) maskXML(text []byte) []byte {
	root, err := xmltree.Parse(text)
	if err != nil {
		return text // Everything is masked as text besides.
	}
	return n.mask.XML(root).Pretty(nil)
}

func (n *node) history() []logLine {
	if n.cib == nil {
		return nil
	}
	return operations(n.cib.Root(), n.name, n.r.From, n.r.To)
}

// run lets a tool work in this process and returns what it prints.
func (n *node) run(run func(applet.Env) int, file bool, args ...string) []byte {
	env := n.env
	var out bytes.Buffer
	env.Args, env.Stdin, env.Stdout, env.Stderr = args, strings.NewReader(""), &out, &out
	env.Getenv = func(name string) string {
		switch {
		case name == "CIB_file" && file:
			return n.cibFile
		case strings.HasPrefix(name, "CIB_"):
			return ""
		}
		return n.env.Getenv(name)
	}
	if code := run(env); code != 0 {
		fmt.Fprintf(&out, "(exit code %d)\n", code)
	}
	return out.Bytes()
}
