package builtin

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/vishvananda/netlink"

	"pacer/agent"
	"pacer/executor"
	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
)

// stock is a driver over the agents that are installed on this machine, if there are any.
func stock(t *testing.T) (*agent.Driver, func(op operation.Op) executor.Exited) {
	t.Helper()
	if !exists("/usr/lib/ocf/resource.d/heartbeat/Dummy") || !exists("/usr/lib/ocf/lib/heartbeat/ocf-shellfuncs") {
		t.Skip("no stock agents are installed (Debian: resource-agents)")
	}
	events := make(chan executor.Event, 100)
	d, err := agent.New(agent.Options{Places: place.Places{Root: t.TempDir()}, Node: "n1", Builtins: All(), Deliver: func(e executor.Event) { events <- e }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	d.Restore()
	run := uint64(0)
	return d, func(op operation.Op) executor.Exited {
		t.Helper()
		run++
		d.Perform(executor.Run{Run: run, Op: op, Timeout: 20 * time.Second})
		for {
			select {
			case e := <-events:
				if x, ok := e.(executor.Exited); ok && x.Run == run {
					return x
				}
			case <-time.After(20 * time.Second):
				t.Fatal("the agent does not end")
			}
		}
	}
}

func TestStockDummy(t *testing.T) {
	_, do := stock(t)
	op := operation.Op{Resource: "d", Agent: operation.Agent{Class: "ocf", Provider: "heartbeat", Type: "Dummy"}}
	for _, c := range []struct {
		task string
		code ocf.ExitCode
	}{{"monitor", ocf.NotRunning}, {"stop", ocf.OK}, {"start", ocf.OK}, {"start", ocf.OK}, {"monitor", ocf.OK}, {"stop", ocf.OK}, {"monitor", ocf.NotRunning}} {
		op.Task = c.task
		if e := do(op); e.Code != c.code || e.Status != operation.Done {
			t.Errorf("%s: %+v", c.task, e)
		}
	}
}

func TestStockIPaddr2InANamespace(t *testing.T) {
	if !inside(t) {
		return
	}
	lan(t)
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		t.Fatal(err)
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		t.Fatal(err)
	}
	_, do := stock(t)
	op := operation.Op{Resource: "vip", Agent: operation.Agent{Class: "ocf", Provider: "heartbeat", Type: "IPaddr2"},
		Params: []operation.Param{{Name: "ip", Value: "192.0.2.77"}, {Name: "nic", Value: "here"}, {Name: "cidr_netmask", Value: "24"}}}
	for _, c := range []struct {
		task string
		code ocf.ExitCode
	}{{"monitor", ocf.NotRunning}, {"start", ocf.OK}, {"monitor", ocf.OK}, {"stop", ocf.OK}, {"monitor", ocf.NotRunning}} {
		op.Task = c.task
		began := time.Now()
		if e := do(op); e.Code != c.code || e.Status != operation.Done {
			t.Errorf("%s: %+v", c.task, e)
		}
		t.Logf("%s took %v", c.task, time.Since(began))
	}
}

func TestStockMetadataIsRead(t *testing.T) {
	d, _ := stock(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	list := d.Agents("ocf", "heartbeat")
	if len(list) > 12 && os.Getenv("PACER_LONG") == "" {
		list = list[:12] // every one of them is a shell script that takes its time
	}
	for _, name := range list {
		data, err := d.Metadata(ctx, operation.Agent{Class: "ocf", Provider: "heartbeat", Type: name})
		if err != nil {
			t.Logf("%s: %v", name, err) // some need what is not installed
			continue
		}
		if m, err := ocf.ParseMetadata(data); err != nil || len(m.Actions) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStockFencePluginsAreRead(t *testing.T) {
	d, _ := stock(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, name := range d.Agents("stonith", "") {
		data, err := d.Metadata(ctx, operation.Agent{Class: "stonith", Type: name})
		if err != nil {
			t.Logf("%s: %v", name, err) // some need what is not installed
			continue
		}
		m, err := ocf.ParseMetadata(data)
		if err != nil || m.Action("off") == nil && m.Action("reboot") == nil {
			t.Errorf("%s: %v\n%s", name, err, data)
			continue
		}
		t.Logf("%s: %d parameters, %q", name, len(m.Parameters), m.Short)
	}
}
