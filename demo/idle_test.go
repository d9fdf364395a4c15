package demo

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pacer/demo/world"
)

// TestIdleCost: a cluster that has nothing to do costs next to nothing. The processor time that a node takes hardly depends on what
// else the machine does, so that the limit holds on a busy one too.
func TestIdleCost(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3})
		t.boot()
		t.configure(fenced)
		t.client.Close() // who asks the service every few milliseconds is not idle
		const window = 10 * time.Second
		before := t.ticks()
		select {
		case <-time.After(window):
		case <-t.ctx.Done():
			t.Fatal(t.ctx.Err())
		}
		after := t.ticks()
		const perSecond = 100 // USER_HZ, the same on every Linux that Go knows
		for _, n := range t.world.Nodes() {
			used := 0
			var parts []string
			for p, v := range after[n.Name()] { // order: sums and a list for people
				used += v - before[n.Name()][p]
				parts = append(parts, fmt.Sprintf("%s %d", p, v-before[n.Name()][p]))
			}
			share := 100 * float64(used) / perSecond / window.Seconds()
			kb, err := n.PSS(t.ctx)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: %.2f %% of a core (ticks: %s), %d KiB", n.Name(), share, strings.Join(parts, ", "), kb)
			if share > 2 {
				t.Errorf("%s takes %.2f %% of a core while nothing happens; 2 are allowed", n.Name(), share)
			}
			if kb > 80<<10 {
				t.Errorf("%s takes %d KiB; 80 MiB are allowed", n.Name(), kb)
			}
		}
	})
}

// ticks is the processor time of each process of each node but the recorder, by "name/pid".
func (t *trial) ticks() map[string]map[string]int {
	t.Helper()
	out := map[string]map[string]int{}
	for _, n := range t.world.Nodes() {
		text, _ := t.feed(n, `for p in /proc/[0-9]*; do [ ${p#/proc/} = 1 ] || [ ${p#/proc/} = $$ ] || echo "$(tr '\0' ' ' < $p/cmdline)|$(cat $p/stat)"; done 2>/dev/null`, "sh")
		out[n.Name()] = map[string]int{}
		for line := range strings.Lines(text) {
			command, rest, _ := strings.Cut(line, "|")
			i := strings.LastIndexByte(rest, ')')
			if i < 0 {
				continue
			}
			f := strings.Fields(rest[i+1:])
			if len(f) < 13 {
				continue
			}
			user, _ := strconv.Atoi(f[11])
			system, _ := strconv.Atoi(f[12])
			out[n.Name()][strings.TrimSpace(command)+"/"+strings.Fields(rest)[0]] = user + system
		}
	}
	return out
}
