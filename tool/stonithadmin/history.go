package stonithadmin

import (
	"context"
	"slices"
	"strconv"

	"pacer/api"
	"pacer/client"
	"pacer/exitcode"
	"pacer/status"
	"pacer/tool/command"
	"pacer/xmltree"
)

// history shows, or with --cleanup forgets, what was fenced.
func (s *settings) history(ctx context.Context, c *command.Call, cluster client.Cluster, target string) error {
	all := target == "*" || target == "all"
	if all {
		target = ""
	}
	if s.cleanup {
		if !s.quiet {
			of := ""
			if !all {
				of = " for node " + target
			}
			c.Out.Line("cleaning up fencing-history%s", of)
		}
		return done(c, cluster, ctx, api.FenceCleanup{Target: target})
	}
	if s.broadcast && !s.quiet {
		c.Out.Line("gather fencing-history from all nodes")
	}
	records, err := cluster.FenceHistory(ctx)
	if err != nil {
		return failure(c, err)
	}
	slices.SortStableFunc(records, func(a, b api.FenceRecord) int { return b.Completed.Compare(a.Completed) })
	shown := 0
	list := xmltree.New("list", "name", "Fencing history")
	for _, r := range records {
		if !all && r.Target != target {
			continue
		}
		shown++
		f := status.Fencing{Target: r.Target, Action: r.Action, State: r.State, Origin: r.Origin, Client: r.Client,
			Delegate: r.Delegate, Completed: r.Completed, Reason: r.ExitReason}
		c.Out.Line("%s", f.String())
		list.Add(record(r))
	}
	c.Out.Add(list.Set("count", strconv.Itoa(shown)))
	if !s.quiet {
		word := "events"
		if shown == 1 {
			word = "event"
		}
		c.Out.Line("\n%d %s found", shown, word)
	}
	if shown == 0 && !all {
		return command.Exit(exitcode.OK)
	}
	return nil
}

func record(r api.FenceRecord) *xmltree.Node {
	n := xmltree.New("fence_event", "target", r.Target, "action", r.Action, "origin", r.Origin, "client", r.Client)
	if r.Delegate != "" {
		n.Set("delegate", r.Delegate)
	}
	if r.State == "success" || r.State == "failed" {
		n.Set("status", r.State).Set("completed", r.Completed.UTC().Format("2006-01-02 15:04:05Z"))
	} else {
		n.Set("status", "pending")
	}
	if r.ExitReason != "" {
		n.Set("exit-reason", r.ExitReason)
	}
	return n
}
