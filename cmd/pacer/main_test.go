package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"pacer/applet"
	"pacer/exitcode"
	"pacer/tool/manual"
)

func TestRunPicksTheApplet(t *testing.T) {
	table := applet.Table{{Names: []string{"crm_x"}, Summary: "does x", Run: func(e applet.Env) exitcode.Code {
		e.Stdout.Write([]byte(e.Name + " " + strings.Join(e.Args, ",")))
		return exitcode.Promoted
	}}}
	for _, c := range []struct {
		name string
		args []string
		code exitcode.Code
		out  string
	}{
		{"crm_x", []string{"a", "b"}, exitcode.Promoted, "crm_x a,b"},
		{"pacer", []string{"crm_x", "a"}, exitcode.Promoted, "crm_x a"},
		{"pacer", []string{"/bin/crm_x", "a"}, exitcode.Usage, "pacer: there is no command"},
		{"pacer", []string{"nothing"}, exitcode.Usage, "pacer: there is no command"},
		{"pacer", []string{"help"}, exitcode.OK, "does x"},
		{"pacer", nil, exitcode.Usage, "Usage:"},
	} {
		var out bytes.Buffer
		env := applet.Env{Name: c.name, Args: c.args, Stdout: &out, Stderr: &out, Context: context.Background(),
			Getenv: func(string) string { return "" }}
		if code := run(table, env); code != c.code || !strings.Contains(out.String(), c.out) {
			t.Errorf("%s %q: code %d, output %q", c.name, c.args, code, out.String())
		}
	}
}

// TestEveryCommandIsDescribed: all but the shell, whose help is its own, and the demonstration's fence agent, which describes itself as
// such agents do, have a page.
func TestEveryCommandIsDescribed(t *testing.T) {
	described := map[string]bool{"crm": true, "fence_demo": true}
	for _, d := range manual.Describe(table) {
		described[d.Name] = true
		if len(d.Sections) == 0 || d.Summary == "" {
			t.Errorf("%s tells nothing of itself", d.Name)
		}
	}
	for _, a := range table {
		if a.Described && !described["pacer "+a.Names[0]] || !a.Internal && !described[a.Names[0]] {
			t.Errorf("%s has no description", a.Names[0])
		}
	}
}
