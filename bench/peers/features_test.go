package main

import (
	"testing"
	"time"

	"pacer/internal/randomcib"
)

func TestCensus(t *testing.T) {
	c := newCensus()
	c.count(parse(t, `<cib><group><primitive class="lsb"><operations><op name="monitor" on-fail="block"/></operations></primitive></group>`+
		`<rsc_location node="n" score="-1"/><nvpair name="fail-count-a#start_0" value="1"/><lrm_resource id="gone1"><lrm_rsc_op operation="start"/></lrm_resource></cib>`),
		parse(t, `<transition_graph><rsc_op operation="stop"/></transition_graph>`))
	for _, m := range []string{"group", "primitive@class=lsb", "op@name=monitor", "on-fail=block", "rsc_location@score<0", "fail-count", "removed",
		"history start", "action stop"} {
		if c.counts[m] != 1 {
			t.Errorf("%s: %d", m, c.counts[m])
		}
	}
	if c.counts["clone"] != 0 {
		t.Error("a clone is seen")
	}
}

// Beside a peer of our series, no feature is so rare that a run of ten thousand would hardly meet it.
func TestEveryFeatureOccurs(t *testing.T) {
	if testing.Short() {
		t.Skip("decides on many clusters")
	}
	c := newCensus()
	w := &workplace{dir: t.TempDir(), limit: time.Second}
	for seed := range uint64(600) {
		cib := randomcib.New(seed, randomcib.Options{Weights: wanted(nil, false)})
		ours, err := w.ours(t.Context(), cib)
		if err != nil {
			t.Fatal(err)
		}
		c.count(cib, ours.graph)
	}
	if rare := c.rare(); len(rare) > 0 {
		t.Errorf("in fewer than 1 of 100: %q", rare)
	}
}
