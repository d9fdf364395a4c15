package agent

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pacer/fencer"
	"pacer/ocf"
	"pacer/operation"
)

func (b *bench) fenceAgent(name, script string) { b.write("usr/sbin/"+name, "#!/bin/sh\n"+script) }

func (b *bench) fence(e fencer.RunAgent) fencer.AgentDone {
	b.t.Helper()
	b.run++
	e.Run = b.run
	b.d.PerformFence(e)
	return b.fenced()
}

func (b *bench) fenced() fencer.AgentDone {
	b.t.Helper()
	select {
	case d := <-b.fences:
		return d
	case <-time.After(20 * time.Second):
		b.t.Fatal("the driver says nothing")
		return fencer.AgentDone{}
	}
}

func TestFenceAgent(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	got := filepath.Join(b.root, "got")
	b.fenceAgent("fence_x", `cat > `+got+`; echo "$@" > `+got+`.args; tr '\0' '\n' < /proc/$$/cmdline > `+got+`.cmdline
echo noise >&2; while IFS== read k v; do [ "$k" = mode ] && exit "$v"; done < `+got+`; exit 0`)
	params := []operation.Param{{Name: "ip", Value: "192.0.2.1"}, {Name: "password", Value: "se cret=x"}, {Name: "port", Value: "n2"}}
	if d := b.fence(fencer.RunAgent{Agent: "fence_x", Action: "off", Params: params, Timeout: 10 * time.Second}); d.Code != 0 || d.Reason != "" {
		t.Fatalf("%+v", d)
	}
	data, _ := os.ReadFile(got)
	if string(data) != "action=off\nip=192.0.2.1\npassword=se cret=x\nport=n2\n" {
		t.Errorf("stdin: %q", data)
	}
	if data, _ = os.ReadFile(got + ".args"); string(data) != "\n" {
		t.Errorf("arguments: %q", data)
	}
	if d := b.fence(fencer.RunAgent{Agent: "fence_x", Action: "off", Params: []operation.Param{{Name: "mode", Value: "2"}}, Timeout: 10 * time.Second}); d.Code != 2 || d.Reason != "noise" {
		t.Errorf("%+v", d)
	}
	if d := b.fence(fencer.RunAgent{Agent: "fence_x", Action: "off", Params: []operation.Param{{Name: "a", Value: "x\naction=on"}}, Timeout: time.Second}); d.Code != 1 || !strings.Contains(d.Reason, "line end") {
		t.Errorf("%+v", d)
	}
	for _, name := range []string{"fence_none", "../x", "external/no-such-plugin", ""} {
		if d := b.fence(fencer.RunAgent{Agent: name, Action: "off", Timeout: time.Second}); !d.NotInstalled || d.Code == 0 || d.Reason == "" {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestFenceAgentThatHangs(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	b.fenceAgent("fence_slow", "exec sleep 1000")
	if d := b.fence(fencer.RunAgent{Agent: "fence_slow", Action: "off", Timeout: 50 * time.Millisecond}); !d.TimedOut || d.Code == 0 {
		t.Errorf("%+v", d)
	}
	b.run++
	b.d.PerformFence(fencer.RunAgent{Run: b.run, Agent: "fence_slow", Action: "off", Timeout: time.Minute})
	b.d.PerformFence(fencer.KillAgent{Run: b.run})
	if d := b.fenced(); d.TimedOut || d.Code == 0 {
		t.Errorf("%+v", d)
	}
}

func TestRestartReapsFenceAgents(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	b.fenceAgent("fence_slow", "exec sleep 1000")
	b.d.PerformFence(fencer.RunAgent{Run: 1, Agent: "fence_slow", Action: "off", Timeout: time.Minute})
	var r record
	b.wait("the agent", func() bool { return readJSON(b.d.file("fence", 1, ".json"), &r) == nil })
	t.Cleanup(b.d.Close)
	b.open()
	b.d.Restore()
	b.wait("its end", func() bool { return !r.Proc.alive() })
}

func TestDeviceAsResource(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	b.fenceAgent("fence_x", `grep -q '^pcmk_\|^CRM_' && exit 9; [ -e `+b.root+`/broken ] && { echo "no answer from the device" >&2; exit 1; }; exit 0`)
	op := func(task string, interval time.Duration) operation.Op {
		return operation.Op{Resource: "dev", Agent: operation.Agent{Class: "stonith", Type: "fence_x"}, Task: task, Interval: interval,
			Params: []operation.Param{{Name: "pcmk_host_list", Value: "n2"}, {Name: "CRM_meta_timeout", Value: "1"}}}
	}
	check := func(task string, interval time.Duration, code ocf.ExitCode) {
		t.Helper()
		if e := b.do(op(task, interval)); e.Code != code || e.Status != operation.Done {
			t.Errorf("%s: %+v", task, e)
		}
	}
	check("monitor", 0, ocf.NotRunning)
	check("start", 0, ocf.OK)
	check("monitor", 0, ocf.OK)
	check("monitor", time.Minute, ocf.OK)
	b.write("broken", "")
	if e := b.do(op("monitor", time.Minute)); e.Code != ocf.ErrGeneric || e.Reason != "no answer from the device" {
		t.Errorf("%+v", e)
	}
	check("stop", 0, ocf.OK)
	check("monitor", 0, ocf.NotRunning)
	check("start", 0, ocf.ErrGeneric)
}

func TestCatalogue(t *testing.T) {
	b := newBench(t)
	b.agent("Thing", `[ "$1" = meta-data ] && echo '<resource-agent name="Thing"></resource-agent>'; exit 0`)
	b.write("usr/lib/ocf/resource.d/.hidden/x", "")
	b.write("etc/init.d/svc", "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: svc\n# Short-Description: A service\n# Description: Does\n#  things.\n### END INIT INFO\n")
	b.fenceAgent("fence_x", `echo noise >&2; echo '<resource-agent name="fence_x"></resource-agent>'`)
	c := NewCatalogue(b.d.opt.Places, "", []*Builtin{{Agent: operation.Agent{Class: "ocf", Provider: "pacer", Type: "web"}, Metadata: ocf.Metadata{Name: "web"}}})
	has := func(what string, list []string, want string) {
		t.Helper()
		if got := " " + strings.Join(list, " ") + " "; !strings.Contains(got, " "+want+" ") {
			t.Errorf("%s: %q has no %s", what, got, want)
		}
	}
	has("standards", c.Standards(), "lsb ocf service stonith")
	has("providers", c.Providers(""), "pacer test")
	has("providers of web", c.Providers("web"), "pacer")
	has("agents", c.Agents("ocf", ""), "Thing web")
	has("agents of test", c.Agents("ocf", "test"), "Thing")
	has("init scripts", c.Agents("service", ""), "svc")
	has("fence agents", c.Agents("stonith", ""), "fence_x")
	ctx := context.Background()
	for _, a := range []operation.Agent{{Class: "ocf", Provider: "test", Type: "Thing"}, {Class: "ocf", Provider: "pacer", Type: "web"}, {Class: "lsb", Type: "svc"}, {Class: "stonith", Type: "fence_x"}} {
		data, err := c.Metadata(ctx, a)
		if err != nil {
			t.Errorf("%s: %v", a, err)
			continue
		}
		if m, err := ocf.ParseMetadata(data); err != nil || m.Name != a.Type {
			t.Errorf("%s: %v\n%s", a, err, data)
		}
	}
	for _, a := range []operation.Agent{{Class: "ocf", Type: "Thing"}, {Class: "ocf", Provider: "test", Type: "No"}, {Class: "lsb", Type: "../x"}, {}} {
		if _, err := c.Metadata(ctx, a); err == nil {
			t.Errorf("%s has meta-data", a)
		}
	}
}

func TestPluginsOfClusterGlue(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	got := filepath.Join(b.root, "got")
	plugin := b.write("usr/lib/stonith/plugins/external/box", `#!/bin/sh
echo "$# $1 $2 $hostlist $secret" >> `+got+`
case $1 in
gethosts) echo "$hostlist";;
getconfignames) echo "hostlist secret";;
getinfo-devid) echo "A box";;
getinfo-devdescr) echo "Cuts off what is in the box.";;
getinfo-xml) echo '<parameters><parameter name="hostlist" required="1"><content type="string"/><shortdesc lang="en">Hosts</shortdesc></parameter></parameters>';;
status|off|on|reset) exit 0;;
*) exit 1;;
esac`)
	params := []operation.Param{{Name: "action", Value: "x"}, {Name: "nodename", Value: "n2"}, {Name: "port", Value: "7"}, {Name: "hostlist", Value: "n1 n2"}, {Name: "secret", Value: "$(x)"}}
	for _, action := range []string{"off", "on", "reboot", "monitor", "list"} {
		if d := b.fence(fencer.RunAgent{Agent: "external/box", Action: action, Params: params, Timeout: 10 * time.Second}); d.Code != 0 || action == "list" && d.Output != "n1 n2" {
			t.Errorf("%s: %+v", action, d)
		}
	}
	data, _ := os.ReadFile(got)
	want := "2 off 7 n1 n2 $(x)\n2 on 7 n1 n2 $(x)\n2 reset 7 n1 n2 $(x)\n1 status  n1 n2 $(x)\n1 gethosts  n1 n2 $(x)\n"
	if string(data) != want {
		t.Errorf("%q", data)
	}
	d := b.fence(fencer.RunAgent{Agent: "external/box", Action: "metadata", Timeout: 10 * time.Second})
	m, err := ocf.ParseMetadata([]byte(d.Output))
	if err != nil || m.Name != "external/box" || m.Short != "A box" || m.Parameter("hostlist") == nil || m.Parameter("secret") == nil || m.Parameter("port") == nil || m.Action("list") == nil {
		t.Errorf("%v %+v", err, m)
	}
	if list := b.d.Agents("stonith", ""); !slices.Contains(list, "external/box") {
		t.Errorf("%q", list)
	}
	os.Chmod(plugin, 0o777)
	if d := b.fence(fencer.RunAgent{Agent: "external/box", Action: "off", Params: params, Timeout: time.Second}); d.Code == 0 || !strings.Contains(d.Reason, "may write") {
		t.Errorf("%+v", d)
	}
}
