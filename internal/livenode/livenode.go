// Package livenode is a whole manager for tests of commands: the real cores, the real agent driver with the built-in agents,
// the real API on a socket; a cluster layer of one member and no disk. What a command does to it, a cluster would do.
package livenode

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"pacer/agent"
	"pacer/agent/builtin"
	"pacer/api"
	"pacer/courier"
	"pacer/engine"
	"pacer/errand"
	"pacer/executor"
	"pacer/exitcode"
	"pacer/fencer"
	"pacer/ipc"
	"pacer/machine"
	"pacer/message"
	"pacer/node"
	"pacer/place"
	"pacer/service"
)

// Node is a running node. Make it with Start.
type Node struct {
	manager *node.Manager
	errands *courier.Courier
	agents  *agent.Driver
	began   time.Time
	events  chan node.Event
	order   uint64
	timers  map[string]*time.Timer
	cancel  context.CancelFunc
	done    sync.WaitGroup

	mu       sync.Mutex
	snapshot *api.Snapshot
	next     uint64
	waiting  map[uint64]chan node.Reply
	feed     *ipc.Feed
	notes    []string
}

// Start runs a node called node1 below root. toolDir holds the commands that agents call.
func Start(root, toolDir string) (*Node, error) {
	places := place.Places{Root: root}
	// Only built-in agents, whatever the machine has installed.
	if err := os.MkdirAll(filepath.Join(places.OCFRoot(), "resource.d"), 0o755); err != nil {
		return nil, err
	}
	n := &Node{began: time.Now(), events: make(chan node.Event, 4096), timers: map[string]*time.Timer{},
		waiting: map[uint64]chan node.Reply{}, feed: ipc.NewFeed()}
	var err error
	n.agents, err = agent.New(agent.Options{Places: places, Node: "node1", ToolDir: toolDir, Self: filepath.Join(toolDir, "pacer"),
		Builtins: builtin.All(), Deliver: func(e executor.Event) { n.events <- node.FromAgents{Event: e} },
		DeliverFence: func(d fencer.AgentDone) { n.events <- node.FromFenceAgents{Done: d} }})
	if err != nil {
		return nil, err
	}
	n.errands = courier.New(courier.Options{Places: places, Collector: []string{filepath.Join(toolDir, "pacer"), service.CollectorName},
		Deliver: func(d errand.Done) { n.events <- node.FromErrand{Done: d} }})
	self := engine.Member{ID: 1, Name: "node1", Incarnation: 1, Attached: true, Attachment: 1}
	n.manager = node.New(node.Config{Identity: engine.Identity{ID: 1, Name: "node1", Nodes: []engine.Member{self}, Stack: "corosync"},
		FirstRun: n.agents.Restore(), Unique: 1, Seed: 1, Started: n.began, PID: os.Getpid()})
	n.snapshot = n.manager.Snapshot()
	l, err := ipc.Listen(places.APISocket())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	n.cancel = cancel
	n.done.Add(2)
	go func() {
		defer n.done.Done()
		_ = ipc.New(n, ipc.Limits{}).Serve(ctx, l)
	}()
	go func() {
		defer n.done.Done()
		n.loop(ctx)
	}()
	n.events <- node.Begin{}
	n.events <- node.FromEngine{Event: engine.ViewChanged{View: engine.View{ID: engine.ViewID{Epoch: 1, Coordinator: 1},
		Members: []engine.Member{self}, Quorate: true, Votes: 1, Expected: 1}}}
	return n, nil
}

// Stop ends the node at once; what it runs goes on.
func (n *Node) Stop() {
	n.cancel()
	n.done.Wait()
	n.agents.Close()
	n.errands.Close()
}

// Notes are what the node told, one a line.
func (n *Node) Notes() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.notes...)
}

func (n *Node) loop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-n.events:
			now := time.Now()
			for _, effect := range n.manager.Step(machine.Now{Wall: now, Mono: now.Sub(n.began)}, e) {
				n.perform(effect)
			}
			n.publish()
		}
	}
}

func (n *Node) perform(effect node.Effect) {
	switch e := effect.(type) {
	case node.Send:
		n.order++
		n.events <- node.FromEngine{Event: engine.Delivered{Sender: 1, Order: n.order, Payload: e.Payload}}
	case node.Persist:
		n.events <- node.FromDisk{Seq: e.Seq}
	case node.Agents:
		n.agents.Perform(e.Effect)
	case node.FenceAgents:
		n.agents.PerformFence(e.Effect)
	case node.Work:
		n.errands.CarryOut(e.Work)
	case node.SetTimer:
		if t := n.timers[e.Key]; t != nil {
			t.Stop()
		}
		n.timers[e.Key] = time.AfterFunc(e.At-time.Since(n.began), func() { n.events <- node.TimerFired{Key: e.Key} })
	case node.CancelTimer:
		if t := n.timers[e.Key]; t != nil {
			t.Stop()
		}
	case node.Reply:
		n.mu.Lock()
		if c := n.waiting[e.ID]; c != nil {
			c <- e
		}
		n.mu.Unlock()
	case node.Tell:
		n.mu.Lock()
		n.notes = append(n.notes, fmt.Sprintf("%s %+v", e.Note.ID(), e.Note))
		n.mu.Unlock()
	}
}

func (n *Node) publish() {
	s := n.manager.Snapshot()
	n.mu.Lock()
	n.snapshot = s
	n.mu.Unlock()
	n.feed.Publish(api.Event{Type: api.EventNode, Time: time.Now(), Node: &s.Node})
}

// Snapshot implements ipc.Backend.
func (n *Node) Snapshot() *api.Snapshot {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.snapshot
}

// Do implements ipc.Backend.
func (n *Node) Do(ctx context.Context, who message.Principal, r api.Request) (api.Response, error) {
	c := make(chan node.Reply, 1)
	n.mu.Lock()
	n.next++
	id := n.next
	n.waiting[id] = c
	n.mu.Unlock()
	defer func() {
		n.mu.Lock()
		delete(n.waiting, id)
		n.mu.Unlock()
	}()
	n.events <- node.Asked{ID: id, Principal: who, Cause: r.Path(), Request: r}
	select {
	case a := <-c:
		if a.Err != nil {
			return api.Response{}, a.Err
		}
		res, _ := a.Response.(*api.Response)
		if res == nil {
			res = &api.Response{}
		}
		return *res, nil
	case <-ctx.Done():
		return api.Response{}, ctx.Err()
	}
}

// Submit implements ipc.Backend.
func (n *Node) Submit(ctx context.Context, who message.Principal, r api.Request, done func(api.Response, error)) error {
	go func() { done(n.Do(ctx, who, r)) }()
	return nil
}

// Messaging implements ipc.Backend: there is no messaging process here.
func (n *Node) Messaging(context.Context) (*api.Messaging, error) {
	return nil, api.Errorf(exitcode.Disconnect, "This node has no messaging process")
}

// Watch implements ipc.Backend.
func (n *Node) Watch(ctx context.Context, after string) (<-chan api.Event, error) {
	return n.feed.Watch(ctx, after, func() api.Event {
		return api.Event{Type: api.EventHello, Time: time.Now(), Node: &n.Snapshot().Node}
	}), nil
}
