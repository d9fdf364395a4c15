package world

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"pacer/demo/record"
	"pacer/place"
)

// talkFD is the file by which a node's first process talks to the world.
const talkFD = 3

// systemPath is where a node finds what is not Pacer's.
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Visible is where a node finds the world's directory.
const Visible = "/run/pacer-demo"

// Inside is the first process of a node: it mounts, names and addresses what the node has, starts `pacer run`, records, and
// runs commands for the world until it is killed.
func Inside() error {
	in := &inside{talk: newTalk(os.NewFile(talkFD, "world")), reaped: map[int]chan int{}}
	var first toNode
	if err := in.talk.receive(&first); err != nil || first.Boot == nil {
		return fmt.Errorf("demo: no word from the world: %w", err)
	}
	in.boot = *first.Boot
	prepare, watch := in.prepare, record.Things(net.ParseIP(in.boot.Address), in.boot.Port)
	if in.boot.Flat {
		prepare = in.prepareFlat
		watch = map[string]func() bool{"service": func() bool { return in.watchFlat(in.boot.Port) }}
	}
	if err := prepare(); err != nil {
		return err
	}
	go in.reap()
	if in.boot.Port != 0 {
		go record.Run(context.Background(), watch, func(c record.Change) {
			c.Node = in.boot.Number.Name()
			_ = in.talk.send(fromNode{Change: &c})
		})
	}
	if err := in.startService(); err != nil {
		return err
	}
	_ = in.talk.send(fromNode{Ready: true})
	for {
		var m toNode
		if err := in.talk.receive(&m); err != nil {
			return nil // The world is gone, and so are we.
		}
		go in.obey(m)
	}
}

type inside struct {
	talk *talk
	boot Boot
	root string // PACER_ROOT where there is no overlay
	path string
	// world is the world's directory as this node sees it.
	world string

	mu      sync.Mutex
	reaped  map[int]chan int
	service int // pid of `pacer run`
}

// prepare builds the node's own view of the machine.
func (in *inside) prepare() error {
	name := in.boot.Number.Name()
	in.world = Visible
	if err := unix.Sethostname([]byte(name)); err != nil {
		return fmt.Errorf("demo: %s: host name: %w", name, err)
	}
	if err := configureInside(in.boot.Number); err != nil {
		return err
	}
	own := filepath.Join(in.boot.Dir, name)
	bin := "/usr/sbin"
	if in.boot.Overlay {
		if err := in.overlay(own); err != nil {
			return fmt.Errorf("demo: %s: overlay: %w", name, err)
		}
	} else {
		// Without an overlay the node's own files live below one directory.
		in.root = filepath.Join(own, "root")
		bin = filepath.Join(own, "bin")
		if err := os.MkdirAll(bin, 0o755); err != nil {
			return fmt.Errorf("demo: %s: %w", name, err)
		}
		if err := freshRun(in.boot.Dir); err != nil {
			return fmt.Errorf("demo: %s: %w", name, err)
		}
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("demo: %s: /proc: %w", name, err)
	}
	in.path = bin + ":" + systemPath
	tools, err := os.ReadDir(filepath.Join(Visible, "bin"))
	if err != nil {
		return fmt.Errorf("demo: %s: %w", name, err)
	}
	for _, t := range tools {
		target := filepath.Join(bin, t.Name())
		if in.boot.Overlay {
			_ = os.Remove(target) // a stock tool of that name, only in our overlay
		}
		if err := os.Symlink(filepath.Join(Visible, "bin", t.Name()), target); err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("demo: %s: %w", name, err)
		}
	}
	return in.writeFiles()
}

// writeFiles lays down the node's configuration.
func (in *inside) writeFiles() error {
	for path, f := range in.boot.Files {
		path = filepath.Join(in.root, path)
		if f.Absent {
			_ = os.Remove(path)
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("demo: %s: %w", in.boot.Number.Name(), err)
		}
		mode := cmp.Or(f.Mode, 0o600)
		if err := errors.Join(os.WriteFile(path, []byte(f.Text), mode), os.Chmod(path, mode)); err != nil {
			return fmt.Errorf("demo: %s: %w", in.boot.Number.Name(), err)
		}
	}
	return nil
}

// overlay gives the node the machine's files to read and a place of its own to write, and makes that its root.
func (in *inside) overlay(own string) error {
	dir := func(n string) string { return filepath.Join(own, n) }
	for _, n := range []string{"up", "work", "root"} {
		if err := os.MkdirAll(dir(n), 0o755); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=/,upperdir=%s,workdir=%s", dir("up"), dir("work"))
	if err := unix.Mount("overlay", dir("root"), "overlay", 0, options); err != nil {
		return err
	}
	for _, p := range []string{"/dev", "/sys"} {
		if err := unix.Mount(p, dir("root")+p, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return err
		}
	}
	for _, p := range []string{"/run", "/tmp"} {
		if err := unix.Mount("tmpfs", dir("root")+p, "tmpfs", 0, "mode=1777"); err != nil {
			return err
		}
	}
	if err := makeLock(dir("root") + "/run"); err != nil {
		return err
	}
	if in.boot.Disk != "" {
		if err := bind(filepath.Join(in.boot.Disk, in.boot.Number.Name()), dir("root")+"/var/lib/pacemaker"); err != nil {
			return err
		}
	}
	if agents := dir("root") + "/usr/lib/ocf"; !in.boot.Stock {
		if _, err := os.Stat(agents); err == nil {
			if err := unix.Mount("tmpfs", agents, "tmpfs", 0, "mode=755"); err != nil {
				return err
			}
		}
	}
	at := dir("root") + Visible
	if err := os.Mkdir(at, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(in.boot.Dir, at, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	if err := unix.Chroot(dir("root")); err != nil {
		return err
	}
	return os.Chdir("/")
}

// bind shows a directory of the machine's disk at another place.
func bind(disk, at string) error {
	for _, d := range []string{disk, at} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	return unix.Mount(disk, at, "", unix.MS_BIND, "")
}

// canOverlay tries whether this system lets us mount overlays.
func canOverlay(dir string) bool {
	try := filepath.Join(dir, "try")
	for _, n := range []string{"up", "work", "root"} {
		if os.MkdirAll(filepath.Join(try, n), 0o755) != nil {
			return false
		}
	}
	defer os.RemoveAll(try)
	at := filepath.Join(try, "root")
	options := fmt.Sprintf("lowerdir=/,upperdir=%s,workdir=%s", filepath.Join(try, "up"), filepath.Join(try, "work"))
	if unix.Mount("overlay", at, "overlay", 0, options) != nil {
		return false
	}
	return unix.Unmount(at, 0) == nil
}

// freshRun gives a node without an overlay an empty /run that shows the world's directory.
func freshRun(world string) error {
	keep, err := unix.Open(world, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(keep)
	if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	if err := os.Mkdir(Visible, 0o755); err != nil {
		return err
	}
	if err := makeLock("/run"); err != nil {
		return err
	}
	return unix.Mount(fmt.Sprintf("/proc/self/fd/%d", keep), Visible, "", unix.MS_BIND, "")
}

// makeLock makes the directory of lock files, which is expected to be there after a boot: agents make theirs in it.
func makeLock(run string) error {
	lock := filepath.Join(run, "lock")
	if err := os.Mkdir(lock, 0o755); err != nil {
		return err
	}
	return os.Chmod(lock, 0o777|os.ModeSticky)
}

func (in *inside) environment() []string {
	env := []string{"PATH=" + in.path, "HOME=/root", DirVariable + "=" + in.world, "PACER_NODE=" + in.boot.Number.Name(), "LANG=" + os.Getenv("LANG"), "TERM=" + os.Getenv("TERM"), "HA_LOGD=no"}
	if in.root != "" {
		env = append(env, place.RootVariable+"="+in.root)
	}
	return env
}

func (in *inside) startService() error {
	log, err := os.OpenFile(filepath.Join(in.world, in.boot.Number.Name()+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer log.Close()
	words := in.boot.Service
	if len(words) == 0 {
		words = []string{"run"}
	}
	pid, _, err := in.spawn(append([]string{filepath.Join(in.world, "bin", "pacer")}, words...), nil, log)
	in.mu.Lock()
	in.service = pid
	in.mu.Unlock()
	return err
}

// spawn starts a process and returns its pid and where its exit code will come.
func (in *inside) spawn(args []string, stdin, out *os.File) (int, <-chan int, error) {
	path := args[0]
	if !strings.Contains(path, "/") {
		for dir := range strings.SplitSeq(in.path, ":") {
			if p, err := exec.LookPath(filepath.Join(dir, path)); err == nil {
				path = p
				break
			}
		}
	}
	// The reaper must not see the end of a process that it does not know yet.
	in.mu.Lock()
	defer in.mu.Unlock()
	p, err := os.StartProcess(path, args, &os.ProcAttr{Env: in.environment(), Files: []*os.File{stdin, out, out}, Dir: "/"})
	if err != nil {
		return 0, nil, fmt.Errorf("demo: %w", err)
	}
	done := make(chan int, 1)
	in.reaped[p.Pid] = done
	return p.Pid, done, nil
}

// reap is the first process's duty: to bury everybody.
func (in *inside) reap() {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, unix.ECHILD):
			// Nobody is left; SIGCHLD would tell of the next, a short poll of a blocking call is simpler.
			_, _ = unix.Poll(nil, 20)
		case err == nil:
			in.mu.Lock()
			if done := in.reaped[pid]; done != nil {
				delete(in.reaped, pid)
				code := status.ExitStatus()
				if status.Signaled() {
					code = 128 + int(status.Signal())
				}
				done <- code
			}
			in.mu.Unlock()
		}
	}
}

func (in *inside) obey(m toNode) {
	answer := fromNode{ID: m.ID}
	switch {
	case m.Run != nil:
		answer.Output, answer.Code, answer.Error = in.run(*m.Run)
	case m.Kill != nil:
		answer.Pids = in.kill(*m.Kill)
	case m.Act == "start":
		if err := in.startService(); err != nil {
			answer.Error = err.Error()
		}
	case m.Act == "stop":
		in.mu.Lock()
		pid := in.service
		in.mu.Unlock()
		_ = unix.Kill(pid, unix.SIGTERM)
	case m.Act == "drop-address":
		if err := dropAddress(in.boot.Address); err != nil {
			answer.Error = err.Error()
		}
	case m.Act == "pss":
		answer.Output = strconv.Itoa(in.pss())
	}
	_ = in.talk.send(answer)
}

func (in *inside) run(c Run) (output string, code int, problem string) {
	read, write, err := os.Pipe()
	if err != nil {
		return "", 1, err.Error()
	}
	inRead, inWrite, err := os.Pipe()
	if err != nil {
		return "", 1, err.Error()
	}
	_, done, err := in.spawn(c.Args, inRead, write)
	write.Close()
	inRead.Close()
	go func() {
		_, _ = inWrite.WriteString(c.Stdin)
		inWrite.Close()
	}()
	defer read.Close()
	if err != nil {
		return "", 1, err.Error()
	}
	var out bytes.Buffer
	_, _ = out.ReadFrom(read)
	return out.String(), <-done, ""
}

// kill signals processes and returns whom it meant.
func (in *inside) kill(k Kill) []int {
	var inodes []uint32
	if k.Port != 0 {
		inodes, _ = record.ListenInodes(k.Port)
	}
	var pids []int
	for _, pid := range in.processes() {
		switch {
		case k.All,
			k.Role != "" && hasRole(pid, k.Role),
			k.Port != 0 && holdsSocket(pid, inodes):
			pids = append(pids, pid)
		}
	}
	for _, pid := range pids {
		_ = unix.Kill(pid, syscall.Signal(k.Signal))
	}
	if k.Signal != int(unix.SIGKILL) {
		return pids
	}
	for _, pid := range pids {
		for unix.Kill(pid, 0) == nil && !zombie(pid) {
			_, _ = unix.Poll(nil, 1)
		}
	}
	return pids
}

func processes() []int {
	entries, _ := os.ReadDir("/proc")
	var out []int
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			out = append(out, pid)
		}
	}
	return out
}

func commandLine(pid int) []string {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.Split(strings.TrimRight(string(b), "\x00"), "\x00")
}

func hasRole(pid int, role string) bool {
	args := commandLine(pid)
	i := slices.Index(args, "role")
	return i >= 0 && i+1 < len(args) && args[i+1] == role
}

func holdsSocket(pid int, inodes []uint32) bool {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		target, _ := os.Readlink(filepath.Join(dir, e.Name()))
		var inode uint32
		if _, err := fmt.Sscanf(target, "socket:[%d]", &inode); err == nil && slices.Contains(inodes, inode) {
			return true
		}
	}
	return false
}

func zombie(pid int) bool {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, ok := strings.Cut(string(b), ") ")
	return ok && strings.HasPrefix(rest, "Z")
}

// processes are those of this node but this one.
func (in *inside) processes() []int {
	if in.boot.Flat {
		return descendants(os.Getpid())
	}
	return slices.DeleteFunc(processes(), func(pid int) bool { return pid == os.Getpid() })
}

// pss sums the proportional memory of everything in the node but this process, in KiB.
func (in *inside) pss() int {
	total := 0
	for _, pid := range in.processes() {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		for line := range strings.Lines(string(b)) {
			var kb int
			if _, err := fmt.Sscanf(line, "Pss: %d kB", &kb); err == nil {
				total += kb
			}
		}
	}
	return total
}
