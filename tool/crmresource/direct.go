package crmresource

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pacer/agent"
	"pacer/agent/builtin"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/ocf"
	"pacer/operation"
	"pacer/secret"
	"pacer/tool/command"
	"pacer/xmltree"
)

// actions are the agent actions behind --force-… and --validate.
var actions = map[string]string{"force-start": "start", "force-stop": "stop", "force-promote": "promote", "force-demote": "demote",
	"force-check": "monitor", "validate": "validate-all"}

// directTimeout limits an action when no --timeout is given.
const directTimeout = 20 * time.Second

// grace is how long an agent that was told to end may take to do so.
const grace = 5 * time.Second

// exitReason begins the line in which an agent says why it failed.
const exitReason = "ocf-exit-reason:"

// maxOutput is how much of an agent's output is shown.
const maxOutput = 64 << 10

// direct runs an agent around the cluster, on this node.
func (r *run) direct() error {
	a := operation.Agent{Class: r.class, Provider: r.provider, Type: r.agent}
	params, err := overrides(append(r.options, r.Words...))
	if err != nil {
		return err
	}
	given := xmltree.New("overrides")
	for _, p := range params {
		given.AddNew("override", "name", p.Name, "value", p.Value)
	}
	id := "test"
	if r.resource != "" {
		var own []operation.Param
		if a, own, err = r.agentOf(); err != nil {
			return err
		}
		id = r.resource
		params = append(own, params...)
	}
	if a.Class == "ocf" && (a.Provider == "" || a.Type == "") {
		return command.Fail(exitcode.Usage, "--provider and --agent are required with --class=ocf")
	}
	if a.Class == "" || a.Type == "" {
		return command.Fail(exitcode.Usage, "Must specify --class and --agent, or -r")
	}
	if a.Class != "ocf" {
		return command.Fail(exitcode.Unimplemented, "Pacer runs only OCF agents by hand, not %s", a)
	}
	limit := directTimeout
	if r.timeout != "" {
		if limit, err = r.deadline(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(r.ctx, limit)
	defer cancel()
	params, err = secret.Store{Dir: r.Env.Places.Secrets()}.Reveal(id, params)
	if err != nil && r.verb != "force-stop" {
		if r.Verbose > 0 {
			r.Out.Err("error: %s", err)
		}
		return r.report(a, int(ocf.ErrArgs), "", exitReason+agent.NoSecrets, given, false)
	}
	code, stdout, stderr := r.runAgent(ctx, a, id, params)
	return r.report(a, code, stdout, stderr, given, ctx.Err() != nil)
}

// overrides reads NAME=VALUE words.
func overrides(words []string) ([]operation.Param, error) {
	var out []operation.Param
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok || name == "" {
			return nil, command.Fail(exitcode.Usage, "Invalid option '%s': NAME=VALUE is expected", w)
		}
		out = append(out, operation.Param{Name: name, Value: value})
	}
	return out, nil
}

// agentOf finds the agent and the parameters of the resource.
func (r *run) agentOf() (operation.Agent, []operation.Param, error) {
	if err := r.unpack(); err != nil {
		return operation.Agent{}, nil, err
	}
	x := r.inState()
	if x != nil && x.Kind == cluster.Clone && len(x.Children) > 0 {
		x = x.Children[0]
	}
	if x == nil || x.Kind != cluster.Primitive {
		r.Out.Err("Sorry, the %s option doesn't support group resources", r.verb)
		return operation.Agent{}, nil, command.Fail(exitcode.Unimplemented, "Error performing operation: %s", exitcode.Unimplemented.Text())
	}
	if on, _ := active(x); r.verb == "force-start" && len(on) > 0 && !r.force {
		return operation.Agent{}, nil, command.Fail(exitcode.Unsafe, "It is not safe to start %s here: the cluster claims it is already active on %s", r.resource, strings.Join(on, ", "))
	}
	var params []operation.Param
	for set := range x.XML.Elements("instance_attributes") {
		for p := range set.Elements("nvpair") {
			params = append(params, operation.Param{Name: p.Get("name"), Value: p.Get("value")})
		}
	}
	return operation.Agent{Class: x.Class, Provider: x.Provider, Type: x.Type}, params, nil
}

// runAgent runs the installed agent, or the built-in one.
func (r *run) runAgent(ctx context.Context, a operation.Agent, id string, params []operation.Param) (code int, stdout, stderr string) {
	root := r.Env.Places.OCFRoot()
	env := append(r.Env.Environ(), "OCF_ROOT="+root, "OCF_RA_VERSION_MAJOR=1", "OCF_RA_VERSION_MINOR=1", "OCF_RESOURCE_INSTANCE="+id,
		"OCF_RESOURCE_TYPE="+a.Type, "OCF_RESOURCE_PROVIDER="+a.Provider, "HA_RSCTMP="+r.Env.Places.AgentState())
	env = append(env, agent.ParamEnvironment(params)...)
	if r.validateLevel != "" {
		env = append(env, "OCF_CHECK_LEVEL="+r.validateLevel)
	}
	var out, problems limited
	if plain(a.Provider) && plain(a.Type) {
		path := filepath.Join(root, "resource.d", a.Provider, a.Type)
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0 {
			cmd := exec.CommandContext(ctx, path, actions[r.verb])
			cmd.Env, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = env, &out, &problems, grace
			err := cmd.Run()
			var exit *exec.ExitError
			switch {
			case errors.As(err, &exit):
				return exit.ExitCode(), out.String(), problems.String()
			case err != nil:
				return int(ocf.ErrGeneric), out.String(), err.Error()
			}
			return 0, out.String(), problems.String()
		}
	}
	status := builtin.Run(ctx, a.String(), actions[r.verb], env, r.Env.Places, r.Env.Getenv("OCF_RESKEY_CRM_meta_on_node"), &out, &problems)
	return int(status), out.String(), problems.String()
}

func plain(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.Contains(name, "/")
}

// limited keeps the first part of what is written.
type limited struct{ strings.Builder }

func (l *limited) Write(p []byte) (int, error) {
	if room := maxOutput - l.Len(); room > 0 {
		l.Builder.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// report shows how the agent ended and ends the command with the agent's code.
func (r *run) report(a operation.Agent, code int, stdout, stderr string, given *xmltree.Node, late bool) error {
	status, word := operation.Done, "Done"
	if late {
		status, word, code = operation.TimedOut, "Timed Out", int(exitcode.Error)
	}
	text := exitcode.Code(code).Text()
	shown := text
	for _, l := range lines(stderr) {
		if reason, ok := strings.CutPrefix(l, exitReason); ok && reason != "" {
			shown = text + ": " + reason
		}
	}
	subject := ""
	if r.resource != "" {
		subject = " for " + r.resource
	}
	r.tell("Operation %s%s (%s) returned %d (%s)", r.verb, subject, a, code, shown)
	n := xmltree.New("resource-agent-action", "action", r.verb, "class", a.Class, "type", a.Type)
	if r.resource != "" {
		n.Set("rsc", r.resource)
	}
	if a.Provider != "" {
		n.Set("provider", a.Provider)
	}
	n.Add(given, xmltree.New("agent-status", "code", strconv.Itoa(code), "message", text,
		"execution_code", strconv.Itoa(int(status)), "execution_message", word))
	if r.Out.XML() {
		r.Out.Add(n)
	}
	if r.Verbose > 0 || !late && code != 0 && r.verb != "force-check" && stderr != "" && r.resource != "" {
		for _, l := range lines(stdout) {
			r.Out.Line(" >  stdout: %s", l)
		}
		for _, l := range lines(stderr) {
			r.Out.Line(" >  stderr: %s", l)
		}
	}
	if code != 0 {
		return command.Fail(exitcode.Code(code), "Error performing operation: %s", text)
	}
	return nil
}

func lines(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return c == '\n' })
}
