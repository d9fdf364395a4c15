package crmresource

import (
	"time"

	"pacer/api"
	"pacer/client"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/tool/command"
)

// cleanup forgets failures (--cleanup) or the whole history (--refresh).
func (r *run) cleanup() error {
	request := api.Cleanup{Resource: r.resource, Node: r.node, Operation: r.operation, All: r.verb == "refresh", Force: r.force,
		Client: r.Name}
	if r.cluster.Kind() != client.KindLive {
		return r.cleanupDry()
	}
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

// cleanupDry tells what would be forgotten: a file has no cluster that could forget.
func (r *run) cleanupDry() error {
	if r.resource == "" {
		where := r.node
		if where == "" {
			where = "all nodes"
		}
		r.tell("Dry run: skipping clean-up of %s due to CIB_file", where)
		return nil
	}
	if err := r.unpack(); err != nil {
		return err
	}
	x := r.inState()
	if x == nil {
		return nil
	}
	if !r.force {
		x = x.Top(true)
	}
	var walk func(*cluster.Resource)
	walk = func(x *cluster.Resource) {
		for _, c := range parts(x) {
			walk(c)
		}
		if x.Kind != cluster.Primitive {
			return
		}
		if r.node != "" {
			r.Out.Err("Dry run: skipping clean-up of %s on %s due to CIB_file", x.Name, r.node)
			return
		}
		for _, n := range x.Known {
			if n.Online {
				r.Out.Err("Dry run: skipping clean-up of %s on %s due to CIB_file", x.Name, n.Name)
			}
		}
	}
	walk(x)
	r.Out.Add(r.obstacles(x))
	return nil
}

// parts are what a resource is made of; of a bundle all that it makes for each container, and then what runs inside.
func parts(x *cluster.Resource) []*cluster.Resource {
	o := x.BundleOptions
	if o == nil {
		return x.Children
	}
	var out []*cluster.Resource
	for _, rep := range o.Replica {
		for _, c := range []*cluster.Resource{rep.Container, rep.IP, rep.Connection} {
			if c != nil {
				out = append(out, c)
			}
		}
	}
	if o.Child != nil {
		out = append(out, o.Child)
	}
	return out
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
	if r.cluster.Kind() != client.KindLive {
		r.Out.Err("Dry run: skipping fail of %s on %s due to CIB_file", r.resource, r.node)
		return nil
	}
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
