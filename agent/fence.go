package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pacer/executor"
	"pacer/fencer"
	"pacer/ocf"
	"pacer/operation"
	"pacer/secret"
)

// fenceGrace is what a fence agent gets between TERM and KILL.
const fenceGrace = time.Second

// MaxFenceOutput limits what is kept of a fence agent's stdout: lists of hosts and meta-data are documents.
const MaxFenceOutput = 1 << 20

// errNoFenceAgent says that a program is not there.
var errNoFenceAgent = errors.New("the fence agent is not installed")

// PerformFence carries out what the fencer wants. Effects that are not a driver's are ignored. It does not block.
func (d *Driver) PerformFence(e fencer.Effect) {
	switch e := e.(type) {
	case fencer.RunAgent:
		h := &handle{}
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.closed {
			return
		}
		d.fences[e.Run] = h
		go d.fence(e, h)
	case fencer.KillAgent:
		d.mu.Lock()
		h := d.fences[e.Run]
		d.mu.Unlock()
		if h != nil {
			h.end(true)
		}
	}
}

func (d *Driver) fence(e fencer.RunAgent, h *handle) {
	params := e.Params
	if e.Action == "metadata" {
		params = nil
	}
	res, err := d.runFenceAgent(fenceRun{
		agent: e.Agent, action: e.Action, params: params, device: e.Device, timeout: e.Timeout, handle: h,
		recordAs: d.file("fence", e.Run, ".json"),
	})
	done := fencer.AgentDone{Run: e.Run, Code: 1, TimedOut: res.Late, Output: res.Stdout}
	switch {
	case errors.Is(err, errNoFenceAgent):
		done.NotInstalled, done.Reason = true, err.Error()
	case err != nil:
		done.Reason = err.Error()
	case res.Late:
		done.Reason = fmt.Sprintf("%s of %s did not end within %v", e.Action, e.Agent, e.Timeout)
	case res.Signal != 0:
		done.Reason = fmt.Sprintf("signal %d (%s) ended %s", int(res.Signal), res.Signal, e.Agent)
	default:
		if done.Code = res.Code; res.Code != 0 {
			done.Reason = lastLine(res.Stderr)
		}
	}
	done.Reason = clean(done.Reason, reasonLimit)
	d.mu.Lock()
	delete(d.fences, e.Run)
	d.mu.Unlock()
	d.opt.DeliverFence(done)
}

type fenceRun struct {
	agent, action string
	params        []operation.Param
	// device is the resource whose secrets the parameters may name; "" for none.
	device   string
	timeout  time.Duration
	handle   *handle
	recordAs string
}

// runFenceAgent runs a fence agent with its options on stdin, one name=value per line, and ends it when its time is over.
func (d *Driver) runFenceAgent(r fenceRun) (helperResult, error) {
	path, err := d.Catalogue.fenceAgent(r.agent)
	if err != nil {
		return helperResult{}, err
	}
	if strings.HasPrefix(r.agent, externalPrefix) && r.action == "metadata" {
		ctx, cancel := context.WithTimeout(context.Background(), r.timeout)
		defer cancel()
		r.handle.started(func(bool) { cancel() })
		data, err := d.externalMetadata(ctx, r.agent, path)
		return helperResult{exit: exit{Stdout: string(data)}}, err
	}
	params, err := d.secrets.Reveal(r.device, r.params)
	if err != nil {
		return helperResult{}, fmt.Errorf("Failed to get CIB secrets: %w", err)
	}
	hide := secret.Revealed(r.params, params)
	r.params = params
	cmd := command{path: path, env: d.environment(), whole: MaxFenceOutput, stdin: []byte{}}
	switch {
	case strings.HasPrefix(r.agent, externalPrefix):
		cmd, err = externalCommand(path, r.action, r.params, cmd.env)
	case r.action == "metadata":
		cmd.args = []string{"-o", "metadata"}
	default:
		cmd.stdin, err = fenceOptions(r.action, r.params)
	}
	if err != nil {
		return helperResult{}, err
	}
	cmd.hide = hide
	p, err := start(cmd)
	if err != nil {
		if missing(err) {
			return helperResult{}, fmt.Errorf("%w: %w", errNoFenceAgent, err)
		}
		return helperResult{}, err
	}
	r.handle.started(p.kill)
	if r.recordAs != "" {
		_ = writeJSON(r.recordAs, record{Life: d.life, Boot: d.boot, How: fencing, Proc: identify(p.pid)})
		defer os.Remove(r.recordAs)
	}
	var res helperResult
	if r.timeout <= 0 { // somebody else watches the clock
		res.exit = p.finish()
		return res, nil
	}
	over := time.AfterFunc(r.timeout, func() {
		p.kill(false)
		time.AfterFunc(fenceGrace, func() { p.kill(true) })
	})
	res.exit = p.finish()
	res.Late = !over.Stop()
	return res, nil
}

// fenceOptions writes what a fence agent reads from its stdin.
func fenceOptions(action string, params []operation.Param) ([]byte, error) {
	var b strings.Builder
	if action != "" {
		b.WriteString("action=" + action + "\n")
	}
	for _, p := range params {
		if p.Name == "action" && action != "" {
			continue
		}
		if strings.ContainsAny(p.Name, "=\n\r\x00") || strings.ContainsAny(p.Value, "\n\r\x00") {
			return nil, fmt.Errorf("the parameter %q cannot be given to a fence agent: it holds a line end", p.Name)
		}
		b.WriteString(p.Name + "=" + p.Value + "\n")
	}
	return []byte(b.String()), nil
}

// fenceAgent finds the program of a fence agent.
func (c *Catalogue) fenceAgent(name string) (string, error) {
	if strings.HasPrefix(name, externalPrefix) {
		return c.external(name)
	}
	if !plainName(name) {
		return "", fmt.Errorf("%w: %q is not the name of one", errNoFenceAgent, name)
	}
	for _, dir := range c.fenceDirs() {
		if path := filepath.Join(dir, name); executable(path) {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: %s is in none of %s", errNoFenceAgent, name, strings.Join(c.fenceDirs(), ", "))
}

// deviceOperation is an operation of the executor on a resource of class stonith. Such a resource is started on the node
// that watches over the device; any node may use it. Its start and its monitor ask the agent for "monitor".
func (d *Driver) deviceOperation(e executor.Run, h *handle) {
	op := e.Op
	done := func(status operation.Status, code ocf.ExitCode, reason string) {
		d.endWith(e.Run, executor.Exited{Run: e.Run, Status: status, Code: code, Reason: clean(reason, reasonLimit)})
	}
	mark := d.namedFile("device", op.Resource)
	_, err := os.Stat(mark)
	started := err == nil
	switch op.Task {
	case "stop":
		_ = os.Remove(mark)
		done(operation.Done, ocf.OK, "")
		return
	case "start":
	case "monitor", "status":
		if !started {
			done(operation.Done, ocf.NotRunning, "")
			return
		}
		if op.Interval == 0 {
			done(operation.Done, ocf.OK, "")
			return
		}
	default:
		done(operation.NotSupported, ocf.ErrUnimplemented, "a fence device has no "+op.Task)
		return
	}
	res, err := d.runFenceAgent(fenceRun{
		agent: op.Agent.Type, action: orDefault(op.Param("pcmk_monitor_action"), "monitor"), params: DeviceParams(op.Params),
		device: op.Resource, timeout: 0, handle: h, recordAs: d.file("fence", 1<<62|e.Run, ".json"), // the executor sends Kill
	})
	switch {
	case errors.Is(err, errNoFenceAgent):
		done(operation.NotInstalled, ocf.ErrInstalled, err.Error())
	case err != nil:
		done(operation.Error, ocf.ErrGeneric, err.Error())
	case res.Signal != 0:
		done(operation.Error, ocf.ErrGeneric, fmt.Sprintf("signal %d (%s) ended it", int(res.Signal), res.Signal))
	case res.Code != 0:
		reason := lastLine(res.Stderr)
		if reason == "" {
			reason = fmt.Sprintf("%s returned %d", op.Agent.Type, res.Code)
		}
		done(operation.Done, ocf.ErrGeneric, reason)
	default:
		if op.Task == "start" {
			_ = writeJSON(mark, kept{Life: d.life})
		}
		done(operation.Done, ocf.OK, "")
	}
}

// DeviceParams leaves out of a device's parameters what is for the cluster and not for the agent.
func DeviceParams(params []operation.Param) []operation.Param {
	var out []operation.Param
	for _, p := range params {
		if strings.HasPrefix(p.Name, "pcmk_") || strings.HasPrefix(p.Name, "CRM_meta_") || p.Name == "crm_feature_set" ||
			p.Name == "provides" || p.Name == "stonith-timeout" || p.Name == "priority" {
			continue
		}
		out = append(out, p)
	}
	return out
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
