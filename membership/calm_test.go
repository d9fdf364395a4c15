package membership

import (
	"fmt"
	"testing"
	"time"
)

// heartbeats counts what n1 sends, by link; -1 is every link at once.
func heartbeats(w *world) map[int]int {
	seen := map[int]int{}
	w.spy = func(n *simNode, e Transmit) bool {
		if n.id == 1 && kind(e.Packet[1]) == kindHeartbeat {
			seen[e.Link]++
		}
		return false
	}
	return seen
}

func TestOnACalmNetworkTheLinksTakeTurns(t *testing.T) {
	w := settled(t, 3, 2)
	w.run(2*time.Second, nil)
	seen := heartbeats(w)
	w.run(4*time.Second, nil)
	if seen[0] < 45 || seen[1] < 45 || seen[-1] > 0 {
		t.Errorf("in 4 s there were %d heartbeats over the first link, %d over the second, %d over both", seen[0], seen[1], seen[-1])
	}
	for _, p := range w.nodes[0].core.Status().Peers {
		if !p.Links[0] || !p.Links[1] {
			t.Errorf("the links to %s are %v", p.Name, p.Links)
		}
	}
	// One direction of one link is cut: both sides use every link from then on, although only one of them can see it.
	w.cut[[3]int{1, 0, 1}] = true
	w.run(time.Second, nil)
	clear(seen)
	w.run(4*time.Second, nil)
	if seen[-1] < 90 || seen[0]+seen[1] > 5 {
		t.Errorf("with a silent link there were %d over the first, %d over the second, %d over both", seen[0], seen[1], seen[-1])
	}
}

// TestALinkMayGoInTheMiddleOfAStream: calm nodes send messages over one link only. When it goes, nothing is lost and nobody is removed.
func TestALinkMayGoInTheMiddleOfAStream(t *testing.T) {
	w := settled(t, 3, 2)
	w.run(2*time.Second, nil)
	was := w.nodes[0].view.ID
	for i := range 200 {
		w.at(time.Duration(i)*5*time.Millisecond, func() { w.send(1, 64) })
	}
	w.run(500*time.Millisecond, nil)
	for i := range 3 {
		for j := range 3 {
			w.cut[[3]int{i, j, 0}] = true
		}
	}
	w.run(2*time.Second, nil)
	if w.nodes[0].view.ID != was {
		t.Error("the loss of the link changed the view")
	}
	for _, n := range w.nodes {
		if n.orderIn != 200 {
			t.Errorf("n%d got %d of 200 messages", n.id, n.orderIn)
		}
	}
}

func TestMessagesThatComeTogetherShareAPacket(t *testing.T) {
	w := settled(t, 2, 1)
	var several Several
	for i := range 10 {
		m := fmt.Sprintf("%d", i)
		w.sentIn["2:"+m] = w.nodes[1].view.ID
		several = append(several, Send{w.nodes[1].view.ID, []byte(m)})
	}
	packets := map[kind]int{}
	w.spy = func(_ *simNode, e Transmit) bool {
		packets[kind(e.Packet[1])]++
		return false
	}
	w.step(w.nodes[1], several)
	w.run(time.Second, func() bool { return w.nodes[0].orderIn == 10 && w.nodes[1].orderIn == 10 })
	if w.nodes[1].orderIn != 10 || packets[kindSubmit] != 1 || packets[kindOrdered] != 1 {
		t.Errorf("%d messages came, in %d packets to the coordinator and %d from it", w.nodes[1].orderIn, packets[kindSubmit], packets[kindOrdered])
	}
}
