package messaging

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// server accepts connections on the local socket and hands what they say to the loop.
type server struct {
	listener *net.UnixListener
	path     string
	asks     chan ask
	done     chan struct{}
	wg       sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // nil once the server is closed
}

// client is one connection.
type client struct {
	conn net.Conn
	out  *outbox
	pid  int32
	role string
}

// ask is what a client said at once; gone when the connection ended.
type ask struct {
	from   *client
	frames []frame
	gone   bool
}

// listen opens the local socket. A socket left by a process that ended is replaced; one that answers is not.
func listen(path string) (*server, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("messaging: %w", err)
	}
	if c, err := net.Dial("unix", path); err == nil {
		_ = c.Close()
		return nil, fmt.Errorf("messaging: %s is in use: another messaging process is running", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("messaging: %w", err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("messaging: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("messaging: %w", err)
	}
	s := &server{listener: l, path: path, asks: make(chan ask), done: make(chan struct{}), conns: map[net.Conn]bool{}}
	s.wg.Go(s.accept)
	return s, nil
}

func (s *server) close() {
	close(s.done)
	_ = s.listener.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.wg.Wait()
}

// admit remembers a connection, which close ends; one that came too late for that is refused.
func (s *server) admit(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		return false
	}
	s.conns[conn] = true
	return true
}

// acceptPause is the pause after a connection could not be accepted: for want of memory or descriptors the next try fails just
// as well, and this process has real-time priority.
const acceptPause = 100 * time.Millisecond

func (s *server) accept() {
	for {
		conn, err := s.listener.AcceptUnix()
		if err != nil {
			select {
			case <-s.done:
				return
			default:
			}
			if errors.Is(err, net.ErrClosed) {
				return
			}
			select {
			case <-s.done:
				return
			case <-time.After(acceptPause):
			}
			continue
		}
		pid, err := checkPeer(conn)
		if err != nil || !s.admit(conn) {
			_ = conn.Close()
			continue
		}
		s.wg.Go(func() { s.serve(&client{conn: conn, out: newOutbox(conn), pid: pid}) })
	}
}

// checkPeer lets in root and the user of this process.
func checkPeer(conn *net.UnixConn) (pid int32, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *unix.Ucred
	var failed error
	err = raw.Control(func(fd uintptr) { cred, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) })
	if err = errors.Join(err, failed); err != nil {
		return 0, err
	}
	if cred.Uid != 0 && int(cred.Uid) != os.Getuid() {
		return 0, fmt.Errorf("messaging: user %d may not attach", cred.Uid)
	}
	return cred.Pid, nil
}

// serve reads the frames of one client.
func (s *server) serve(c *client) {
	defer func() {
		c.out.close()
		<-c.out.done
		_ = c.conn.Close()
		s.mu.Lock()
		delete(s.conns, c.conn)
		s.mu.Unlock()
	}()
	in := bufio.NewReaderSize(c.conn, readAhead)
	f, err := readFrame(in)
	if err != nil || f.kind != frameHello || len(f.body) > 4096 {
		return
	}
	var h hello
	if json.Unmarshal(f.body, &h) != nil {
		return
	}
	if h.Version != protocolVersion {
		_ = c.out.put(frameEnd, []byte(fmt.Sprintf("the messaging process speaks protocol %d, the caller %d: restart both with the same program",
			protocolVersion, h.Version)), nil)
		return
	}
	c.role = h.Role
	frames := []frame{f}
	for {
		select {
		case s.asks <- ask{from: c, frames: frames}:
		case <-s.done:
			return
		}
		if frames, err = readFrames(in); err != nil {
			select {
			case s.asks <- ask{from: c, frames: frames, gone: true}:
			case <-s.done:
			}
			return
		}
	}
}

// burst is how many frames are handed over at once at most.
const burst = 64

// readFrames waits for a frame and returns it with those that have come with it.
func readFrames(in *bufio.Reader) ([]frame, error) {
	var out []frame
	for len(out) == 0 || len(out) < burst && wholeFrame(in) {
		f, err := readFrame(in)
		if err != nil {
			return out, err
		}
		out = append(out, f)
	}
	return out, nil
}

// wholeFrame tells whether the next frame can be read without waiting.
func wholeFrame(in *bufio.Reader) bool {
	if in.Buffered() < 4 {
		return false
	}
	head, err := in.Peek(4)
	return err == nil && uint64(in.Buffered()) >= 4+uint64(binary.BigEndian.Uint32(head))
}
