package demo

import (
	"testing"
	"time"

	"pacer/demo/world"
	"pacer/note"
)

// TestFailingDeviceIsShown: while a lost node cannot be fenced nothing of it is recovered, the status says why, and an
// administrator's word frees it.
func TestFailingDeviceIsShown(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3, FenceFail: true})
		t.boot()
		t.configure(fenced)
		owner := t.serving()
		since := time.Now()
		if err := owner.Isolate(); err != nil {
			t.Fatal(err)
		}
		t.until("fencing fails", func() bool {
			return t.first(since, func(x told) bool { return x.ID == note.FencingFailed{}.ID() }) >= 0
		})
		n := t.other(owner)
		out := t.must(n, "crm_mon", "-1")
		t.has(out, "Node "+owner.Name()+": UNCLEAN (offline)", "Failed Fencing Actions:", "reboot of "+owner.Name()+" failed", "the device does not answer")
		if h := t.world.Holders("service"); len(h) > 1 || len(h) == 1 && h[0] != owner.Name() {
			t.Errorf("recovered without a confirmation: %v", h)
		}
		if err := owner.PowerOff(); err != nil {
			t.Fatal(err)
		}
		t.must(n, "stonith_admin", "--confirm", owner.Name())
		t.until("the service runs elsewhere", func() bool { h := t.world.Holders("service"); return len(h) == 1 && h[0] != owner.Name() })
		if o := t.world.Overlaps(); len(o) > 0 {
			t.Errorf("active twice: %v", o)
		}
	})
}
