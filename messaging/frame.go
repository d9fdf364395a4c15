package messaging

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"pacer/api"
	"pacer/engine"
	"pacer/message"
)

// protocolVersion is the version of the local protocol. Both sides are parts of one binary, but an upgrade may have one of
// them running still.
const protocolVersion = 1

// A frame on the local socket is a length (u32, of what follows), a type and a body.
type frameType uint8

// The frames, with the side that sends them.
const (
	frameHello   frameType = iota + 1 // client: JSON hello
	frameSend                         // client: view, payload
	framePong                         // client: number of the ping
	frameWelcome                      // server: JSON identity
	frameView                         // server: JSON view
	frameDeliver                      // server: sender u32, order u64, payload
	framePing                         // server: number
	frameEnd                          // server: text, why it ends
	frameStatus                       // server: JSON status
	frameLeave                        // client: the node is being stopped in order
)

// maxFrame limits a frame: one message and what stands before it.
const maxFrame = message.MaxSize + 64

// readAhead is how much is read from the local socket at once, in bytes: many frames, when many have gathered.
const readAhead = 64 << 10

type hello struct {
	Version int    `json:"version"`
	Role    string `json:"role"` // "manager", "status" or "quorum"
	// Change is what "quorum" asks for.
	Change *api.QuorumChange `json:"change,omitempty"`
}

type frame struct {
	kind frameType
	body []byte
}

var errFrame = errors.New("messaging: a frame on the local socket is malformed")

// readFrame reads one frame into fresh memory.
func readFrame(r io.Reader) (frame, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return frame{}, err
	}
	n := binary.BigEndian.Uint32(head[:4])
	if n == 0 || n > maxFrame {
		return frame{}, errFrame
	}
	body := make([]byte, n-1)
	if _, err := io.ReadFull(r, body); err != nil {
		return frame{}, fmt.Errorf("messaging: a frame is cut off: %w", err)
	}
	return frame{frameType(head[4]), body}, nil
}

// outbox writes frames, so that nobody who hands it one ever waits for the other side: what the socket does not take at once is written in
// the background.
type outbox struct {
	mu     sync.Mutex
	filled sync.Cond
	list   [][]byte // each frame is two pieces
	bytes  int
	// behind tells that the background writes: what comes now comes after that.
	behind bool
	closed bool
	conn   net.Conn
	raw    syscall.RawConn // nil where nothing can be written without waiting
	done   chan struct{}
}

// outboxLimit is how much may wait for a slow reader, in bytes.
const outboxLimit = 2*message.MaxSize + 1<<20

var errSlow = errors.New("messaging: the other side of the local socket does not read")

func newOutbox(conn net.Conn) *outbox {
	o := &outbox{conn: conn, done: make(chan struct{})}
	o.filled.L = &o.mu
	if c, ok := conn.(syscall.Conn); ok {
		o.raw, _ = c.SyscallConn()
	}
	go o.run()
	return o
}

func (o *outbox) run() {
	defer close(o.done)
	for {
		o.mu.Lock()
		for (len(o.list) == 0 || !o.behind) && !o.closed {
			o.behind = false
			o.filled.Wait()
		}
		list := net.Buffers(o.list)
		o.list, o.bytes = nil, 0
		closed := o.closed
		o.mu.Unlock()
		if len(list) > 0 {
			if _, err := list.WriteTo(o.conn); err != nil {
				_ = o.conn.Close()
				o.close()
				return
			}
			continue
		}
		if closed {
			return
		}
	}
}

// flush writes what was put. What the socket does not take now is left to the background.
func (o *outbox) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.list) == 0 || o.behind || o.closed {
		return
	}
	if o.raw != nil {
		o.list = o.writeNow(o.list)
	}
	if len(o.list) == 0 {
		o.bytes = 0
		return
	}
	o.behind = true
	o.filled.Signal()
}

// most is how many pieces are written at once at most: the kernel's limit.
const most = 1024

// writeNow writes what the socket takes without waiting and returns the rest.
func (o *outbox) writeNow(list [][]byte) [][]byte {
	_ = o.raw.Write(func(fd uintptr) bool {
		for len(list) > 0 {
			n, err := unix.Writev(int(fd), list[:min(len(list), most)]) // The socket does not block.
			if err != nil {
				break // The background meets the same error, or waits.
			}
			for n > 0 && n >= len(list[0]) {
				n -= len(list[0])
				list = list[1:]
			}
			if n > 0 {
				list[0] = list[0][n:]
			}
		}
		return true
	})
	return list
}

// put queues a frame whose body is head and then tail, until it is flushed; tail must not be changed after.
func (o *outbox) put(kind frameType, head, tail []byte) error {
	p := make([]byte, 5, 5+len(head))
	binary.BigEndian.PutUint32(p, uint32(1+len(head)+len(tail)))
	p[4] = byte(kind)
	p = append(p, head...)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return net.ErrClosed
	}
	if o.bytes > outboxLimit {
		return errSlow
	}
	o.list = append(o.list, p)
	if len(tail) > 0 {
		o.list = append(o.list, tail)
	}
	o.bytes += len(p) + len(tail)
	return nil
}

// close takes no more frames; what is queued is still written.
func (o *outbox) close() {
	o.mu.Lock()
	o.closed = true
	o.filled.Signal()
	o.mu.Unlock()
}

func appendView(b []byte, v engine.ViewID) []byte {
	b = binary.BigEndian.AppendUint64(b, v.Epoch)
	return binary.BigEndian.AppendUint32(b, uint32(v.Coordinator))
}

// takeView splits the view's identity off a body.
func takeView(b []byte) (engine.ViewID, []byte, error) {
	if len(b) < 12 {
		return engine.ViewID{}, nil, errFrame
	}
	return engine.ViewID{Epoch: binary.BigEndian.Uint64(b), Coordinator: engine.NodeID(binary.BigEndian.Uint32(b[8:]))},
		b[12:], nil
}
