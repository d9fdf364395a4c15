// Package askwhy is "pacer why": why does the cluster do what it does? Package why has the answers; here are the options and
// where the CIB comes from.
package askwhy

import (
	"context"
	"errors"
	"strings"
	"time"

	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/note"
	"pacer/tool/command"
	"pacer/why"
)

// Applet is "pacer why".
var Applet = applet.Applet{
	Names: []string{"why"}, Run: Run, Internal: true, Described: true,
	Summary: "say why a resource is where it is, or a node is fenced", SummaryJapanese: "配置や停止、フェンシングの理由と、それを変える方法を表示",
}

type settings struct {
	node, action, file string
	pipe, json         bool
	lang               note.Language
}

// Run is "pacer why".
func Run(env applet.Env) exitcode.Code {
	s := &settings{lang: note.LanguageOf(env.Getenv)}
	options := []command.Option{
		command.Text(&s.node, "node", 'N', "NODE", "The node of interest: why is RESOURCE not there"),
		command.Text(&s.action, "action", 'a', "ID", "Ask about an action by its key, as vip_start_0 (with -N where it is), or its number in the graph"),
		command.Text(&s.file, "xml-file", 'x', "FILE", "Take the CIB from a file (\"-\" for stdin), not from the running cluster"),
		command.Flag(&s.pipe, "xml-pipe", 'p', "Take the CIB from stdin"),
		command.Flag(&s.json, "json", 'j', "Answer in JSON, with all terms of the scores"),
		command.With(s.setLanguage, "lang", 'l', "LANG", "Answer in English (en) or Japanese (ja), whatever the locale"),
	}
	return command.Run(env, command.Spec{
		Name: "pacer why", Synopsis: "[RESOURCE|NODE]", TakesWords: true,
		Summary: "pacer why - say why the cluster does what it does, and the smallest change that would alter it\n\n" +
			"pacer why RESOURCE     where it runs and why, why not elsewhere, what is about to happen\n" +
			"pacer why NODE         why it is fenced, empty or left by its resources\n" +
			"pacer why              what the cluster would do now, a line each\n\n" +
			"A change is shown (after \"→\") only when the scheduler, run on a changed copy of the CIB, decided otherwise.",
		Options: options,
	}, s.body)
}

func (s *settings) setLanguage(text string) error {
	switch text {
	case "en":
		s.lang = note.English
	case "ja":
		s.lang = note.Japanese
	default:
		return command.Fail(exitcode.Usage, "--lang is en or ja, not %q", text)
	}
	return nil
}

func (s *settings) body(c *command.Call) error {
	if len(c.Words) > 1 {
		return command.Fail(exitcode.Usage, "One question at a time: give one resource or node")
	}
	doc, now, err := s.input(c)
	if err != nil {
		return err
	}
	if doc, err = doc.Raised(); err != nil {
		return command.Fail(exitcode.Config, "%s", err)
	}
	q := why.Question{CIB: doc.Root(), Now: now, Node: s.node, Action: s.action, Sanitized: s.pipe || s.file != ""}
	if len(c.Words) == 1 {
		q.Resource = c.Words[0]
	}
	answer, err := ask(q)
	var unknown *why.Unknown
	switch {
	case errors.As(err, &unknown):
		return command.Fail(exitcode.NoSuch, "%s", unknown.Text(s.lang))
	case err != nil:
		return command.Fail(exitcode.Config, "%s", err)
	}
	if !s.json {
		c.Out.Raw(answer.Text(s.lang))
		return nil
	}
	data, err := answer.JSON(s.lang)
	if err != nil {
		return err
	}
	c.Out.Raw(string(data) + "\n")
	return nil
}

// ask answers. A name that is no resource's may be a node's.
func ask(q why.Question) (*why.Answer, error) {
	answer, err := why.Ask(q)
	var unknown *why.Unknown
	if errors.As(err, &unknown) && unknown.Kind == "resource" && q.Node == "" && q.Action == "" {
		node := why.Question{CIB: q.CIB, Now: q.Now, Node: q.Resource, Sanitized: q.Sanitized}
		if a, nodeErr := why.Ask(node); nodeErr == nil {
			return a, nil
		} else if u := (*why.Unknown)(nil); errors.As(nodeErr, &u) {
			unknown.Near = append(unknown.Near, u.Near...)
		}
	}
	return answer, err
}

// input reads the CIB and says for what time to decide: a file's own, when it has one.
func (s *settings) input(c *command.Call) (*cib.Document, time.Time, error) {
	var doc *cib.Document
	var err error
	switch {
	case s.pipe:
		doc, err = client.ReadCIB("-", c.Env.Stdin)
	case s.file != "":
		doc, err = client.ReadCIB(s.file, c.Env.Stdin)
	default:
		var cl client.Cluster
		if cl, err = c.Open(); err != nil {
			return nil, time.Time{}, err
		}
		defer cl.Close()
		doc, err = cl.CIB(context.Background())
		return doc, c.Env.Now(), err
	}
	if err != nil {
		if s.file != "" && !strings.Contains(err.Error(), s.file) {
			return nil, time.Time{}, command.Fail(exitcode.Of(err), "%s: %s", s.file, err)
		}
		return nil, time.Time{}, err
	}
	if doc.Root().Get("execution-date") != "" {
		return doc, time.Time{}, nil
	}
	return doc, c.Env.Now(), nil
}
