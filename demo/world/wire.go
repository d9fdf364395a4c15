package world

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"sync"

	"pacer/demo/record"
)

// The world and a node's first process talk over a socket pair, a JSON object a line.

// toNode is what the world tells a node: first Boot, then commands.
type toNode struct {
	Boot *Boot  `json:"boot,omitempty"`
	ID   int    `json:"id,omitempty"`
	Run  *Run   `json:"run,omitempty"`
	Kill *Kill  `json:"kill,omitempty"`
	Act  string `json:"act,omitempty"` // "start", "stop" the node's service; "drop-address"; "pss"
}

// Boot tells a node who it is.
type Boot struct {
	Number  Number          `json:"number"`
	Dir     string          `json:"dir"`     // the world's directory
	Files   map[string]File `json:"files"`   // configuration files, by path
	Address string          `json:"address"` // of the service, for the recorder
	Port    int             `json:"port"`
	Stock   bool            `json:"stock"`   // installed resource agents may be used
	Service []string        `json:"service"` // what it runs, as words of the program; none: "run"
	Flat    bool            `json:"flat"`    // no namespaces, see flat.go
	Overlay bool            `json:"overlay"` // the node gets a file system view of its own
	Disk    string          `json:"disk"`    // where it keeps its state; "" is in memory
}

// File is a file that a node gets when it boots.
type File struct {
	Text string `json:"text"`
	// Mode are its permissions; 0600 when 0.
	Mode os.FileMode `json:"mode,omitempty"`
	// Absent tells that the node shall not have it.
	Absent bool `json:"absent,omitempty"`
}

// Run is a command to run inside the node.
type Run struct {
	Args  []string `json:"args"`
	Stdin string   `json:"stdin,omitempty"`
}

// Kill ends processes of the node with SIGKILL, SIGSTOP or another signal.
type Kill struct {
	Port   int    `json:"port,omitempty"` // those that listen on a TCP port
	Role   string `json:"role,omitempty"` // a role of the service: "manager", "messaging"
	All    bool   `json:"all,omitempty"`  // all but the first
	Signal int    `json:"signal"`
}

// fromNode is what a node's first process tells the world.
type fromNode struct {
	Change *record.Change `json:"change,omitempty"`
	Ready  bool           `json:"ready,omitempty"` // the service has been started
	ID     int            `json:"id,omitempty"`    // answers the command with this number
	Output string         `json:"output,omitempty"`
	Code   int            `json:"code"`
	Error  string         `json:"error,omitempty"`
	Pids   []int          `json:"pids,omitempty"`
}

// talk writes and reads lines; writing is safe from several goroutines.
type talk struct {
	mu sync.Mutex
	w  *json.Encoder
	r  *bufio.Reader
}

func newTalk(rw io.ReadWriter) *talk {
	return &talk{w: json.NewEncoder(rw), r: bufio.NewReader(rw)}
}

func (t *talk) send(v any) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.w.Encode(v)
}

func (t *talk) receive(v any) error {
	line, err := t.r.ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(line, v)
}
