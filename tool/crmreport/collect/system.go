package collect

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"pacer/client"
	"pacer/release"
)

func reason(err error) string { return client.Reason(err) }

// owner names user and group of a file.
func owner(st fs.FileInfo) string {
	s, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return "? ?"
	}
	uid, gid := strconv.Itoa(int(s.Uid)), strconv.Itoa(int(s.Gid))
	if u, err := user.LookupId(uid); err == nil {
		uid = u.Username
	}
	if g, err := user.LookupGroupId(gid); err == nil {
		gid = g.Name
	}
	return uid + " " + gid
}

// system tells what the machine is, in sysinfo.txt what should be the same on all nodes, in sysstats.txt what is not.
func (n *node) system() {
	var b bytes.Buffer
	var u unix.Utsname
	_ = unix.Uname(&u)
	fmt.Fprintf(&b, "Platform: %s\nKernel release: %s\nArchitecture: %s\n", unix.ByteSliceToString(u.Sysname[:]), unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Machine[:]))
	fmt.Fprintf(&b, "Distribution: %s\n\nPacer %s (offers Pacemaker %s, feature set %s)\n", distribution(), release.Version, release.Pacemaker, release.Own().Features)
	fmt.Fprintf(&b, "Program: %s\n\nInstalled packages:\n", program())
	for _, p := range packages() {
		fmt.Fprintln(&b, p)
	}
	n.add("sysinfo.txt", b.Bytes())
	b.Reset()
	fmt.Fprintf(&b, "%s\n", n.now.Format(time.RFC3339))
	for _, path := range []string{"/proc/uptime", "/proc/loadavg", "/proc/meminfo", "/proc/pressure/cpu", "/proc/pressure/io", "/proc/pressure/memory",
		"/proc/mounts", "/proc/net/dev", "/proc/net/route"} {
		if text, err := os.ReadFile(path); err == nil {
			fmt.Fprintf(&b, "\n%s:\n%s", path, text)
		}
	}
	addresses(&b)
	space(&b, []string{"/", "/run", "/var/log", n.env.Places.CIBDir(), n.env.Places.StateDir()})
	processes(&b)
	n.add("sysstats.txt", b.Bytes())
}

func distribution() string {
	f, err := os.Open("/etc/os-release")
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "PRETTY_NAME="); ok {
			return strings.Trim(name, `"`)
		}
	}
	return "unknown"
}

// program tells nodes with different programs of the same version apart.
func program() string {
	f, err := os.Open("/proc/self/exe")
	if err != nil {
		return reason(err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return reason(err)
	}
	return fmt.Sprintf("sha256 %x", sum.Sum(nil))
}

// relevant begins the names of packages that are listed.
var relevant = []string{"pacer", "pacemaker", "corosync", "heartbeat", "cluster-glue", "resource-agents", "fence-agents", "crmsh", "pcs", "sbd", "booth",
	"drbd", "dlm", "lvm2", "libqb", "libknet", "libcpg", "libquorum", "ocfs2", "gfs2", "postgresql", "systemd"}

// maxPackages limits the database of packages that is read.
const maxPackages = 64 << 20

// packages lists packages with their versions, from the database of dpkg. Other databases have no form that can be read without their
// programs.
func packages() []string {
	text, _, err := read("/var/lib/dpkg/status", maxPackages)
	if err != nil {
		return []string{"(no database of dpkg)"}
	}
	var out []string
	for entry := range bytes.SplitSeq(text, []byte("\n\n")) {
		field := map[string]string{}
		for line := range bytes.Lines(entry) {
			if name, value, ok := strings.Cut(strings.TrimSpace(string(line)), ": "); ok && field[name] == "" {
				field[name] = value
			}
		}
		name := field["Package"]
		if strings.HasSuffix(field["Status"], " installed") && slices.ContainsFunc(relevant, func(r string) bool { return strings.HasPrefix(name, r) }) {
			out = append(out, name+" "+field["Version"]+" "+field["Architecture"])
		}
	}
	slices.Sort(out)
	return out
}

func addresses(w io.Writer) {
	all, err := net.Interfaces()
	if err != nil {
		fmt.Fprintf(w, "\ninterfaces: %s\n", err)
		return
	}
	fmt.Fprint(w, "\ninterfaces:\n")
	for _, i := range all {
		addrs, _ := i.Addrs()
		fmt.Fprintf(w, "%s %s mtu %d %s %v\n", i.Name, i.Flags, i.MTU, i.HardwareAddr, addrs)
	}
}

// space tells how full the file systems are.
func space(w io.Writer, paths []string) {
	fmt.Fprint(w, "\nfile systems:\n")
	for _, path := range paths {
		var s unix.Statfs_t
		if err := unix.Statfs(path, &s); err != nil {
			fmt.Fprintf(w, "%s: %s\n", path, reason(err))
			continue
		}
		fmt.Fprintf(w, "%s: %d of %d MiB free, %d of %d inodes free\n", path, s.Bavail*uint64(s.Bsize)>>20, s.Blocks*uint64(s.Bsize)>>20, s.Ffree, s.Files)
	}
}

// processes lists what runs, without arguments: these may hold what is nobody's business.
func processes(w io.Writer) {
	fmt.Fprint(w, "\nprocesses (pid, name, state, parent, threads, memory):\n")
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	slices.SortFunc(dirs, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	for _, dir := range dirs {
		text, err := os.ReadFile(filepath.Join(dir, "status"))
		if err != nil {
			continue // it has ended
		}
		field := map[string]string{}
		for line := range bytes.Lines(text) {
			name, value, _ := strings.Cut(string(line), ":")
			field[name] = strings.Join(strings.Fields(value), " ")
		}
		fmt.Fprintf(w, "%s %s %s %s %s %s\n", filepath.Base(dir), field["Name"], field["State"], field["PPid"], field["Threads"], field["VmRSS"])
	}
}
