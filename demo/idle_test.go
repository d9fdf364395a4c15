package demo

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pacer/clusterconf"
	"pacer/demo/world"
)

// TestIdle: a cluster that has nothing to do sends heartbeats and nothing else, writes nothing, starts no process, and is small.
// What that takes of a processor is measured, not judged here (docs/measurements.md): it is the machine's, too.
func TestIdle(t *testing.T) {
	inWorld(t, func(t *trial) {
		const nodes, links = 3, 2
		t.build(world.Config{Nodes: nodes})
		t.boot()
		t.configure(fenced)
		t.client.Close() // who asks the service every few milliseconds is not idle
		const window = 10 * time.Second
		began := time.Now()
		before := t.activity()
		select {
		case <-time.After(window):
		case <-t.ctx.Done():
			t.Fatal(t.ctx.Err())
		}
		after := t.activity()
		timing, _ := clusterconf.Profile("default")
		beats := int(time.Since(began)/timing.Heartbeat) + 1
		for _, n := range t.world.Nodes() {
			a, b := before[n.Name()], after[n.Name()]
			// Each heartbeat goes to every other node over every link. News may hurry one; the managers have a word now and then.
			if sent, due := b.packets-a.packets, beats*(nodes-1)*links; sent > due*5/4 {
				t.Errorf("%s sent %d packets while nothing happened; its heartbeats are %d", n.Name(), sent, due)
			}
			if !slices.Equal(slices.Sorted(maps.Keys(a.ticks)), slices.Sorted(maps.Keys(b.ticks))) {
				t.Errorf("the processes of %s changed while nothing happened: %v, then %v", n.Name(), a.ticks, b.ticks)
			}
			spent := 0
			for p := range b.ticks { // order: a sum and a comparison
				spent += b.ticks[p] - a.ticks[p]
				if wrote := b.wrote[p] - a.wrote[p]; wrote > 0 {
					t.Errorf("%s wrote %d bytes to the disk of %s while nothing happened", p, wrote, n.Name())
				}
			}
			kb, err := n.PSS(t.ctx)
			if err != nil {
				t.Fatal(err)
			}
			const perSecond = 100 // USER_HZ, the same on every Linux that Go knows
			t.Logf("%s: %.2f %% of a core, %d KiB", n.Name(), 100*float64(spent)/perSecond/window.Seconds(), kb)
			if kb > 80<<10 {
				t.Errorf("%s takes %d KiB; 80 MiB are allowed", n.Name(), kb)
			}
		}
	})
}

// activity is what a node has done so far.
type activity struct {
	packets      int            // datagrams sent
	ticks, wrote map[string]int // of each process but the recorder, by "name/pid": processor time, bytes for the disk
}

func (t *trial) activity() map[string]activity {
	t.Helper()
	out := map[string]activity{}
	const script = `grep '^Udp: [0-9]' /proc/net/snmp
for p in /proc/[0-9]*; do [ ${p#/proc/} = 1 ] || [ ${p#/proc/} = $$ ] || echo "$(tr '\0' ' ' < $p/cmdline)|$(cat $p/stat)|$(grep ^write_bytes $p/io)"; done 2>/dev/null`
	for _, n := range t.world.Nodes() {
		text, _ := t.feed(n, script, "sh")
		a := activity{ticks: map[string]int{}, wrote: map[string]int{}}
		for line := range strings.Lines(text) {
			if f := strings.Fields(line); len(f) > 4 && f[0] == "Udp:" {
				a.packets, _ = strconv.Atoi(f[4])
				continue
			}
			part := strings.Split(strings.TrimSpace(line), "|")
			if len(part) != 3 {
				continue
			}
			f := strings.Fields(part[1][strings.LastIndexByte(part[1], ')')+1:])
			if len(f) < 13 {
				continue // it ended meanwhile
			}
			user, _ := strconv.Atoi(f[11])
			system, _ := strconv.Atoi(f[12])
			name := strings.TrimSpace(part[0]) + "/" + strings.Fields(part[1])[0]
			a.ticks[name] = user + system
			a.wrote[name], _ = strconv.Atoi(strings.TrimPrefix(part[2], "write_bytes: "))
		}
		out[n.Name()] = a
	}
	return out
}
