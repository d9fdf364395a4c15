package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"pacer/operation"
)

// Checked is what a fence agent says of parameters.
type Checked struct {
	Code           int
	Stdout, Stderr string
}

// Errors of CheckFence: there is no such agent, or it cannot check anything.
var (
	ErrNoFenceAgent = errNoFenceAgent
	ErrCannotCheck  = errors.New("the agent cannot check parameters")
)

// CheckFence lets a fence agent check parameters (action validate-all). Agents that do not offer that are not asked, for some would take
// it for another action.
func (c *Catalogue) CheckFence(ctx context.Context, name string, params []operation.Param) (Checked, error) {
	path, err := c.fenceAgent(name)
	if err != nil {
		return Checked{}, err
	}
	if strings.HasPrefix(name, externalPrefix) {
		return Checked{}, fmt.Errorf("%w: %s is a plugin of cluster-glue", ErrCannotCheck, name)
	}
	meta, err := c.Metadata(ctx, operation.Agent{Class: "stonith", Type: name})
	if err != nil {
		return Checked{}, err
	}
	if !bytes.Contains(meta, []byte(`"validate-all"`)) {
		return Checked{}, fmt.Errorf("%w: %s has no action validate-all", ErrCannotCheck, name)
	}
	stdin, err := fenceOptions("validate-all", DeviceParams(params))
	if err != nil {
		return Checked{}, err
	}
	p, err := start(command{path: path, env: os.Environ(), stdin: stdin})
	if err != nil {
		return Checked{}, fmt.Errorf("agent: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { p.kill(true) })
	defer stop()
	e := p.finish()
	if err := ctx.Err(); err != nil {
		return Checked{}, fmt.Errorf("agent: %s did not end in time: %w", name, err)
	}
	return Checked{Code: e.Code, Stdout: e.Stdout, Stderr: e.Stderr}, nil
}
