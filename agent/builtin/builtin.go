package builtin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"pacer/agent"
	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
)

// All returns the built-in agents.
func All() []*agent.Builtin {
	return []*agent.Builtin{
		addressAgent("IPaddr"), addressAgent("IPaddr2"), dummyAgent("heartbeat"), dummyAgent("pacemaker"), statefulAgent(),
		pingAgent(), webAgent(),
	}
}

// Find returns a built-in agent, nil when there is none of that name.
func Find(a operation.Agent) *agent.Builtin {
	for _, b := range All() {
		if b.Agent == a {
			return b
		}
	}
	return nil
}

// ParseAgent reads CLASS:PROVIDER:TYPE or CLASS:TYPE.
func ParseAgent(s string) (operation.Agent, error) {
	part := strings.Split(s, ":")
	for _, p := range part {
		if p == "" {
			part = nil
		}
	}
	switch len(part) {
	case 2:
		return operation.Agent{Class: part[0], Type: part[1]}, nil
	case 3:
		return operation.Agent{Class: part[0], Provider: part[1], Type: part[2]}, nil
	}
	return operation.Agent{}, fmt.Errorf("%q is not the name of an agent (CLASS:PROVIDER:TYPE)", s)
}

// Run is `pacer agent NAME ACTION`: one action of a built-in agent, with its parameters in the OCF_ variables of environ.
// Exit reasons go to stderr as agents write them, meta-data to stdout.
func Run(ctx context.Context, name, action string, environ []string, places place.Places, node string, stdout, stderr io.Writer) ocf.ExitCode {
	a, err := ParseAgent(name)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return ocf.ErrArgs
	}
	b := Find(a)
	if b == nil {
		fmt.Fprintf(stderr, "%s is not built in\n", name)
		return ocf.ErrInstalled
	}
	if action == "meta-data" || action == "metadata" {
		_, _ = stdout.Write(b.Metadata.XML())
		return ocf.OK
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(stderr, err)
		return ocf.ErrGeneric
	}
	call := agent.CallFromEnvironment(a, action, environ, places, node, self)
	if call.Resource == "" {
		call.Resource = "default"
	}
	code, reason := b.Run(ctx, call)
	background.Wait()
	if reason != "" {
		fmt.Fprintf(stderr, "ocf-exit-reason:%s\n", reason)
	}
	return code
}

// background is work that goes on after an action has ended.
var background sync.WaitGroup

// actions builds the list of a meta-data document from "name timeout [interval [role]]".
func actions(lines ...string) []ocf.Action {
	var out []ocf.Action
	for _, line := range lines {
		f := strings.Fields(line)
		a := ocf.Action{Name: f[0], Timeout: f[1]}
		if len(f) > 2 {
			a.Interval, a.Depth = f[2], "0"
		}
		if len(f) > 3 {
			a.Role = f[3]
		}
		out = append(out, a)
	}
	return out
}

// unimplemented is the answer to an action that an agent does not have.
func unimplemented(c *agent.Call) (ocf.ExitCode, string) {
	return ocf.ErrUnimplemented, fmt.Sprintf("%s has no action %q", c.Agent, c.Action)
}

// stateFile returns the path of a state file: the parameter, or a name made of the agent's and the resource's. Instances of
// an anonymous clone share what they are on a node, so their number is left out.
func stateFile(c *agent.Call, param string) string {
	if s := c.Param(param, ""); s != "" {
		return s
	}
	id := c.Resource
	if c.Param("CRM_meta_globally_unique", "false") == "false" {
		id, _, _ = strings.Cut(id, ":")
	}
	return filepath.Join(c.Places.AgentState(), c.Agent.Type+"-"+strings.ReplaceAll(id, "/", "_")+".state")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// writeState writes a state file, making its directory when it is missing (a run directory after a boot).
func writeState(path, text string) (ocf.ExitCode, string) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return ocf.ErrGeneric, err.Error()
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		if errors.Is(err, os.ErrPermission) {
			return ocf.ErrPerm, err.Error()
		}
		return ocf.ErrGeneric, err.Error()
	}
	return ocf.OK, ""
}

func removeState(path string) (ocf.ExitCode, string) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return ocf.ErrGeneric, err.Error()
	}
	return ocf.OK, ""
}

// tool runs one of Pacer's commands with the environment that an agent has.
func tool(ctx context.Context, c *agent.Call, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, c.Self, append([]string{name}, args...)...)
	cmd.Env = c.Environ
	var out strings.Builder
	cmd.Stderr = &limited{&out, 4096}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(out.String()))
	}
	return nil
}

type limited struct {
	to   *strings.Builder
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.to.Write(p[:n])
	l.left -= n
	return len(p), nil
}
