package builtin

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"pacer/agent"
	"pacer/ocf"
	"pacer/operation"
)

func pingAgent() *agent.Builtin {
	return &agent.Builtin{
		Agent: operation.Agent{Class: "ocf", Provider: "pacemaker", Type: "ping"},
		Run:   runPing,
		Metadata: ocf.Metadata{
			Name: "ping", Version: "1.0", OCFVersion: "1.1",
			Short: "Connectivity of a node",
			Long:  "Every monitor pings some hosts and keeps in a node attribute how many of them answer, for location rules.",
			Parameters: []ocf.Parameter{
				{Name: "pidfile", UniqueGroup: "pidfile", Short: "State file", Long: "The file that is there while the resource runs."},
				{Name: "dampen", Type: "time", Default: "5s", HasDefault: true, Reloadable: true, Short: "Dampening", Long: "How long to wait for further changes before the attribute is written."},
				{Name: "name", UniqueGroup: "name", Default: "pingd", HasDefault: true, Short: "Attribute", Long: "The name of the node attribute."},
				{Name: "multiplier", Type: "integer", Default: "1", HasDefault: true, Reloadable: true, Short: "Value of a host", Long: "What each host that answers counts."},
				{Name: "host_list", Required: true, Reloadable: true, Short: "Hosts", Long: "Names or addresses of the hosts, separated by blanks."},
				{Name: "attempts", Type: "integer", Default: "3", HasDefault: true, Reloadable: true, Short: "Attempts", Long: "How many packets a host is sent before it counts as silent."},
				{Name: "timeout", Type: "integer", Default: "2", HasDefault: true, Reloadable: true, Short: "Seconds per attempt", Long: "How long to wait for each answer."},
				{Name: "failure_score", Type: "integer", Reloadable: true, Short: "Failure score", Long: "The monitor fails when the value is lower."},
				{Name: "options", Reloadable: true, Short: "Not used", Long: "Options for ping; this agent sends the packets itself."},
				{Name: "debug", Default: "false", HasDefault: true, Reloadable: true, Short: "Not used", Long: "Accepted for compatibility."},
			},
			Actions: actions("start 60s", "stop 20s", "monitor 60s 10s", "reload-agent 100s", "validate-all 20s", "meta-data 5s"),
		},
	}
}

func runPing(ctx context.Context, c *agent.Call) (ocf.ExitCode, string) {
	state, name := stateFile(c, "pidfile"), c.Param("name", "pingd")
	switch c.Action {
	case "start":
		if code, reason := writeState(state, ""); code != ocf.OK {
			return code, reason
		}
		return pingHosts(ctx, c, name)
	case "stop":
		if err := tool(ctx, c, "attrd_updater", "-D", "-n", name, "-d", c.Param("dampen", "5s"), "-q"); err != nil && exists(state) {
			// The attribute goes with the node's transient ones at the latest.
			fmt.Fprintln(os.Stderr, err)
		}
		return removeState(state)
	case "monitor":
		if !exists(state) {
			return ocf.NotRunning, ""
		}
		return pingHosts(ctx, c, name)
	case "reload", "reload-agent":
		return pingHosts(ctx, c, name)
	case "validate-all":
		if c.Param("host_list", "") == "" {
			return ocf.ErrConfigured, "the parameter host_list is missing"
		}
		return ocf.OK, ""
	}
	return unimplemented(c)
}

func pingHosts(ctx context.Context, c *agent.Call, name string) (ocf.ExitCode, string) {
	hosts := strings.FieldsFunc(c.Param("host_list", ""), func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
	if len(hosts) == 0 {
		return ocf.ErrConfigured, "the parameter host_list is missing"
	}
	multiplier, ok1 := c.Number("multiplier", 1)
	attempts, ok2 := c.Number("attempts", 3)
	seconds, ok3 := c.Number("timeout", 2)
	if !ok1 || !ok2 || !ok3 || attempts < 1 || seconds < 1 {
		return ocf.ErrConfigured, "multiplier, attempts and timeout must be numbers above 0"
	}
	answers := make([]bool, len(hosts))
	var all sync.WaitGroup
	for i, host := range hosts {
		all.Go(func() {
			for range attempts {
				if answers[i] = Ping(ctx, host, time.Duration(seconds)*time.Second); answers[i] || ctx.Err() != nil {
					return
				}
			}
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return ocf.ErrGeneric, "it was ended"
	}
	reached, silent := 0, []string{}
	for i, ok := range answers {
		if ok {
			reached++
		} else {
			silent = append(silent, hosts[i])
		}
	}
	score := reached * multiplier
	if err := tool(ctx, c, "attrd_updater", "-n", name, "-B", strconv.Itoa(score), "-d", c.Param("dampen", "5s")); err != nil {
		return ocf.ErrGeneric, err.Error()
	}
	if limit, err := strconv.Atoi(c.Param("failure_score", "")); err == nil && score < limit {
		return ocf.ErrGeneric, fmt.Sprintf("%s is %d, below %d: no answer from %s", name, score, limit, strings.Join(silent, ", "))
	}
	return ocf.OK, ""
}

// Ping tells whether a host answers one ICMP echo request in time.
func Ping(ctx context.Context, host string, timeout time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil || len(ips) == 0 {
		return false
	}
	ip := ips[0].Unmap()
	network, local, request, reply := "ip4:icmp", "0.0.0.0", byte(8), byte(0)
	if ip.Is6() {
		network, local, request, reply = "ip6:ipv6-icmp", "::", 128, 129
	}
	conn, err := (&net.ListenConfig{}).ListenPacket(ctx, network, local)
	if err != nil {
		return false
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	id, seq := uint16(os.Getpid()), uint16(rand.Uint32()) //nolint:gosec // only tells answers apart
	zone := ip.Zone()
	if _, err := conn.WriteTo(echo(request, id, seq, ip.Is4()), &net.IPAddr{IP: ip.WithZone("").AsSlice(), Zone: zone}); err != nil {
		return false
	}
	buf := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return false
		}
		sender, ok := from.(*net.IPAddr)
		if !ok {
			continue
		}
		at, ok := netip.AddrFromSlice(sender.IP)
		if ok && at.Unmap() == ip.WithZone("") && n >= 8 && buf[0] == reply &&
			binary.BigEndian.Uint16(buf[4:]) == id && binary.BigEndian.Uint16(buf[6:]) == seq {
			return true
		}
	}
}

// echo builds an ICMP echo request (RFC 792). For IPv6 the kernel fills in the checksum.
func echo(kind byte, id, seq uint16, sum bool) []byte {
	m := []byte{kind, 0, 0, 0}
	m = binary.BigEndian.AppendUint16(m, id)
	m = binary.BigEndian.AppendUint16(m, seq)
	m = append(m, "pacer\x00\x00\x00"...)
	if sum {
		var s uint32
		for i := 0; i < len(m); i += 2 {
			s += uint32(binary.BigEndian.Uint16(m[i:]))
		}
		s = s>>16 + s&0xffff
		s += s >> 16
		binary.BigEndian.PutUint16(m[2:], ^uint16(s))
	}
	return m
}
