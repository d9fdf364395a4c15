// Package fakenode is a node for tests of commands and of the API: it keeps a CIB and attributes in memory, does what it is
// asked at once and remembers the requests. It is served on a real socket by package ipc.
package fakenode

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"pacer/acl"
	"pacer/api"
	"pacer/cib"
	"pacer/clusterconf"
	"pacer/engine"
	"pacer/ipc"
	"pacer/message"
	"pacer/place"
	"pacer/release"
)

// Node implements ipc.Backend.
type Node struct {
	mu       sync.Mutex
	snapshot api.Snapshot
	requests []api.Request
	callers  []message.Principal
	feed     *ipc.Feed
	// Refuse, when set, may answer a request with an error. Set it before Start.
	Refuse func(api.Request) error
	// Applied, when set, may change the snapshot after each change of the CIB, as a cluster reacts to it. Set it before Start.
	Applied func(*api.Snapshot)
	// Now is the clock of changes.
	Now time.Time
}

// New makes a node called node1, a member of a view with node2 and without node3, which is known.
func New(document string) (*Node, error) {
	doc, err := cib.Parse([]byte(document))
	if err != nil {
		return nil, err
	}
	view := engine.View{ID: engine.ViewID{Epoch: 4, Coordinator: 1}, Quorate: true, Votes: 2, Expected: 3,
		Members: []engine.Member{{ID: 1, Name: "node1", Attached: true}, {ID: 2, Name: "node2", Attached: true}}}
	return &Node{
		feed: ipc.NewFeed(),
		Now:  time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		snapshot: api.Snapshot{CIB: doc, Node: api.NodeInfo{ID: 1, Name: "node1", Stack: "corosync", View: view, DC: "node2",
			State: api.StateMember, Settled: true, Version: release.Version, Feature: release.Own().Features, PID: 4711, Peers: []api.Peer{
				{ID: 1, UUID: "1", Name: "node1", Member: true, Joined: true},
				{ID: 2, UUID: "2", Name: "node2", Member: true, Joined: true},
				{ID: 3, UUID: "3", Name: "node3"}}}},
	}, nil
}

// Start serves the node below root until the test ends.
func (n *Node) Start(t testing.TB, root string) place.Places {
	t.Helper()
	places := place.Places{Root: root}
	l, err := ipc.Listen(places.APISocket())
	if err != nil {
		t.Fatal(err)
	}
	n.Serve(t, l, ipc.Limits{})
	return places
}

// StartPlain serves the node below root until stop is called.
func (n *Node) StartPlain(root string) (stop func() error, err error) {
	l, err := ipc.Listen(place.Places{Root: root}.APISocket())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- ipc.New(n, ipc.Limits{}).Serve(ctx, l) }()
	return func() error { cancel(); return <-done }, nil
}

// Serve serves the node on a listener until the test ends.
func (n *Node) Serve(t testing.TB, l net.Listener, limits ipc.Limits) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- ipc.New(n, limits).Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// Snapshot implements ipc.Backend.
func (n *Node) Snapshot() *api.Snapshot {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.snapshot
	return &s
}

// Requests are those that came so far.
func (n *Node) Requests() []api.Request {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]api.Request(nil), n.requests...)
}

// Callers are who sent them.
func (n *Node) Callers() []message.Principal {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]message.Principal(nil), n.callers...)
}

// Change changes the snapshot under the lock and tells watchers.
func (n *Node) Change(f func(*api.Snapshot)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f(&n.snapshot)
	info := n.snapshot.Node
	n.feed.Publish(api.Event{Type: api.EventNode, Time: n.Now, Node: &info})
}

// Do implements ipc.Backend.
func (n *Node) Do(_ context.Context, who message.Principal, r api.Request) (api.Response, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.requests = append(n.requests, r)
	n.callers = append(n.callers, who)
	if n.Refuse != nil {
		if err := n.Refuse(r); err != nil {
			return api.Response{}, err
		}
	}
	switch r := r.(type) {
	case api.CIBApply:
		return n.apply(who, r)
	case api.AttributeUpdate:
		n.attribute(r)
	case api.SecretChange:
		out := api.Response{}
		for _, m := range n.snapshot.Node.View.Members {
			out.Nodes = append(out.Nodes, api.NodeAnswer{Node: m.Name})
		}
		return out, nil
	case api.Fence:
		return api.Response{Fence: &api.FenceRecord{Target: r.Target, Action: r.Action, State: "success", Client: r.Client}}, nil
	}
	return api.Response{}, nil
}

func (n *Node) apply(who message.Principal, r api.CIBApply) (api.Response, error) {
	old := n.snapshot.CIB
	doc, result, err := cib.Apply(old, r.Ops, cib.ApplyOptions{Now: n.Now, Client: r.Client,
		Guard: acl.For(old, who, n.Now)})
	if err != nil {
		return api.Response{}, err
	}
	n.snapshot.CIB = doc
	n.feed.Publish(api.Event{Type: api.EventCIB, Time: n.Now, Version: doc.Version().String(), Old: old.Version().String()})
	if n.Applied != nil {
		n.Applied(&n.snapshot)
	}
	out := &api.CIBResult{Version: doc.Version().String(), Class: api.WriteQuorum}
	if result != nil {
		out.Data = result.String()
	}
	return api.Response{CIB: out}, nil
}

func (n *Node) attribute(r api.AttributeUpdate) {
	node := r.Node
	if node == "" {
		node = n.snapshot.Node.Name
	}
	var out []api.Attribute
	for _, a := range n.snapshot.Attributes {
		if a.Name != r.Name || a.Node != node {
			out = append(out, a)
		}
	}
	if r.Action == api.AttributeSet || r.Action == api.AttributeSetBoth {
		out = append(out, api.Attribute{Name: r.Name, Node: node, Value: r.Value, Private: r.Private})
	}
	n.snapshot.Attributes = out
}

// Submit implements ipc.Backend.
func (n *Node) Submit(ctx context.Context, who message.Principal, r api.Request, done func(api.Response, error)) error {
	done(n.Do(ctx, who, r))
	return nil
}

// Messaging implements ipc.Backend: two links, the second of which does not carry anything from node2, and a node3 that is not
// heard at all.
func (n *Node) Messaging(context.Context) (*api.Messaging, error) {
	s := n.Snapshot()
	out := &api.Messaging{
		Identity: engine.Identity{ID: s.Node.ID, Name: s.Node.Name, Stack: s.Node.Stack}, Cluster: "made-up",
		Transport: "knet", View: s.Node.View, Votes: []int{1, 1, 1}, Needed: 2, Counted: true, Dead: 360 * time.Millisecond, PacketSize: 1400,
		Links: []api.MessagingLink{{Number: 0, Cast: "unicast", Local: "192.0.2.1", Port: 5405}, {Number: 1, Cast: "unicast", Local: "198.51.100.1", Port: 5407}},
		Peers: []api.MessagingPeer{
			{ID: 2, Name: "node2", Alive: true, Links: []bool{true, false}, Addresses: []string{"192.0.2.2", "198.51.100.2"}},
			{ID: 3, Name: "node3", Links: []bool{false, false}, Addresses: []string{"192.0.2.3", "198.51.100.3"}}},
		Settings: []clusterconf.Setting{{Name: "totem.cluster_name", Type: "str", Value: "made-up"}, {Name: "totem.version", Type: "u32", Value: "2"}},
	}
	for _, p := range s.Node.Peers {
		out.Identity.Nodes = append(out.Identity.Nodes, engine.Member{ID: p.ID, Name: p.Name})
	}
	return out, nil
}

// Watch implements ipc.Backend.
func (n *Node) Watch(ctx context.Context, after string) (<-chan api.Event, error) {
	n.mu.Lock() // As publishing does it: first this lock, then the feed's.
	defer n.mu.Unlock()
	s := n.snapshot
	return n.feed.Watch(ctx, after, func() api.Event {
		return api.Event{Type: api.EventHello, Time: n.Now, Node: &s.Node, Version: s.CIB.Version().String()}
	}), nil
}
