package agent

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// Proc identifies a process: a pid may be used again, a pid with its start time is not.
type Proc struct {
	PID   int    `json:"pid"`
	Start uint64 `json:"start"` // clock ticks since boot, field 22 of /proc/PID/stat
}

// stat is what we read of a process.
type stat struct {
	Proc
	parent  int
	group   int
	threads int
	state   byte
}

// dead tells that nothing of the process runs any more. A zombie whose other threads still end holds its files and sockets.
func (s *stat) dead() bool { return s.state == 'X' || s.state == 'Z' && s.threads <= 1 }

// readStat reads /proc/PID/stat. The command name may hold anything, so the fields are counted from its last parenthesis.
func readStat(pid int) (stat, bool) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return stat{}, false
	}
	i := bytes.LastIndexByte(data, ')')
	if i < 0 {
		return stat{}, false
	}
	f := strings.Fields(string(data[i+1:]))
	if len(f) < 20 {
		return stat{}, false
	}
	s := stat{state: f[0][0]}
	s.PID = pid
	s.parent, _ = strconv.Atoi(f[1])
	s.group, _ = strconv.Atoi(f[2])
	s.threads, _ = strconv.Atoi(f[17])
	s.Start, _ = strconv.ParseUint(f[19], 10, 64)
	return s, true
}

// identify returns the identity of a living process.
func identify(pid int) Proc {
	s, _ := readStat(pid)
	return Proc{PID: pid, Start: s.Start}
}

// alive tells that this very process is there and not a zombie.
func (p Proc) alive() bool {
	s, ok := readStat(p.PID)
	return ok && p.PID > 0 && s.Start == p.Start && !s.dead()
}

// processes lists all that can be seen.
func processes() []stat {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	var out []stat
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			if s, ok := readStat(pid); ok && !s.dead() {
				out = append(out, s)
			}
		}
	}
	return out
}

// children returns the living direct children of a process, which are what survived when it is a subreaper.
func children(pid int) []Proc {
	var out []Proc
	for _, s := range processes() {
		if s.parent == pid {
			out = append(out, s.Proc)
		}
	}
	return out
}

// marked returns the processes that carry a variable in their environment and whose parent does not: those that began
// as daemons of it.
func marked(variable string) []Proc {
	self := os.Getpid()
	has := map[int]bool{}
	var all []stat
	for _, s := range processes() {
		if s.PID == self {
			continue
		}
		env, err := os.ReadFile("/proc/" + strconv.Itoa(s.PID) + "/environ")
		if err != nil || !hasVariable(env, variable) {
			continue
		}
		has[s.PID] = true
		all = append(all, s)
	}
	var out []Proc
	for _, s := range all {
		if !has[s.parent] {
			out = append(out, s.Proc)
		}
	}
	return out
}

func hasVariable(environ []byte, variable string) bool {
	for len(environ) > 0 {
		v, rest, _ := bytes.Cut(environ, []byte{0})
		if string(v) == variable {
			return true
		}
		environ = rest
	}
	return false
}
