package builtin

import (
	"encoding/binary"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// announce tells the neighbours on a link that an address is here now.
func announce(link *netlink.LinkAttrs, ip netip.Addr) error {
	if ip.Is4() {
		return announceARP(link, ip)
	}
	return announceND(link, ip)
}

// announceARP sends a gratuitous ARP request and reply (RFC 5944, 4.6: implementations differ in which one they believe).
func announceARP(link *netlink.LinkAttrs, ip netip.Addr) error {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	to := &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ARP), Ifindex: link.Index, Halen: 6}
	copy(to.Addr[:], broadcastMAC)
	for _, op := range []uint16{1, 2} {
		if err := unix.Sendto(fd, arpFrame(link.HardwareAddr, ip, op), 0, to); err != nil {
			return err
		}
	}
	return nil
}

var broadcastMAC = []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// arpFrame builds an Ethernet frame with an ARP packet that says "ip is at mac" (RFC 826).
func arpFrame(mac []byte, ip netip.Addr, op uint16) []byte {
	addr := ip.As4()
	f := make([]byte, 0, 42)
	f = append(f, broadcastMAC...)
	f = append(f, mac...)
	f = binary.BigEndian.AppendUint16(f, unix.ETH_P_ARP)
	f = binary.BigEndian.AppendUint16(f, 1)     // Ethernet
	f = binary.BigEndian.AppendUint16(f, 0x800) // IPv4
	f = append(f, 6, 4)
	f = binary.BigEndian.AppendUint16(f, op)
	f = append(f, mac...)
	f = append(f, addr[:]...)
	f = append(f, broadcastMAC...)
	return append(f, addr[:]...)
}

// announceND sends an unsolicited neighbour advertisement to all nodes (RFC 4861, 7.2.6).
func announceND(link *netlink.LinkAttrs, ip netip.Addr) error {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMPV6)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_HOPS, 255); err != nil {
		return err
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_IF, link.Index); err != nil {
		return err
	}
	to := &unix.SockaddrInet6{Addr: netip.MustParseAddr("ff02::1").As16(), ZoneId: uint32(link.Index)}
	return unix.Sendto(fd, advertisement(link.HardwareAddr, ip), 0, to)
}

// advertisement builds the ICMPv6 message; the kernel fills in the checksum.
func advertisement(mac []byte, ip netip.Addr) []byte {
	addr := ip.As16()
	m := []byte{136, 0, 0, 0, 0x20, 0, 0, 0} // override
	m = append(m, addr[:]...)
	m = append(m, 2, 1) // option: target's link-layer address
	return append(m, mac...)
}

func htons(v uint16) uint16 { return v<<8 | v>>8 }
