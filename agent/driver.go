package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"pacer/executor"
	"pacer/fencer"
	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
	"pacer/secret"
)

// Options are what the driver needs to know.
type Options struct {
	Places place.Places
	// Node is this node's name.
	Node string
	// ToolDir holds Pacer's tools under their drop-in names and comes first in agents' PATH; fence agents are looked for
	// there first, too.
	ToolDir string
	// Self is the path of this program; os.Executable when empty.
	Self string
	// Helper is the command (with first arguments) that runs an agent and outlives the manager; Self and HelperName when
	// nil.
	Helper []string
	// Builtins are used where no program is installed (builtin.All()).
	Builtins []*Builtin
	// Life names this life of the service, when the boot of the machine is not enough: records of another life are of no
	// use.
	Life string
	// Deliver takes what the executor should hear, DeliverFence what the fencer should hear. They are called from several
	// goroutines and should not block for long.
	Deliver      func(executor.Event)
	DeliverFence func(fencer.AgentDone)
	// Log tells about trouble of the driver itself; nil is silent.
	Log func(msg string, args ...any)
}

// Driver runs agents.
type Driver struct {
	*Catalogue
	opt     Options
	dir     string
	life    string
	boot    string
	builtin map[operation.Agent]*Builtin
	secrets secret.Store
	exits   *exits
	watches *watches

	restored chan struct{}

	mu      sync.Mutex
	runs    map[uint64]*handle
	fences  map[uint64]*handle
	settled map[string]uint64 // the last run of a resource whose record is still there
	closed  bool
}

// New returns a driver. Call Restore next.
func New(opt Options) (*Driver, error) {
	if opt.Log == nil {
		opt.Log = func(string, ...any) {}
	}
	if opt.Deliver == nil {
		opt.Deliver = func(executor.Event) {}
	}
	if opt.DeliverFence == nil {
		opt.DeliverFence = func(fencer.AgentDone) {}
	}
	if opt.Self == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("agent: where is this program: %w", err)
		}
		opt.Self = self
	}
	if opt.Helper == nil {
		opt.Helper = []string{opt.Self, HelperName}
	}
	d := &Driver{
		opt: opt, dir: filepath.Join(opt.Places.RunDir(), "agents"), boot: bootID(),
		Catalogue: NewCatalogue(opt.Places, opt.ToolDir, opt.Builtins),
		secrets:   secret.Store{Dir: opt.Places.Secrets()},
		builtin:   map[operation.Agent]*Builtin{}, runs: map[uint64]*handle{}, fences: map[uint64]*handle{},
		settled: map[string]uint64{}, restored: make(chan struct{}),
	}
	d.life = d.boot + "-" + opt.Life
	for _, b := range opt.Builtins {
		d.builtin[b.Agent] = b
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return nil, fmt.Errorf("agent: run directory: %w", err)
	}
	// Agents expect their state directory to be there before anything has run.
	if err := os.MkdirAll(opt.Places.AgentState(), 0o755); err != nil {
		return nil, fmt.Errorf("agent: state directory: %w", err)
	}
	var err error
	if d.exits, err = newExits(); err != nil {
		return nil, err
	}
	d.watches = newWatches(d)
	return d, nil
}

// Close ends the driver. Runs by helpers go on; everything else is killed.
func (d *Driver) Close() {
	d.mu.Lock()
	d.closed = true
	var all []*handle
	for _, h := range d.runs {
		if !h.outlives {
			all = append(all, h)
		}
	}
	for _, h := range d.fences {
		all = append(all, h)
	}
	d.mu.Unlock()
	for _, h := range all {
		h.end(true)
	}
	d.watches.close()
	d.exits.close()
}

// Perform carries out what the executor wants. Effects that are not a driver's are ignored. It does not block.
func (d *Driver) Perform(e executor.Effect) {
	switch e := e.(type) {
	case executor.Run:
		d.run(e)
	case executor.Kill:
		d.mu.Lock()
		h := d.runs[e.Run]
		d.mu.Unlock()
		if h != nil {
			h.end(e.Hard)
		}
	case executor.Keep:
		d.keep(e.Op)
	case executor.Drop:
		d.drop(e.Resource, e.Task, e.Interval)
	case executor.Watch:
		d.watches.watch(e.Op)
	case executor.Unwatch:
		d.watches.unwatch(e.Resource)
	}
}

// handle is a run under way, from before its process exists.
type handle struct {
	mu       sync.Mutex
	kill     func(hard bool)
	wanted   bool
	hard     bool
	outlives bool
}

// started says how the run can be killed, which happens at once when it was asked for before.
func (h *handle) started(kill func(hard bool)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kill = kill
	if h.wanted {
		kill(h.hard)
	}
}

func (h *handle) end(hard bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wanted, h.hard = true, h.hard || hard
	if h.kill != nil {
		h.kill(hard)
	}
}

// changesService tells which actions must be seen to their end even when the manager dies.
func changesService(task string) bool {
	switch task {
	case "monitor", "status", "meta-data", "validate-all":
		return false
	}
	return true
}

func (d *Driver) run(e executor.Run) {
	h := &handle{}
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return
	}
	d.runs[e.Run] = h
	if old, ok := d.settled[e.Op.Resource]; ok {
		delete(d.settled, e.Op.Resource)
		d.removeRun(old)
	}
	d.mu.Unlock()
	go d.carryOut(e, h)
}

// carryOut runs one operation and delivers its end.
func (d *Driver) carryOut(e executor.Run, h *handle) {
	op := e.Op
	if op.Agent.Class == "stonith" {
		d.deviceOperation(e, h)
		return
	}
	rec := record{Life: d.life, Boot: d.boot, Run: e.Run, Op: op, Began: time.Now(), Timeout: e.Timeout, How: byUs}
	// From here on op may hold secrets; the record does not.
	bad := d.reveal(&op)
	var p plan
	if bad == nil {
		p, bad = d.resolve(&op)
	}
	if bad != nil {
		d.endWith(e.Run, executor.Exited{Run: e.Run, Status: bad.status, Code: bad.code, Reason: bad.reason})
		return
	}
	p.cmd.hide = secret.Revealed(e.Op.Params, op.Params)
	switch {
	case p.builtin != nil:
		rec.How = inside
		d.write(&rec)
		d.callBuiltin(e.Run, &op, h, p)
	case changesService(op.Task):
		rec.How = byHelper
		d.runHelper(e, h, p.cmd, &rec)
	default:
		d.runDirectly(e, h, p.cmd, &rec)
	}
}

// reveal puts secrets in the places of their marks. A stop goes on without those that are not to be had: most agents stop without a
// password, and a failed stop costs the node. So does a probe: it finds nothing where nothing runs, while a failed one would have
// the service stopped on the node where it does. Everything else fails as Pacemaker lets it fail: here, and not on other nodes.
func (d *Driver) reveal(op *operation.Op) *problem {
	params, err := d.secrets.Reveal(op.Resource, op.Params)
	op.Params = params
	if err == nil {
		return nil
	}
	if op.Task == "stop" || op.Task == "monitor" && op.Interval == 0 {
		d.opt.Log(op.Task+" goes on without a secret", "error", err)
		return nil
	}
	return &problem{operation.Done, ocf.ErrArgs, NoSecrets + ": " + err.Error()}
}

// NoSecrets begins the reason of an operation that failed because a secret could not be read.
const NoSecrets = "Unable to load CIB secrets"

func (d *Driver) write(r *record) {
	if err := writeJSON(d.file("run", r.Run, ".json"), r); err != nil {
		d.opt.Log("a run cannot be recorded for a restart", "error", err)
	}
}

// exitResult is the end of a run in our words.
type exitResult struct {
	status operation.Status
	code   ocf.ExitCode
	reason string
	took   time.Duration
}

func (d *Driver) callBuiltin(run uint64, op *operation.Op, h *handle, p plan) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h.started(func(bool) { cancel() })
	c := &Call{
		Action: op.Task, Resource: op.Resource, Agent: op.Agent, Params: op.Params, Places: d.opt.Places,
		Node: d.opt.Node, Environ: d.ocfEnvironment(op), Self: d.opt.Self,
	}
	if c.Action == "status" {
		c.Action = "monitor"
	}
	r := p.builtin.call(ctx, c)
	r.reason = secret.Hide(r.reason, p.cmd.hide)
	res := &helperResult{exit: exit{Code: int(r.code), Reason: r.reason, Killed: ctx.Err() != nil}, Took: r.took, Survivors: c.survivors}
	if r.status != operation.Done {
		res.Failure = r.reason
	}
	if changesService(op.Task) {
		_ = writeJSON(d.file("run", run, ".result"), res)
	}
	d.end(run, op, res)
}

func (d *Driver) runDirectly(e executor.Run, h *handle, cmd command, rec *record) {
	began := time.Now()
	p, err := start(cmd)
	if err != nil {
		d.end(e.Run, &e.Op, &helperResult{Failure: err.Error(), Missing: missing(err)})
		return
	}
	h.started(p.kill)
	rec.Proc = identify(p.pid)
	d.write(rec)
	d.end(e.Run, &e.Op, &helperResult{exit: p.finish(), Took: time.Since(began)})
}

func (p *process) kill(hard bool) {
	if hard {
		p.signal(syscall.SIGKILL)
	} else {
		p.signal(syscall.SIGTERM)
	}
}

func (d *Driver) runHelper(e executor.Run, h *handle, cmd command, rec *record) {
	spec, err := json.Marshal(helperSpec{
		Path: cmd.path, Args: cmd.args, Env: cmd.env, Hide: cmd.hide, Timeout: e.Timeout,
		PIDFile: d.file("run", e.Run, ".pid"), Result: d.file("run", e.Run, ".result"),
		Survivors: e.Op.Task == "start" || e.Op.Task == "promote" || e.Op.Task == "demote" || e.Op.Task == "migrate_from" || e.Op.Task == "reload",
	})
	if err != nil {
		d.end(e.Run, &e.Op, &helperResult{Failure: err.Error()})
		return
	}
	h.mu.Lock()
	h.outlives = true
	h.mu.Unlock()
	p, err := start(command{path: d.opt.Helper[0], args: d.opt.Helper[1:], env: os.Environ(), stdin: spec})
	if err != nil {
		d.opt.Log("the helper cannot be started, the agent is run without it", "error", err)
		rec.How = byUs
		d.runDirectly(e, h, cmd, rec)
		return
	}
	rec.Proc = identify(p.pid)
	d.write(rec)
	h.started(func(hard bool) {
		insist(hard, func(sig syscall.Signal) bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			if !p.gone {
				_ = unix.Kill(p.pid, sig)
			}
			return !p.gone
		})
	})
	x := p.finish()
	res := d.helperResult(e.Run)
	if res.Failure != "" && x.Stderr != "" {
		res.Failure = lastLine(x.Stderr)
	}
	d.end(e.Run, &e.Op, res)
}

// helperResult reads what a helper left. A helper that left nothing was killed, and its agent with it.
func (d *Driver) helperResult(run uint64) *helperResult {
	res := &helperResult{}
	err := readJSON(d.file("run", run, ".result"), res)
	if err == nil {
		return res
	}
	var agent Proc
	if readJSON(d.file("run", run, ".pid"), &agent) == nil {
		reap(agent)
	}
	if errors.Is(err, os.ErrNotExist) {
		return &helperResult{Failure: "its helper process was killed"}
	}
	return &helperResult{Failure: err.Error()}
}

// exited puts a result into the executor's words.
func (d *Driver) exited(run uint64, op *operation.Op, res *helperResult) executor.Exited {
	out := executor.Exited{Run: run, Status: operation.Done, Reason: res.Reason, Output: res.Stdout, Errors: res.Stderr}
	fail := func(status operation.Status, code ocf.ExitCode, reason string) {
		out.Status, out.Code = status, code
		if out.Reason == "" {
			out.Reason = clean(reason, reasonLimit)
		}
	}
	switch {
	case res.Missing:
		fail(operation.NotInstalled, ocf.ErrInstalled, res.Failure)
	case res.Failure != "":
		fail(operation.Error, ocf.ErrGeneric, res.Failure)
	case res.Late:
		fail(operation.TimedOut, ocf.ErrGeneric, fmt.Sprintf("%s did not end in time", op.Task))
	case res.Signal != 0 && res.Killed:
		fail(operation.Error, ocf.ErrGeneric, "it was ended")
	case res.Signal != 0:
		fail(operation.Error, ocf.ErrGeneric, fmt.Sprintf("signal %d (%s) ended it", int(res.Signal), res.Signal))
	default:
		code := ocfCode
		if op.Agent.Class == "lsb" || op.Agent.Class == "service" {
			code = lsbCode
			if op.Task == "monitor" || op.Task == "status" {
				code = lsbStatus
			}
		}
		c, why := code(res.Code)
		out.Code = c
		if out.Reason == "" {
			out.Reason = why
		}
	}
	return out
}

// end delivers the end of a run. The record of what changed a service is kept a little longer: should the manager die before
// the result is in the CIB, the next one reports it again.
func (d *Driver) end(run uint64, op *operation.Op, res *helperResult) {
	if op.Task == "stop" {
		d.watches.forget(op.Resource)
	} else if len(res.Survivors) > 0 {
		d.watches.survived(op.Resource, res.Survivors)
	}
	if changesService(op.Task) && res.Failure == "" {
		d.mu.Lock()
		d.settled[op.Resource] = run
		d.mu.Unlock()
		time.AfterFunc(settleTime, func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.settled[op.Resource] == run && !d.closed {
				delete(d.settled, op.Resource)
				d.removeRun(run)
			}
		})
	} else {
		d.removeRun(run)
	}
	d.endWith(run, d.exited(run, op, res))
}

// settleTime is how long the record of a finished run is kept.
const settleTime = 10 * time.Second

func (d *Driver) endWith(run uint64, e executor.Exited) {
	d.mu.Lock()
	delete(d.runs, run)
	d.mu.Unlock()
	d.opt.Deliver(e)
}
