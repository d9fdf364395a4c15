package agent

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"pacer/executor"
	"pacer/operation"
)

// How a run is being carried out, as its record says.
const (
	byHelper = "helper" // a helper that outlives us
	byUs     = "direct" // our own child
	inside   = "inside" // a built-in agent
	fencing  = "fence"  // a fence agent, our own child
)

// record is what is kept in the run directory about a run under way.
type record struct {
	Life    string        `json:"life"`
	Boot    string        `json:"boot"`
	Run     uint64        `json:"run"`
	How     string        `json:"how"`
	Op      operation.Op  `json:"op"`
	Proc    Proc          `json:"proc,omitzero"`
	Began   time.Time     `json:"began"`
	Timeout time.Duration `json:"timeout"`
}

// kept is a recurring operation in the run directory.
type kept struct {
	Life string       `json:"life"`
	Op   operation.Op `json:"op"`
}

// survivors is what is known of a resource's processes.
type survivors struct {
	Boot  string `json:"boot"`
	Procs []Proc `json:"procs"`
}

func writeJSON(path string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("agent: %s: %w", path, err)
	}
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return fmt.Errorf("agent: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("agent: %w", err)
	}
	return nil
}

func readJSON(path string, v any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// bootID names this boot of the kernel, and the world of processes in it: pids of another one mean nothing here.
func bootID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	s, _ := readStat(1)
	return strings.TrimSpace(string(id)) + "-" + strconv.FormatUint(s.Start, 10)
}

func (d *Driver) file(kind string, number uint64, ext string) string {
	return filepath.Join(d.dir, kind+"-"+strconv.FormatUint(number, 10)+ext)
}

func (d *Driver) namedFile(kind, name string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return filepath.Join(d.dir, fmt.Sprintf("%s-%016x.json", kind, h.Sum64()))
}

func keepName(resource, task string, interval time.Duration) string {
	return resource + "\x00" + task + "\x00" + interval.String()
}

func (d *Driver) keep(op operation.Op) {
	f := d.namedFile("keep", keepName(op.Resource, op.Task, op.Interval))
	if err := writeJSON(f, kept{Life: d.life, Op: op}); err != nil {
		d.opt.Log("a recurring operation cannot be kept for a restart", "error", err)
	}
}

func (d *Driver) drop(resource, task string, interval time.Duration) {
	_ = os.Remove(d.namedFile("keep", keepName(resource, task, interval)))
}

func (d *Driver) removeRun(run uint64) {
	for _, ext := range []string{".json", ".pid", ".result"} {
		_ = os.Remove(d.file("run", run, ext))
	}
}

// Restore looks at what an earlier manager of this life left, delivers executor.Restored when there is anything, and
// from then on the ends of what still runs. Call it once, before the first Perform. It returns the number that the
// executor's next run should have at least.
func (d *Driver) Restore() uint64 {
	names, _ := filepath.Glob(filepath.Join(d.dir, "*.json"))
	sort.Strings(names)
	var out executor.Restored
	var adopt []record
	next := uint64(1)
	for _, name := range names {
		switch base := filepath.Base(name); {
		case strings.HasPrefix(base, "keep-"):
			var k kept
			if readJSON(name, &k) != nil || k.Life != d.life {
				_ = os.Remove(name)
				continue
			}
			out.Recurring = append(out.Recurring, k.Op)
		case strings.HasPrefix(base, "fence-"):
			var r record
			if readJSON(name, &r) == nil && r.Boot == d.boot {
				reap(r.Proc)
			}
			_ = os.Remove(name)
		case strings.HasPrefix(base, "run-"):
			var r record
			if readJSON(name, &r) != nil {
				_ = os.Remove(name)
				continue
			}
			next = max(next, r.Run+1)
			l, alive := d.leftover(&r)
			if r.Life != d.life {
				if alive {
					_ = unix.Kill(r.Proc.PID, helperKill)
				}
				d.removeRun(r.Run)
				continue
			}
			if alive {
				adopt = append(adopt, r)
			} else {
				d.removeRun(r.Run)
			}
			out.Runs = append(out.Runs, l)
		}
	}
	sort.Slice(out.Runs, func(i, j int) bool { return out.Runs[i].Run < out.Runs[j].Run })
	for i := range adopt {
		d.adopt(&adopt[i])
	}
	if len(out.Runs) > 0 || len(out.Recurring) > 0 {
		d.opt.Deliver(out)
	}
	close(d.restored)
	return next
}

// leftover finds out what became of a run. What only we could have finished is killed.
func (d *Driver) leftover(r *record) (executor.Leftover, bool) {
	l := executor.Leftover{Run: r.Run, Op: r.Op, Began: r.Began, State: executor.Vanished}
	var res helperResult
	if readJSON(d.file("run", r.Run, ".result"), &res) == nil {
		l.State, l.End = executor.Ended, d.exited(r.Run, &r.Op, &res)
		return l, false
	}
	if r.Boot != d.boot {
		return l, false
	}
	switch r.How {
	case byHelper:
		if r.Proc.alive() {
			l.State, l.Left = executor.StillRunning, max(r.Timeout-time.Since(r.Began), 0)
			return l, true
		}
		var agent Proc
		if readJSON(d.file("run", r.Run, ".pid"), &agent) == nil {
			reap(agent)
		}
	case byUs:
		reap(r.Proc)
	}
	return l, false
}

// reap kills the process group of an agent whose manager died.
func reap(p Proc) {
	if p.alive() {
		_ = unix.Kill(-p.PID, unix.SIGKILL)
	}
}

// adopt waits for the end of a helper that another manager started.
func (d *Driver) adopt(r *record) {
	h := &handle{}
	d.mu.Lock()
	d.runs[r.Run] = h
	d.mu.Unlock()
	ended := make(chan struct{})
	if err := d.exits.add(r.Proc, func() { close(ended) }); err != nil {
		close(ended)
	}
	proc := r.Proc
	h.started(func(hard bool) {
		insist(hard, func(sig syscall.Signal) bool {
			return proc.alive() && unix.Kill(proc.PID, sig) == nil
		})
	})
	run, op := r.Run, r.Op
	go func() {
		<-d.restored
		<-ended
		d.end(run, &op, d.helperResult(run))
	}()
}
