package crmresource

import (
	"context"
	"errors"
	"strings"

	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/tool/command"
	"pacer/tool/nvpair"
	"pacer/xmltree"
)

// Applet is crm_resource.
var Applet = applet.Applet{
	Names: []string{"crm_resource"}, Run: Run,
	Summary: "query and manage resources", SummaryJapanese: "リソースの表示と管理",
}

// settings are the options of one run.
type settings struct {
	verb                   string
	arg                    string // of the verb
	resource, node, kind   string
	value                  string
	hasValue               bool
	set, id                string
	pairs                  string // the element that parameters stand in
	element, recursive     bool
	operation, interval    string
	lifetime               string
	promoted, expired      bool
	class, provider, agent string
	options                []string
	timeout                string
	all, force, quiet      bool
	validateLevel          string
}

// run is one run with what it works on.
type run struct {
	*settings
	*command.Call
	ctx     context.Context
	cluster client.Cluster
	doc     *cib.Document
	// raised is doc in the words of the newest schema.
	raised  *cib.Document
	state   *cluster.State
	pending []string // what --wait still waits for
}

// Run is crm_resource.
func Run(env applet.Env) exitcode.Code {
	s := &settings{verb: "list", pairs: "instance_attributes"}
	return command.Run(env, command.Spec{
		Name: "crm_resource", Summary: "crm_resource - what resources do, and what they shall do",
		Groups: []command.Group{
			{Key: "queries", Title: "Queries:", Description: "query help"},
			{Key: "commands", Title: "Commands:", Description: "command help"},
			{Key: "locations", Title: "Locations:", Description: "location help"},
			{Key: "advanced", Title: "Advanced:", Description: "advanced help"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
			{Key: "deprecated", Title: "Deprecated Options:", Description: "deprecated options"},
		},
		Options: options(s), TakesWords: true,
	}, func(c *command.Call) error { return s.main(c) })
}

func (s *settings) main(c *command.Call) error {
	r := &run{settings: s, Call: c, ctx: c.Env.Context}
	err := r.do()
	var f *command.Failure
	if err == nil || errors.As(err, &f) && (f.Code == exitcode.Usage || f.Message == "") {
		return err
	}
	code := exitcode.Of(err)
	switch {
	case s.quiet && f == nil:
		return command.Exit(code)
	case f != nil && !alone[code] && !strings.HasPrefix(f.Message, "Error performing operation"):
		if c.Out.XML() {
			return command.Fail(code, "%s\nError performing operation: %s", f.Message, code.Text())
		}
		c.Out.After("Error performing operation: %s", code.Text())
	case f == nil:
		c.Explain(err)
		return command.Fail(code, "Error performing operation: %s", code.Text())
	}
	return err
}

// alone are codes whose messages stand alone.
var alone = map[exitcode.Code]bool{exitcode.Disconnect: true, exitcode.Usage: true, exitcode.Unimplemented: true}

// check refuses options that do not go together.
func (s *settings) check() error {
	agentGiven := s.class != "" || s.provider != "" || s.agent != ""
	direct := s.verb == "validate" || strings.HasPrefix(s.verb, "force-")
	switch {
	case agentGiven && s.resource != "":
		return command.Fail(exitcode.Usage, "--class, --agent, and --provider cannot be used with -r/--resource")
	case agentGiven && !direct:
		return command.Fail(exitcode.Usage, "--class, --agent, and --provider can only be used with --validate and --force-*")
	case len(s.options) > 0 && !agentGiven:
		return command.Fail(exitcode.Usage, "--option must be used with --validate and without -r/--resource")
	case s.verb == "set-parameter" && !s.hasValue:
		return command.Fail(exitcode.Usage, "You need to supply a value with the -v option")
	case s.verb == "delete" && s.kind == "":
		return command.Fail(exitcode.Usage, "You need to specify a resource type with -t")
	case s.verb == "fail" && s.node == "":
		return command.Fail(exitcode.Usage, "You need to specify a node with -N")
	case s.resource == "" && needsResource(s):
		return command.Fail(exitcode.Usage, "Must supply a resource ID with -r/--resource")
	}
	return nil
}

func needsResource(s *settings) bool {
	switch s.verb {
	case "query-xml", "query-xml-raw", "get-parameter", "set-parameter", "delete-parameter", "locate", "constraints", "stack",
		"move", "ban", "fail", "delete", "digests", "restart", "force-start", "force-stop", "force-demote", "force-promote",
		"force-check":
		return !(strings.HasPrefix(s.verb, "force-") && s.class != "")
	case "clear":
		return !s.expired
	}
	return false
}

func (r *run) do() error {
	if err := r.check(); err != nil {
		return err
	}
	if len(r.Words) > 0 && r.verb != "digests" && r.verb != "validate" && !strings.HasPrefix(r.verb, "force-") {
		return command.Fail(exitcode.Usage, "non-option ARGV-elements:\n%s", numbered(r.Words))
	}
	if done, err := r.agents(); done {
		return err
	}
	if r.resource == "" && actions[r.verb] != "" {
		return r.direct()
	}
	var err error
	if r.cluster, err = r.Open(); err != nil {
		return command.Fail(exitcode.Of(err), "Could not connect to the CIB API: %s", command.Reason(err))
	}
	defer r.cluster.Close()
	if r.doc, err = r.cluster.CIB(r.ctx); err != nil {
		r.Out.Err("Could not obtain the current CIB: %s", command.Reason(err))
		return err
	}
	if r.raised, err = r.doc.Raised(); err != nil {
		r.Out.Err("%s", err)
		r.Out.Err("Could not upgrade the current CIB XML: Schema transform failed")
		return command.Fail(exitcode.Config, "Error performing operation: %s", exitcode.Config.Text())
	}
	if r.Loud() && r.verb != "delete" {
		if err := r.unpack(); err != nil {
			return err
		}
	}
	if r.node != "" && r.verb != "delete" {
		if _, ok := nvpair.FindNode(r.doc.Root(), r.node); !ok {
			return command.Fail(exitcode.NoSuch, "Node '%s' not found", r.node)
		}
	}
	if r.resource != "" && r.verb != "delete" && r.find(r.resource) == nil {
		return command.Fail(exitcode.NoSuch, "Resource '%s' not found", r.resource)
	}
	switch r.verb {
	case "move", "ban", "clear", "restart":
		if r.isInstance() {
			return command.Fail(exitcode.InvalidParam, "Cannot operate on clone resource instance '%s'", r.resource)
		}
	}
	return r.dispatch()
}

// isInstance tells whether the name on the command line is that of one instance of a clone.
func (r *run) isInstance() bool {
	return strings.Contains(r.resource, ":") && findResource(r.resources(), r.resource) == nil
}

func (r *run) dispatch() error {
	switch r.verb {
	case "list":
		return r.list()
	case "list-raw":
		return r.listRaw()
	case "list-cts":
		return r.listRaw()
	case "list-operations", "list-all-operations":
		return r.listOperations()
	case "query-xml", "query-xml-raw":
		return r.queryXML()
	case "locate":
		return r.locate()
	case "get-parameter":
		return r.getParameter()
	case "set-parameter":
		return r.setParameter()
	case "delete-parameter":
		return r.deleteParameter()
	case "move":
		return r.move()
	case "ban":
		return r.banCommand()
	case "clear":
		return r.clear()
	case "cleanup", "refresh":
		return r.cleanup()
	case "fail":
		return r.fail()
	case "delete":
		return r.delete()
	case "constraints", "stack":
		return r.constraints()
	case "why":
		return r.why()
	case "wait":
		return r.wait()
	case "restart":
		return r.restart()
	case "digests":
		return r.digests()
	case "validate", "force-start", "force-stop", "force-promote", "force-demote", "force-check":
		return r.direct()
	}
	return command.Fail(exitcode.Unimplemented, "Pacer does not know --%s yet", r.verb)
}

// tell says something that --quiet keeps back.
func (r *run) tell(format string, args ...any) {
	if !r.quiet {
		r.Out.Line(format, args...)
	}
}

// numbered lists words one a line.
func numbered(words []string) string { return strings.Join(words, "\n") }

// find returns the element of a resource in the configuration. What only the state knows has its element there: an instance of a clone
// by its number ("rsc:0"), and what a bundle makes for itself.
func (r *run) find(name string) *xmltree.Node {
	if n := findResource(r.resources(), name); n != nil {
		return n
	}
	if r.unpack() != nil {
		return nil
	}
	for _, x := range r.state.Resources {
		if x.Name != name {
			continue
		}
		if n := findResource(r.resources(), x.XMLID); n != nil {
			return n
		}
		return x.XML
	}
	return nil
}

func findResource(resources *xmltree.Node, id string) *xmltree.Node {
	var found *xmltree.Node
	resources.Walk(func(n *xmltree.Node) bool {
		if found != nil {
			return false
		}
		if isResource(n) && n.ID() == id {
			found = n
		}
		return n == resources || isResource(n) && n.Name != "primitive"
	})
	return found
}

func isResource(n *xmltree.Node) bool {
	switch n.Name {
	case "primitive", "group", "clone", "master", "bundle":
		return true
	}
	return false
}

// parentOf returns the resource around one, or nil.
func parentOf(resources, n *xmltree.Node) *xmltree.Node {
	var found *xmltree.Node
	resources.Walk(func(p *xmltree.Node) bool {
		for c := range p.Elements() {
			if c == n && isResource(p) {
				found = p
			}
		}
		return found == nil
	})
	return found
}

// unpack reads the whole state, which only some commands need.
func (r *run) unpack() error {
	if r.state != nil {
		return nil
	}
	state, err := cluster.Unpack(r.raised.Root(), r.Env.Now())
	if err != nil {
		return command.Fail(exitcode.Config, "%s", err)
	}
	r.state = state
	for _, m := range state.Messages {
		word, wanted := "", 0
		switch m.Level {
		case cluster.Error, cluster.Config:
			word = "error"
		case cluster.Warning, cluster.ConfigWarning:
			word, wanted = "warning", 1
		case cluster.Notice:
			word, wanted = "notice", 2
		}
		if word != "" && r.Verbose >= wanted && r.Loud() {
			r.Log(word, m.Text)
		}
	}
	return nil
}

// apply changes the CIB: a live one at once, so that the cluster does not act on half of the change; a file step by step, which
// leaves the version that people expect there.
func (r *run) apply(ops ...cib.Op) error {
	if len(ops) == 0 {
		return nil
	}
	if r.cluster.Kind() != client.KindLive {
		for _, op := range ops {
			if _, err := r.cluster.Apply(r.ctx, op); err != nil {
				return err
			}
		}
		return nil
	}
	_, err := r.cluster.Apply(r.ctx, ops...)
	return err
}

// delete removes a resource from the configuration.
func (r *run) delete() error {
	err := r.apply(cib.Op{Kind: cib.OpDelete, Section: "resources", Data: xmltree.New(r.kind, "id", r.resource)})
	switch exitcode.Of(err) {
	case exitcode.OK, exitcode.NoSuch:
		return nil
	case exitcode.Config:
		return command.Fail(exitcode.Config, "Could not delete resource %s: Update does not conform to the configured schema", r.resource)
	}
	return err
}
