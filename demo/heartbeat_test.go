package demo

import (
	"strings"
	"testing"
	"time"

	"pacer/demo/world"
	"pacer/note"
)

// TestHeartbeatFiles: a cluster that knows only ha.cf and authkeys, over unicast and over broadcast, fails over when deadtime has
// passed and not before.
func TestHeartbeatFiles(t *testing.T) {
	for name, media := range map[string]string{
		"ucast": "ucast eth0 10.77.0.1\nucast eth0 10.77.0.2\nucast eth0 10.77.0.3\nucast eth1 192.168.0.1\nucast eth1 192.168.0.2\nucast eth1 192.168.0.3\n",
		"bcast": "bcast eth0 eth1\n",
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *trial) {
				const deadtime = 1500 * time.Millisecond
				t.build(world.Config{Nodes: 3, Files: map[string]world.File{
					"/etc/corosync/corosync.conf": {Absent: true},
					"/etc/corosync/authkey":       {Absent: true},
					"/etc/ha.d/ha.cf": {Text: "keepalive 100ms\ndeadtime 1500ms\nwarntime 700ms\ninitdead 10\n" + media +
						"node pm01 pm02\nnode pm03\ncrm respawn\nauto_failback off\nlogfacility local1\n"},
					"/etc/ha.d/authkeys": {Text: "auth 2\n2 sha1 a secret that all nodes share\n"},
				}})
				t.boot()
				t.configure(fenced)
				t.has(t.must(t.world.Nodes()[0], "crm_mon", "-1"), "Stack: heartbeat", "Online: [ pm01 pm02 pm03 ]")
				owner := t.serving()
				cut := time.Now()
				if err := owner.PowerOff(); err != nil {
					t.Fatal(err)
				}
				t.until("the service runs elsewhere", func() bool { return len(t.world.Holders("service")) > 0 })
				view := t.first(cut, func(x told) bool { return x.ID == note.NodeLost{}.ID() })
				// The last sign of life came up to a keepalive before the power went.
				if view < milliseconds(deadtime-200*time.Millisecond) {
					t.Errorf("a node that had been silent for %v ms was called dead although deadtime is %v", view, deadtime)
				}
				t.Logf("lost after %v ms", view)
				t.boot(owner)
				if strings.Contains(t.log(owner), "corosync") {
					t.Errorf("corosync is spoken of where there is none:\n%s", t.log(owner))
				}
			})
		})
	}
}
