package builtin

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"pacer/agent"
	"pacer/executor"
	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
)

// insideVariable marks the test process that runs in a network namespace of its own.
const insideVariable = "PACER_TEST_INSIDE"

// inside runs the calling test again in a new network namespace, where it may do as it likes, and tells whether this is it.
func inside(t *testing.T) bool {
	t.Helper()
	if os.Getenv(insideVariable) != "" {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), insideVariable+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Skip("network namespaces need root")
	}
	if err != nil {
		t.Errorf("inside the namespace: %v\n%s", err, out)
	} else {
		t.Logf("%s", out)
	}
	return false
}

// lan makes two ends of a cable: "here" with an address, and "there" to listen on.
func lan(t *testing.T) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "here"}, PeerName: "there"}))
	for name, cidr := range map[string][]string{"here": {"192.0.2.1/24", "10.0.0.1/8", "2001:db8::1/64"}, "there": {}} {
		link, err := netlink.LinkByName(name)
		must(err)
		for _, s := range cidr {
			addr, err := netlink.ParseAddr(s)
			must(err)
			if addr.IP.To4() == nil {
				addr.Flags = unix.IFA_F_NODAD
			}
			must(netlink.AddrAdd(link, addr))
		}
		must(netlink.LinkSetUp(link))
	}
}

func TestAddressInANamespace(t *testing.T) {
	if !inside(t) {
		return
	}
	lan(t)
	there, err := netlink.LinkByName("there")
	if err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, int(htons(unix.ETH_P_ARP)))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ARP), Ifindex: there.Attrs().Index}); err != nil {
		t.Fatal(err)
	}
	unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 5})

	c := newCaller(t, "ocf:heartbeat:IPaddr2", "ip", "192.0.2.50", "arp_interval", "1")
	c.want("monitor", ocf.NotRunning)
	c.want("stop", ocf.OK)
	c.want("start", ocf.OK)
	background.Wait()
	buf := make([]byte, 1500)
	for i := range 10 {
		n, err := unix.Read(fd, buf)
		if err != nil || n < 42 || string(buf[28:32]) != "\xc0\x00\x02\x32" {
			t.Fatalf("announcement %d: %v %x", i, err, buf[:max(n, 0)])
		}
	}
	c.want("start", ocf.OK)
	c.want("monitor", ocf.OK)
	a, link, err := (&virtual{ip: mustIP("192.0.2.50")}).find()
	if err != nil || link.Attrs().Name != "here" || a.IPNet.String() != "192.0.2.50/24" || !a.Broadcast.Equal(net.IPv4(192, 0, 2, 255)) {
		t.Errorf("%v %v %v", a, link, err)
	}
	c.want("stop", ocf.OK)
	c.want("monitor", ocf.NotRunning)

	for _, v := range []struct {
		params []string
		want   string
	}{
		{[]string{"ip", "10.9.9.9"}, "10.9.9.9/8"},
		{[]string{"ip", "10.9.9.9", "cidr_netmask", "255.255.0.0"}, "10.9.9.9/16"},
		{[]string{"ip", "203.0.113.5", "nic", "here", "cidr_netmask", "24", "iflabel", "vip"}, "203.0.113.5/24"},
		{[]string{"ip", "203.0.113.5", "nic", "here:0"}, "203.0.113.5/32"},
		{[]string{"ip", "2001:db8::99"}, "2001:db8::99/64"},
	} {
		c := newCaller(t, "ocf:heartbeat:IPaddr", append(v.params, "arp_interval", "1")...)
		c.want("start", ocf.OK)
		background.Wait()
		ip, _, _ := net.ParseCIDR(v.want)
		a, _, err := (&virtual{ip: mustIP(ip.String())}).find()
		if err != nil || a == nil || a.IPNet.String() != v.want {
			t.Errorf("%v: %v %v", v.params, a, err)
		}
		c.want("monitor", ocf.OK)
		c.want("stop", ocf.OK)
		c.want("monitor", ocf.NotRunning)
	}
	newCaller(t, "ocf:heartbeat:IPaddr2", "ip", "203.0.113.5").want("start", ocf.ErrGeneric)
	newCaller(t, "ocf:heartbeat:IPaddr2", "ip", "203.0.113.5", "nic", "nowhere").want("start", ocf.ErrGeneric)
	newCaller(t, "ocf:heartbeat:IPaddr2", "ip", "203.0.113.5", "nic", "nowhere").want("monitor", ocf.NotRunning)
}

// TestRemovedAddressIsNoticed takes the address away behind the driver's back.
func TestRemovedAddressIsNoticed(t *testing.T) {
	if !inside(t) {
		return
	}
	lan(t)
	events := make(chan executor.Event, 100)
	root := t.TempDir()
	noStockAgents(t, root)
	d, err := agent.New(agent.Options{Places: place.Places{Root: root}, Node: "n1", Builtins: All(), Deliver: func(e executor.Event) { events <- e }})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	d.Restore()
	op := operation.Op{Resource: "vip", Agent: operation.Agent{Class: "ocf", Provider: "heartbeat", Type: "IPaddr2"}, Task: "start",
		Params: []operation.Param{{Name: "ip", Value: "192.0.2.50"}}}
	d.Perform(executor.Run{Run: 1, Op: op, Timeout: time.Second})
	if e := (<-events).(executor.Exited); e.Code != ocf.OK {
		t.Fatalf("%+v", e)
	}
	d.Perform(executor.Watch{Op: op})
	d.Watching(op.Resource)
	a, link, err := (&virtual{ip: mustIP("192.0.2.50")}).find()
	if err != nil || a == nil {
		t.Fatal(a, err)
	}
	began := time.Now()
	if err := netlink.AddrDel(link, a); err != nil {
		t.Fatal(err)
	}
	if h, ok := (<-events).(executor.Hint); !ok || h.Resource != "vip" || h.Kind != "address" {
		t.Fatalf("%+v", h)
	}
	t.Logf("noticed after %v", time.Since(began))
	if err := netlink.LinkSetDown(link); err != nil {
		t.Fatal(err)
	}
	if h, ok := (<-events).(executor.Hint); !ok || h.Resource != "vip" || h.Kind != "link" {
		t.Fatalf("%+v", h)
	}
	d.Perform(executor.Unwatch{Resource: "vip"})
}

func mustIP(s string) netip.Addr { return netip.MustParseAddr(s) }
