package agent

import (
	"net/netip"
	"testing"

	"github.com/vishvananda/netlink"

	"pacer/executor"
)

// The kernel drops news of one kind when too many come at once. Then resources with an address are looked at, and both kinds
// are listened to anew.
func TestDroppedNetworkNewsAreMadeUpFor(t *testing.T) {
	for _, kind := range []string{"addresses", "links"} {
		t.Run(kind, func(t *testing.T) {
			hints := make(chan executor.Hint, 4)
			w := newWatches(&Driver{opt: Options{
				Deliver: func(e executor.Event) { hints <- e.(executor.Hint) }, Log: func(string, ...any) {},
			}})
			defer w.close()
			w.on["ip"] = &watchOf{address: netip.MustParseAddr("192.0.2.1")}
			n := &netWatch{done: make(chan struct{})}
			w.net = n
			addrs, links := make(chan netlink.AddrUpdate), make(chan netlink.LinkUpdate)
			w.follow(n, addrs, links)
			if kind == "links" {
				close(links)
			} else {
				close(addrs)
			}
			if h := <-hints; h != (executor.Hint{Resource: "ip", Kind: "address"}) {
				t.Errorf("%+v", h)
			}
			select {
			case <-n.done:
			default:
				t.Error("the other subscription goes on")
			}
		})
	}
}
