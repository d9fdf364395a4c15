package stonithadmin

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pacer/agent"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/operation"
	"pacer/tool/command"
	"pacer/xmltree"
)

// The codes of an invalid set of parameters and of an agent that is not there, as programs read them.
const (
	codeInvalid = -1001
	codeMissing = 2
)

// validate lets an agent check the options. It needs no cluster.
func (s *settings) validate(c *command.Call) error {
	if s.agent == "" {
		return command.Fail(exitcode.Usage, "Please specify an agent to query using -a,--agent [value]")
	}
	params, err := s.parameters(c)
	if err != nil {
		return err
	}
	limit := defaultTimeout
	if s.timeout != "" {
		if limit, err = isotime.Interval(s.timeout); err != nil {
			return command.Fail(exitcode.Usage, "Invalid timeout '%s'", s.timeout)
		}
	}
	ctx, cancel := context.WithTimeout(c.Env.Context, limit)
	defer cancel()
	checked, err := catalogue(c).CheckFence(ctx, s.agent, params)
	code, number := exitcode.OK, 0
	switch {
	case errors.Is(err, agent.ErrNoFenceAgent):
		code, number, checked.Stderr = exitcode.NoSuch, codeMissing, fmt.Sprintf("Agent %s not found", s.agent)
	case errors.Is(err, agent.ErrCannotCheck):
		code, number, checked.Stderr = exitcode.Unimplemented, codeInvalid, err.Error()
	case ctx.Err() != nil:
		code, number, checked.Stderr = exitcode.Timeout, codeInvalid, err.Error()
	case err != nil:
		code, number, checked.Stderr = exitcode.Error, codeInvalid, err.Error()
	case checked.Code != 0:
		code, number = exitcode.Error, codeInvalid
	}
	s.showValidation(c, code == exitcode.OK, number, checked)
	return command.Exit(code)
}

func (s *settings) showValidation(c *command.Call, valid bool, number int, checked agent.Checked) {
	word := map[bool]string{true: "succeeded", false: "failed"}[valid]
	c.Out.Line("Validation of %s %s", s.agent, word)
	ran := xmltree.New("command", "code", strconv.Itoa(number))
	for _, o := range []struct{ name, text string }{{"stdout", checked.Stdout}, {"stderr", checked.Stderr}} {
		if o.text == "" {
			continue
		}
		c.Out.Line("%s\n", strings.TrimSuffix(o.text, "\n"))
		ran.AddNew("output", "source", o.name).Add(&xmltree.Node{Kind: xmltree.Text, Text: o.text})
	}
	c.Out.Add(xmltree.New("validate", "agent", s.agent, "valid", strconv.FormatBool(valid)).Add(ran))
}

// parameters are the options of the command line and, with --env-option, those of the environment (OCF_RESKEY_NAME).
func (s *settings) parameters(c *command.Call) ([]operation.Param, error) {
	var out []operation.Param
	if s.environment {
		for _, e := range c.Env.Environ() {
			if name, value, ok := strings.Cut(e, "="); ok {
				if name, ok := strings.CutPrefix(name, "OCF_RESKEY_"); ok && !strings.HasPrefix(name, "CRM_meta_") {
					out = append(out, operation.Param{Name: name, Value: value})
				}
			}
		}
	}
	for _, o := range s.options {
		name, value, ok := strings.Cut(o, "=")
		if !ok || name == "" {
			return nil, command.Fail(exitcode.Usage, "Invalid option: -o %s: Bad name/value pair given", o)
		}
		out = append(out, operation.Param{Name: name, Value: value})
	}
	return out, nil
}
