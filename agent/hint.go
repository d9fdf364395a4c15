package agent

import (
	"net/netip"
	"os"
	"sync"
	"time"

	"pacer/executor"
	"pacer/operation"
)

// watches turn events of the kernel into hints for the executor.
type watches struct {
	d  *Driver
	mu sync.Mutex
	// on is what is being watched, by resource.
	on      map[string]*watchOf
	pending sync.WaitGroup
	net     *netWatch   // begun with the first address
	mounts  *mountWatch // begun with the first file system
	closed  bool
}

type watchOf struct {
	pidfds  []int32
	address netip.Addr // zero: none
	link    int        // the index of the interface that holds it
	mount   string     // the directory where a file system is mounted, "" for none
}

func newWatches(d *Driver) *watches { return &watches{d: d, on: map[string]*watchOf{}} }

// survived remembers the processes that a start left, for the watch that follows the first good monitor.
func (w *watches) survived(resource string, procs []Proc) {
	_ = writeJSON(w.d.namedFile("procs", resource), survivors{Boot: w.d.boot, Procs: procs})
}

// forget drops what is known of a stopped resource's processes.
func (w *watches) forget(resource string) { _ = os.Remove(w.d.namedFile("procs", resource)) }

func (w *watches) hint(resource, kind string) {
	w.d.opt.Deliver(executor.Hint{Resource: resource, Kind: kind})
}

// watch begins, or renews, the watch of a resource that was found running.
func (w *watches) watch(op operation.Op) {
	w.pending.Go(func() { w.begin(op) })
}

// Watching waits until the watches that were asked for are in place and tells whether the resource has one. For tests.
func (d *Driver) Watching(resource string) bool {
	d.watches.pending.Wait()
	d.watches.mu.Lock()
	defer d.watches.mu.Unlock()
	n := d.watches.on[resource]
	return n != nil && (len(n.pidfds) > 0 || n.address.IsValid() || n.mount != "")
}

func (w *watches) begin(op operation.Op) {
	var procs []Proc
	if w.hasProcesses(&op) {
		procs = w.processesOf(op.Resource)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.end(op.Resource)
	n := &watchOf{}
	w.on[op.Resource] = n
	for _, p := range procs {
		gone := func() { go w.gone(op.Resource, p) }
		if fd, err := w.d.exits.watch(p, gone); err == nil {
			n.pidfds = append(n.pidfds, fd)
		} else {
			gone() // it ended just now
		}
	}
	w.watchAddress(op, n)
	w.watchMount(op, n)
}

// hasProcesses tells whether the processes of a resource say anything about it. An address has none of its own (what its
// agent leaves behind only announces it), and neither has a fence device.
func (w *watches) hasProcesses(op *operation.Op) bool {
	if op.Agent.Class == "stonith" || addressOf(op).IsValid() {
		return false
	}
	b := w.d.builtin[op.Agent]
	return b == nil || b.Leaves || executable(w.d.ocfProgram(op.Agent))
}

// processesOf returns the processes whose end is worth a look: those that survived the start.
func (w *watches) processesOf(resource string) []Proc {
	var s survivors
	if readJSON(w.d.namedFile("procs", resource), &s) != nil || s.Boot != w.d.boot {
		s.Procs = nil
	}
	var procs []Proc
	for _, p := range s.Procs {
		if p.alive() {
			procs = append(procs, p)
		}
	}
	if len(procs) > 0 {
		return procs
	}
	// Started by an earlier life, or restarted by itself: the environment of its processes still names the resource.
	if procs = marked(w.d.marker(resource)); len(procs) == 0 && len(s.Procs) > 0 {
		w.forget(resource)
		go w.hint(resource, "process") // they ended after the monitor that found them
	}
	return procs
}

// A hint waits reapSoon for init to bury a dead process, since agents that ask with "kill -0" take a zombie for alive. Where
// nobody buries it so soon, the hint is given anyway, and once more when it is gone at last, if that is within reapLate.
const (
	reapSoon = 50 * time.Millisecond
	reapLate = 10 * time.Second
)

func (w *watches) gone(resource string, p Proc) {
	if p.buried(reapSoon, time.Millisecond) {
		w.hint(resource, "process")
		return
	}
	w.hint(resource, "process")
	if p.buried(reapLate, 20*time.Millisecond) {
		w.hint(resource, "process")
	}
}

// buried waits until nothing is left of a process, not even a zombie.
func (p Proc) buried(within, pause time.Duration) bool {
	for end := time.Now().Add(within); ; time.Sleep(pause) {
		if s, ok := readStat(p.PID); !ok || s.Start != p.Start {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

func (w *watches) unwatch(resource string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end(resource)
}

func (w *watches) end(resource string) {
	n := w.on[resource]
	if n == nil {
		return
	}
	delete(w.on, resource)
	for _, fd := range n.pidfds {
		w.d.exits.remove(fd)
	}
}

func (w *watches) close() {
	w.mu.Lock()
	w.closed = true
	for resource := range w.on {
		w.end(resource)
	}
	network, mounts := w.net, w.mounts
	w.mu.Unlock()
	// Without the lock, for which their loops may just be waiting.
	if network != nil {
		network.close()
	}
	if mounts != nil {
		mounts.close()
	}
}
