package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"pacer/api"
	"pacer/client"
	"pacer/demo/probe"
	"pacer/demo/world"
	"pacer/place"
)

// stage is the cluster of a demonstration with its client and with what the nodes tell.
type stage struct {
	world   *world.World
	client  *probe.Client
	service service
	tell    func(told) // may be nil

	mu      sync.Mutex
	notes   []told
	changed chan struct{} // closed and renewed with every note
	infos   map[string]*api.NodeInfo
}

// told is a note of one node.
type told struct {
	Node string
	At   time.Time
	api.Note
}

// newStage builds the world; no node is on yet.
func newStage(c world.Config, at service, tell func(told)) (*stage, error) {
	c.Address, c.Port = at.address, at.port
	w, err := world.New(c)
	if err != nil {
		return nil, err
	}
	return &stage{
		world: w, client: probe.New(at.String()), service: at, tell: tell, changed: make(chan struct{}), infos: map[string]*api.NodeInfo{},
	}, nil
}

func (s *stage) close() {
	s.client.Close()
	s.world.Close()
}

// powerOn boots nodes, all at once, and listens to what they tell.
func (s *stage) powerOn(ctx context.Context, nodes ...*world.Node) error {
	errs := make([]error, len(nodes))
	var all sync.WaitGroup
	for i, n := range nodes {
		all.Go(func() {
			if n.On() {
				return
			}
			if errs[i] = n.PowerOn(ctx); errs[i] == nil {
				go s.listen(n, n.Gone())
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// reach connects to a node's API from outside.
func (s *stage) reach(n *world.Node) (client.Cluster, error) {
	return client.Live(client.Source{
		Getenv: func(string) string { return "" }, Places: place.Places{Root: n.Root()}, Now: time.Now, Program: "demo",
	})
}

// listen follows a node's events until it loses power, over restarts of its manager.
func (s *stage) listen(n *world.Node, gone <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-gone
		cancel()
	}()
	for ctx.Err() == nil {
		s.follow(ctx, n)
		s.setInfo(n.Name(), nil)
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *stage) follow(ctx context.Context, n *world.Node) {
	c, err := s.reach(n)
	if err != nil {
		return
	}
	defer c.Close()
	events, err := c.Watch(ctx)
	if err != nil {
		return
	}
	for e := range events {
		if e.Node != nil {
			s.setInfo(n.Name(), e.Node)
		}
		if e.Note != nil {
			s.add(told{Node: n.Name(), At: e.Time, Note: *e.Note})
		}
	}
}

func (s *stage) add(t told) {
	if s.tell != nil {
		s.tell(t)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, t)
	close(s.changed)
	s.changed = make(chan struct{})
}

// echo is how long after one node the others' telling the same is no news.
const echo = time.Second

// repeated tells whether another node has just told the same.
func (s *stage) repeated(t told) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range slices.Backward(s.notes) {
		if t.At.Sub(o.At) > echo {
			break
		}
		if o.Node != t.Node && o.Text == t.Text {
			return true
		}
	}
	return false
}

func (s *stage) setInfo(node string, info *api.NodeInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.infos[node] = info
	close(s.changed)
	s.changed = make(chan struct{})
}

// info is what a node last said of itself; nil when it does not answer.
func (s *stage) info(node string) *api.NodeInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.infos[node]
}

// first returns the first note since a time that pick likes, as milliseconds after it; -1 when there is none.
func (s *stage) first(since time.Time, pick func(told) bool) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	best := -1.0
	for i := len(s.notes) - 1; i >= 0; i-- {
		t := s.notes[i]
		if t.At.Before(since.Add(-time.Minute)) {
			break
		}
		if t.At.After(since) && pick(t) {
			if ms := milliseconds(t.At.Sub(since)); best < 0 || ms < best {
				best = ms
			}
		}
	}
	return best
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// settled waits until every node that is on is a member of one view with all the others, and nothing is left to do.
func (s *stage) settled(ctx context.Context) error {
	for {
		s.mu.Lock()
		changed, why := s.changed, s.unsettled()
		s.mu.Unlock()
		if why == "" {
			return nil
		}
		select {
		case <-changed:
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("demo: the cluster did not come to rest: %s", why)
		}
	}
}

// unsettled says what is still missing, "" when nothing is.
func (s *stage) unsettled() string {
	on, coordinators := 0, 0
	for _, n := range s.world.Nodes() {
		if n.On() {
			on++
		}
	}
	for _, n := range s.world.Nodes() {
		info := s.infos[n.Name()]
		switch {
		case !n.On():
		case info == nil:
			return n.Name() + " does not answer"
		case info.DC == "":
			return n.Name() + " knows no DC"
		case len(info.View.Attached()) != on:
			return fmt.Sprintf("%s sees %d of %d nodes", n.Name(), len(info.View.Attached()), on)
		case info.DC == n.Name():
			coordinators++
			if !info.Settled {
				return "work is left to do (DC " + n.Name() + " is " + string(info.State) + ")"
			}
		}
	}
	if coordinators != 1 {
		return fmt.Sprintf("there are %d DCs", coordinators)
	}
	return ""
}

// run runs a tool on a node and makes a bad exit an error.
func (s *stage) run(ctx context.Context, n *world.Node, stdin string, args ...string) (string, error) {
	out, code, err := n.Run(ctx, stdin, args...)
	if err != nil {
		return out, fmt.Errorf("demo: %s on %s: %w", args[0], n.Name(), err)
	}
	if code != 0 {
		return out, fmt.Errorf("demo: %q on %s ended with %d: %s", strings.Join(args, " "), n.Name(), code, strings.TrimSpace(out))
	}
	return out, nil
}

// anyNode is a node that is on.
func (s *stage) anyNode() (*world.Node, error) {
	for _, n := range s.world.Nodes() {
		if n.On() && !n.Isolated() {
			return n, nil
		}
	}
	return nil, errors.New("demo: no node is on")
}

// load replaces the resources, constraints and options by a configuration in crm syntax.
func (s *stage) load(ctx context.Context, text string) error {
	n, err := s.anyNode()
	if err != nil {
		return err
	}
	text = withNodes(text, s.world.Nodes())
	_, err = s.run(ctx, n, text, "crm", "configure", "load", "replace", "-")
	return err
}

// owner waits until the client is answered and the recorders agree on one node, and returns it.
func (s *stage) owner(ctx context.Context) (*world.Node, error) {
	for {
		if h := s.world.Holders("service"); len(h) == 1 && time.Since(s.client.Last().Came) < 200*time.Millisecond {
			return s.world.Node(h[0]), nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return nil, errors.New("demo: the service does not run on exactly one node")
		}
	}
}
