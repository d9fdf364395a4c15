package agent

import (
	"net/netip"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"pacer/operation"
)

// netWatch listens to the kernel's news about addresses and links.
type netWatch struct{ done chan struct{} }

func (n *netWatch) close() { close(n.done) }

// addressOf returns the address that a resource is about: agents for addresses are called IP…, and their parameter ip.
func addressOf(op *operation.Op) netip.Addr {
	if op.Agent.Class != "ocf" || !strings.HasPrefix(op.Agent.Type, "IP") {
		return netip.Addr{}
	}
	text := op.Param("ip")
	if text == "" {
		text = op.Param("ipv6addr")
	}
	text, _, _ = strings.Cut(text, "/")
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap()
}

// watchAddress adds the address of a resource, if it has one, to what is watched. The caller holds the lock.
func (w *watches) watchAddress(op operation.Op, n *watchOf) {
	ip := addressOf(&op)
	if !ip.IsValid() {
		return
	}
	if w.net == nil && !w.listen() {
		return
	}
	n.address = ip
	there := false
	all, err := netlink.AddrList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return
	}
	for i := range all {
		if a, ok := netip.AddrFromSlice(all[i].IP); ok && a.Unmap() == ip {
			n.link, there = all[i].LinkIndex, true
		}
	}
	if !there {
		go w.hint(op.Resource, "address") // it went away before we listened
	}
}

// listen begins to listen and tells whether that is possible.
func (w *watches) listen() bool {
	n := &netWatch{done: make(chan struct{})}
	addrs, links := make(chan netlink.AddrUpdate, 64), make(chan netlink.LinkUpdate, 64)
	failed := func(err error) {
		select {
		case <-n.done: // we hung up ourselves
		default:
			w.d.opt.Log("listening to the kernel's network news", "error", err)
		}
	}
	if err := netlink.AddrSubscribeWithOptions(addrs, n.done, netlink.AddrSubscribeOptions{ErrorCallback: failed}); err != nil {
		failed(err)
		return false
	}
	if err := netlink.LinkSubscribeWithOptions(links, n.done, netlink.LinkSubscribeOptions{ErrorCallback: failed}); err != nil {
		failed(err)
		n.close()
		return false
	}
	w.net = n
	w.follow(n, addrs, links)
	return true
}

// follow turns the news of both subscriptions into hints. Each ends by itself when the kernel has dropped messages, and what it
// would have told is lost with either.
func (w *watches) follow(n *netWatch, addrs <-chan netlink.AddrUpdate, links <-chan netlink.LinkUpdate) {
	go func() {
		for a := range addrs {
			if ip, ok := netip.AddrFromSlice(a.LinkAddress.IP); ok && !a.NewAddr {
				w.news("address", func(on *watchOf) bool { return on.address == ip.Unmap() })
			}
		}
		w.lostNews(n)
	}()
	go func() {
		for l := range links {
			if up := l.IfInfomsg.Flags&unix.IFF_UP != 0 && l.IfInfomsg.Flags&unix.IFF_RUNNING != 0; !up {
				w.news("link", func(on *watchOf) bool { return on.address.IsValid() && on.link == int(l.Index) })
			}
		}
		w.lostNews(n)
	}()
}

// news tells the resources that an event is about.
func (w *watches) news(kind string, about func(*watchOf) bool) {
	var list []string
	w.mu.Lock()
	for resource, on := range w.on {
		if about(on) {
			list = append(list, resource)
		}
	}
	w.mu.Unlock()
	for _, resource := range list {
		w.hint(resource, kind)
	}
}

// lostNews is called when the subscription ended, by us or because the kernel dropped messages: then everything with an
// address is looked at, and the next watch listens anew.
func (w *watches) lostNews(n *netWatch) {
	w.mu.Lock()
	again := w.net == n && !w.closed
	if again {
		n.close()
		w.net = nil
		w.listen()
	}
	w.mu.Unlock()
	if again {
		w.news("address", func(on *watchOf) bool { return on.address.IsValid() })
	}
}
