package world

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"pacer/demo/record"
)

// Config describes the world to build.
type Config struct {
	Nodes int
	// Address and Port are the service's, for the recorders; without a port nothing is recorded.
	Address string
	Port    int
	// FenceDelay is how long the fence device takes; FenceFail makes it fail.
	FenceDelay time.Duration
	FenceFail  bool
	// Program and NodeArgs start a node's first process.
	Program  string
	NodeArgs []string
	// Service are the program's words for what a node runs; without them, it is a whole node ("run").
	Service []string
	// Profile is how dead nodes are detected; "" is the default. Ordinary leaves messaging without real-time priority.
	Profile  string
	Ordinary bool
	// Stock lets the nodes use the resource agents that are installed on this machine; otherwise they have the built-in ones only,
	// which makes a demonstration the same everywhere.
	Stock bool
	// Flat builds the world without namespaces (see flat.go).
	Flat bool
	// Files are more files that every node gets, or the usual ones as they shall be instead.
	Files map[string]File
	// Disk is a directory of the machine below which the nodes keep /var/lib/pacemaker and find the program, so that what is on disk
	// is on a disk; without it, everything is in memory. It needs overlays.
	Disk string
}

// World is the switch, the power and the nodes. Its methods may be called from several goroutines.
type World struct {
	config Config
	dir    string
	key    string
	fence  *fenceDevice
	// overlays tells that nodes have a file system view of their own and so need no PACER_ROOT.
	overlays bool

	mu    sync.Mutex
	nodes []*Node
	book  record.Book
}

// Node is one machine of the world.
type Node struct {
	Number Number
	world  *World

	mu       sync.Mutex
	process  *exec.Cmd
	talk     *talk
	gone     chan struct{} // closed when the PID namespace is empty
	ready    chan struct{}
	next     int
	waiting  map[int]chan fromNode
	isolated bool
}

// New builds the world in this process's own namespaces (see Enter). No node is on yet.
func New(c Config) (*World, error) {
	w := &World{config: c, dir: os.Getenv(DirVariable)}
	if err := w.layGround(); err != nil {
		return nil, err
	}
	bin := filepath.Join(w.dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if c.Disk != "" {
		if err := bind(filepath.Join(c.Disk, "bin"), bin); err != nil {
			return nil, fmt.Errorf("demo: %s: %w", bin, err)
		}
	}
	if err := copyFile(c.Program, filepath.Join(bin, "pacer")); err != nil {
		return nil, err
	}
	if out, err := exec.Command(filepath.Join(bin, "pacer"), "links", bin).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("demo: links: %w: %s", err, out)
	}
	key := make([]byte, 128)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("demo: key: %w", err)
	}
	w.key = base64.StdEncoding.EncodeToString(key)
	var err error
	if !c.Flat {
		err = buildSwitch()
	}
	if err != nil {
		return nil, err
	}
	if w.fence, err = serveFence(w); err != nil {
		return nil, err
	}
	for i := 1; i <= c.Nodes; i++ {
		gone := make(chan struct{})
		close(gone)
		w.nodes = append(w.nodes, &Node{Number: Number(i), world: w, gone: gone})
	}
	return w, nil
}

// layGround makes the world's directory and, but for a flat world, the mounts.
func (w *World) layGround() (err error) {
	if w.config.Flat {
		w.dir, err = os.MkdirTemp("", "pacer-demo-")
		return err
	}
	if w.dir == "" {
		return errors.New("demo: a world must be entered first")
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("demo: private mounts: %w", err)
	}
	if err := unix.Mount("tmpfs", filepath.Dir(w.dir), "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("demo: %s: %w", filepath.Dir(w.dir), err)
	}
	if err := os.Mkdir(w.dir, 0o755); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("demo: /proc: %w", err)
	}
	w.overlays = canOverlay(w.dir)
	return nil
}

// Dir is the world's directory; the nodes' logs are in it as NAME.log.
func (w *World) Dir() string { return w.dir }

// Nodes are all nodes, by number.
func (w *World) Nodes() []*Node { return w.nodes }

// Node finds a node by name.
func (w *World) Node(name string) *Node {
	for _, n := range w.nodes {
		if n.Name() == name {
			return n
		}
	}
	return nil
}

// Holders lists the nodes that have the thing ("address" or "service") now.
func (w *World) Holders(thing string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.book.Holders(thing)
}

// Overlaps lists the times in which a thing was active twice.
func (w *World) Overlaps() []record.Overlap {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.book.Overlaps(record.Mono())
}

// Close cuts all power.
func (w *World) Close() {
	w.fence.close()
	var all sync.WaitGroup
	for _, n := range w.nodes {
		all.Go(func() { _ = n.PowerOff() })
	}
	all.Wait()
	if w.config.Flat {
		_ = os.RemoveAll(w.dir)
	}
}

// corosyncConf is the cluster's configuration: redundant links, a key, no token, so that detection adapts.
func (w *World) corosyncConf() string {
	var b strings.Builder
	b.WriteString("totem {\n    version: 2\n    cluster_name: demo\n    crypto_cipher: aes256\n    crypto_hash: sha256\n")
	if w.config.Profile != "" {
		fmt.Fprintf(&b, "    pacer_profile: %s\n", w.config.Profile)
	}
	b.WriteString("}\n")
	if w.config.Ordinary {
		b.WriteString("system {\n    sched_rr: no\n}\n")
	}
	b.WriteString("nodelist {\n")
	for i := 1; i <= w.config.Nodes; i++ {
		n := Number(i)
		fmt.Fprintf(&b, "    node {\n        nodeid: %d\n        name: %s\n", i, n.Name())
		if w.config.Flat {
			fmt.Fprintf(&b, "        ring0_addr: %s\n    }\n", n.flatAddress())
			continue
		}
		fmt.Fprintf(&b, "        ring0_addr: %s\n        ring1_addr: %s\n    }\n", n.Address(0), n.Address(1))
	}
	b.WriteString("}\nquorum {\n    provider: corosync_votequorum\n")
	if w.config.Nodes == 2 {
		b.WriteString("    two_node: 1\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// Name is the node's host name.
func (n *Node) Name() string { return n.Number.Name() }

// On tells whether the node has power.
func (n *Node) On() bool {
	select {
	case <-n.Gone():
		return false
	default:
		return true
	}
}

// Gone is closed when the node has lost the power that it has now.
func (n *Node) Gone() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.gone
}

// Isolated tells whether the node's cables are out of the switch.
func (n *Node) Isolated() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.isolated
}

// PowerOn boots the node and returns when its service has been started.
func (n *Node) PowerOn(ctx context.Context) error {
	if n.On() {
		return nil
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("demo: %s: %w", n.Name(), err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "node"), os.NewFile(uintptr(fds[1]), "world")
	cmd := exec.Command(n.world.config.Program, n.world.config.NodeArgs...)
	cmd.Args[0] = "pacer"
	log, err := os.OpenFile(filepath.Join(n.world.dir, n.Name()+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{theirs}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID |
		syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC}
	if n.world.config.Flat {
		cmd.SysProcAttr = flatAttributes()
	}
	err = cmd.Start()
	theirs.Close()
	log.Close()
	if err != nil {
		ours.Close()
		return fmt.Errorf("demo: %s: %w", n.Name(), err)
	}
	n.mu.Lock()
	n.process, n.talk, n.waiting, n.isolated = cmd, newTalk(ours), map[int]chan fromNode{}, false
	n.gone, n.ready = make(chan struct{}), make(chan struct{})
	gone, ready, talk := n.gone, n.ready, n.talk
	n.mu.Unlock()
	go n.listen(talk, ready)
	go func() {
		// The kernel lets the first process be buried only after every other process of its namespace has gone.
		_ = cmd.Wait()
		n.died()
		close(gone)
		ours.Close()
	}()
	if !n.world.config.Flat {
		if err := plugIn(n.Number, cmd.Process.Pid); err != nil {
			_ = n.PowerOff()
			return err
		}
	}
	boot := Boot{Number: n.Number, Dir: n.world.dir, Address: n.world.config.Address, Port: n.world.config.Port, Overlay: n.world.overlays, Flat: n.world.config.Flat, Stock: n.world.config.Stock,
		Service: n.world.config.Service,
		Disk:    n.world.config.Disk,
		Files:   map[string]File{"/etc/corosync/corosync.conf": {Text: n.world.corosyncConf()}, "/etc/corosync/authkey": {Text: n.world.key}}}
	maps.Copy(boot.Files, n.world.config.Files)
	if err := talk.send(toNode{Boot: &boot}); err != nil {
		return fmt.Errorf("demo: %s: %w", n.Name(), err)
	}
	select {
	case <-ready:
		return nil
	case <-gone:
		return fmt.Errorf("demo: %s did not boot; see %s.log", n.Name(), n.Name())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// listen takes what the node's first process says.
func (n *Node) listen(t *talk, ready chan struct{}) {
	for {
		var m fromNode
		if err := t.receive(&m); err != nil {
			return
		}
		switch {
		case m.Change != nil:
			n.world.mu.Lock()
			n.world.book.Add(*m.Change)
			n.world.mu.Unlock()
		case m.Ready:
			close(ready)
		default:
			n.mu.Lock()
			if c := n.waiting[m.ID]; c != nil {
				delete(n.waiting, m.ID)
				c <- m
			}
			n.mu.Unlock()
		}
	}
}

// PowerOff cuts the node's power: its links first, without a closing packet, then its processes. It returns when the node's PID
// namespace is empty.
func (n *Node) PowerOff() error {
	n.mu.Lock()
	cmd, gone := n.process, n.gone
	n.mu.Unlock()
	if !n.On() {
		return nil
	}
	var cut error
	if !n.world.config.Flat {
		cut = disconnect(n.Number)
	}
	err := powerOff(cmd.Process.Pid)
	n.died()
	<-gone
	return errors.Join(cut, err)
}

// died tells the book that nothing of the node runs any more.
func (n *Node) died() {
	n.world.mu.Lock()
	defer n.world.mu.Unlock()
	n.world.book.Died(n.Name(), record.Mono())
}

// ErrFlat tells that a flat world cannot do it.
var ErrFlat = errors.New("demo: this needs namespaces")

// Isolate pulls the node's cables out of the switch; the node is not told. Heal puts them back.
func (n *Node) Isolate() error {
	if n.world.config.Flat {
		return ErrFlat
	}
	n.mu.Lock()
	n.isolated = true
	n.mu.Unlock()
	return disconnect(n.Number)
}

// Heal puts the node's cables back.
func (n *Node) Heal() error {
	n.mu.Lock()
	n.isolated = false
	n.mu.Unlock()
	return connect(n.Number)
}

// Run runs a command inside the node, with Pacer's tools first in its path, and returns what it printed on both streams.
func (n *Node) Run(ctx context.Context, stdin string, args ...string) (string, int, error) {
	a, err := n.ask(ctx, toNode{Run: &Run{Args: args, Stdin: stdin}})
	return a.Output, a.Code, err
}

// Kill signals processes of the node; with SIGKILL it returns when they are gone.
func (n *Node) Kill(ctx context.Context, k Kill) ([]int, error) {
	a, err := n.ask(ctx, toNode{Kill: &k})
	return a.Pids, err
}

// StopService ends the node's service in an orderly way; StartService starts it again.
func (n *Node) StopService(ctx context.Context) error {
	_, err := n.ask(ctx, toNode{Act: "stop"})
	return err
}

// StartService starts `pacer run` on a node that is on.
func (n *Node) StartService(ctx context.Context) error {
	_, err := n.ask(ctx, toNode{Act: "start"})
	return err
}

// DropAddress removes the service's address from the node's interfaces.
func (n *Node) DropAddress(ctx context.Context) error {
	_, err := n.ask(ctx, toNode{Act: "drop-address"})
	return err
}

// PSS is the proportional memory of all processes of the node but the recorder, in KiB.
func (n *Node) PSS(ctx context.Context) (int, error) {
	a, err := n.ask(ctx, toNode{Act: "pss"})
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(a.Output)
}

// Root is the directory below which the world sees the node's own files; empty when it has no power.
func (n *Node) Root() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.process == nil {
		return ""
	}
	own, root := filepath.Join(n.world.dir, n.Name(), "root"), fmt.Sprintf("/proc/%d/root", n.process.Process.Pid)
	switch {
	case n.world.config.Flat:
		return own
	case n.world.overlays:
		return root
	}
	return filepath.Join(root, own)
}

func (n *Node) ask(ctx context.Context, m toNode) (fromNode, error) {
	if !n.On() {
		return fromNode{}, fmt.Errorf("demo: %s has no power", n.Name())
	}
	answer := make(chan fromNode, 1)
	n.mu.Lock()
	n.next++
	m.ID = n.next
	n.waiting[m.ID] = answer
	t, gone := n.talk, n.gone
	n.mu.Unlock()
	if err := t.send(m); err != nil {
		return fromNode{}, fmt.Errorf("demo: %s: %w", n.Name(), err)
	}
	select {
	case a := <-answer:
		if a.Error != "" {
			return a, errors.New(a.Error)
		}
		return a, nil
	case <-gone:
		return fromNode{}, fmt.Errorf("demo: %s lost power", n.Name())
	case <-ctx.Done():
		return fromNode{}, ctx.Err()
	}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return fmt.Errorf("demo: %w", err)
	}
	return out.Close()
}
