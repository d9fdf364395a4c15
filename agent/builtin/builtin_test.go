package builtin

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pacer/agent"
	"pacer/executor"
	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
)

// TestMain lets the test binary be the commands that agents start.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case WebServiceName:
			os.Exit(WebService(os.Args[2:], os.Stderr))
		case agent.HelperName:
			os.Exit(agent.Helper(os.Stdin, os.Stderr))
		case "crm_attribute", "attrd_updater":
			f, _ := os.OpenFile(os.Getenv("TOOL_LOG"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
			f.WriteString(strings.Join(os.Args[1:], " ") + "\n")
			f.Close()
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

type caller struct {
	t      *testing.T
	b      *agent.Builtin
	root   string
	params []operation.Param
	env    []string
}

func newCaller(t *testing.T, name string, params ...string) *caller {
	t.Helper()
	a, err := ParseAgent(name)
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, b: Find(a), root: t.TempDir()}
	if c.b == nil {
		t.Fatalf("there is no %s", name)
	}
	for i := 0; i+1 < len(params); i += 2 {
		c.params = append(c.params, operation.Param{Name: params[i], Value: params[i+1]})
	}
	c.env = append(os.Environ(), "TOOL_LOG="+filepath.Join(c.root, "tools"))
	return c
}

func (c *caller) call(action string, more ...string) (ocf.ExitCode, string) {
	c.t.Helper()
	var params []operation.Param
	for i := 0; i+1 < len(more); i += 2 {
		params = append(params, operation.Param{Name: more[i], Value: more[i+1]})
	}
	params = append(params, c.params...)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return c.b.Run(ctx, &agent.Call{
		Action: action, Resource: "r", Agent: c.b.Agent, Params: params, Places: place.Places{Root: c.root}, Node: "n1",
		Environ: c.env, Self: os.Args[0],
	})
}

func (c *caller) want(action string, code ocf.ExitCode, more ...string) string {
	c.t.Helper()
	got, reason := c.call(action, more...)
	if got != code {
		c.t.Fatalf("%s: %d (%s), want %d", action, int(got), reason, int(code))
	}
	return reason
}

func (c *caller) tools() string {
	data, _ := os.ReadFile(filepath.Join(c.root, "tools"))
	os.Remove(filepath.Join(c.root, "tools"))
	return string(data)
}

func TestMetadataOfAll(t *testing.T) {
	for _, b := range All() {
		m, err := ocf.ParseMetadata(b.Metadata.XML())
		if err != nil {
			t.Errorf("%s: %v", b.Agent, err)
			continue
		}
		if m.Name != b.Agent.Type || m.Long == "" || m.Short == "" || m.OCFVersion != "1.1" {
			t.Errorf("%s: %+v", b.Agent, m)
		}
		for _, p := range m.Parameters {
			if p.Short == "" || p.Long == "" {
				t.Errorf("%s: the parameter %s is not described", b.Agent, p.Name)
			}
		}
		for _, a := range []string{"start", "stop", "monitor", "meta-data", "validate-all"} {
			if m.Action(a) == nil {
				t.Errorf("%s: no action %s", b.Agent, a)
			}
		}
		if code, _ := b.Run(context.Background(), &agent.Call{Action: "nonsense", Resource: "r", Agent: b.Agent, Places: place.Places{Root: t.TempDir()},
			Params: []operation.Param{{Name: "ip", Value: "192.0.2.9"}}}); code != ocf.ErrUnimplemented {
			t.Errorf("%s: an unknown action returns %d", b.Agent, code)
		}
	}
}

func TestDummy(t *testing.T) {
	for _, name := range []string{"ocf:pacemaker:Dummy", "ocf:heartbeat:Dummy"} {
		c := newCaller(t, name)
		c.want("monitor", ocf.NotRunning)
		c.want("stop", ocf.OK)
		c.want("start", ocf.OK)
		c.want("start", ocf.OK)
		if !exists(filepath.Join(c.root, "run/resource-agents/Dummy-r.state")) {
			t.Error("there is no state file")
		}
		c.want("monitor", ocf.OK)
		c.want("monitor", ocf.ErrGeneric, "OCF_CHECK_LEVEL", "30")
		c.want("reload-agent", ocf.OK)
		c.want("migrate_to", ocf.OK)
		c.want("monitor", ocf.NotRunning)
		c.want("migrate_from", ocf.OK)
		c.want("stop", ocf.OK)
		c.want("start", ocf.ErrGeneric, "fail_start_on", "n1")
		c.want("start", ocf.ErrConfigured, "op_sleep", "x")
		c.want("monitor", ocf.NotRunning)
	}
}

func TestDummyEndsWithItsContext(t *testing.T) {
	c := newCaller(t, "ocf:pacemaker:Dummy", "op_sleep", "1000")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	code, _ := c.b.Run(ctx, &agent.Call{Action: "start", Resource: "r", Agent: c.b.Agent, Params: c.params, Places: place.Places{Root: c.root}})
	if code == ocf.OK {
		t.Error("it is not ended")
	}
}

func TestStateful(t *testing.T) {
	c := newCaller(t, "ocf:pacemaker:Stateful")
	c.want("monitor", ocf.NotRunning)
	c.want("promote", ocf.NotRunning)
	c.want("start", ocf.OK)
	c.want("monitor", ocf.OK, "CRM_meta_interval", "10000")
	c.want("promote", ocf.OK)
	c.want("monitor", ocf.RunningPromoted, "CRM_meta_interval", "10000")
	c.want("demote", ocf.OK)
	c.want("monitor", ocf.OK)
	c.want("stop", ocf.OK)
	want := `crm_attribute --promotion --lifetime reboot -v 5
crm_attribute --promotion --lifetime reboot -v 10
crm_attribute --promotion --lifetime reboot -v 5
crm_attribute --promotion --lifetime reboot -v 5
crm_attribute --promotion --lifetime reboot -D
`
	if got := c.tools(); got != want {
		t.Errorf("tools: %s", got)
	}
}

func TestPing(t *testing.T) {
	if !Ping(context.Background(), "127.0.0.1", 5*time.Second) {
		t.Skip("no ping without raw sockets")
	}
	c := newCaller(t, "ocf:pacemaker:ping", "host_list", "127.0.0.1 ::1 no-such-host.invalid", "multiplier", "100", "attempts", "1", "timeout", "5")
	c.want("monitor", ocf.NotRunning)
	c.want("start", ocf.OK)
	v := "200"
	if !Ping(context.Background(), "::1", 5*time.Second) {
		v = "100"
	}
	if got := c.tools(); got != "attrd_updater -n pingd -B "+v+" -d 5s\n" {
		t.Errorf("tools: %s", got)
	}
	if reason := c.want("monitor", ocf.ErrGeneric, "failure_score", "300"); !strings.Contains(reason, "no-such-host.invalid") {
		t.Error(reason)
	}
	c.tools()
	c.want("stop", ocf.OK)
	if got := c.tools(); got != "attrd_updater -D -n pingd -d 5s -q\n" {
		t.Errorf("tools: %s", got)
	}
	c.want("monitor", ocf.NotRunning)
	if newCaller(t, "ocf:pacemaker:ping").want("start", ocf.ErrConfigured) == "" {
		t.Error("no reason")
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func TestWeb(t *testing.T) {
	port := freePort(t)
	c := newCaller(t, "ocf:pacer:web", "port", port, "address", "127.0.0.1")
	c.want("monitor", ocf.NotRunning)
	c.want("stop", ocf.OK)
	c.want("start", ocf.OK)
	t.Cleanup(func() { c.call("stop") })
	c.want("start", ocf.OK)
	c.want("monitor", ocf.OK)
	res, err := http.Get("http://127.0.0.1:" + port + "/")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if string(body) != "n1\n" {
		t.Errorf("it says %q", body)
	}
	w, _ := readWeb(&agent.Call{Resource: "r", Agent: c.b.Agent, Params: c.params, Places: place.Places{Root: c.root}})
	pid := w.process()
	syscall.Kill(pid, syscall.SIGKILL)
	for agent.Alive(pid, 0) {
		time.Sleep(time.Millisecond)
	}
	c.want("monitor", ocf.NotRunning)
	c.want("start", ocf.OK)
	c.want("stop", ocf.OK)
	c.want("stop", ocf.OK)
	c.want("monitor", ocf.NotRunning)
}

func TestWebWhosePortIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	other := &http.Server{Handler: http.NotFoundHandler()}
	go other.Serve(l)
	defer other.Close()
	c := newCaller(t, "ocf:pacer:web", "port", strconv.Itoa(l.Addr().(*net.TCPAddr).Port), "address", "127.0.0.1")
	if reason := c.want("start", ocf.ErrGeneric); !strings.Contains(reason, "something else") {
		t.Error(reason)
	}
	c.want("monitor", ocf.NotRunning)
	c.want("start", ocf.ErrConfigured, "port", "x")
}

// TestWebThroughTheDriver is the whole way of a service that dies: the driver starts it, watches it and says so.
func TestWebThroughTheDriver(t *testing.T) {
	root := t.TempDir()
	noStockAgents(t, root)
	events := make(chan executor.Event, 100)
	d, err := agent.New(agent.Options{Places: place.Places{Root: root}, Node: "n1", Builtins: All(), Deliver: func(e executor.Event) { events <- e }})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	d.Restore()
	run := uint64(0)
	op := operation.Op{Resource: "web", Agent: operation.Agent{Class: "ocf", Provider: "pacer", Type: "web"},
		Params: []operation.Param{{Name: "port", Value: freePort(t)}}}
	do := func(task string) executor.Exited {
		run++
		op.Task = task
		d.Perform(executor.Run{Run: run, Op: op, Timeout: 20 * time.Second})
		return (<-events).(executor.Exited)
	}
	defer do("stop")
	began := time.Now()
	if e := do("start"); e.Code != ocf.OK {
		t.Fatalf("%+v", e)
	}
	t.Logf("start took %v", time.Since(began))
	began = time.Now()
	if e := do("monitor"); e.Code != ocf.OK {
		t.Fatalf("%+v", e)
	}
	t.Logf("monitor took %v", time.Since(began))
	d.Perform(executor.Watch{Op: op})
	data, err := os.ReadFile(filepath.Join(root, "run/resource-agents/web-web.state"))
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(strings.Fields(string(data))[0])
	began = time.Now()
	syscall.Kill(pid, syscall.SIGKILL)
	if h, ok := (<-events).(executor.Hint); !ok || h.Resource != "web" {
		t.Fatalf("%+v", h)
	}
	if e := do("monitor"); e.Code != ocf.NotRunning {
		t.Fatalf("%+v", e)
	}
	t.Logf("the monitor knew after %v", time.Since(began))
}

// noStockAgents gives a node an empty OCF directory, so that the agents of this machine are not found.
func noStockAgents(t *testing.T, root string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(root, "usr/lib/ocf/resource.d"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestRunByHand(t *testing.T) {
	root := t.TempDir()
	var out, errs bytes.Buffer
	run := func(name, action string, env ...string) ocf.ExitCode {
		out.Reset()
		errs.Reset()
		return Run(context.Background(), name, action, env, place.Places{Root: root}, "n1", &out, &errs)
	}
	if code := run("ocf:pacemaker:Dummy", "meta-data"); code != ocf.OK || !strings.Contains(out.String(), `resource-agent name="Dummy"`) {
		t.Errorf("%d %s", code, out.String())
	}
	if code := run("ocf:pacemaker:Dummy", "start", "OCF_RESOURCE_INSTANCE=x"); code != ocf.OK || !exists(root+"/run/resource-agents/Dummy-x.state") {
		t.Errorf("%d %s", code, errs.String())
	}
	if code := run("ocf:heartbeat:IPaddr2", "monitor", "OCF_RESKEY_ip=nonsense"); code != ocf.ErrConfigured || !strings.HasPrefix(errs.String(), "ocf-exit-reason:ip=\"nonsense\"") {
		t.Errorf("%d %s", code, errs.String())
	}
	if code := run("ocf:nobody:Nothing", "start"); code != ocf.ErrInstalled {
		t.Error(code)
	}
	if code := run("::", "start"); code != ocf.ErrArgs {
		t.Error(code)
	}
}

func TestParametersOfAnAddress(t *testing.T) {
	for mask, want := range map[string]int{"24": 24, "255.255.255.0": 24, "255.255.240.0": 20, "0": 0, "32": 32, "33": -1, "255.0.255.0": -1, "x": -1, "-1": -1} {
		got, err := maskBits(mask, true)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%s: %d", mask, got)
		}
	}
	if n, err := maskBits("64", false); n != 64 || err != nil {
		t.Error(n, err)
	}
	c := newCaller(t, "ocf:heartbeat:IPaddr2")
	c.want("start", ocf.ErrConfigured)
	c.want("stop", ocf.OK)
	c.want("start", ocf.ErrConfigured, "ip", "1.2.3")
	c.want("start", ocf.ErrConfigured, "ip", "1.2.3.4", "cidr_netmask", "33")
	c.want("start", ocf.ErrConfigured, "ip", "1.2.3.4", "arp_count", "-1")
}

func TestFrames(t *testing.T) {
	mac := []byte{2, 0, 0, 0, 0, 1}
	f := arpFrame(mac, netip.MustParseAddr("192.0.2.7"), 1)
	want := "\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01" +
		"\x02\x00\x00\x00\x00\x01\xc0\x00\x02\x07\xff\xff\xff\xff\xff\xff\xc0\x00\x02\x07"
	if string(f) != want {
		t.Errorf("%x", f)
	}
	if m := advertisement(mac, netip.MustParseAddr("2001:db8::1")); len(m) != 32 || m[0] != 136 || m[24] != 2 || m[31] != 1 {
		t.Errorf("%x", m)
	}
}
