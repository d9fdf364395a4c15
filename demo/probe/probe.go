package probe

import (
	"bufio"
	"context"
	"net"
	"strings"
	"sync"
	"time"
)

// Interval is the time between two connections, Patience how long one may take.
const (
	Interval = 5 * time.Millisecond
	Patience = 150 * time.Millisecond
)

// Answer is one successful request.
type Answer struct {
	Asked, Came time.Time
	Node        string // who answered: the first word of the body
}

// Client asks again and again until it is closed.
type Client struct {
	target string
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu    sync.Mutex
	last  Answer
	gaps  []gap // the longer ones, by time
	waits []*wait
}

// gap is a time without an answer.
type gap struct{ from, to time.Time }

// shortGap is what the client does not remember.
const shortGap = 20 * time.Millisecond

type wait struct {
	accept func(Answer) bool
	got    chan Answer
}

// New starts asking target ("address:port").
func New(target string) *Client {
	ctx, cancel := context.WithCancel(context.Background())
	c := &Client{target: target, cancel: cancel}
	c.done.Add(1)
	go c.run(ctx)
	return c
}

// Close stops asking.
func (c *Client) Close() {
	c.cancel()
	c.done.Wait()
}

// Last returns the newest answer.
func (c *Client) Last() Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// LongestGap returns the longest time without an answer since a moment, up to now.
func (c *Client) LongestGap(since time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	longest := time.Since(c.last.Came)
	for _, g := range c.gaps {
		if g.to.After(since) {
			longest = max(longest, g.to.Sub(g.from))
		}
	}
	return longest
}

// Wait returns the first coming answer that accept likes.
func (c *Client) Wait(ctx context.Context, accept func(Answer) bool) (Answer, error) {
	w := &wait{accept, make(chan Answer, 1)}
	c.mu.Lock()
	c.waits = append(c.waits, w)
	c.mu.Unlock()
	select {
	case a := <-w.got:
		return a, nil
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		for i, x := range c.waits {
			if x == w {
				c.waits = append(c.waits[:i], c.waits[i+1:]...)
				break
			}
		}
		return Answer{}, ctx.Err()
	}
}

func (c *Client) run(ctx context.Context) {
	defer c.done.Done()
	tick := time.NewTicker(Interval)
	defer tick.Stop()
	for {
		c.done.Add(1)
		go func() {
			defer c.done.Done()
			c.ask(ctx)
		}()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (c *Client) ask(ctx context.Context) {
	asked := time.Now()
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", c.target)
	if err != nil {
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(asked.Add(Patience))
	if _, err = conn.Write([]byte("GET / HTTP/1.0\r\nHost: demo\r\n\r\n")); err != nil {
		return
	}
	node, ok := body(bufio.NewReader(conn))
	if !ok {
		return
	}
	c.tell(Answer{Asked: asked, Came: time.Now(), Node: node})
}

// body returns the first word of a successful answer's body.
func body(r *bufio.Reader) (string, bool) {
	status, err := r.ReadString('\n')
	if err != nil || !strings.Contains(status, " 200 ") {
		return "", false
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", false
		}
		if strings.TrimSpace(line) == "" {
			break
		}
	}
	line, _ := r.ReadString('\n')
	if w := strings.Fields(line); len(w) > 0 {
		return w[0], true
	}
	return "", true
}

func (c *Client) tell(a Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.Came.After(c.last.Came) {
		if !c.last.Came.IsZero() && a.Came.Sub(c.last.Came) > shortGap {
			c.gaps = append(c.gaps, gap{c.last.Came, a.Came})
		}
		c.last = a
	}
	kept := c.waits[:0]
	for _, w := range c.waits {
		if w.accept(a) {
			w.got <- a
			continue
		}
		kept = append(kept, w)
	}
	c.waits = kept
}
