package cibadmin

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/schema"
	"pacer/schema/upgrade"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is cibadmin.
var Applet = applet.Applet{
	Names: []string{"cibadmin"}, Run: Run, Brief: true,
	Summary: "query and edit the configuration as XML", SummaryJapanese: "構成 (XML) の表示と編集",
}

// verb is what a run does, by the short option.
type verb byte

// settings are the options of one run.
type settings struct {
	verb          verb
	emptySchema   string
	file, text    string
	pipe          bool
	scope, xpath  string
	force         bool
	timeout       int
	user          string
	access        accessForm
	score, create bool
	noChildren    bool
	paths         bool
}

// unsafe is said when a command needs --force.
const unsafe = "The supplied command is considered dangerous. To prevent accidental destruction of the cluster, the " +
	"--force flag is required in order to proceed."

// Run is cibadmin.
func Run(env applet.Env) exitcode.Code {
	s := &settings{verb: 'Q'}
	return command.Run(env, command.Spec{
		Name: "cibadmin", Summary: "cibadmin - the configuration and status as XML, read and changed",
		Groups: []command.Group{
			{Key: "commands", Title: "Commands:", Description: "command help"},
			{Key: "data", Title: "Data:", Description: "data help"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
			{Key: "deprecated", Title: "Deprecated Options:", Description: "deprecated options"},
		},
		Options: options(s),
	}, s.run)
}

func options(s *settings) []command.Option {
	do := func(v verb, long, help string) command.Option {
		return command.Do(func() { s.verb = v }, long, byte(v), help)
	}
	var ignored string
	var flag bool
	out := command.In("commands",
		do('Q', "query", "Print the CIB or a part of it (the default)"),
		do('C', "create", "Add an element; it must not be there yet"),
		do('M', "modify", "Merge an element into the one with its name and id"),
		do('R', "replace", "Put an element in the place of the one with its name and id"),
		do('D', "delete", "Delete the first element that matches"),
		do('d', "delete-all", "With --xpath: delete all elements that match"),
		do('P', "patch", "Apply an XML patch, as crm_diff makes it"),
		do('E', "erase", "Erase the whole CIB"),
		do('u', "upgrade", "Upgrade the configuration to the newest schema"),
		do('B', "bump", "Raise the epoch of the CIB"),
		command.Option{Long: "empty", Short: 'a', Arg: command.Optional, Value: "SCHEMA", Help: "Print an empty CIB",
			Set: func(v string, _ bool) error { s.verb, s.emptySchema = 'a', v; return nil }},
		do('5', "md5-sum", "Print the on-disk digest of a CIB"),
		do('6', "md5-sum-versioned", "Print the digest of a CIB that goes over the wire"))
	out = append(out, command.In("data",
		command.Text(&s.file, "xml-file", 'x', "FILE", "Take XML from this file"),
		command.Text(&s.text, "xml-text", 'X', "XML", "Take XML from this text"),
		command.Flag(&s.pipe, "xml-pipe", 'p', "Take XML from stdin"))...)
	out = append(out, command.In("additional",
		command.With(func(v string) error { s.scope, s.xpath = v, ""; return nil }, "scope", 'o', "SECTION",
			"Limit the command to one section"),
		command.With(func(v string) error { s.xpath, s.scope = v, ""; return nil }, "xpath", 'A', "XPATH",
			"Limit the command to the elements that match"),
		command.Flag(&s.force, "force", 'f', "Do it even if it is dangerous"),
		command.Number(&s.timeout, "timeout", 't', "SECONDS", "How long to wait for the answer (default 30)"),
		command.Text(&s.user, "user", 'U', "USER", "Act with the rights of this user"),
		command.Option{Long: "show-access", Short: 'S', Arg: command.Optional, Value: "FORM", Help: "Show what ACLs allow",
			Set: s.setAccess},
		command.Flag(&s.score, "score", 0, "Calculate with attribute values of the forms name++ and name+=N"),
		command.Flag(&s.create, "allow-create", 'c', "With --modify: create what is not there"),
		command.Flag(&s.noChildren, "no-children", 'n', "With --query: leave out the children"))...)
	return append(out, command.In("deprecated", command.Hide(
		command.Flag(&flag, "local", 'l', ""), command.Text(&ignored, "node", 'N', "NODE", ""),
		command.Flag(&s.paths, "node-path", 'e', ""), command.Flag(&flag, "sync-call", 's', ""), command.Flag(&flag, "update-status", 0, ""))...)...)
}

func (s *settings) run(c *command.Call) error {
	if s.access != accessNone {
		return s.showAccess(c)
	}
	if dangerous := s.verb == 'E' || s.verb == 'u' || s.verb == 'd'; dangerous && !s.force {
		return command.Fail(exitcode.Unsafe, unsafe)
	}
	if s.verb == 'd' && s.xpath == "" {
		return command.Fail(exitcode.Usage, "--delete-all requires --xpath")
	}
	if s.scope != "" && cib.SectionXPath(s.scope) == "" {
		return command.Fail(exitcode.NoSuch, "Invalid section name '%s'", s.scope)
	}
	data, err := s.data(c)
	if err != nil {
		return err
	}
	switch s.verb {
	case 'a':
		return s.empty(c)
	case '5', '6':
		return s.digest(c, data)
	}
	return s.operate(c, data)
}

// data reads the XML that was given, nil when there is none.
func (s *settings) data(c *command.Call) (*xmltree.Node, error) {
	var text []byte
	var source string
	switch {
	case s.file != "":
		source = s.file
		f, err := os.Open(s.file)
		if err != nil {
			return nil, command.Fail(exitcode.DataErr, "Couldn't read %s: %s", s.file, client.Reason(err))
		}
		defer f.Close()
		if text, err = limited(f); err != nil {
			return nil, command.Fail(exitcode.DataErr, "Couldn't read %s: %s", s.file, err)
		}
	case s.text != "":
		source, text = "input string", []byte(s.text)
	case s.pipe:
		source = "STDIN"
		var err error
		if text, err = limited(c.Env.Stdin); err != nil {
			return nil, command.Fail(exitcode.DataErr, "Couldn't read STDIN: %s", err)
		}
	default:
		return nil, nil
	}
	n, err := xmltree.Parse(text)
	if err != nil {
		return nil, command.Fail(exitcode.DataErr, "Couldn't parse input from %s: %s", source, command.Place(err))
	}
	return n, nil
}

func limited(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, client.MaxCIB+1))
	if err == nil && len(text) > client.MaxCIB {
		err = fmt.Errorf("it is larger than %d MiB", client.MaxCIB>>20)
	}
	return text, err
}

func (s *settings) empty(c *command.Call) error {
	root := cib.Empty().Root().Clone().Set("epoch", "1")
	if s.emptySchema != "" {
		root.Set("validate-with", s.emptySchema)
	}
	s.print(c, root)
	return nil
}

func (s *settings) print(c *command.Call, n *xmltree.Node) {
	text := string(n.Pretty(nil))
	c.Out.Raw(text)
	c.Out.CDATA("output", text)
}

// digest prints the digest of what was given; only that of the form on the wire may be asked of the running configuration.
func (s *settings) digest(c *command.Call, data *xmltree.Node) error {
	if data == nil && s.verb == '5' {
		return command.Fail(exitcode.Usage, "--md5-sum needs a CIB: give one with --xml-file, --xml-text or --xml-pipe")
	}
	if data == nil {
		cluster, err := c.Open()
		if err != nil {
			return connectError(c, err)
		}
		defer cluster.Close()
		doc, err := cluster.CIB(c.Env.Context)
		if err != nil {
			return callFailed(c, err)
		}
		data = doc.Root()
	}
	sum := cib.DiskDigest(data)
	if s.verb == '6' {
		sum = cib.PatchDigest(data)
	}
	c.Out.Line("%s", sum)
	c.Out.Add(xmltree.New("md5-sum", "digest", sum))
	return nil
}

var kinds = map[verb]cib.OpKind{
	'Q': cib.OpQuery, 'C': cib.OpCreate, 'M': cib.OpModify, 'R': cib.OpReplace, 'D': cib.OpDelete, 'd': cib.OpDeleteAll,
	'P': cib.OpPatch, 'E': cib.OpErase, 'u': cib.OpUpgrade, 'B': cib.OpBump,
}

func (s *settings) operate(c *command.Call, data *xmltree.Node) error {
	needsData := strings.ContainsRune("CMRP", rune(s.verb)) || s.verb == 'D' && s.xpath == ""
	if needsData && data == nil {
		return command.Fail(exitcode.Usage, "No XML was given: use --xml-text, --xml-file or --xml-pipe")
	}
	if s.user != "" {
		env := c.Env.Getenv
		c.Env.Getenv = func(name string) string {
			if name == "CIB_user" {
				return s.user
			}
			return env(name)
		}
	}
	cluster, err := c.Open()
	if err != nil {
		return connectError(c, err)
	}
	defer cluster.Close()
	timeout := 30
	if s.timeout > 0 {
		timeout = s.timeout
	}
	ctx, cancel := context.WithTimeout(c.Env.Context, time.Duration(timeout)*time.Second)
	defer cancel()
	if s.verb == 'u' && c.Verbose > 0 {
		if err := tellUpgrade(c, cluster); err != nil {
			return callFailed(c, err)
		}
	}
	// Score updates work without --score, too.
	op := cib.Op{Kind: kinds[s.verb], Section: s.scope, XPath: s.xpath, Data: data, AllowCreate: s.create,
		NoChildren: s.noChildren, Paths: s.paths, Force: s.force, ScoreMode: true}
	result, err := cluster.Apply(ctx, op)
	if err != nil {
		if s.verb == 'u' && exitcode.Of(err) == exitcode.OK {
			c.Out.Line("Upgrade unnecessary: %s", err)
			return nil
		}
		return callFailed(c, err)
	}
	if s.verb != 'Q' {
		return nil
	}
	if result == nil {
		return command.Fail(exitcode.NoSuch, "CIB API call failed: No such device or address")
	}
	s.print(c, result)
	return nil
}

// tellUpgrade tells what an upgrade will do. The same document gives the same upgrade everywhere, so that it is tried here.
func tellUpgrade(c *command.Call, cluster client.Cluster) error {
	doc, err := cluster.CIB(c.Env.Context)
	if err != nil {
		return err
	}
	from, unchecked, ok := doc.Claims()
	if unchecked || !ok {
		return nil
	}
	// Whether it succeeds is told by who does it.
	raised, _ := upgrade.To(doc.Root(), from, schema.Latest)
	for _, n := range raised.Notes {
		if n.Level != upgrade.Debug || c.Verbose > 1 {
			c.Out.Err("%s", n)
		}
	}
	return nil
}

func connectError(c *command.Call, err error) error {
	c.Explain(err)
	return command.Fail(exitcode.Of(err), "Could not connect to the CIB API: %s", command.Reason(err))
}

// callFailed says that the CIB refused, in the words that scripts know; what exactly was wrong is told to people only.
func callFailed(c *command.Call, err error) error {
	c.Explain(err)
	return command.Fail(exitcode.Of(err), "CIB API call failed: %s", command.Reason(err))
}
