package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pacer/ocf"
	"pacer/operation"
)

// problem is why an operation cannot be run at all.
type problem struct {
	status operation.Status
	code   ocf.ExitCode
	reason string
}

func notInstalled(format string, args ...any) *problem {
	return &problem{operation.NotInstalled, ocf.ErrInstalled, fmt.Sprintf(format, args...)}
}

// plan is how an operation is run: by a program, or in process.
type plan struct {
	cmd     command
	builtin *Builtin
	// code turns the program's exit status into an OCF code.
	code func(int) (ocf.ExitCode, string)
}

// plainName refuses what could lead out of the agents' directories.
func plainName(s string) bool {
	return s != "" && s != "." && s != ".." && !strings.ContainsAny(s, "/\x00")
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// resolve finds the agent of an operation.
func (d *Driver) resolve(op *operation.Op) (plan, *problem) {
	a := op.Agent
	if !plainName(a.Type) && a.Class != "stonith" {
		return plan{}, notInstalled("%q is not the name of an agent", a.Type)
	}
	switch a.Class {
	case "ocf":
		return d.resolveOCF(op)
	case "lsb", "service":
		return d.resolveLSB(op)
	case "systemd":
		return plan{}, notInstalled("systemd units are not supported here: there is no connection to systemd (unit %s)", a.Type)
	case "upstart", "nagios":
		return plan{}, notInstalled("resources of class %s are no longer supported (%s)", a.Class, a.Type)
	}
	return plan{}, notInstalled("there is no agent class %q", a.Class)
}

func (d *Driver) resolveOCF(op *operation.Op) (plan, *problem) {
	a := op.Agent
	if a.Provider == "" {
		return plan{}, notInstalled("an OCF agent needs a provider (ocf:PROVIDER:%s)", a.Type)
	}
	if !plainName(a.Provider) {
		return plan{}, notInstalled("%q is not the name of a provider", a.Provider)
	}
	path := d.ocfProgram(a)
	if executable(path) {
		cmd := command{path: path, args: []string{op.Task}, env: d.ocfEnvironment(op)}
		return plan{cmd: cmd, code: ocfCode}, nil
	}
	if b := d.builtin[a]; b != nil {
		return plan{builtin: b, code: ocfCode}, nil
	}
	if _, err := os.Stat(path); err == nil {
		return plan{}, notInstalled("%s cannot be executed", path)
	}
	return plan{}, notInstalled("the agent %s is not installed (%s)", a, path)
}

// ocfProgram is where the program of an OCF agent is when it is installed.
func (c *Catalogue) ocfProgram(a operation.Agent) string {
	return filepath.Join(c.ocfRoot, "resource.d", a.Provider, a.Type)
}

// ocfCode accepts what OCF defines. Anything else would have no defined reaction, so it becomes a generic error.
func ocfCode(status int) (ocf.ExitCode, string) {
	switch c := ocf.ExitCode(status); c {
	case ocf.OK, ocf.ErrGeneric, ocf.ErrArgs, ocf.ErrUnimplemented, ocf.ErrPerm, ocf.ErrInstalled, ocf.ErrConfigured,
		ocf.NotRunning, ocf.RunningPromoted, ocf.FailedPromoted, ocf.Degraded, ocf.DegradedPromoted:
		return c, ""
	}
	return ocf.ErrGeneric, fmt.Sprintf("the agent returned %d, which OCF does not define", status)
}
