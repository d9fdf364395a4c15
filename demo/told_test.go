package demo

import (
	"strings"
	"testing"

	"pacer/demo/world"
)

// TestANodeIsToldToStop: corosync-cfgtool -k lets another node leave in order and for good, and nobody but root may say so.
func TestANodeIsToldToStop(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3})
		t.boot()
		t.configure(withPasswords)
		one, three := t.world.Nodes()[0], t.world.Nodes()[2]
		out, code := t.on(one, "corosync-cfgtool", "-k", "9")
		if code != 1 || !strings.Contains(out, "There is no such node") {
			t.Errorf("exit code %d: %s", code, out)
		}
		out, code = t.on(one, "setpriv", "--reuid", "65534", "--clear-groups", "corosync-cfgtool", "-k", "3")
		if code != 1 {
			t.Errorf("nobody may stop a node: exit code %d: %s", code, out)
		}
		t.must(one, "corosync-cfgtool", "-k", "3")
		t.until("pm03 has left", func() bool {
			out, _ := t.on(one, "crm_node", "-p")
			return strings.TrimSpace(out) == "pm01 pm02"
		})
		t.until("the service of pm03 has ended", func() bool {
			_, code := t.on(three, "pgrep", "-f", "pacer role")
			return code != 0
		})
		t.has(t.log(three), "service.told-to-stop")
		// It left in order: there is nothing to fence, and it may come back.
		t.has(t.must(one, "crm_mon", "-1"), "Online: [ pm01 pm02 ]", "OFFLINE: [ pm03 ]")
		if err := three.StartService(t.ctx); err != nil {
			t.Fatal(err)
		}
		t.rest()
		t.has(t.must(one, "crm_mon", "-1"), "Online: [ pm01 pm02 pm03 ]")
	})
}
