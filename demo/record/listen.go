package record

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ListenInodes returns the socket inodes that listen on a TCP port in this network namespace. The kernel is asked for listening
// sockets alone (sock_diag), which costs microseconds: a recorder that looks every few milliseconds must not slow down what it
// measures.
func ListenInodes(port int) []string {
	var out []string
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		inodes, err := listenDiag(family, port)
		if err != nil {
			return listenProc(port)
		}
		out = append(out, inodes...)
	}
	return out
}

// The sizes and offsets of the kernel's inet_diag messages.
const (
	diagRequest   = 56
	diagMessage   = 72
	diagSportAt   = 4
	diagInodeAt   = 68
	listenState   = 10
	diagByFamily  = 20 // SOCK_DIAG_BY_FAMILY
	netlinkHeader = unix.SizeofNlMsghdr
)

var errDiag = errors.New("record: the kernel does not answer about its sockets")

func listenDiag(family uint8, port int) ([]string, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unix.Close(fd) }()
	wait := unix.Timeval{Sec: 1}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return nil, err
	}
	req := make([]byte, netlinkHeader+diagRequest)
	binary.NativeEndian.PutUint32(req, uint32(len(req)))
	binary.NativeEndian.PutUint16(req[4:], diagByFamily)
	binary.NativeEndian.PutUint16(req[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	req[netlinkHeader], req[netlinkHeader+1] = family, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(req[netlinkHeader+4:], 1<<listenState)
	if err := unix.Sendto(fd, req, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, err
	}
	var out []string
	buf := make([]byte, 32<<10)
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for p := buf[:n]; len(p) >= netlinkHeader; {
			size := int(binary.NativeEndian.Uint32(p))
			if size < netlinkHeader || size > len(p) {
				return nil, errDiag
			}
			switch kind := binary.NativeEndian.Uint16(p[4:]); {
			case kind == unix.NLMSG_DONE:
				return out, nil
			case kind == unix.NLMSG_ERROR || size < netlinkHeader+diagMessage:
				return nil, errDiag
			}
			if m := p[netlinkHeader:]; int(binary.BigEndian.Uint16(m[diagSportAt:])) == port {
				out = append(out, strconv.FormatUint(uint64(binary.NativeEndian.Uint32(m[diagInodeAt:])), 10))
			}
			p = p[min((size+3)&^3, len(p)):]
		}
	}
}

// listenProc reads the same from the table of all sockets, which takes many milliseconds on a busy machine.
func listenProc(port int) []string {
	var out []string
	for _, path := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			w := strings.Fields(lines.Text())
			// sl, local_address, rem_address, st (0A is LISTEN), …, inode
			if len(w) < 10 || w[3] != "0A" {
				continue
			}
			if _, p, ok := strings.Cut(w[1], ":"); ok && p == fmt.Sprintf("%04X", port) {
				out = append(out, w[9])
			}
		}
		f.Close()
	}
	return out
}
