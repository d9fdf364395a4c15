package crmmon

import (
	"context"
	"os/exec"
	"strconv"

	"pacer/client"
	"pacer/exitcode"
	"pacer/status"
	"pacer/tool/command"
)

// notify runs the external agent for every new entry of the history, with what happened in its environment (CRM_notify_*).
// What stands in the history already when crm_mon starts is not told.
func (s *settings) notify(c *command.Call, cl client.Cluster) error {
	if cl.Kind() != client.KindLive {
		return command.Fail(exitcode.Usage, "--external-agent needs a running cluster")
	}
	ctx, stop := context.WithCancel(c.Env.Context)
	defer stop()
	changed := make(chan struct{}, 1)
	go watch(ctx, cl, s.interval, changed)
	told := map[happening]bool{}
	first := true
	for {
		if st, err := look(ctx, cl, c.Env.Now()); err == nil {
			now := map[happening]bool{}
			for _, h := range happenings(st, s.watch) {
				now[h] = true
				if !first && !told[h] {
					s.runAgent(ctx, c, h)
				}
			}
			told, first = now, false
		}
		if c.Out.Format == formatHTML {
			c.Out.Restart()
			if err := s.print(c, cl); err != nil && ctx.Err() == nil {
				return err
			}
			c.Out.Flush()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// happening is one thing that an external agent hears of.
type happening struct {
	node, rsc, task, desc string
	rc, expected, status  int
	call                  int
	changed               int64
}

func happenings(st *status.Status, fencing bool) []happening {
	var list []happening
	for i := range st.Histories {
		h := &st.Histories[i]
		for j := range h.Resources {
			r := &h.Resources[j]
			for k := range r.Operations {
				o := &r.Operations[k]
				list = append(list, happening{node: h.Node, rsc: r.ID, task: o.Task, desc: o.Text, rc: o.Code, call: o.Call,
					changed: o.Changed.Unix()})
			}
		}
	}
	if fencing {
		for i := range st.Fencing {
			f := &st.Fencing[i]
			if f.State != "pending" {
				rc := 0
				if f.State == "failed" {
					rc = 1
				}
				list = append(list, happening{node: f.Target, task: "st_notify_fence", desc: f.String(), rc: rc, changed: f.Completed.Unix()})
			}
		}
	}
	return list
}

func (s *settings) runAgent(ctx context.Context, c *command.Call, h happening) {
	cmd := exec.CommandContext(ctx, s.agent) //nolint:gosec // The program that the caller asked for, without a shell.
	cmd.Env = append(c.Env.Environ(),
		"CRM_notify_recipient="+s.receiver, "CRM_notify_node="+h.node, "CRM_notify_rsc="+h.rsc, "CRM_notify_task="+h.task,
		"CRM_notify_desc="+h.desc, "CRM_notify_rc="+strconv.Itoa(h.rc), "CRM_notify_target_rc="+strconv.Itoa(h.expected),
		"CRM_notify_status="+strconv.Itoa(h.status))
	if err := cmd.Run(); err != nil {
		c.Out.Err("crm_mon: the external agent %s failed: %s", s.agent, err)
	}
}
