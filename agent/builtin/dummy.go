package builtin

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"pacer/agent"
	"pacer/ocf"
	"pacer/operation"
)

func dummyAgent(provider string) *agent.Builtin {
	return &agent.Builtin{
		Agent: operation.Agent{Class: "ocf", Provider: provider, Type: "Dummy"},
		Run:   runDummy,
		Metadata: ocf.Metadata{
			Name: "Dummy", Version: "1.0", OCFVersion: "1.1",
			Short: "Example resource that does nothing",
			Long:  "A resource that is a file: it is there while the resource runs. For trying out configurations.",
			Parameters: []ocf.Parameter{
				{Name: "state", UniqueGroup: "state", Short: "State file", Long: "The file that is there while the resource runs."},
				{Name: "passwd", Reloadable: true, Short: "Password", Long: "Not used; for trying out secret parameters."},
				{Name: "fake", Reloadable: true, Default: "dummy", HasDefault: true, Short: "Unused value", Long: "Not used; for trying out a change that only needs a reload."},
				{Name: "op_sleep", Reloadable: true, Default: "0", HasDefault: true, Short: "Seconds per operation", Long: "How many seconds start, stop and monitor take."},
				{Name: "fail_start_on", Reloadable: true, Short: "Node on which start fails", Long: "Start fails on the node of this name."},
				{Name: "envfile", Reloadable: true, Short: "Environment dump", Long: "A file that gets the environment of every action."},
			},
			Actions: actions("start 20s", "stop 20s", "monitor 20s 10s", "reload 20s", "reload-agent 20s", "migrate_to 20s",
				"migrate_from 20s", "validate-all 20s", "meta-data 5s"),
		},
	}
}

func runDummy(ctx context.Context, c *agent.Call) (ocf.ExitCode, string) {
	state := stateFile(c, "state")
	sleep, ok := c.Number("op_sleep", 0)
	if !ok || sleep < 0 {
		return ocf.ErrConfigured, "op_sleep is not a number of seconds"
	}
	if file := c.Param("envfile", ""); file != "" {
		dumpEnvironment(file, c)
	}
	switch c.Action {
	case "start", "migrate_from":
		if !pause(ctx, sleep) {
			return ocf.ErrGeneric, "it was ended"
		}
		if node := c.Param("fail_start_on", ""); node != "" && node == c.Node && c.Action == "start" {
			return ocf.ErrGeneric, "it is told to fail on " + node
		}
		return writeState(state, "")
	case "stop", "migrate_to":
		if !pause(ctx, sleep) {
			return ocf.ErrGeneric, "it was ended"
		}
		return removeState(state)
	case "monitor":
		if !pause(ctx, sleep) {
			return ocf.ErrGeneric, "it was ended"
		}
		return dummyMonitor(state, c)
	case "reload", "reload-agent", "validate-all", "notify":
		return ocf.OK, ""
	}
	return unimplemented(c)
}

func dummyMonitor(state string, c *agent.Call) (ocf.ExitCode, string) {
	text, err := os.ReadFile(state)
	if os.IsNotExist(err) {
		return ocf.NotRunning, ""
	}
	if err != nil {
		return ocf.ErrGeneric, err.Error()
	}
	switch c.Param("OCF_CHECK_LEVEL", "0") {
	case "30":
		return ocf.ErrGeneric, "a check of level 30 always fails"
	case "40":
		if n, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return ocf.ExitCode(n), fmt.Sprintf("the state file says %d", n)
		}
	}
	return ocf.OK, ""
}

// pause waits some seconds and tells whether the action may go on.
func pause(ctx context.Context, seconds int) bool {
	if seconds == 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(time.Duration(seconds) * time.Second)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func dumpEnvironment(file string, c *agent.Call) {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	fmt.Fprintf(f, "### %s %s\n%s\n", c.Action, c.Resource, strings.Join(c.Environ, "\n"))
}
