package world

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"pacer/exitcode"
)

// fenceSocket is the power switch's socket inside the world's directory.
const fenceSocket = "fence.sock"

// fenceDevice is the remote power switch of the world: it really cuts a node's power, and reports success only when the
// node's PID namespace is empty.
type fenceDevice struct {
	listener net.Listener
	world    *World

	mu    sync.Mutex
	delay time.Duration
	fail  bool
}

type fenceRequest struct {
	Action string `json:"action"`
	Node   string `json:"node"`
	From   string `json:"from"` // the node on which the agent runs
}

type fenceAnswer struct {
	OK    bool     `json:"ok"`
	Text  string   `json:"text,omitempty"`
	Nodes []string `json:"nodes,omitempty"`
}

func serveFence(w *World) (*fenceDevice, error) {
	l, err := net.Listen("unix", filepath.Join(w.dir, fenceSocket))
	if err != nil {
		return nil, fmt.Errorf("demo: fence device: %w", err)
	}
	d := &fenceDevice{listener: l, world: w, delay: w.config.FenceDelay, fail: w.config.FenceFail}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go d.serve(conn)
		}
	}()
	return d, nil
}

func (d *fenceDevice) close() { d.listener.Close() }

func (d *fenceDevice) serve(conn net.Conn) {
	defer conn.Close()
	var q fenceRequest
	if err := json.NewDecoder(io.LimitReader(conn, 4096)).Decode(&q); err != nil {
		return
	}
	_ = json.NewEncoder(conn).Encode(d.act(q))
}

func (d *fenceDevice) act(q fenceRequest) fenceAnswer {
	d.mu.Lock()
	delay, fail := d.delay, d.fail
	d.mu.Unlock()
	// The switch is on the network, as real ones are: who is cut off cannot cut off the others.
	if from := d.world.Node(q.From); from != nil && from.Isolated() {
		return fenceAnswer{Text: "the power switch cannot be reached: no route to host"}
	}
	switch q.Action {
	case "list", "monitor":
		a := fenceAnswer{OK: true}
		for _, n := range d.world.nodes {
			a.Nodes = append(a.Nodes, n.Name())
		}
		return a
	}
	n := d.world.Node(q.Node)
	if n == nil {
		return fenceAnswer{Text: "no such outlet: " + q.Node}
	}
	switch q.Action {
	case "status":
		return fenceAnswer{OK: n.On(), Text: "off"}
	case "on":
		return fenceAnswer{OK: true}
	}
	time.Sleep(delay)
	if fail {
		return fenceAnswer{Text: "the device does not answer (as it was asked to)"}
	}
	if err := n.PowerOff(); err != nil {
		return fenceAnswer{Text: err.Error()}
	}
	return fenceAnswer{OK: true}
}

// FenceAgent is the fence agent of the world's power switch. Fence agents are called with options on standard input, and by those who
// ask for their meta-data with "-o metadata". The world is the directory that DirVariable names, or where nodes see it by default.
func FenceAgent(world string, args []string, in io.Reader, out, errs io.Writer) exitcode.Code {
	if world == "" {
		world = Visible
	}
	options := map[string]string{"action": "reboot"}
	for i := 0; i+1 < len(args); i += 2 {
		switch args[i] {
		case "-o", "--action":
			options["action"] = args[i+1]
		case "-n", "--plug":
			options["plug"] = args[i+1]
		}
	}
	if len(args) > 0 {
		in = strings.NewReader("")
	}
	for lines := bufio.NewScanner(io.LimitReader(in, 64<<10)); lines.Scan(); {
		if k, v, ok := strings.Cut(strings.TrimSpace(lines.Text()), "="); ok {
			options[k] = v
		}
	}
	action, target := options["action"], options["nodename"]
	for _, k := range []string{"port", "plug"} {
		if options[k] != "" {
			target = options[k]
		}
	}
	if action == "metadata" {
		fmt.Fprint(out, fenceMetadata)
		return exitcode.OK
	}
	conn, err := net.Dial("unix", filepath.Join(world, fenceSocket))
	if err != nil {
		fmt.Fprintln(errs, "the power switch cannot be reached:", err)
		return exitcode.Error
	}
	defer conn.Close()
	var a fenceAnswer
	from, _ := os.Hostname()
	if err = json.NewEncoder(conn).Encode(fenceRequest{Action: action, Node: target, From: from}); err == nil {
		err = json.NewDecoder(conn).Decode(&a)
	}
	if err != nil {
		fmt.Fprintln(errs, "the power switch hung up:", err)
		return exitcode.Error
	}
	if action == "list" {
		for _, n := range a.Nodes {
			fmt.Fprintf(out, "%s,%s\n", n, n)
		}
	}
	if a.OK {
		return exitcode.OK
	}
	fmt.Fprintln(errs, a.Text)
	if action == "status" {
		return exitcode.InvalidParam // 2: the outlet is off
	}
	return exitcode.Error
}

const fenceMetadata = `<?xml version="1.0" ?>
<resource-agent name="fence_demo" shortdesc="Power switch of a demonstration world">
<longdesc>Cuts the power of a node of the cluster that pacer demo builds. It reports success when the last process of the node is gone.</longdesc>
<parameters>
<parameter name="action" required="1"><content type="string" default="reboot"/><shortdesc lang="en">What to do</shortdesc></parameter>
<parameter name="plug" required="1"><content type="string"/><shortdesc lang="en">Name of the node</shortdesc></parameter>
</parameters>
<actions>
<action name="on" automatic="0"/>
<action name="off"/>
<action name="reboot"/>
<action name="status"/>
<action name="monitor"/>
<action name="list"/>
<action name="metadata"/>
</actions>
</resource-agent>
`
