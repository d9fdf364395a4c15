package world

import (
	"fmt"
	"net"

	"github.com/vishvananda/netlink"
)

// Every node has two interfaces: eth0 for the interconnect, eth1 for the service (and as second interconnect).
const (
	interconnect = "10.77.0.%d"
	serviceNet   = "192.168.0.%d"
	prefix       = 24
	clientHost   = 250
)

var nets = []string{interconnect, serviceNet}

func bridgeName(n int) string            { return fmt.Sprintf("pbr%d", n) }
func portName(node Number, n int) string { return fmt.Sprintf("p%dn%d", node, n) }

// Number is a node's number, from 1.
type Number int

// Name is the node's host name.
func (n Number) Name() string { return fmt.Sprintf("pm%02d", int(n)) }

// Address is the node's address on the interconnect (0) or the service network (1).
func (n Number) Address(network int) string { return fmt.Sprintf(nets[network], int(n)) }

// buildSwitch makes the bridges in this network namespace and gives the client its addresses.
func buildSwitch() error {
	if err := linkUp("lo"); err != nil {
		return err
	}
	for i, pattern := range nets {
		br := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: bridgeName(i)}}
		if err := netlink.LinkAdd(br); err != nil {
			return fmt.Errorf("demo: bridge %s: %w", br.Name, err)
		}
		if err := addAddress(br.Name, fmt.Sprintf(pattern, clientHost)); err != nil {
			return err
		}
		if err := linkUp(br.Name); err != nil {
			return err
		}
	}
	return nil
}

// plugIn makes a node's cables: one end stays here as a port of the switch, the other goes into the node's namespace.
func plugIn(node Number, pid int) error {
	for i := range nets {
		far := fmt.Sprintf("f%dn%d", node, i)
		// The kernel takes the namespace of a node that lost power down at its leisure, and with it the old cable.
		if old, err := netlink.LinkByName(portName(node, i)); err == nil {
			_ = netlink.LinkDel(old)
		}
		if err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: portName(node, i)}, PeerName: far}); err != nil {
			return fmt.Errorf("demo: cable of %s: %w", node.Name(), err)
		}
		link, err := netlink.LinkByName(far)
		if err != nil {
			return fmt.Errorf("demo: cable of %s: %w", node.Name(), err)
		}
		if err := netlink.LinkSetNsPid(link, pid); err != nil {
			return fmt.Errorf("demo: cable of %s: %w", node.Name(), err)
		}
		if err := linkUp(portName(node, i)); err != nil {
			return err
		}
	}
	return connect(node)
}

// connect puts a node's ports into the switch; disconnect takes them out, silently: the node still sees a carrier.
func connect(node Number) error {
	for i := range nets {
		link, err := netlink.LinkByName(portName(node, i))
		if err != nil {
			return fmt.Errorf("demo: %s: %w", node.Name(), err)
		}
		br, err := netlink.LinkByName(bridgeName(i))
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if err := netlink.LinkSetMaster(link, br); err != nil {
			return fmt.Errorf("demo: %s: %w", node.Name(), err)
		}
	}
	return nil
}

func disconnect(node Number) error {
	var first error
	for i := range nets {
		link, err := netlink.LinkByName(portName(node, i))
		if err == nil {
			err = netlink.LinkSetNoMaster(link)
		}
		if err != nil && first == nil {
			first = fmt.Errorf("demo: %s: %w", node.Name(), err)
		}
	}
	return first
}

// configureInside names and addresses the cables' ends in the node's own network namespace.
func configureInside(node Number) error {
	if err := linkUp("lo"); err != nil {
		return err
	}
	for i := range nets {
		link, err := netlink.LinkByName(fmt.Sprintf("f%dn%d", node, i))
		if err != nil {
			return fmt.Errorf("demo: %s: %w", node.Name(), err)
		}
		name := fmt.Sprintf("eth%d", i)
		if err := netlink.LinkSetName(link, name); err != nil {
			return fmt.Errorf("demo: %s: %w", node.Name(), err)
		}
		if err := addAddress(name, node.Address(i)); err != nil {
			return err
		}
		if err := linkUp(name); err != nil {
			return err
		}
	}
	return nil
}

func linkUp(name string) error {
	link, err := netlink.LinkByName(name)
	if err == nil {
		err = netlink.LinkSetUp(link)
	}
	if err != nil {
		return fmt.Errorf("demo: bring %s up: %w", name, err)
	}
	return nil
}

func addAddress(name, address string) error {
	link, err := netlink.LinkByName(name)
	if err == nil {
		err = netlink.AddrAdd(link, &netlink.Addr{IPNet: &net.IPNet{IP: net.ParseIP(address), Mask: net.CIDRMask(prefix, 32)}})
	}
	if err != nil {
		return fmt.Errorf("demo: address %s on %s: %w", address, name, err)
	}
	return nil
}

// dropAddress removes an address from whichever interface of this network namespace has it.
func dropAddress(address string) error {
	all, err := netlink.AddrList(nil, netlink.FAMILY_V4)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for _, a := range all {
		if a.IP.String() != address {
			continue
		}
		link, err := netlink.LinkByIndex(a.LinkIndex)
		if err == nil {
			err = netlink.AddrDel(link, &a)
		}
		if err != nil {
			return fmt.Errorf("demo: remove %s: %w", address, err)
		}
		return nil
	}
	return fmt.Errorf("demo: %s is not here", address)
}
