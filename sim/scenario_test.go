package sim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// webPair is a group of an address and a web server, on up to n nodes.
func webPair(options map[string]string, fencing bool) string {
	opts := ""
	for _, name := range []string{"no-quorum-policy", "startup-fencing"} {
		if v, ok := options[name]; ok {
			opts += fmt.Sprintf(`<nvpair id="o-%s" name="%s" value="%s"/>`, name, name, v)
		}
	}
	device := ""
	if fencing {
		opts += `<nvpair id="o-st" name="stonith-enabled" value="true"/>`
		device = `<primitive id="fence1" class="stonith" type="fence_sim"/>`
	} else {
		opts += `<nvpair id="o-st" name="stonith-enabled" value="false"/>`
	}
	op := func(rsc string) string {
		return `<operations>
<op id="` + rsc + `-start" name="start" interval="0s" timeout="60s" on-fail="restart"/>
<op id="` + rsc + `-mon" name="monitor" interval="10s" timeout="60s" on-fail="restart"/>
<op id="` + rsc + `-stop" name="stop" interval="0s" timeout="60s" on-fail="` + map[bool]string{true: "fence", false: "block"}[fencing] + `"/>
</operations>`
	}
	return `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" epoch="5" num_updates="0" admin_epoch="0"><configuration>
<crm_config><cluster_property_set id="cib-bootstrap-options">` + opts + `</cluster_property_set></crm_config>
<nodes/>
<resources><group id="grp">
<primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2">` + op("ip") + `</primitive>
<primitive id="web" class="ocf" provider="heartbeat" type="apache">` + op("web") + `</primitive>
</group>` + device + `</resources>
<constraints/>
<rsc_defaults><meta_attributes id="d"><nvpair id="d-s" name="resource-stickiness" value="INFINITY"/><nvpair id="d-m" name="migration-threshold" value="1"/></meta_attributes></rsc_defaults>
</configuration><status/></cib>`
}

// start boots all nodes and waits for the services.
func start(t *testing.T, opt Options) *World {
	t.Helper()
	if opt.Nodes == 0 {
		opt.Nodes = 3
	}
	if opt.Schedule == nil {
		opt.Schedule = chosen()
	}
	opt.Exclusive = []string{"ip", "web"}
	w := New(opt)
	for _, n := range w.Nodes {
		n.PowerOn()
	}
	if !w.RunUntil(4*time.Second, func() bool { return len(w.Where("web")) == 1 && w.Settled() }) {
		fatal(t, w, "the services did not come up")
	}
	return w
}

func fatal(t *testing.T, w *World, why string) {
	t.Helper()
	t.Fatalf("seed %d: %s: %s\n%s", w.opt.Seed, why, w.Failed(), w.Trace(120))
}

// expect waits until the services run on one node among those given, and the cluster is idle.
func expect(t *testing.T, w *World, d time.Duration, nodes ...string) time.Duration {
	t.Helper()
	began := w.Now()
	up := time.Duration(0)
	ok := w.RunUntil(d, func() bool {
		at := w.Where("web")
		if len(at) != 1 || !strings.Contains(" "+strings.Join(nodes, " ")+" ", " "+at[0]+" ") {
			return false
		}
		if up == 0 {
			up = w.Now()
		}
		return w.Settled()
	})
	if !ok {
		fatal(t, w, fmt.Sprintf("the services run on %v, want one of %v, settled %v", w.Where("web"), nodes, w.Settled()))
	}
	if why := w.Same(); why != "" {
		fatal(t, w, why)
	}
	return up - began
}

func (w *World) named(name string) *Node {
	for _, n := range w.Nodes {
		if n.Name == name {
			return n
		}
	}
	return nil
}

func (w *World) others(name string) (out []string) {
	for _, n := range w.Nodes {
		if n.Name != name {
			out = append(out, n.Name)
		}
	}
	return out
}

func TestColdStart(t *testing.T) {
	w := start(t, Options{Seed: 1, CIB: webPair(nil, false)})
	t.Logf("services after %v, %d steps", w.Now(), w.Steps)
}

func TestANodeDies(t *testing.T) {
	w := start(t, Options{Seed: 2, CIB: webPair(nil, false)})
	at := w.Where("web")[0]
	w.named(at).PowerOff()
	t.Logf("recovered after %v", expect(t, w, 3*time.Second, w.others(at)...))
}

func TestAServiceDies(t *testing.T) {
	w := start(t, Options{Seed: 3, CIB: webPair(nil, false)})
	at := w.Where("web")[0]
	w.named(at).KillService("web")
	t.Logf("recovered after %v", expect(t, w, 3*time.Second, w.others(at)...))
}

func TestFencingComesBeforeRecovery(t *testing.T) {
	w := start(t, Options{Seed: 4, CIB: webPair(nil, true), Fencing: 2 * time.Second})
	at := w.Where("web")[0]
	w.net.partition(sides(w, at)...)
	took := expect(t, w, 20*time.Second, w.others(at)...)
	if took < 2*time.Second {
		fatal(t, w, "recovered before the fencing was over")
	}
	t.Logf("recovered after %v", took)
}

// sides isolates one node.
func sides(w *World, name string) []int {
	out := make([]int, len(w.Nodes))
	for i, n := range w.Nodes {
		if n.Name == name {
			out[i] = 1
		}
	}
	return out
}

func TestTheDCDies(t *testing.T) {
	w := start(t, Options{Seed: 5, CIB: webPair(nil, true)})
	dc := w.Nodes[0].manager.Snapshot().Node.DC
	w.named(dc).PowerOff()
	expect(t, w, 10*time.Second, w.others(dc)...)
}

func TestTheManagerIsKilled(t *testing.T) {
	for _, who := range []string{"owner", "dc", "other"} {
		t.Run(who, func(t *testing.T) {
			w := start(t, Options{Seed: 6, CIB: webPair(nil, true)})
			at := w.Where("web")[0]
			target := at
			switch dc := w.Nodes[0].manager.Snapshot().Node.DC; who {
			case "dc":
				target = dc
			case "other":
				for _, n := range w.others(at) {
					if n != dc {
						target = n
					}
				}
			}
			w.named(target).KillManager(300 * time.Millisecond)
			w.Run(10 * time.Second)
			expect(t, w, 10*time.Second, at)
			for _, n := range w.Nodes {
				if n.incarnation != 1 {
					fatal(t, w, n.Name+" was fenced")
				}
			}
			if strings.Contains(w.Trace(100000), "agent stop web") {
				fatal(t, w, "a running service was stopped")
			}
		})
	}
}
