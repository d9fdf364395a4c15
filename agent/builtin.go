package agent

import (
	"context"
	"strconv"
	"strings"
	"time"

	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
)

// Builtin is an agent that runs inside this process (package agent/builtin has them). It is used where no program of its
// name is installed.
type Builtin struct {
	Agent    operation.Agent
	Metadata ocf.Metadata
	// Run carries out an action. It returns soon after ctx is done.
	Run func(ctx context.Context, call *Call) (code ocf.ExitCode, reason string)
	// Leaves says that start leaves processes behind that the driver should watch (call.Survivor).
	Leaves bool
}

// Call is one action asked of a built-in agent.
type Call struct {
	Action string
	// Resource is OCF_RESOURCE_INSTANCE.
	Resource string
	Agent    operation.Agent
	Params   []operation.Param
	Places   place.Places
	Node     string
	// Environ is for programs that the agent starts: what an agent's own environment would be.
	Environ []string
	// Self is the path of this program, for agents that start it anew under another name.
	Self string

	survivors []Proc
}

// Param returns a parameter or the default.
func (c *Call) Param(name, def string) string {
	for i := range c.Params {
		if c.Params[i].Name == name && c.Params[i].Value != "" {
			return c.Params[i].Value
		}
	}
	return def
}

// Number returns a parameter as a whole number; ok is false when it is set and is none.
func (c *Call) Number(name string, def int) (n int, ok bool) {
	s := c.Param(name, "")
	if s == "" {
		return def, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// Probe tells that this is a monitor with interval 0.
func (c *Call) Probe() bool {
	return c.Action == "monitor" && c.Param("CRM_meta_interval", "0") == "0"
}

// Survivor says that a process of the resource lives on.
func (c *Call) Survivor(pid int) { c.survivors = append(c.survivors, identify(pid)) }

// Alive tells whether a process with this pid and, when start is not 0, this start time is there and not a zombie.
func Alive(pid int, start uint64) bool {
	s, ok := readStat(pid)
	return ok && !s.dead() && (start == 0 || s.Start == start)
}

// StartTime returns a process's start time as /proc shows it, 0 when there is none.
func StartTime(pid int) uint64 { return identify(pid).Start }

// CallFromEnvironment builds the call of `pacer agent CLASS:PROVIDER:TYPE ACTION` from OCF variables.
func CallFromEnvironment(a operation.Agent, action string, environ []string, places place.Places, node, self string) *Call {
	c := &Call{Action: action, Agent: a, Places: places, Node: node, Self: self, Environ: environ}
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		if name == "OCF_RESOURCE_INSTANCE" {
			c.Resource = value
		}
		if p, ok := strings.CutPrefix(name, "OCF_RESKEY_"); ok && p != "" {
			c.Params = append(c.Params, operation.Param{Name: p, Value: value})
		}
		if name == "OCF_CHECK_LEVEL" {
			c.Params = append(c.Params, operation.Param{Name: name, Value: value})
		}
	}
	return c
}

// call runs a built-in agent; a panic of it is its failure, not ours.
func (b *Builtin) call(ctx context.Context, c *Call) (res exitResult) {
	began := time.Now()
	defer func() {
		if p := recover(); p != nil {
			res = exitResult{status: operation.Error, code: ocf.ErrGeneric, reason: "the built-in agent failed: " + clean(panicText(p), reasonLimit)}
		}
		res.took = time.Since(began)
	}()
	code, reason := b.Run(ctx, c)
	res = exitResult{status: operation.Done, code: code, reason: clean(reason, reasonLimit)}
	if ctx.Err() != nil && code != ocf.OK {
		res.status, res.code = operation.Error, ocf.ErrGeneric
		if res.reason == "" {
			res.reason = "it was ended"
		}
	}
	return res
}

func panicText(p any) string {
	if err, ok := p.(error); ok {
		return err.Error()
	}
	if s, ok := p.(string); ok {
		return s
	}
	return "panic"
}
