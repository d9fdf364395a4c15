package crmresource

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pacer/api"
	"pacer/cib"
	"pacer/client"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/graph"
	"pacer/scheduler"
	"pacer/tool/command"
	"pacer/xmltree"
)

// wait returns when the cluster has nothing left to do.
func (r *run) wait() error {
	d, err := r.deadline()
	if err != nil {
		return err
	}
	if r.cluster.Kind() != client.KindLive {
		// Nothing carries out what a file has pending: whether it is done can be said at once.
		if info := (&api.NodeInfo{Settled: true, DC: "file"}); r.atRest(info) {
			return nil
		}
		return r.late()
	}
	ctx, cancel := context.WithTimeout(r.ctx, d)
	defer cancel()
	return r.settle(ctx, r.atRest)
}

// atRest tells that the cluster says it has nothing to do, and that the scheduler would find nothing either: what the cluster says
// may be older than the last change.
func (r *run) atRest(info *api.NodeInfo) bool {
	if !info.Settled || info.DC == "" {
		return false
	}
	doc, err := r.cluster.CIB(r.ctx)
	if err != nil {
		return false
	}
	if doc, err = doc.Raised(); err != nil {
		return false
	}
	r.pending = nil
	out := scheduler.Schedule(scheduler.Input{CIB: doc.Root(), Now: r.Env.Now()})
	if out == nil || out.Graph == nil {
		return true
	}
	for i := range out.Graph.Synapses {
		if a := &out.Graph.Synapses[i].Action; a.Kind != graph.Pseudo {
			r.pending = append(r.pending, fmt.Sprintf("\tAction %d: %s\ton %s", a.ID, a.Key, a.Node.Name))
		}
	}
	return len(r.pending) == 0
}

// settle waits, woken by events, until done is content with what the node says.
func (r *run) settle(ctx context.Context, done func(*api.NodeInfo) bool) error {
	events, err := r.cluster.Watch(ctx)
	if err != nil {
		return r.liveError(err)
	}
	for {
		info, err := r.cluster.Node(ctx)
		if err != nil {
			return r.waitError(ctx, err)
		}
		if done(info) {
			return nil
		}
		if _, ok := <-events; !ok {
			// The node drops watchers that fall behind: it has to be asked whether it is still there.
			if events, err = r.cluster.Watch(ctx); err != nil {
				return r.waitError(ctx, err)
			}
		}
	}
}

func (r *run) waitError(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return r.late()
	}
	return r.liveError(err)
}

// late tells what is still pending when the time is over.
func (r *run) late() error {
	if len(r.pending) > 0 {
		r.tell("Pending actions:")
		for _, p := range r.pending {
			r.tell("%s", p)
		}
	}
	return command.Fail(exitcode.Timeout, "Error performing operation: %s", exitcode.Timeout.Text())
}

// restart stops a resource by its target role, waits, gives the role back and waits again.
func (r *run) restart() error {
	if err := r.unpack(); err != nil {
		return err
	}
	x := r.state.ResourceByName(r.resource)
	var on []string
	if x != nil {
		on, _ = active(x)
	}
	if len(on) == 0 || r.node != "" && !slices.Contains(on, r.node) {
		where := "anywhere"
		if r.node != "" {
			where = "on " + r.node
		}
		r.Out.Err("%s is not running %s and so cannot be restarted", r.resource, where)
		return command.Fail(exitcode.NoSuch, "Error performing operation: %s", exitcode.NoSuch.Text())
	}
	if r.cluster.Kind() != client.KindLive {
		return command.Fail(exitcode.Disconnect, "Could not connect to controller: %s", command.Reason(client.NotConnected(nil)))
	}
	d, err := r.deadline()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.ctx, d)
	defer cancel()
	n := r.find(r.resource)
	r.pairs, r.arg, r.force = "meta_attributes", "target-role", true
	old := r.pairsOf(n, r.pairs, r.arg, false)
	active := func() bool {
		doc, err := r.cluster.CIB(ctx)
		if err != nil {
			return true
		}
		if doc, err = doc.Raised(); err != nil {
			return true
		}
		state, err := cluster.Unpack(doc.Root(), r.Env.Now())
		return err != nil || slices.ContainsFunc(state.Resources, func(y *cluster.Resource) bool {
			return (y.Name == r.resource || y.XMLID == r.resource) && y.Active(false)
		})
	}
	r.Out.Line("Set '%s' option: id=%s-meta_attributes-target-role set=%s-meta_attributes name=target-role value=stopped", n.ID(), n.ID(), n.ID())
	if err := r.put(ctx, n, "Stopped"); err != nil {
		return err
	}
	if err := r.settle(ctx, func(info *api.NodeInfo) bool { return r.atRest(info) && !active() }); err != nil {
		_ = r.giveBack(context.WithoutCancel(ctx), n, old)
		return err
	}
	if err := r.giveBack(ctx, n, old); err != nil {
		return err
	}
	return r.settle(ctx, func(info *api.NodeInfo) bool { return r.atRest(info) && active() })
}

// put sets the target role.
func (r *run) put(ctx context.Context, n *xmltree.Node, role string) error {
	set := n.ID() + "-meta_attributes"
	id := set + "-target-role"
	if old := r.pairsOf(n, "meta_attributes", "target-role", false); len(old) > 0 {
		set, id = old[0].set.ID(), old[0].nv.ID()
	} else if old := n.First("meta_attributes"); old != nil {
		set = old.ID()
	}
	data := xmltree.New(n.Name, "id", n.ID())
	data.AddNew("meta_attributes", "id", set).AddNew("nvpair", "id", id, "name", "target-role", "value", role)
	_, err := r.cluster.Apply(ctx, cib.Op{Kind: cib.OpModify, Section: "resources", Data: data, AllowCreate: true})
	return err
}

// giveBack restores the target role that was there before.
func (r *run) giveBack(ctx context.Context, n *xmltree.Node, old []pair) error {
	if len(old) > 0 {
		return r.put(ctx, n, old[0].nv.Get("value"))
	}
	data := xmltree.New("nvpair", "id", n.ID()+"-meta_attributes-target-role", "name", "target-role")
	_, err := r.cluster.Apply(ctx, cib.Op{Kind: cib.OpDelete, Section: "resources", Data: data})
	if exitcode.Of(err) == exitcode.NoSuch {
		return nil
	}
	return err
}
