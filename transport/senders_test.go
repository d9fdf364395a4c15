package transport

import (
	"testing"

	"pacer/engine"
)

// Packets in the name of ever more nodes use up no memory, and do not make a proven node a stranger.
func TestSendersAreLimited(t *testing.T) {
	keys := testKeys("secret")
	self, friend := newBox(t, 1, keys), newBox(t, 2, keys)
	acquaint(t, friend, self)
	forger := newBox(t, 3, keys)
	for id := engine.NodeID(3); id < 3+2*sendersMost; id++ {
		forger.self = id
		if err := forger.renew(); err != nil {
			t.Fatal(err)
		}
		_, _, _ = self.Open(forger.Seal(0, []byte("let me in")))
	}
	if n := len(self.sessions); n > sendersMost {
		t.Errorf("%d senders are remembered", n)
	}
	if o, _, err := self.Open(friend.Seal(0, []byte("still here"))); err != nil || string(o.Data) != "still here" {
		t.Errorf("the friend: %+v %v", o, err)
	}
}
