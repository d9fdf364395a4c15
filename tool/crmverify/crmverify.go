// Package crmverify is crm_verify: is this configuration one that a cluster can work with? It looks at the form, at what
// the documents' rules allow, and at what the scheduler finds.
package crmverify

import (
	"context"
	"errors"
	"fmt"
	"os"

	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/scheduler"
	"pacer/schema"
	"pacer/schema/upgrade"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is crm_verify.
var Applet = applet.Applet{
	Names: []string{"crm_verify"}, Run: Run, Brief: true,
	Summary: "check a configuration for errors", SummaryJapanese: "構成の検査",
}

type settings struct {
	live, pipe, quiet bool
	file, text, save  string
	given, hasFile    bool
}

// Run is crm_verify.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	options := command.In("data",
		command.Flag(&s.live, "live-check", 'L', "Check the configuration of the running cluster"),
		command.With(func(v string) error { s.file, s.hasFile = v, true; return nil }, "xml-file", 'x', "FILE", "Check the configuration in a file"),
		command.Flag(&s.pipe, "xml-pipe", 'p', "Check the configuration that comes from stdin"),
		command.With(func(v string) error { s.text, s.given = v, true; return nil }, "xml-text", 'X', "XML",
			"Check the configuration given as text"))
	options = append(options, command.In("additional",
		command.Text(&s.save, "save-xml", 'S', "FILE", "Write the configuration to a file (useful with -L)"))...)
	options = append(options, command.Flag(&s.quiet, "quiet", 'q', "Let the exit status speak"))
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "crm_verify",
		Summary: "Check a Pacemaker configuration for errors\n\nErrors must be corrected before the cluster can work; warnings are left to your judgement.",
		Groups: []command.Group{
			{Key: "data", Title: "Data sources:", Description: "data options"},
			{Key: "additional", Title: "Additional options:", Description: "additional options"},
		},
		Options: options,
	}, s.body)
}

func (s *settings) body(c *command.Call) error {
	doc, findings, err := s.read(c)
	if err != nil {
		return err
	}
	if doc != nil {
		if s.save != "" {
			if err := os.WriteFile(s.save, doc.Bytes(), 0o600); err != nil {
				return command.Fail(exitcode.CantCreate, "Could not write %s: %s", s.save, err)
			}
		}
		// What runs, or what crmsh and pcs are about to put in its place, may have the names that these write themselves; they
		// take an exit code for a reason to refuse. A file is looked at for its own sake.
		findings = append(findings, check(c, doc, !s.hasFile && !s.given)...)
	}
	wrong, doubtful := false, false
	for _, f := range findings {
		switch f.Level {
		case cluster.Config:
			wrong = true
			s.tell(c, "error: "+f.Text)
		case cluster.ConfigWarning:
			doubtful = true
			s.tell(c, "warning: "+f.Text)
		case cluster.Warning, cluster.Error:
			// What is no matter of configuration goes where logs go.
			if c.Verbose > 0 && !s.quiet {
				fmt.Fprintf(c.Env.Stderr, "%s: %s\n", levels[f.Level], f.Text)
			}
		}
	}
	more := " (-V may provide more detail)"
	if c.Verbose > 0 || c.Out.XML() {
		more = ""
	}
	switch {
	case wrong:
		s.tell(c, "error: CIB did not pass schema validation")
		if !s.quiet {
			c.Out.Err("Configuration invalid%s", more)
		}
	case doubtful:
		if !s.quiet {
			c.Out.Err("Configuration may need attention%s", more)
		}
	default:
		return nil
	}
	return command.Exit(exitcode.Config)
}

var levels = map[cluster.Level]string{cluster.Warning: "warning", cluster.Error: "error"}

// tell shows a finding: always in XML, as text when asked for by -V.
func (s *settings) tell(c *command.Call, text string) {
	if c.Out.XML() || c.Verbose > 0 && !s.quiet {
		c.Out.Err("%s", text)
	}
}

// read finds the document; of several sources the file counts, then the text, standard input, and the cluster. A text that is no XML at all is a finding too; a file that cannot be read is no valid configuration either.
func (s *settings) read(c *command.Call) (*cib.Document, []cluster.Message, error) {
	var doc *cib.Document
	var err error
	switch {
	case s.hasFile:
		doc, err = client.ReadCIB(s.file, c.Env.Stdin)
	case s.given:
		doc, err = cib.Parse([]byte(s.text))
	case s.pipe:
		doc, err = client.ReadCIB("-", c.Env.Stdin)
	case s.live:
		cl, openErr := c.Open()
		if openErr != nil {
			return nil, nil, openErr
		}
		defer cl.Close()
		doc, err = cl.CIB(context.Background())
		return doc, storage(cl), err
	default:
		return nil, nil, command.Fail(exitcode.Error, "No configuration source specified.  Use --help for usage information.")
	}
	var syntax *xmltree.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, []cluster.Message{{Level: cluster.Config, Text: err.Error()}}, nil
	case err != nil && s.hasFile:
		return nil, nil, command.Fail(exitcode.Config, "%s", err)
	}
	return doc, nil, err
}

// storage is what is wrong with the files in which the node keeps the configuration. It is no fault of the configuration, and so
// changes no exit code.
func storage(cl client.Cluster) []cluster.Message {
	info, err := cl.Node(context.Background())
	if err != nil {
		return nil
	}
	var list []cluster.Message
	for _, p := range info.Storage {
		list = append(list, cluster.Message{Level: cluster.Warning, Text: "storage on " + info.Name + ": " + p.String()})
	}
	return list
}

// check looks at the rules of the document, raises it to the newest schema and lets the scheduler read it. Where it is lenient, what
// does no harm is told of but is no reason for another exit code.
func check(c *command.Call, doc *cib.Document, lenient bool) []cluster.Message {
	list := problems(doc)
	if len(list) > 0 {
		return list
	}
	root := doc.Root()
	if from, unchecked, ok := doc.Claims(); ok && !unchecked {
		raised, err := upgrade.To(root, from, schema.Latest)
		if err != nil {
			return []cluster.Message{{Level: cluster.Config, Text: err.Error()}}
		}
		root = raised.Root
	}
	for _, d := range cib.Doubts(root) {
		level := cluster.ConfigWarning
		switch {
		case d.Grave:
			level = cluster.Config
		case d.Harmless && lenient:
			level = cluster.Warning
		}
		list = append(list, cluster.Message{Level: level, Text: d.String()})
	}
	out := scheduler.Schedule(scheduler.Input{CIB: root, Now: c.Env.Now()})
	if out.Err != nil {
		return append(list, cluster.Message{Level: cluster.Config, Text: fmt.Sprint(out.Err)})
	}
	list = append(list, out.State.Messages...)
	if doc.Status() == nil {
		return list // Nothing is known of any node, so that what would be done about them does not matter.
	}
	return append(list, out.Messages...)
}

// problems are the findings of the document's own rules.
func problems(doc *cib.Document) []cluster.Message {
	var list []cluster.Message
	for _, p := range cib.Validate(doc) {
		list = append(list, cluster.Message{Level: cluster.Config, Text: p.String()})
	}
	return list
}
