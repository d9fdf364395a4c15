package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pacer/ocf"
	"pacer/operation"
)

// resolveLSB finds an init script. Class service means one of those where it exists, else a unit of systemd.
func (d *Driver) resolveLSB(op *operation.Op) (plan, *problem) {
	path := filepath.Join(d.initDir(), op.Agent.Type)
	if !executable(path) {
		if op.Agent.Class == "service" {
			return plan{}, notInstalled("there is no init script %s, and no connection to systemd", path)
		}
		return plan{}, notInstalled("there is no init script %s", path)
	}
	action, code := op.Task, lsbCode
	if action == "monitor" || action == "status" {
		action, code = "status", lsbStatus
	}
	env := append(d.environment(), d.marker(op.Resource))
	return plan{cmd: command{path: path, args: []string{action}, env: env}, code: code}, nil
}

// lsbStatus maps the exit status of an init script's status action (LSB 4.1, 20.2).
func lsbStatus(s int) (ocf.ExitCode, string) {
	switch s {
	case 0:
		return ocf.OK, ""
	case 1, 2, 3:
		return ocf.NotRunning, ""
	case 150:
		return ocf.ErrInstalled, ""
	case 151:
		return ocf.ErrPerm, ""
	}
	return ocf.ErrGeneric, fmt.Sprintf("the init script's status is %d", s)
}

// lsbCode maps the other actions: the LSB codes up to 7 mean the same as the OCF ones.
func lsbCode(s int) (ocf.ExitCode, string) {
	if s >= 0 && s <= 7 {
		return ocf.ExitCode(s), ""
	}
	return ocf.ErrGeneric, fmt.Sprintf("the init script returned %d", s)
}

// lsbMetadata makes a meta-data document from the comment block of an init script.
func lsbMetadata(name, path string) (*ocf.Metadata, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("agent: init script: %w", err)
	}
	m := &ocf.Metadata{Name: name, Version: "1.0", Short: name}
	inside, describing := false, false
	for line := range strings.SplitSeq(string(data), "\n") {
		switch {
		case strings.HasPrefix(line, "### BEGIN INIT INFO"):
			inside = true
			continue
		case strings.HasPrefix(line, "### END INIT INFO"):
			inside = false
		}
		if !inside {
			continue
		}
		key, value, ok := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "#")), ":")
		value = strings.TrimSpace(value)
		switch {
		case ok && key == "Short-Description":
			m.Short, describing = clean(value, 200), false
		case ok && key == "Description":
			m.Long, describing = clean(value, 2000), true
		case describing && (strings.HasPrefix(line, "#\t") || strings.HasPrefix(line, "#  ")):
			m.Long = clean(m.Long+"\n"+strings.TrimSpace(line[1:]), 2000)
		default:
			describing = false
		}
	}
	for _, a := range []string{"start", "stop", "status", "restart", "force-reload", "monitor", "meta-data"} {
		m.Actions = append(m.Actions, ocf.Action{Name: a, Timeout: "15s"})
	}
	return m, nil
}
