package crmresource

import (
	"time"

	"pacer/api"
	"pacer/client"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/tool/command"
)

// cleanup forgets failures (--cleanup) or the whole history (--refresh).
func (r *run) cleanup() error {
	request := api.Cleanup{Resource: r.resource, Node: r.node, Operation: r.operation, All: r.verb == "refresh", Force: r.force,
		Client: r.Name}
	if r.operation != "" && r.resource == "" {
		return command.Fail(exitcode.Usage, "--operation must be used with --resource")
	}
	if r.interval != "" {
		if r.operation == "" {
			return command.Fail(exitcode.Usage, "--interval must be used with --operation")
		}
		d, err := isotime.Interval(r.interval)
		if err != nil {
			return command.Fail(exitcode.Usage, "Invalid interval '%s'", r.interval)
		}
		request.Interval = api.MillisOf(d)
	}
	if r.cluster.Kind() != client.KindLive {
		what, where := request.Resource, request.Node
		if what == "" {
			what = "all resources"
		}
		if where == "" {
			where = "all nodes"
		}
		r.Out.Err("Dry run: skipping clean-up of %s on %s due to CIB_file", what, where)
		return nil
	}
	if _, err := r.cluster.Do(r.ctx, request); err != nil {
		return r.liveError(err)
	}
	if r.quiet {
		return nil
	}
	where := "all nodes"
	if r.node != "" {
		where = r.node
	}
	switch {
	case r.resource == "":
		r.Out.Line("Cleaned up all resources on %s", where)
	default:
		r.Out.Line("Cleaned up %s on %s", r.resource, where)
	}
	return nil
}

// liveError says why the node did not do it.
func (r *run) liveError(err error) error {
	if exitcode.Of(err) == exitcode.Disconnect {
		return command.Fail(exitcode.Disconnect, "Could not connect to controller: %s", command.Reason(err))
	}
	return command.Fail(exitcode.Of(err), "%s", err)
}

// fail tells the cluster that a resource has failed.
func (r *run) fail() error {
	if _, err := r.cluster.Do(r.ctx, api.FailResource{Resource: r.resource, Node: r.node}); err != nil {
		return r.liveError(err)
	}
	return nil
}

// defaultWait is how long --wait and --restart wait when no timeout is given.
const defaultWait = time.Hour

// deadline reads --timeout.
func (r *run) deadline() (time.Duration, error) {
	if r.timeout == "" {
		return defaultWait, nil
	}
	d, err := isotime.Interval(r.timeout)
	if err != nil || d <= 0 {
		return 0, command.Fail(exitcode.Usage, "Invalid timeout '%s'", r.timeout)
	}
	return d, nil
}
