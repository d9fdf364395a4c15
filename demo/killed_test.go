package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pacer/demo/world"
	"pacer/note"
	"pacer/supervisor"
)

// kill sends SIGKILL to a role of a node and returns when its process is gone.
func (t *trial) kill(n *world.Node, role supervisor.Role) {
	t.Helper()
	pids, err := n.Kill(t.ctx, world.Kill{Role: string(role), Signal: int(unix.SIGKILL)})
	if err != nil || len(pids) == 0 {
		t.Fatalf("nothing to kill on %s: %v", n.Name(), err)
	}
}

// servers are the processes of the service on a node.
func (t *trial) servers(n *world.Node) []int {
	t.Helper()
	pids, err := n.Kill(t.ctx, world.Kill{Port: 80})
	if err != nil {
		t.Fatal(err)
	}
	return pids
}

// lines counts the lines of a rough agent's diary that end in a word.
func (t *trial) lines(n *world.Node, resource, word string) int {
	t.Helper()
	out, _ := t.on(n, "cat", "/run/rough-"+resource+".log")
	return strings.Count(out, word+"\n")
}

// back waits until the node's manager is a new one, and the cluster at rest.
func (t *trial) back(n *world.Node, since time.Time) {
	t.Helper()
	if err := t.attachedAgain(t.ctx, n, since); err != nil {
		t.Fatal(err)
	}
	t.rest()
}

func (t *trial) fenced(n *world.Node) bool {
	return t.seen(note.FencingDone{}.ID(), n.Name(), time.Time{})
}

// TestManagerDiesInTheMiddle: a manager killed while an agent works finds it when it is back: nothing runs twice, nothing else is
// touched, and nobody is fenced.
func TestManagerDiesInTheMiddle(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3, Files: roughFiles})
		t.boot()
		t.configure(fenced)
		owner, dc := t.serving(), t.dc()
		before := t.servers(owner)
		for i, n := range []*world.Node{dc, t.other(dc)} {
			name := fmt.Sprintf("slow%d", i)
			out, code := t.update(fmt.Sprintf("primitive %s ocf:test:rough params how=slow seconds=1.5 op start interval=0s timeout=20s op stop interval=0s timeout=20s op monitor interval=10s timeout=20s\n"+
				"location l-%s %s inf: %s\n", name, name, name, n.Name()))
			if code != 0 {
				t.Fatal(out)
			}
			for _, task := range []string{"start", "stop"} {
				if task == "stop" {
					t.must(n, "crm", "resource", "stop", name)
				}
				t.until("the "+task+" has begun", func() bool { return t.lines(n, name, task) > 0 })
				at := time.Now()
				t.kill(n, supervisor.Manager)
				t.back(n, at)
				if k := t.lines(n, name, task); k != 1 {
					t.Errorf("the %s on %s was done %d times", task, n.Name(), k)
				}
				if _, code := t.on(n, "test", "-e", "/run/rough-"+name); (code == 0) != (task == "start") {
					t.Errorf("after the %s on %s the resource is in the wrong state", task, n.Name())
				}
				out := t.must(n, "crm_mon", "-1", "-r")
				if strings.Contains(out, "Failed") {
					t.Errorf("something failed:\n%s", out)
				}
				want := map[string]string{"start": "\t Started " + n.Name(), "stop": "\t Stopped"}[task]
				t.has(out, name+"\t(ocf:test:rough):"+want)
			}
		}
		if after := t.servers(owner); !slices.Equal(before, after) {
			t.Errorf("the service was restarted: %v before, %v after", before, after)
		}
		for _, n := range t.world.Nodes() {
			if t.fenced(n) {
				t.Errorf("%s was fenced", n.Name())
			}
		}
	})
}

// other is a node that is none of these.
func (t *trial) other(not ...*world.Node) *world.Node {
	t.Helper()
	for _, n := range t.world.Nodes() {
		if !slices.Contains(not, n) {
			return n
		}
	}
	t.Fatal("no node is left")
	return nil
}

// TestManagerDiesWhileFencing: whoever of the two that are busy with fencing loses its manager, the target is fenced, nothing is
// recovered before, and the cluster comes to rest.
func TestManagerDiesWhileFencing(t *testing.T) {
	for _, who := range []string{"DC", "executor", "both"} {
		t.Run(who, func(t *testing.T) {
			inWorld(t, func(t *trial) {
				t.build(world.Config{Nodes: 3, FenceDelay: 2 * time.Second})
				t.boot()
				dc := t.dc()
				executes := t.other(dc)
				target := t.other(dc, executes)
				if who == "both" {
					executes = dc
				}
				t.configure(fenced + "\nlocation power stPower inf: " + executes.Name() + "\nlocation www grpWWW 100: " + target.Name() + "\n")
				if n := t.serving(); n != target {
					t.Fatalf("the service runs on %s", n.Name())
				}
				if err := target.Isolate(); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				t.until("the device is asked", func() bool {
					return t.running(executes, "/run/pacer-demo/bin/fence_demo") || t.running(executes, "fence_demo") || t.running(executes, "/usr/sbin/fence_demo")
				})
				victim := executes
				if who == "DC" {
					victim = dc
				}
				at := time.Now()
				t.kill(victim, supervisor.Manager)
				t.until("the service runs elsewhere", func() bool { h := t.world.Holders("service"); return len(h) == 1 && h[0] != target.Name() })
				t.Logf("recovered after %v", time.Since(began))
				if target.On() {
					t.Errorf("recovered, but %s was not fenced", target.Name())
				}
				t.back(victim, at)
				t.has(t.must(dc, "stonith_admin", "--history", target.Name()), target.Name())
				t.Log(t.must(dc, "stonith_admin", "--history", "*"))
				t.boot(target)
				if out := t.world.Overlaps(); len(out) > 0 {
					t.Errorf("active twice: %v", out)
				}
				for _, n := range []*world.Node{dc, executes} {
					if t.fenced(n) {
						t.Errorf("%s was fenced", n.Name())
					}
				}
			})
		})
	}
}

// TestServiceKilled: when the supervisor is killed, its node counts as failed and its resources are stopped by what is left; a new
// `pacer run` takes over from there.
func TestServiceKilled(t *testing.T) {
	for name, config := range map[string]string{"unfenced": classic, "fenced": fenced} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *trial) {
				t.build(world.Config{Nodes: 3})
				t.boot()
				t.configure(config)
				owner := t.serving()
				if out, code := t.feed(owner, `for p in /proc/[0-9]*; do case $(tr '\0' ' ' < $p/cmdline) in *"/pacer run ") kill -9 ${p#/proc/}; echo found ;; esac; done`, "sh"); code != 0 || !strings.Contains(out, "found") {
					t.Fatalf("%d %s", code, out)
				}
				t.until("the service runs elsewhere", func() bool { h := t.world.Holders("service"); return len(h) == 1 && h[0] != owner.Name() })
				if name == "fenced" {
					if owner.On() {
						t.Error("the node was not fenced")
					}
					t.boot(owner)
				} else {
					t.until("nothing is left of the old service", func() bool {
						p, err := owner.Kill(t.ctx, world.Kill{Role: string(supervisor.Manager)})
						return err == nil && len(p) == 0
					})
					if err := owner.StartService(t.ctx); err != nil {
						t.Fatal(err)
					}
					t.until(owner.Name()+" is back", func() bool { i := t.info(owner.Name()); return i != nil && i.DC != "" })
					t.rest()
				}
				t.has(t.must(owner, "crm_mon", "-1"), "Online: [ pm01 pm02 pm03 ]")
				if len(t.world.Holders("service")) != 1 {
					t.Errorf("the service runs on %v", t.world.Holders("service"))
				}
			})
		})
	}
}
