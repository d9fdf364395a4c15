package builtin

import (
	"context"
	"os"
	"strings"

	"pacer/agent"
	"pacer/ocf"
	"pacer/operation"
)

func statefulAgent() *agent.Builtin {
	return &agent.Builtin{
		Agent: operation.Agent{Class: "ocf", Provider: "pacemaker", Type: "Stateful"},
		Run:   runStateful,
		Metadata: ocf.Metadata{
			Name: "Stateful", Version: "1.0", OCFVersion: "1.1",
			Short: "Example resource with two roles",
			Long:  "A resource that is a file which says promoted or unpromoted. For trying out promotable clones.",
			Parameters: []ocf.Parameter{
				{Name: "state", UniqueGroup: "state", Short: "State file", Long: "The file that holds the role."},
			},
			Actions: actions("start 20s", "stop 20s", "monitor 20s 10s Promoted", "monitor 20s 11s Unpromoted", "promote 10s",
				"demote 10s", "notify 10s", "reload-agent 10s", "validate-all 20s", "meta-data 5s"),
		},
	}
}

const (
	statePromoted   = "Promoted"
	stateUnpromoted = "Unpromoted"
)

// The scores that it gives itself: any instance may be promoted, the one that is stays it.
const (
	scoreUnpromoted = "5"
	scorePromoted   = "10"
)

func runStateful(ctx context.Context, c *agent.Call) (ocf.ExitCode, string) {
	state := stateFile(c, "state")
	role := readRole(state)
	become := func(role, score string) (ocf.ExitCode, string) {
		if code, reason := writeState(state, role+"\n"); code != ocf.OK {
			return code, reason
		}
		// Without a score nothing is promoted, but a missing tool must not fail the service.
		_ = tool(ctx, c, "crm_attribute", "--promotion", "--lifetime", "reboot", "-v", score)
		return ocf.OK, ""
	}
	switch c.Action {
	case "start":
		if role == statePromoted {
			return ocf.RunningPromoted, "it is promoted already"
		}
		return become(stateUnpromoted, scoreUnpromoted)
	case "stop":
		_ = tool(ctx, c, "crm_attribute", "--promotion", "--lifetime", "reboot", "-D")
		return removeState(state)
	case "promote":
		if role == "" {
			return ocf.NotRunning, "it is not running"
		}
		return become(statePromoted, scorePromoted)
	case "demote":
		if role == "" {
			return ocf.NotRunning, "it is not running"
		}
		return become(stateUnpromoted, scoreUnpromoted)
	case "monitor":
		code := ocf.NotRunning
		switch role {
		case statePromoted:
			code = ocf.RunningPromoted
		case stateUnpromoted:
			code = ocf.OK
		}
		if c.Probe() && role != "" {
			score := scoreUnpromoted
			if role == statePromoted {
				score = scorePromoted
			}
			_ = tool(ctx, c, "crm_attribute", "--promotion", "--lifetime", "reboot", "-v", score)
		}
		return code, ""
	case "notify", "reload", "reload-agent", "validate-all":
		return ocf.OK, ""
	}
	return unimplemented(c)
}

func readRole(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	if strings.TrimSpace(string(data)) == statePromoted {
		return statePromoted
	}
	return stateUnpromoted
}
