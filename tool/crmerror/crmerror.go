// Package crmerror is crm_error: what a number means, as an exit code, a return code or a code of the oldest interface.
package crmerror

import (
	"strconv"
	"strings"

	"pacer/applet"
	"pacer/exitcode"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is crm_error.
var Applet = applet.Applet{
	Names: []string{"crm_error"}, Run: Run,
	Summary: "explain an exit code", SummaryJapanese: "終了コードの説明",
}

type settings struct {
	name, list bool
	kind       byte // 'X', 'r', or 0 for the oldest codes
}

// Run is crm_error.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	return command.Run(env, command.Spec{
		Name: "crm_error", Summary: "crm_error - what an error code means",
		Synopsis: "-- <rc> [<rc>...]", TakesWords: true,
		Options: []command.Option{
			command.Flag(&s.name, "name", 'n', "Show the symbolic name, too"),
			command.Flag(&s.list, "list", 'l', "Show all known codes"),
			command.Do(func() { s.kind = 'X' }, "exit", 'X', "The codes are exit codes of commands"),
			command.Do(func() { s.kind = 'r' }, "rc", 'r', "The codes are return codes of functions"),
		},
	}, s.run)
}

func (s *settings) run(c *command.Call) error {
	if s.list || len(c.Words) == 0 {
		s.list = true
		for _, n := range s.numbers() {
			s.show(c, n)
		}
		return nil
	}
	for _, w := range c.Words {
		n, err := strconv.Atoi(strings.TrimSpace(w))
		if err != nil {
			c.Out.Err("crm_error: '%s' is no number: give codes as numbers, or --list to see all", w) // and no failure, as ever
			continue
		}
		s.show(c, n)
	}
	return nil
}

func (s *settings) numbers() []int {
	switch s.kind {
	case 'X':
		var out []int
		for _, c := range exitcode.All() {
			out = append(out, int(c))
		}
		return out
	case 'r':
		return exitcode.ReturnNumbers()
	}
	return exitcode.LegacyNumbers()
}

func (s *settings) show(c *command.Call, n int) {
	var name, text string
	switch s.kind {
	case 'X':
		name, text = exitcode.Code(n).Name(), exitcode.Code(n).Text()
	case 'r':
		r := exitcode.ReturnOf(n)
		name, text = r.Name, r.Text
	default:
		r := exitcode.LegacyOf(n)
		name, text = r.Name, r.Text
	}
	x := xmltree.New("result-code", "code", strconv.Itoa(n))
	if s.name {
		x.Set("name", name)
	}
	c.Out.Add(x.Set("description", text))
	number := strings.Repeat(" ", max(0, 5-len(strconv.Itoa(n)))) + strconv.Itoa(n)
	switch {
	case s.list && s.name:
		c.Out.Line("%s: %-26s  %s", number, name, text)
	case s.list:
		c.Out.Line("%s: %s", number, text)
	case s.name:
		c.Out.Line("%s - %s", name, text)
	default:
		c.Out.Line("%s", text)
	}
}
