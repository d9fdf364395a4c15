package clusterconf

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

var testKey = bytes.Repeat([]byte{1}, 256)

// testHost is alice, as in the examples of testdata.
func testHost(name string) Host {
	return Host{Name: name, Addrs: []Interface{
		{Device: "lo", Prefix: netip.MustParsePrefix("127.0.0.1/8")},
		{Device: "eth0", Prefix: netip.MustParsePrefix("192.168.1.1/24"), Broadcast: netip.MustParseAddr("192.168.1.255")},
		{Device: "eth1", Prefix: netip.MustParsePrefix("10.0.0.1/24"), Broadcast: netip.MustParseAddr("10.0.0.255")},
		{Device: "eth2", Prefix: netip.MustParsePrefix("10.0.2.1/24"), Broadcast: netip.MustParseAddr("10.0.2.255")},
		{Device: "bond0", Prefix: netip.MustParsePrefix("10.0.3.1/24"), Broadcast: netip.MustParseAddr("10.0.3.255")},
	}, Lookup: func(name string) ([]netip.Addr, error) {
		switch name {
		case "alice":
			return []netip.Addr{netip.MustParseAddr("192.168.1.1")}, nil
		case "bob":
			return []netip.Addr{netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("fd00::2")}, nil
		}
		return nil, errors.New("no such host")
	}}
}

// TestFiles plays testdata: "corosync" and "heartbeat" read the text below them, "authkeys" sets the key file for what
// follows (mode=, owner=, missing), "key" says what corosync's key file is.
func TestFiles(t *testing.T) {
	datadriven.Walk(t, "testdata/files", func(t *testing.T, path string) {
		auth := File{Path: "authkeys", Data: []byte("auth 1\n1 sha256 a-good-secret\n"), Mode: 0o600}
		key := File{Path: "authkey", Data: testKey, Mode: 0o400}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			host := testHost("alice")
			f := File{Path: d.Cmd + ".conf", Data: []byte(d.Input), Mode: 0o600}
			for _, a := range d.CmdArgs {
				switch a.Key {
				case "host":
					host.Name = a.Vals[0]
				case "mode":
					m, err := strconv.ParseUint(a.Vals[0], 8, 32)
					if err != nil {
						t.Fatal(err)
					}
					f.Mode = uint32(m)
				case "owner":
					f.Owner, _ = strconv.Atoi(a.Vals[0])
				case "missing":
					f.Missing = true
				case "bytes":
					n, _ := strconv.Atoi(a.Vals[0])
					f.Data = bytes.Repeat([]byte{1}, n)
				}
			}
			switch d.Cmd {
			case "authkeys":
				f.Path = "authkeys"
				auth = f
				keys, warnings, err := AuthKeys(f)
				return showKeys(keys, warnings, err)
			case "key":
				f.Path = "authkey"
				key = f
				return "ok\n"
			case "corosync":
				c, err := Corosync(f, "authkey", func(string) File { return key }, host)
				return show(c, err)
			case "heartbeat":
				f.Path = "ha.cf"
				c, err := Heartbeat(f, auth, host)
				return show(c, err)
			}
			t.Fatalf("unknown command %q", d.Cmd)
			return ""
		})
	})
}

func showKeys(k Keys, warnings []*Problem, err error) string {
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "sign %q open=%v accept", k.Sign.Label, k.Open)
	for _, a := range k.Accept {
		fmt.Fprintf(&b, " %q", a.Label)
	}
	b.WriteString("\n")
	for _, w := range warnings {
		fmt.Fprintf(&b, "warning: %v\n", w)
	}
	return b.String()
}

func show(c *Config, err error) string {
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s cluster=%q self=%d %s open=%v manager=%v packet=%d\n", c.Stack, c.Cluster, c.Self.ID, c.Self.Name, c.Open, c.Manager,
		c.PacketSize)
	if c.Ordinary {
		b.WriteString("ordinary priority\n")
	}
	for _, n := range c.Nodes {
		fmt.Fprintf(&b, "node %d %s votes=%d\n", n.ID, n.Name, n.Votes)
	}
	for _, l := range c.Links {
		fmt.Fprintf(&b, "link %d %v dev=%q local=%v port=%d group=%v ttl=%d loop=%v\n", l.Number, l.Cast, l.Device, l.Local, l.Port, l.Group,
			l.TTL, l.Loop)
		for _, p := range l.Peers {
			fmt.Fprintf(&b, "  peer %d %v\n", p.ID, p.Addr)
		}
	}
	fmt.Fprintf(&b, "timing %+v\nquorum %+v\n", c.Timing, c.Quorum)
	b.WriteString(showKeys(c.Keys, c.Warnings, nil))
	return b.String()
}

func FuzzCorosync(f *testing.F) {
	f.Add([]byte("totem {\n version: 2\n token: 1000\n}\nnodelist {\n node {\n ring0_addr: 192.168.1.1\n nodeid: 1\n name: alice\n }\n}\n"))
	f.Add([]byte("totem {\n version: 2\n secauth: off\n interface {\n ringnumber: 0\n bindnetaddr: 192.168.1.0\n mcastaddr: 226.94.1.1\n }\n}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		key := File{Path: "authkey", Data: testKey, Mode: 0o400}
		c, err := Corosync(File{Path: "f", Data: data}, "authkey", func(string) File { return key }, testHost("alice"))
		checkConfig(t, c, err)
	})
}

func FuzzHeartbeat(f *testing.F) {
	f.Add([]byte("node alice bob\nbcast eth0\nkeepalive 1\ndeadtime 5\n"), []byte("auth 1\n1 sha1 secretsecret\n"))
	f.Add([]byte("autojoin any\nucast eth0 192.168.1.2\nmcast eth1 239.0.0.1 694 1 0\n"), []byte("auth 1\n1 crc\nplain yes\n"))
	f.Fuzz(func(t *testing.T, data, auth []byte) {
		c, err := Heartbeat(File{Path: "f", Data: data}, File{Path: "a", Data: auth, Mode: 0o600}, testHost("alice"))
		checkConfig(t, c, err)
	})
}

// checkConfig demands what every accepted configuration has.
func checkConfig(t *testing.T, c *Config, err error) {
	if err != nil {
		if c != nil {
			t.Fatal("an error and a configuration")
		}
		var p *Problem
		if !errors.As(err, &p) {
			t.Fatalf("%v is not a Problem", err)
		}
		return
	}
	if c.Self.ID == 0 || len(c.Nodes) == 0 || len(c.Links) == 0 || len(c.Nodes) > MaxNodes || len(c.Links) > MaxLinks {
		t.Fatalf("unusable: %+v", c)
	}
	if c.Timing.Heartbeat <= 0 || c.Timing.Dead <= c.Timing.Heartbeat || c.Timing.Ceiling < c.Timing.Dead || c.Timing.Start <= 0 {
		t.Fatalf("unusable times: %+v", c.Timing)
	}
	if len(c.Keys.Sign.Secret) == 0 || len(c.Keys.Accept) == 0 {
		t.Fatal("no key")
	}
	for i, l := range c.Links {
		if l.Number != i || l.Port == 0 {
			t.Fatalf("unusable link: %+v", l)
		}
	}
	self := false
	for i, n := range c.Nodes {
		if i > 0 && c.Nodes[i-1].ID >= n.ID || n.ID == 0 {
			t.Fatalf("nodes are not in order: %+v", c.Nodes)
		}
		self = self || n == c.Self
	}
	if !self {
		t.Fatal("this node is not among the nodes")
	}
}
