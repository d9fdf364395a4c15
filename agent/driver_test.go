package agent

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pacer/executor"
	"pacer/fencer"
	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
)

// TestMain lets the test binary be the helper, as the real program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == HelperName {
		os.Exit(Helper(os.Stdin, os.Stderr))
	}
	os.Exit(m.Run())
}

// bench is a driver over directories of its own, with agents written as small shell scripts.
type bench struct {
	t      *testing.T
	root   string
	d      *Driver
	events chan executor.Event
	fences chan fencer.AgentDone
	run    uint64
}

func newBench(t *testing.T, opts ...func(*Options)) *bench {
	t.Helper()
	b := &bench{t: t, root: t.TempDir()}
	b.open(opts...)
	t.Cleanup(func() { b.d.Close() })
	return b
}

// open makes a driver, as a manager does that starts.
func (b *bench) open(opts ...func(*Options)) {
	b.t.Helper()
	b.events, b.fences = make(chan executor.Event, 1000), make(chan fencer.AgentDone, 100)
	events, fences := b.events, b.fences
	o := Options{
		Places: place.Places{Root: b.root}, Node: "n1", ToolDir: "/pacer-tools",
		Deliver: func(e executor.Event) { events <- e }, DeliverFence: func(e fencer.AgentDone) { fences <- e },
	}
	for _, f := range opts {
		f(&o)
	}
	os.MkdirAll(filepath.Join(b.root, "usr/lib/ocf/resource.d/test"), 0o755)
	d, err := New(o)
	if err != nil {
		b.t.Fatal(err)
	}
	b.d = d
}

func (b *bench) agent(name, script string) operation.Agent {
	b.t.Helper()
	b.write("usr/lib/ocf/resource.d/test/"+name, "#!/bin/sh\n"+script)
	return operation.Agent{Class: "ocf", Provider: "test", Type: name}
}

func (b *bench) write(name, text string) string {
	b.t.Helper()
	path := filepath.Join(b.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		b.t.Fatal(err)
	}
	return path
}

func (b *bench) start(op operation.Op) uint64 {
	b.run++
	b.d.Perform(executor.Run{Run: b.run, Op: op, Timeout: 20 * time.Second})
	return b.run
}

func (b *bench) exited() executor.Exited {
	b.t.Helper()
	for {
		switch e := b.event().(type) {
		case executor.Exited:
			return e
		case executor.Hint:
		default:
			b.t.Fatalf("unexpected %T", e)
		}
	}
}

func (b *bench) event() executor.Event {
	b.t.Helper()
	select {
	case e := <-b.events:
		return e
	case <-time.After(20 * time.Second):
		b.t.Fatal("the driver says nothing")
		return nil
	}
}

func (b *bench) do(op operation.Op) executor.Exited {
	b.t.Helper()
	b.start(op)
	return b.exited()
}

// wait waits for something that another process does.
func (b *bench) wait(what string, f func() bool) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !f() {
		select {
		case <-ctx.Done():
			b.t.Fatalf("%s does not happen", what)
		case <-tick.C:
		}
	}
}

func TestEnvironmentOfAnAgent(t *testing.T) {
	t.Setenv("OCF_RESKEY_leak", "1")
	t.Setenv("NOTIFY_SOCKET", "/x")
	t.Setenv("PCMK_logfacility", "daemon")
	b := newBench(t)
	b.d.Restore()
	a := b.agent("env", `env > "$OCF_RESKEY_to.$1"; pwd >> "$OCF_RESKEY_to.$1"; exit 0`)
	to := filepath.Join(b.root, "out")
	for _, task := range []string{"start", "monitor"} {
		e := b.do(operation.Op{Resource: "r:0", Agent: a, Task: task, Params: []operation.Param{
			{Name: "to", Value: to}, {Name: "text", Value: "a b\n\"c\" $(touch /x)"}, {Name: "CRM_meta_on-node", Value: "n1"},
			{Name: "OCF_CHECK_LEVEL", Value: "10"}, {Name: "bad=name", Value: "x"},
		}})
		if e.Status != operation.Done || e.Code != ocf.OK {
			t.Fatalf("%s: %+v", task, e)
		}
		data, err := os.ReadFile(to + "." + task)
		if err != nil {
			t.Fatal(err)
		}
		got := "\n" + string(data)
		for _, want := range []string{
			"OCF_ROOT=" + filepath.Join(b.root, "usr/lib/ocf"), "OCF_RA_VERSION_MAJOR=1", "OCF_RA_VERSION_MINOR=1",
			"OCF_RESOURCE_INSTANCE=r:0", "OCF_RESOURCE_TYPE=env", "OCF_RESOURCE_PROVIDER=test",
			"OCF_EXIT_REASON_PREFIX=ocf-exit-reason:", "OCF_RESKEY_text=a b\n\"c\" $(touch /x)", "OCF_RESKEY_CRM_meta_on_node=n1",
			"OCF_CHECK_LEVEL=10", "OCF_RESKEY_CRM_meta_interval=0", "OCF_RESKEY_CRM_meta_name=" + task, "HA_RSCTMP=" + filepath.Join(b.root, "run/resource-agents"), "PACER_ROOT=" + b.root,
			"PCMK_logfacility=daemon", "/",
		} {
			if !strings.Contains(got, "\n"+want+"\n") {
				t.Errorf("%s: %q is missing in\n%s", task, want, got)
			}
		}
		if !strings.Contains(got, "\nPATH=/pacer-tools:") {
			t.Errorf("%s: our tools are not first in PATH", task)
		}
		for _, no := range []string{"leak", "NOTIFY_SOCKET", "bad=name"} {
			if strings.Contains(got, no) {
				t.Errorf("%s: %s is there", task, no)
			}
		}
	}
}

func TestResults(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	for name, c := range map[string]struct {
		script string
		status operation.Status
		code   ocf.ExitCode
		reason string
	}{
		"ok":          {"exit 0", operation.Done, ocf.OK, ""},
		"not-running": {"exit 7", operation.Done, ocf.NotRunning, ""},
		"promoted":    {"exit 8", operation.Done, ocf.RunningPromoted, ""},
		"degraded":    {"exit 190", operation.Done, ocf.Degraded, ""},
		"reason":      {"echo ocf-exit-reason:first >&2; echo noise >&2; echo 'ocf-exit-reason:the disk is full' >&2; exit 1", operation.Done, ocf.ErrGeneric, "the disk is full"},
		"nonsense":    {"exit 42", operation.Done, ocf.ErrGeneric, "the agent returned 42, which OCF does not define"},
		"signal":      {"kill -11 $$", operation.Error, ocf.ErrGeneric, "signal 11"},
		"interpreter": {"", operation.NotInstalled, ocf.ErrInstalled, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := b.agent(name, c.script)
			if name == "interpreter" {
				b.write("usr/lib/ocf/resource.d/test/"+name, "#!/no/such/shell\n")
			}
			for _, task := range []string{"start", "monitor"} {
				e := b.do(operation.Op{Resource: name, Agent: a, Task: task})
				if e.Status != c.status || e.Code != c.code || !strings.Contains(e.Reason, c.reason) || c.reason == "" && name != "interpreter" && e.Reason != "" {
					t.Errorf("%s: %+v", task, e)
				}
			}
		})
	}
}

func TestAgentsThatAreNotThere(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	b.write("usr/lib/ocf/resource.d/test/plain", "")
	os.Chmod(filepath.Join(b.root, "usr/lib/ocf/resource.d/test/plain"), 0o644)
	for _, a := range []operation.Agent{
		{Class: "ocf", Provider: "test", Type: "nothing"}, {Class: "ocf", Provider: "nobody", Type: "Dummy"},
		{Class: "ocf", Type: "Dummy"}, {Class: "ocf", Provider: "..", Type: "x"}, {Class: "ocf", Provider: "test", Type: "../../x"},
		{Class: "ocf", Provider: "test", Type: "plain"}, {Class: "systemd", Type: "x"}, {Class: "lsb", Type: "no-such-script"},
		{Class: "nagios", Type: "x"}, {Class: "", Type: "x"},
	} {
		e := b.do(operation.Op{Resource: "r", Agent: a, Task: "start"})
		if e.Status != operation.NotInstalled || e.Code != ocf.ErrInstalled || e.Reason == "" {
			t.Errorf("%v: %+v", a, e)
		}
	}
}

func TestMegabytesOfOutput(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	a := b.agent("loud", `echo begin; echo ocf-exit-reason:early >&2; dd if=/dev/zero bs=1M count=20 2>/dev/null | tr '\0' x; dd if=/dev/zero bs=1M count=20 2>/dev/null | tr '\0' '\n' >&2; echo end; exit 1`)
	for _, task := range []string{"start", "monitor"} {
		e := b.do(operation.Op{Resource: "r", Agent: a, Task: task})
		if e.Code != 1 || e.Reason != "early" || len(e.Output) > 40<<10 || !strings.HasPrefix(e.Output, "begin") ||
			!strings.HasSuffix(e.Output, "end") || !strings.Contains(e.Output, "left out") {
			t.Errorf("%s: code %d reason %q, %d bytes: %.50q", task, e.Code, e.Reason, len(e.Output), e.Output)
		}
	}
}

func TestKillTakesTheWholeGroup(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	pids := filepath.Join(b.root, "pids")
	a := b.agent("hang", `trap '' TERM; echo $$ >> `+pids+`; /bin/sh -c 'trap "" TERM; echo $$ >> `+pids+`; while :; do read x < /dev/zero; done' & wait; wait`)
	for _, task := range []string{"start", "monitor"} {
		os.Remove(pids)
		run := b.start(operation.Op{Resource: "r", Agent: a, Task: task})
		var list []string
		b.wait("the agent's start", func() bool {
			data, _ := os.ReadFile(pids)
			list = strings.Fields(string(data))
			return len(list) == 2
		})
		b.d.Perform(executor.Kill{Run: run})
		b.d.Perform(executor.Kill{Run: run, Hard: true})
		if e := b.exited(); e.Status != operation.Error || e.Reason != "it was ended" {
			t.Errorf("%s: %+v", task, e)
		}
		for _, s := range list {
			pid, _ := strconv.Atoi(s)
			b.wait("the end of "+s, func() bool { return !Alive(pid, 0) })
		}
	}
}

func TestKillBeforeTheStart(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	a := b.agent("sleeper", "exec sleep 1000")
	for _, task := range []string{"start", "monitor"} {
		run := b.start(operation.Op{Resource: "r", Agent: a, Task: task})
		b.d.Perform(executor.Kill{Run: run, Hard: true})
		if e := b.exited(); e.Status != operation.Error {
			t.Errorf("%s: %+v", task, e)
		}
	}
}

// daemon is an agent whose start leaves a daemon that holds the agent's output, in a session of its own.
func (b *bench) daemon(name string) (operation.Agent, func() int) {
	pidfile := filepath.Join(b.root, name+".pid")
	a := b.agent(name, `case $1 in
start) setsid /bin/sh -c 'echo $$ > `+pidfile+`.new; mv `+pidfile+`.new `+pidfile+`; exec sleep 1000' &
       while [ ! -e `+pidfile+` ]; do :; done ;;
stop) kill -9 $(cat `+pidfile+`); rm `+pidfile+` ;;
monitor) read -r pid < `+pidfile+` && read -r a b state rest < /proc/$pid/stat && [ "$state" != Z ] || exit 7 ;;
esac`)
	return a, func() int {
		data, _ := os.ReadFile(pidfile)
		pid, _ := strconv.Atoi(strings.TrimSpace(string(data)))
		return pid
	}
}

func TestDaemonThatHoldsTheOutputDoesNotHoldTheResult(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	a, pid := b.daemon("d")
	began := time.Now()
	if e := b.do(operation.Op{Resource: "d", Agent: a, Task: "start"}); e.Status != operation.Done || e.Code != ocf.OK {
		t.Fatalf("%+v", e)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("the result took %v", took)
	}
	if !Alive(pid(), 0) {
		t.Error("the daemon did not survive the start")
	}
	if e := b.do(operation.Op{Resource: "d", Agent: a, Task: "stop"}); e.Code != ocf.OK {
		t.Errorf("%+v", e)
	}
}

func TestHintWhenTheServiceDies(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	a, pid := b.daemon("d")
	op := operation.Op{Resource: "d", Agent: a, Task: "start"}
	b.do(op)
	op.Task, op.Interval = "monitor", 10*time.Second
	b.do(op)
	b.d.Perform(executor.Watch{Op: op})
	if !b.d.Watching("d") {
		t.Fatal("nothing is watched")
	}
	began := time.Now()
	syscall.Kill(pid(), syscall.SIGKILL)
	e := b.event()
	if h, ok := e.(executor.Hint); !ok || h.Resource != "d" || h.Kind != "process" {
		t.Fatalf("%+v", e)
	}
	t.Logf("noticed after %v", time.Since(began))
	if e := b.do(op); e.Code != ocf.NotRunning {
		t.Errorf("%+v", e)
	}
}

func TestWatchFindsProcessesByTheirEnvironment(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	a, pid := b.daemon("d")
	op := operation.Op{Resource: "d", Agent: a, Task: "start"}
	b.do(op)
	b.d.watches.forget("d") // as if another life had started it
	b.d.Perform(executor.Watch{Op: op})
	if !b.d.Watching("d") {
		t.Fatal("nothing is watched")
	}
	syscall.Kill(pid(), syscall.SIGKILL)
	if h, ok := b.event().(executor.Hint); !ok || h.Resource != "d" {
		t.Fatal("no hint")
	}
}

func TestRestartInTheMiddleOfAStart(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	fifo := filepath.Join(b.root, "go")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	a := b.agent("slow", `[ "$1" = start ] || exit 0; : > `+fifo+`.began; read x < `+fifo+`; echo done; exit 0`)
	op := operation.Op{Call: 7, Resource: "s", Agent: a, Task: "start", Key: "k", Timeout: 20 * time.Second}
	b.start(op)
	b.d.Perform(executor.Keep{Op: operation.Op{Resource: "x", Agent: a, Task: "monitor", Interval: time.Second}})
	b.d.Perform(executor.Keep{Op: operation.Op{Resource: "y", Agent: a, Task: "monitor", Interval: time.Second}})
	b.d.Perform(executor.Drop{Resource: "y", Task: "monitor", Interval: time.Second})
	b.wait("the start", func() bool { _, err := os.Stat(fifo + ".began"); return err == nil })
	b.wait("the record", func() bool { _, err := os.Stat(b.d.file("run", 1, ".json")); return err == nil })
	b.d.Close()

	b.open()
	if next := b.d.Restore(); next != 2 {
		t.Errorf("the next run is %d", next)
	}
	e, ok := b.event().(executor.Restored)
	if !ok || len(e.Runs) != 1 || len(e.Recurring) != 1 || e.Recurring[0].Resource != "x" {
		t.Fatalf("%+v", e)
	}
	l := e.Runs[0]
	if l.Run != 1 || l.State != executor.StillRunning || l.Op.Call != 7 || l.Op.Key != "k" || l.Left <= 0 || l.Left > 20*time.Second {
		t.Fatalf("%+v", l)
	}
	if err := os.WriteFile(fifo, []byte("\n"), 0); err != nil {
		t.Fatal(err)
	}
	if x := b.exited(); x.Run != 1 || x.Status != operation.Done || x.Code != ocf.OK || x.Output != "done" {
		t.Fatalf("%+v", x)
	}
}

func TestRestartAfterTheEndAndKillOfAnAdoptedRun(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	a := b.agent("a", `case $1 in start) exit 0;; stop) : > `+b.root+`/began; exec sleep 1000;; monitor) : > `+b.root+`/m; exec sleep 1000;; esac`)
	b.do(operation.Op{Resource: "one", Agent: a, Task: "start"})
	b.start(operation.Op{Resource: "two", Agent: a, Task: "stop"})
	b.start(operation.Op{Resource: "three", Agent: a, Task: "monitor"})
	var mon, stop Proc
	b.wait("the stop", func() bool {
		_, err := os.Stat(b.root + "/began")
		_, err2 := os.Stat(b.root + "/m")
		var r record
		if readJSON(b.d.file("run", 3, ".json"), &r) == nil {
			mon = r.Proc
		}
		return err == nil && err2 == nil && mon.PID != 0 && readJSON(b.d.file("run", 2, ".pid"), &stop) == nil
	})
	// A manager that is killed does not close its driver; only its records count.
	old := b.d
	t.Cleanup(old.Close)
	b.open()
	b.d.Restore()
	e := b.event().(executor.Restored)
	if len(e.Runs) != 3 || e.Runs[0].State != executor.Ended || e.Runs[0].End.Code != ocf.OK ||
		e.Runs[1].State != executor.StillRunning || e.Runs[2].State != executor.Vanished {
		t.Fatalf("%+v", e.Runs)
	}
	b.wait("the end of the monitor", func() bool { return !mon.alive() })
	b.d.Perform(executor.Kill{Run: 2})
	if x := b.exited(); x.Run != 2 || x.Status != operation.Error || stop.alive() {
		t.Fatalf("%+v", x)
	}
}

func TestRecordsOfAnotherLifeAreNotRestored(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Life = "a" })
	b.d.Restore()
	a := b.agent("a", `: > `+b.root+`/began; exec sleep 1000`)
	b.start(operation.Op{Resource: "two", Agent: a, Task: "start"})
	b.d.Perform(executor.Keep{Op: operation.Op{Resource: "x", Agent: a, Task: "monitor", Interval: time.Second}})
	var p Proc
	b.wait("the start", func() bool { return readJSON(b.d.file("run", 1, ".pid"), &p) == nil && p.alive() })
	b.wait("the record", func() bool { _, err := os.Stat(b.d.file("run", 1, ".json")); return err == nil })
	t.Cleanup(b.d.Close)
	b.open(func(o *Options) { o.Life = "b" })
	b.d.Restore()
	select {
	case e := <-b.events:
		t.Errorf("%+v", e)
	default:
	}
	b.wait("the end of the agent", func() bool { return !p.alive() })
}

func TestHelperKilled(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	a := b.agent("a", `exec sleep 1000`)
	b.start(operation.Op{Resource: "r", Agent: a, Task: "start"})
	var p Proc
	var r record
	b.wait("the start", func() bool {
		return readJSON(b.d.file("run", 1, ".pid"), &p) == nil && readJSON(b.d.file("run", 1, ".json"), &r) == nil
	})
	syscall.Kill(r.Proc.PID, syscall.SIGKILL)
	if e := b.exited(); e.Status != operation.Error || e.Reason != "its helper process was killed" {
		t.Errorf("%+v", e)
	}
	b.wait("the end of its agent", func() bool { return !p.alive() })
}

func TestLSB(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	b.write("etc/init.d/svc", `#!/bin/sh
case $1 in start) exit 0;; stop) exit 9;; status) exit `+"${SVC:-3}"+`;; esac`)
	for _, c := range []struct {
		class, task string
		code        ocf.ExitCode
	}{{"lsb", "start", 0}, {"lsb", "stop", 1}, {"lsb", "monitor", 7}, {"service", "status", 7}} {
		if e := b.do(operation.Op{Resource: "r", Agent: operation.Agent{Class: c.class, Type: "svc"}, Task: c.task}); e.Code != c.code || e.Status != operation.Done {
			t.Errorf("%v: %+v", c, e)
		}
	}
	for s, want := range map[int]ocf.ExitCode{0: 0, 1: 7, 2: 7, 3: 7, 4: 1, 150: 5, 151: 4, 99: 1} {
		if got, _ := lsbStatus(s); got != want {
			t.Errorf("status %d is %d", s, got)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	a := b.agent("a", `exit 0`)
	const n = 25
	for _, task := range []string{"start", "monitor", "stop"} {
		for i := range n {
			b.start(operation.Op{Resource: fmt.Sprint("r", i), Agent: a, Task: task})
		}
		for range n {
			if e := b.exited(); e.Code != ocf.OK || e.Status != operation.Done {
				t.Fatalf("%+v", e)
			}
		}
	}
}

func BenchmarkHelper(b *testing.B)   { benchmarkRun(b, "start") }
func BenchmarkDirectly(b *testing.B) { benchmarkRun(b, "monitor") }

func benchmarkRun(b *testing.B, task string) {
	root := b.TempDir()
	dir := filepath.Join(root, "usr/lib/ocf/resource.d/test")
	os.MkdirAll(dir, 0o755)
	path, err := exec.LookPath("true")
	if err != nil {
		b.Skip(err)
	}
	os.Symlink(path, dir+"/true")
	done := make(chan executor.Event)
	d, err := New(Options{Places: place.Places{Root: root}, Deliver: func(e executor.Event) { done <- e }})
	if err != nil {
		b.Fatal(err)
	}
	d.Restore()
	defer d.Close()
	for i := 0; b.Loop(); i++ {
		d.Perform(executor.Run{Run: uint64(i + 1), Op: operation.Op{Resource: "r", Agent: operation.Agent{Class: "ocf", Provider: "test", Type: "true"}, Task: task}, Timeout: time.Second})
		if e := (<-done).(executor.Exited); e.Code != 0 {
			b.Fatal(e)
		}
	}
}
