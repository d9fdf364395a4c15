package world

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"pacer/demo/record"
)

// A flat world is what a system without namespaces allows: every node a tree of processes below its first one, with an
// address of 127.0.0.0/8 and files below a root of its own. Addresses cannot move and cables cannot be pulled there.

// flatAddress is a node's address in a flat world.
func (n Number) flatAddress() string { return fmt.Sprintf("127.0.0.%d", 10+int(n)) }

// prepareFlat builds a node's own view without namespaces.
func (in *inside) prepareFlat() error {
	name := in.boot.Number.Name()
	// Whatever the node's processes leave behind becomes a child of this one, and so stays part of the node.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("demo: %s: %w", name, err)
	}
	in.world = in.boot.Dir
	in.root = filepath.Join(in.boot.Dir, name, "root")
	bin := filepath.Join(in.boot.Dir, "bin")
	in.path = bin + ":" + systemPath
	return in.writeFiles()
}

// watchFlat records whether a process of this node listens on the port.
func (in *inside) watchFlat(port int) bool {
	inodes, _ := record.ListenInodes(port)
	if len(inodes) == 0 {
		return false
	}
	for _, pid := range descendants(os.Getpid()) {
		if holdsSocket(pid, inodes) {
			return true
		}
	}
	return false
}

// descendants lists the living processes below one, parents before children.
func descendants(of int) []int {
	children := map[int][]int{}
	for _, pid := range processes() {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		// pid (name) state ppid …; the name may hold anything but is in the last pair of brackets.
		i := strings.LastIndexByte(string(b), ')')
		if i < 0 {
			continue
		}
		w := strings.Fields(string(b[i+1:]))
		if len(w) < 2 || w[0] == "Z" {
			continue
		}
		if parent, err := strconv.Atoi(w[1]); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	var out []int
	for queue := children[of]; len(queue) > 0; queue = queue[1:] {
		out = append(out, queue[0])
		queue = append(queue, children[queue[0]]...)
	}
	return out
}

// flatAttributes start a node's first process without namespaces.
func flatAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
