package messaging

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"pacer/clusterconf"
	"pacer/place"
)

// NodeVariable is the environment variable that names this node where the host's name is not the node's.
const NodeVariable = "PACER_NODE"

// lookupPatience limits how long names of corosync.conf may take to resolve, all together.
const lookupPatience = 5 * time.Second

// LoadConfig reads corosync.conf or, where there is none, ha.cf with authkeys. The name of this node is the environment
// variable PACER_NODE when it is set, else the host's name. Errors name file and line.
func LoadConfig(p place.Places) (*clusterconf.Config, error) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupPatience)
	defer cancel()
	host, err := thisHost(ctx)
	if err != nil {
		return nil, err
	}
	conf := readFile(p.CorosyncConf())
	if !conf.Missing {
		read := func(path string) clusterconf.File {
			if p.Root != "" && path != p.CorosyncKey() {
				path = filepath.Join(p.Root, path)
			}
			return readFile(path)
		}
		return clusterconf.Corosync(conf, p.CorosyncKey(), read, host)
	}
	ha := readFile(p.HACf())
	if ha.Missing {
		return nil, fmt.Errorf("there is no configuration of the cluster: write %s (or %s with %s)", p.CorosyncConf(), p.HACf(), p.AuthKeys())
	}
	return clusterconf.Heartbeat(ha, readFile(p.AuthKeys()), host)
}

// readFile reads a file with what the parsers must know about it.
func readFile(path string) clusterconf.File {
	f := clusterconf.File{Path: path, OwnUID: os.Getuid()}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		f.Missing = true
		return f
	}
	if err != nil {
		f.Err = err
		return f
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		f.Err = err
		return f
	}
	if !info.Mode().IsRegular() {
		f.Err = errors.New("it is not a regular file")
		return f
	}
	f.Mode = uint32(info.Mode().Perm())
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		f.Owner = int(st.Uid)
	}
	f.Data, f.Err = io.ReadAll(io.LimitReader(file, clusterconf.MaxFile+1))
	return f
}

// thisHost gathers the host's name and addresses.
func thisHost(ctx context.Context) (clusterconf.Host, error) {
	h := clusterconf.Host{Name: os.Getenv(NodeVariable)}
	if h.Name == "" {
		var err error
		if h.Name, err = os.Hostname(); err != nil {
			return h, fmt.Errorf("messaging: the host has no name: %w", err)
		}
	}
	list, err := net.Interfaces()
	if err != nil {
		return h, fmt.Errorf("messaging: list interfaces: %w", err)
	}
	for _, dev := range list {
		addrs, err := dev.Addrs()
		if err != nil {
			continue // it went away just now
		}
		for _, a := range addrs {
			prefix, err := netip.ParsePrefix(a.String())
			if err != nil {
				continue
			}
			h.Addrs = append(h.Addrs, clusterconf.Interface{Device: dev.Name, Prefix: prefix, Broadcast: broadcast(dev, prefix)})
		}
	}
	h.Lookup = func(name string) ([]netip.Addr, error) { return net.DefaultResolver.LookupNetIP(ctx, "ip", name) }
	return h, nil
}

// broadcast is the broadcast address of a network; the zero Addr when it has none.
func broadcast(dev net.Interface, p netip.Prefix) netip.Addr {
	if dev.Flags&net.FlagBroadcast == 0 || !p.Addr().Is4() || p.Bits() > 30 {
		return netip.Addr{}
	}
	b := p.Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	return netip.AddrFrom4(b)
}
