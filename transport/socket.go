package transport

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"

	"pacer/clusterconf"
)

// receiveBuffer is wanted for each socket, in bytes: a burst of a big message waits in it.
const receiveBuffer = 4 << 20

// listen opens the socket of a link.
func listen(l clusterconf.Link) (*net.UDPConn, error) {
	network, any := "udp4", netip.IPv4Unspecified()
	if l.Local.Is6() && !l.Local.Is4In6() || l.Group.Is6() && !l.Group.Is4In6() {
		network, any = "udp6", netip.IPv6Unspecified()
	}
	local := l.Local
	if l.Cast != clusterconf.Unicast || !local.IsValid() {
		local = any
	}
	var failed error
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		if err := c.Control(func(fd uintptr) { failed = prepare(int(fd), l) }); err != nil {
			return err
		}
		return failed
	}}
	at := netip.AddrPortFrom(local, l.Port).String()
	conn, err := lc.ListenPacket(context.Background(), network, at)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", at, err)
	}
	udp := conn.(*net.UDPConn)
	if l.Cast == clusterconf.Multicast {
		if err := join(udp, l); err != nil {
			_ = udp.Close()
			return nil, err
		}
	}
	return udp, nil
}

// prepare sets what must be set before the socket has its address.
func prepare(fd int, l clusterconf.Link) error {
	// The big buffer needs a privilege; without it the system's limit holds.
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, receiveBuffer) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer)
	}
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUFFORCE, receiveBuffer) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, receiveBuffer)
	}
	if l.Cast == clusterconf.Unicast {
		// The address may come later, or go and come back: the link is down meanwhile, the node is not.
		_ = unix.SetsockoptInt(fd, unix.SOL_IP, unix.IP_FREEBIND, 1)
		return nil
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return fmt.Errorf("reuse address: %w", err)
	}
	if l.Cast == clusterconf.Broadcast {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_BROADCAST, 1); err != nil {
			return fmt.Errorf("broadcast: %w", err)
		}
	}
	if l.Device != "" {
		if err := unix.BindToDevice(fd, l.Device); err != nil {
			return fmt.Errorf("use interface %s: %w", l.Device, err)
		}
	}
	return nil
}

// join joins the multicast group.
func join(conn *net.UDPConn, l clusterconf.Link) error {
	index := 0
	if l.Device != "" {
		dev, err := net.InterfaceByName(l.Device)
		if err != nil {
			return fmt.Errorf("interface %s: %w", l.Device, err)
		}
		index = dev.Index
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		if l.Group.Is4() {
			failed = join4(int(fd), l, index)
		} else {
			failed = join6(int(fd), l, index)
		}
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return fmt.Errorf("join multicast group %s: %w", l.Group, err)
	}
	return nil
}

func join4(fd int, l clusterconf.Link, index int) error {
	m := &unix.IPMreqn{Multiaddr: l.Group.As4(), Ifindex: int32(index)}
	if l.Local.Is4() {
		m.Address = l.Local.As4()
	}
	if err := unix.SetsockoptIPMreqn(fd, unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, m); err != nil {
		return err
	}
	if err := unix.SetsockoptIPMreqn(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_IF, m); err != nil {
		return err
	}
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_ALL, 0)
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_TTL, max(l.TTL, 1))
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_LOOP, number(l.Loop))
}

func join6(fd int, l clusterconf.Link, index int) error {
	m := &unix.IPv6Mreq{Multiaddr: l.Group.As16(), Interface: uint32(index)}
	if err := unix.SetsockoptIPv6Mreq(fd, unix.IPPROTO_IPV6, unix.IPV6_JOIN_GROUP, m); err != nil {
		return err
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_IF, index); err != nil {
		return err
	}
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_HOPS, max(l.TTL, 1))
	return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_LOOP, number(l.Loop))
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sendNow hands a packet to the kernel or gives it up: whoever keeps the cluster together must not wait for a queue.
func sendNow(raw syscall.RawConn, packet []byte, to netip.AddrPort) error {
	var sa unix.Sockaddr
	if a := to.Addr(); a.Is4() {
		sa = &unix.SockaddrInet4{Port: int(to.Port()), Addr: a.As4()}
	} else {
		six := &unix.SockaddrInet6{Port: int(to.Port()), Addr: a.As16()}
		if a.Zone() != "" {
			if dev, err := net.InterfaceByName(a.Zone()); err == nil {
				six.ZoneId = uint32(dev.Index)
			}
		}
		sa = six
	}
	var failed error
	err := raw.Write(func(fd uintptr) bool {
		failed = unix.Sendto(int(fd), packet, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, sa)
		return true
	})
	if err != nil {
		return err
	}
	return failed
}

// addressOf is the address in the form that the rest uses: an IPv4 address is one, however it was written.
func addressOf(from syscall.Sockaddr) netip.AddrPort {
	switch from := from.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(from.Addr), uint16(from.Port))
	case *syscall.SockaddrInet6:
		a := netip.AddrFrom16(from.Addr).Unmap()
		if from.ZoneId != 0 && a.Is6() {
			if dev, err := net.InterfaceByIndex(int(from.ZoneId)); err == nil {
				a = a.WithZone(dev.Name)
			}
		}
		return netip.AddrPortFrom(a, uint16(from.Port))
	}
	return netip.AddrPort{}
}
