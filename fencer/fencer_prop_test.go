package fencer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pacer/engine"
)

// The goal: whatever happens to nodes and views, every request is answered once, nothing stays pending, a success has an
// agent's word behind it, and nodes that are together agree on the history.
// The method: random requests, views, restarts and pauses over three nodes with good, bad and hanging devices.
func TestRandomClusters(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, 3)
		config := rapid.SampledFrom([]string{
			"device true1 pcmk_host_list=n1,n2,n3",
			"device false1 pcmk_host_list=n1,n2,n3",
			"device hang1 pcmk_host_list=n1,n2,n3 pcmk_off_timeout=20",
			"device slow3 pcmk_host_list=n1,n2,n3\ndevice false1 pcmk_host_list=n1,n2,n3 priority=5",
			"device true1 pcmk_host_list=n1,n2,n3\ndevice slow5 pcmk_host_list=n1,n2,n3\nlevel @n.* 1 true1,slow5",
			"device true1 pcmk_host_check=status",
			"device slow2 pcmk_host_list=n1,n2,n3 pcmk_delay_max=5",
		}).Draw(r, "config")
		setup := func(f *fence) { w.step(f.id, CIB{cib(t, config)}) }
		for _, f := range w.nodes {
			setup(f)
		}
		w.settle()
		asked := map[string]bool{} // node and request
		next, attachment := uint64(0), uint64(1)
		all := []engine.NodeID{1, 2, 3}
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"request", "request", "view", "restart", "pause", "pause", "confirm"}).Draw(r, "what") {
			case "request":
				next++
				from := rapid.SampledFrom(all).Draw(r, "from")
				w.step(from, Request{
					ID: next, Target: rapid.SampledFrom([]string{"n1", "n2", "n3"}).Draw(r, "target"),
					Action:    rapid.SampledFrom([]string{"off", "reboot", "on"}).Draw(r, "action"),
					Timeout:   10 * time.Second,
					WhileLost: rapid.Bool().Draw(r, "while lost"),
				})
				asked[fmt.Sprint("n", from, " ", next)] = true
				w.settle()
			case "confirm":
				next++
				from := rapid.SampledFrom(all).Draw(r, "from")
				w.step(from, Confirm{ID: next, Target: "n3"})
				asked[fmt.Sprint("n", from, " ", next)] = true
				w.settle()
			case "view":
				// A random partition: those with 0 are together, those with 1 are together.
				side := rapid.SliceOfN(rapid.IntRange(0, 1), 3, 3).Draw(r, "sides")
				for s := range 2 {
					var members []engine.NodeID
					for i, x := range side {
						if x == s {
							members = append(members, engine.NodeID(i+1))
						}
					}
					if len(members) > 0 {
						w.setView(members, w.attachments())
					}
				}
				w.settle()
				w.printf("views %v", side)
			case "restart":
				id := rapid.SampledFrom(all).Draw(r, "node")
				attachment++
				w.printf("restart %d", id)
				w.boot(w.node(id))
				w.attached[id] = attachment
				w.queue = slices.DeleteFunc(w.queue, func(e event) bool { return e.node == id })
				for key := range asked {
					if strings.HasPrefix(key, fmt.Sprint("n", id, " ")) {
						delete(asked, key) // nobody is there to be told
					}
				}
				setup(w.node(id))
				var members []engine.NodeID
				for _, m := range w.views[id].Members {
					members = append(members, m.ID)
				}
				w.setView(members, w.attachments())
				w.settle()
			case "pause":
				w.advance(time.Duration(rapid.IntRange(1, 20).Draw(r, "seconds")) * time.Second)
			}
		}
		w.setView(all, w.attachments())
		w.settle()
		w.advance(10 * time.Minute)
		replies := map[string]int{}
		good := map[string]bool{}
		for _, line := range w.out {
			node, text, _ := strings.Cut(line, ": ")
			if f := strings.Fields(text + " x"); f[0] == "reply" {
				replies[node+" "+f[1]]++
			} else if f[0] == "run" && (strings.HasPrefix(f[1], "true") || strings.HasPrefix(f[1], "slow")) {
				good[f[1]] = true
			}
		}
		for key := range asked {
			if replies[key] != 1 {
				r.Fatalf("%s has %d replies\n%s", key, replies[key], strings.Join(w.out, "\n"))
			}
		}
		first := ""
		for _, f := range w.nodes {
			text := ""
			for _, o := range f.core.History() {
				if o.State == Pending {
					r.Fatalf("%s: %s of %s is pending for ever\n%s", f.name, o.Action, o.Target, strings.Join(w.out, "\n"))
				}
				if o.State == Succeeded && o.Device != manual && !good[o.Device] {
					r.Fatalf("%s: %s of %s succeeded by %q", f.name, o.Action, o.Target, o.Device)
				}
				text += o.ID + " " + string(o.State) + "\n"
			}
			if first == "" {
				first = text
			}
			if text != first {
				r.Fatalf("histories differ:\n%s\n%s: %s\n%s", first, f.name, text, strings.Join(w.out, "\n"))
			}
		}
	})
}

func (w *world) attachments() map[engine.NodeID]uint64 {
	out := map[engine.NodeID]uint64{}
	for _, f := range w.nodes {
		out[f.id] = max(w.attached[f.id], 1)
	}
	return out
}
