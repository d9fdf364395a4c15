package demo

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterruptedDemo: however a demonstration is ended, nothing of it stays on this machine.
func TestInterruptedDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("a real cluster takes a while; left out with -short")
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(sig.String(), func(t *testing.T) {
			links, tmp := netLinks(t), t.TempDir()
			var out, errs bytes.Buffer
			cmd := exec.Command(program(t), "demo", "--once", "--rounds", "100", "--fail", "service")
			cmd.Stdout, cmd.Stderr = &out, &errs
			cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			cmd.Stdout = writer
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			writer.Close()
			// In the middle of its second round: nodes are up, the service runs, and something has just been killed.
			var said strings.Builder
			for buf := make([]byte, 4096); !strings.Contains(said.String(), "service 2"); {
				n, err := reader.Read(buf)
				said.Write(buf[:n])
				if err != nil {
					_ = cmd.Wait()
					if strings.Contains(errs.String(), "no namespaces to be had") {
						t.Skip("this system allows no namespaces: " + strings.TrimSpace(errs.String()))
					}
					t.Fatalf("it ended by itself: %s\n%s", said.String(), errs.String())
				}
			}
			family := offspring(cmd.Process.Pid)
			if len(family) < 10 {
				t.Fatalf("only %d processes make a cluster of three nodes", len(family))
			}
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			go func() {
				for buf := make([]byte, 4096); ; {
					if _, err := reader.Read(buf); err != nil {
						return
					}
				}
			}()
			err = cmd.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) {
				t.Errorf("it ended well although it was interrupted: %v", err)
			}
			if sig != syscall.SIGKILL && !strings.Contains(errs.String(), "interrupted") {
				t.Errorf("it does not say that it was interrupted: %q", errs.String())
			}
			// The kernel takes a killed world down after its parent is gone; a moment is needed for that.
			for since := time.Now(); ; time.Sleep(10 * time.Millisecond) {
				left := slices.DeleteFunc(slices.Clone(family), func(p string) bool { return !alive(p) })
				if len(left) == 0 {
					break
				}
				if time.Since(since) > 20*time.Second {
					t.Fatalf("%d of %d processes are left", len(left), len(family))
				}
			}
			if now := netLinks(t); now != links {
				t.Errorf("links before: %s, after: %s", links, now)
			}
			if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if left, _ := filepath.Glob("/run/pacer-demo*"); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func netLinks(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir("/sys/class/net")
	if err != nil {
		t.Skipf("the links cannot be listed: %v", err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// stat is what the kernel says of a process after its name: state, parent, …
func stat(pid string) []string {
	b, _ := os.ReadFile("/proc/" + pid + "/stat")
	i := bytes.LastIndexByte(b, ')')
	if i < 0 {
		return nil
	}
	return strings.Fields(string(b[i+1:]))
}

// offspring are the processes below one, as "pid/start time".
func offspring(of int) []string {
	children := map[string][]string{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err != nil {
			continue
		}
		if s := stat(e.Name()); len(s) > 19 {
			children[s[1]] = append(children[s[1]], e.Name())
		}
	}
	var out []string
	for queue := children[fmt.Sprint(of)]; len(queue) > 0; queue = queue[1:] {
		if s := stat(queue[0]); len(s) > 19 {
			out = append(out, queue[0]+"/"+s[19])
		}
		queue = append(queue, children[queue[0]]...)
	}
	return out
}

func alive(p string) bool {
	pid, began, _ := strings.Cut(p, "/")
	s := stat(pid)
	return len(s) > 19 && s[19] == began && s[0] != "Z"
}
