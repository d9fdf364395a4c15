package demo

import (
	"strings"
	"testing"

	"pacer/demo/world"
)

const cibDir = "/var/lib/pacemaker/cib"

// smallDisk puts a node's configuration on a disk of its own that is soon full. The node's service must not run.
func (t *trial) smallDisk(n *world.Node) {
	t.Helper()
	out, code := t.feed(n, "mkdir /root/cib\ncp -a "+cibDir+"/cib* /root/cib/\nmount -t tmpfs -o size=256k,mode=750 none "+cibDir+"\ncp -a /root/cib/. "+cibDir+"/\n", "sh", "-e")
	if strings.Contains(out, "mount:") {
		t.Skip("this system allows no mounts: " + out)
	}
	if code != 0 {
		t.Fatal(out)
	}
}

// fill leaves no room on the small disk.
func (t *trial) fill(n *world.Node) {
	t.Helper()
	_, _ = t.on(n, "sh", "-c", "cat /dev/zero > "+cibDir+"/full")
}

// change changes the configuration on a node.
func (t *trial) change(n *world.Node, value string) (string, int) {
	t.Helper()
	return t.on(n, "crm_attribute", "--name", "cluster-recheck-interval", "--update", value)
}

// TestFullDisks: a node whose disk is full says so and does not count; when too many are full a change is not acknowledged; and when
// there is room again all is as before.
func TestFullDisks(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3})
		t.boot()
		t.configure(fenced)
		one, two, three := t.world.Nodes()[0], t.world.Nodes()[1], t.world.Nodes()[2]
		for _, n := range []*world.Node{two, three} {
			t.halt(n)
			t.smallDisk(n)
			if err := n.StartService(t.ctx); err != nil {
				t.Fatal(err)
			}
			t.rest()
		}
		failing := func(n *world.Node) bool {
			return strings.Contains(t.must(n, "crm_mon", "-1"), "Storage: cib.journal cannot be written")
		}
		t.fill(three)
		// The two others are a majority.
		for i := 0; !failing(three); i++ {
			if out, code := t.change(one, []string{"7min", "8min"}[i%2]); code != 0 {
				t.Fatalf("with one full disk: %d %s", code, out)
			}
		}
		t.has(t.must(three, "crm_mon", "-1"), "no space left on device; this node acknowledges no change until it can")
		t.has(t.must(three, "crm_verify", "-LV"), "storage on pm03: cib.journal cannot be written")
		t.has(t.log(three), "storage.failing")
		if failing(one) {
			t.Error("a node speaks of another one's disk")
		}
		t.fill(two)
		for i := 0; !failing(two); i++ {
			_, _ = t.change(one, []string{"9min", "10min"}[i%2])
		}
		out, code := t.change(one, "11min")
		if code != 74 || !strings.Contains(out, "cannot be written to disk") {
			t.Errorf("with two full disks: %d %s", code, out)
		}
		for _, n := range []*world.Node{two, three} {
			t.must(n, "rm", cibDir+"/full")
		}
		t.until("the disks work again", func() bool { return !failing(two) && !failing(three) })
		t.has(t.log(two), "storage.working")
		if out, code := t.change(one, "12min"); code != 0 {
			t.Errorf("with room again: %d %s", code, out)
		}
		t.rest()
		// What three has on its disk now is what all have.
		t.halt(three)
		t.has(t.must(three, "cat", cibDir+"/cib.journal"), "12min")
	})
}

// TestReadOnlyDisk: a node whose disk became read-only, and one that starts on such a disk, take part and say so.
func TestReadOnlyDisk(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3})
		t.boot()
		t.configure(fenced)
		one, three := t.world.Nodes()[0], t.world.Nodes()[2]
		t.halt(three)
		t.smallDisk(three)
		t.must(three, "mount", "-o", "remount,ro", cibDir)
		if err := three.StartService(t.ctx); err != nil {
			t.Fatal(err)
		}
		t.rest()
		t.has(t.must(three, "crm_mon", "-1"), "Online: [ pm01 pm02 pm03 ]", "Storage: cib.journal cannot be written", "read-only file system")
		t.has(t.log(three), "storage.failing")
		if out, code := t.change(one, "7min"); code != 0 {
			t.Errorf("with one read-only disk: %d %s", code, out)
		}
		t.must(three, "mount", "-o", "remount,rw", cibDir)
		t.until("the disk works again", func() bool { return !strings.Contains(t.must(three, "crm_mon", "-1"), "Storage:") })
		t.has(t.log(three), "storage.working")
	})
}

// TestDamagedJournal is reported where people look, with what was used instead and where the bad file is.
func TestDamagedJournal(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 2})
		t.boot()
		t.configure(fenced)
		two := t.world.Nodes()[1]
		t.halt(two)
		t.must(two, "sh", "-c", "printf X | dd of="+cibDir+"/cib.journal bs=1 seek=400 conv=notrunc")
		if err := two.StartService(t.ctx); err != nil {
			t.Fatal(err)
		}
		t.rest()
		t.has(t.log(two), "storage.damaged", cibDir+"/cib.journal cannot be used", "Going on from ", "The bad file is kept as cib.journal.damaged.")
		t.has(t.must(two, "crm_mon", "-1"), "Storage: cib.journal could not be used", "the bad file is kept as cib.journal.damaged")
		t.must(two, "test", "-s", cibDir+"/cib.journal.damaged")
	})
}
