package views

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pacer/clusterconf"
	"pacer/membership"
)

// Latency is how long the survivors of a dead node take to agree on a view without it, the last of them counting.
type Latency struct {
	Nodes   int           `json:"nodes"`
	Profile string        `json:"profile"`
	Kills   int           `json:"kills"`
	P50     time.Duration `json:"p50_ns"`
	P99     time.Duration `json:"p99_ns"`
	Max     time.Duration `json:"max_ns"`
}

// MeasureLatency kills nodes of a cluster on a quiet network (0.2 ms and a little), one after the other, each at a random moment, without a
// last packet, and lets each come back.
func MeasureLatency(ctx context.Context, nodes, kills int, profile string, seed uint64) (Latency, error) {
	t, ok := clusterconf.Profile(profile)
	if !ok || nodes < 2 || nodes > membership.MaxNodes || kills < 1 {
		return Latency{}, errors.New("views: choose 2 to 32 nodes, 1 kill or more, and a profile: fast, default or patient")
	}
	w := newWorld(seed, settings(nodes, 1, t.Heartbeat, t.Dead, t.Ceiling, t.Start), nil)
	for _, n := range w.nodes {
		w.after(time.Duration(w.rng.IntN(200))*time.Millisecond, func() { w.boot(n) })
	}
	all := func() bool { return w.nodes[0].told.members == nodes && w.together() }
	var took []time.Duration
	for range kills {
		if ctx.Err() != nil {
			return Latency{}, ctx.Err()
		}
		if !w.run(2*time.Minute, all) {
			return Latency{}, fmt.Errorf("views: %d nodes come to no common view (%s)", nodes, w.wrong)
		}
		w.run(time.Second+time.Duration(w.rng.Int64N(int64(time.Second))), nil)
		victim := w.nodes[w.rng.IntN(nodes)]
		begun := w.now
		w.off(victim)
		if !w.run(time.Minute, w.together) {
			return Latency{}, fmt.Errorf("views: no view without n%d (%s)", victim.id, w.wrong)
		}
		took = append(took, w.now-begun)
		w.boot(victim)
	}
	slices.Sort(took)
	return Latency{Nodes: nodes, Profile: profile, Kills: kills, P50: took[len(took)/2], P99: took[(len(took)*99-1)/100], Max: took[len(took)-1]}, nil
}
