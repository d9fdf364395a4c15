package corosync

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pacer/api"
	"pacer/applet"
	"pacer/client"
	"pacer/exitcode"
	"pacer/tool/command"
)

// Version is the version of Corosync whose behaviour these tools offer.
const Version = "3.1.7"

// program is one tool: its words for the help and its options.
type program struct {
	env      applet.Env
	name     string
	synopsis string
	summary  string
	options  []command.Option
	help     bool
}

// read reads the options; help is one of them. What it returns beside the words is the exit code when there is nothing left to do.
func (p *program) read() (words []string, done bool, code exitcode.Code) {
	p.options = append(p.options, command.Flag(&p.help, "help", 'h', "Show this help"))
	if p.env.Describe != nil {
		p.env.Describe(applet.Description{Name: p.name, Summary: p.summary, Synopsis: p.synopsis,
			Sections: []applet.Section{{Title: "Options", Options: command.Describe(p.options)}}})
		return nil, true, exitcode.OK
	}
	words, err := command.Getopt(p.env.Args, p.options)
	var told *command.Failure
	switch {
	case errors.As(err, &told): // a wrong value, told as it is
		return nil, true, p.fail("%s", err)
	case err != nil:
		return nil, true, p.fail("%s: %s", p.name, err)
	case p.help:
		p.usage()
		return nil, true, exitcode.OK
	}
	return words, false, exitcode.OK
}

// usage writes the help.
func (p *program) usage() {
	fmt.Fprintf(p.env.Stdout, "Usage: %s %s\n\n%s\n\nOptions:\n", p.name, p.synopsis, p.summary)
	for _, o := range p.options {
		if o.Hidden {
			continue
		}
		head := ""
		if o.Short != 0 {
			head = "-" + string(rune(o.Short))
		}
		if o.Long != "" {
			head = strings.TrimPrefix(head+", --"+o.Long, ", ")
		}
		if o.Value != "" {
			head += " <" + o.Value + ">"
		}
		fmt.Fprintf(p.env.Stdout, "  %-22s %s\n", head, o.Help)
	}
}

func (p *program) line(format string, args ...any) { fmt.Fprintf(p.env.Stdout, format+"\n", args...) }

// fail tells an error and returns the exit code of all failures.
func (p *program) fail(format string, args ...any) exitcode.Code {
	fmt.Fprintf(p.env.Stderr, format+"\n", args...)
	return exitcode.Error
}

// open connects to the node.
func (p *program) open() (client.Cluster, error) {
	return client.Live(client.Source{Getenv: p.env.Getenv, Stdin: p.env.Stdin, Places: p.env.Places, Now: p.env.Now, Program: p.name})
}

// picture connects to the node and asks for its messaging.
func (p *program) picture() (*api.Messaging, error) {
	node, err := p.open()
	if err != nil {
		return nil, err
	}
	defer node.Close()
	return node.Messaging(p.context())
}

func (p *program) context() context.Context {
	if p.env.Context == nil {
		return context.Background()
	}
	return p.env.Context
}

// csError is an error in the terms of Corosync's libraries.
type csError struct {
	number int
	name   string
}

// The errors of Corosync's libraries that these tools know.
var (
	csLibrary      = csError{2, "CS_ERR_LIBRARY"}
	csTimeout      = csError{5, "CS_ERR_TIMEOUT"}
	csAccess       = csError{11, "CS_ERR_ACCESS"}
	csNotExist     = csError{12, "CS_ERR_NOT_EXIST"}
	csInvalidParam = csError{7, "CS_ERR_INVALID_PARAM"}
	csNameNotFound = csError{17, "CS_ERR_NAME_NOT_FOUND"}
	csNotSupported = csError{19, "CS_ERR_NOT_SUPPORTED"}
)

// csErrorOf gives an error of ours the nearest one of theirs.
func csErrorOf(err error) csError {
	switch exitcode.Of(err) {
	case exitcode.InsufficientPriv:
		return csAccess
	case exitcode.Timeout:
		return csTimeout
	}
	return csLibrary
}
