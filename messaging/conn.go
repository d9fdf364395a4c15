package messaging

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"pacer/api"
	"pacer/engine"
	"pacer/message"
	"pacer/place"
)

// Conn is the manager's side of the messaging process. One goroutine reads Events and calls Send: the messaging process
// then knows in which view a message was meant.
type Conn struct {
	conn     net.Conn
	identity engine.Identity
	out      *outbox
	events   chan engine.Event
	pings    chan struct{}
	ping     atomic.Uint64
	closed   chan struct{}
	once     sync.Once

	mu     sync.Mutex // guards what follows
	pushed uint64     // events put into the channel
	views  []pushedView
}

// pushedView remembers at which place of the channel a view stands.
type pushedView struct {
	place uint64
	id    engine.ViewID
}

// eventsWaiting is how many events may wait for the manager inside of its own process.
const eventsWaiting = 256

// Dial connects to the messaging process of these places and attaches as its manager. It waits for the process to be there
// until ctx ends.
func Dial(ctx context.Context, p place.Places) (*Conn, error) {
	raw, welcome, err := dial(ctx, p, hello{Role: "manager"}, frameWelcome)
	if err != nil {
		return nil, err
	}
	c := &Conn{conn: raw, out: newOutbox(raw), events: make(chan engine.Event, eventsWaiting), pings: make(chan struct{}, 1),
		closed: make(chan struct{})}
	if err := json.Unmarshal(welcome, &c.identity); err != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("messaging: welcome: %w", err)
	}
	go c.read()
	return c, nil
}

// ReadStatus asks the messaging process for its picture of itself.
func ReadStatus(ctx context.Context, p place.Places) (*api.Messaging, error) {
	return readStatus(ctx, p, hello{Role: "status"})
}

// ChangeQuorum asks the cluster to count votes otherwise. It is on its way into the agreed order when the call returns.
func ChangeQuorum(ctx context.Context, p place.Places, ch api.QuorumChange) error {
	_, err := readStatus(ctx, p, hello{Role: "quorum", Change: &ch})
	return err
}

func readStatus(ctx context.Context, p place.Places, h hello) (*api.Messaging, error) {
	raw, body, err := dial(ctx, p, h, frameStatus)
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	s := &api.Messaging{}
	if err := json.Unmarshal(body, s); err != nil {
		return nil, fmt.Errorf("messaging: status: %w", err)
	}
	return s, nil
}

// retryEvery is the pause between attempts to connect.
const retryEvery = 20 * time.Millisecond

// dial says hello and waits for the first frame.
func dial(ctx context.Context, p place.Places, h hello, want frameType) (net.Conn, []byte, error) {
	var d net.Dialer
	path := p.MessagingSocket()
	var raw net.Conn
	for {
		var err error
		if raw, err = d.DialContext(ctx, "unix", path); err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return nil, nil, fmt.Errorf("messaging: %s: %w (is the messaging process running?)", path, err)
		case <-time.After(retryEvery):
		}
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	f, err := greet(raw, h)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err == nil && f.kind == frameEnd {
		err = errors.New("messaging: " + string(f.body))
	} else if err == nil && f.kind != want {
		err = errFrame
	}
	if err != nil {
		_ = raw.Close()
		return nil, nil, err
	}
	return raw, f.body, nil
}

func greet(raw net.Conn, h hello) (frame, error) {
	h.Version = protocolVersion
	body, err := json.Marshal(h)
	if err != nil {
		return frame{}, err
	}
	p := binary.BigEndian.AppendUint32(nil, uint32(1+len(body)))
	p = append(append(p, byte(frameHello)), body...)
	if _, err := raw.Write(p); err != nil {
		return frame{}, fmt.Errorf("messaging: hello: %w", err)
	}
	f, err := readFrame(raw)
	if err != nil {
		return f, fmt.Errorf("messaging: no welcome: %w", err)
	}
	return f, nil
}

// Identity is who this node is.
func (c *Conn) Identity() engine.Identity { return c.identity }

// Events gives, in order, ViewChanged first, then what happens; Lost is the last one before the channel is closed.
func (c *Conn) Events() <-chan engine.Event { return c.events }

// Pings tells the manager's loop to call Alive: select on it beside Events.
func (c *Conn) Pings() <-chan struct{} { return c.pings }

// Alive answers the pings that came. Call it from the manager's loop when Pings fires: an answer says that the loop turns.
func (c *Conn) Alive() {
	if n := c.ping.Swap(0); n != 0 {
		_ = c.out.put(framePong, binary.BigEndian.AppendUint64(nil, n), nil)
		c.Flush()
	}
}

// Send orders a message; it does not wait. It is delivered to all attached members of the view that the caller last received
// from Events, the caller too, or, when a view with another ID comes first, to nobody: then send it again if it is still
// meant. Payload must not be changed after. It leaves with the next Flush.
func (c *Conn) Send(payload []byte) error {
	if len(payload) > message.MaxSize {
		return fmt.Errorf("messaging: the message is %d bytes, the limit is %d", len(payload), message.MaxSize)
	}
	if err := c.out.put(frameSend, appendView(nil, c.view()), payload); err != nil {
		return fmt.Errorf("messaging: send: %w", err)
	}
	return nil
}

// Flush lets what was sent leave.
func (c *Conn) Flush() { c.out.flush() }

// view is the view that the caller has received: what was pushed less what still waits in the channel.
func (c *Conn) view() engine.ViewID {
	c.mu.Lock()
	defer c.mu.Unlock()
	received := c.pushed - uint64(len(c.events))
	for len(c.views) > 1 && c.views[1].place <= received {
		c.views = c.views[1:]
	}
	if len(c.views) == 0 || c.views[0].place > received {
		return engine.ViewID{}
	}
	return c.views[0].id
}

// Leave tells the peers that this node is being stopped in order, so that its votes need not be expected (allow_downscale). Close
// follows.
func (c *Conn) Leave() { _ = c.out.put(frameLeave, nil, nil) }

// Close detaches the manager. Peers see it at once.
func (c *Conn) Close() error {
	c.once.Do(func() { close(c.closed) })
	c.out.close()
	select { // what was sent goes out, if the other side takes it
	case <-c.out.done:
	case <-time.After(time.Second):
	}
	return c.conn.Close()
}

// read turns frames into events until the connection ends.
func (c *Conn) read() {
	defer close(c.events)
	reason := "the messaging process ended"
	in := bufio.NewReaderSize(c.conn, readAhead)
	for {
		f, err := readFrame(in)
		if err != nil {
			break
		}
		switch f.kind {
		case framePing:
			if len(f.body) == 8 {
				c.ping.Store(binary.BigEndian.Uint64(f.body))
				select {
				case c.pings <- struct{}{}:
				default:
				}
			}
			continue
		case frameEnd:
			reason = string(f.body)
			continue
		}
		ev, err := decodeEvent(f)
		if err != nil {
			reason = err.Error()
			break
		}
		if !c.push(ev) {
			return
		}
	}
	c.out.close()
	_ = c.conn.Close()
	c.push(engine.Lost{Reason: reason})
}

func decodeEvent(f frame) (engine.Event, error) {
	switch f.kind {
	case frameView:
		var v engine.View
		if err := json.Unmarshal(f.body, &v); err != nil {
			return nil, fmt.Errorf("messaging: view: %w", err)
		}
		return engine.ViewChanged{View: v}, nil
	case frameDeliver:
		if len(f.body) < 12 {
			return nil, errFrame
		}
		return engine.Delivered{Sender: engine.NodeID(binary.BigEndian.Uint32(f.body)),
			Order: binary.BigEndian.Uint64(f.body[4:]), Payload: f.body[12:]}, nil
	}
	return nil, errFrame
}

// push puts an event into the channel. Counting it and putting it there is one step under the lock, so that view is exact;
// so nobody may wait inside, and a full channel is looked at again a little later.
func (c *Conn) push(ev engine.Event) bool {
	for {
		c.mu.Lock()
		if len(c.events) < cap(c.events) {
			c.pushed++
			if v, ok := ev.(engine.ViewChanged); ok {
				c.views = append(c.views, pushedView{c.pushed, v.View.ID})
			}
			c.events <- ev
			c.mu.Unlock()
			return true
		}
		c.mu.Unlock()
		select {
		case <-c.closed:
			return false
		case <-time.After(time.Millisecond):
		}
	}
}
