package builtin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"pacer/agent"
	"pacer/ocf"
	"pacer/operation"
)

// WebServiceName is the command that is the web service itself.
const WebServiceName = "web-service"

func webAgent() *agent.Builtin {
	return &agent.Builtin{
		Agent:  operation.Agent{Class: "ocf", Provider: "pacer", Type: "web"},
		Run:    runWeb,
		Leaves: true,
		Metadata: ocf.Metadata{
			Name: "web", Version: "1.0", OCFVersion: "1.1",
			Short: "Small web service that tells its node",
			Long:  "A web server in a process of its own that answers every request with the name of the node on which it runs. For trying out a cluster without installing anything.",
			Parameters: []ocf.Parameter{
				{Name: "port", Type: "integer", Default: "80", HasDefault: true, UniqueGroup: "listen", Short: "Port", Long: "The TCP port on which it listens."},
				{Name: "address", UniqueGroup: "listen", Short: "Address", Long: "The address on which it listens; all when empty."},
				{Name: "statusfile", UniqueGroup: "statusfile", Short: "State file", Long: "The file that names its process while it runs."},
			},
			Actions: actions("start 20s", "stop 20s", "monitor 20s 10s", "validate-all 20s", "meta-data 5s"),
		},
	}
}

// web is what the parameters describe.
type web struct {
	listen string // host:port to listen on
	ask    string // host:port where it answers
	state  string
}

func readWeb(c *agent.Call) (web, error) {
	port, ok := c.Number("port", 80)
	if !ok || port < 1 || port > 65535 {
		return web{}, fmt.Errorf("port=%q is not a port", c.Param("port", ""))
	}
	w := web{state: stateFile(c, "statusfile")}
	host := c.Param("address", "")
	if host != "" {
		if _, err := netip.ParseAddr(host); err != nil {
			return web{}, fmt.Errorf("address=%q is not an IP address", host)
		}
	}
	w.listen = net.JoinHostPort(host, strconv.Itoa(port))
	if host == "" {
		host = "127.0.0.1"
	}
	w.ask = net.JoinHostPort(host, strconv.Itoa(port))
	return w, nil
}

func runWeb(ctx context.Context, c *agent.Call) (ocf.ExitCode, string) {
	w, err := readWeb(c)
	if err != nil {
		return ocf.ErrConfigured, err.Error()
	}
	switch c.Action {
	case "start":
		return w.start(ctx, c)
	case "stop":
		return w.stop(ctx)
	case "monitor":
		return w.monitor(ctx)
	case "validate-all":
		return ocf.OK, ""
	}
	return unimplemented(c)
}

// process returns the pid of the service, 0 when it does not live.
func (w *web) process() int {
	data, err := os.ReadFile(w.state)
	if err != nil {
		return 0
	}
	pidText, startText, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
	pid, err := strconv.Atoi(pidText)
	started, err2 := strconv.ParseUint(startText, 10, 64)
	if err != nil || err2 != nil || started == 0 || !agent.Alive(pid, started) {
		return 0
	}
	return pid
}

func (w *web) start(ctx context.Context, c *agent.Call) (ocf.ExitCode, string) {
	if pid := w.process(); pid != 0 {
		if w.answers(ctx, pid) == nil {
			c.Survivor(pid)
			return ocf.OK, ""
		}
		if code, reason := w.stop(ctx); code != ocf.OK {
			return code, reason
		}
	}
	pid, err := agent.Detach(c.Self, []string{WebServiceName, "--listen", w.listen, "--node", c.Node}, c.Environ)
	if err != nil {
		return ocf.ErrGeneric, err.Error()
	}
	if code, reason := writeState(w.state, fmt.Sprintf("%d %d\n", pid, agent.StartTime(pid))); code != ocf.OK {
		_ = unix.Kill(pid, unix.SIGKILL)
		return code, reason
	}
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		if w.answers(ctx, pid) == nil {
			c.Survivor(pid)
			return ocf.OK, ""
		}
		if w.process() == 0 {
			_, _ = removeState(w.state)
			return ocf.ErrGeneric, fmt.Sprintf("the service ended at once; is something else listening on %s?", w.listen)
		}
		select {
		case <-ctx.Done():
			_ = unix.Kill(pid, unix.SIGKILL)
			return ocf.ErrGeneric, "it was ended before the service answered"
		case <-tick.C:
		}
	}
}

func (w *web) stop(ctx context.Context) (ocf.ExitCode, string) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; {
		pid := w.process()
		if pid == 0 {
			return removeState(w.state)
		}
		sig := unix.SIGTERM
		if time.Since(began) > time.Second {
			sig = unix.SIGKILL
		}
		if err := unix.Kill(pid, sig); err != nil && !errors.Is(err, unix.ESRCH) {
			return ocf.ErrPerm, fmt.Sprintf("process %d: %v", pid, err)
		}
		select {
		case <-ctx.Done():
			return ocf.ErrGeneric, "it was ended before the service did"
		case <-tick.C:
		}
	}
}

func (w *web) monitor(ctx context.Context) (ocf.ExitCode, string) {
	pid := w.process()
	if pid == 0 {
		if exists(w.state) {
			return ocf.NotRunning, "its process is gone"
		}
		return ocf.NotRunning, ""
	}
	if err := w.answers(ctx, pid); err != nil {
		if w.process() == 0 {
			return ocf.NotRunning, "its process is gone"
		}
		return ocf.ErrGeneric, fmt.Sprintf("it does not answer on %s: %v", w.ask, err)
	}
	return ocf.OK, ""
}

// pidHeader tells which process answered, so that another server on the same port is not taken for ours.
const pidHeader = "X-Pacer-Process"

// webClient keeps no connections: an old one would hide that nobody accepts new ones.
var webClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, Proxy: nil}}

func (w *web) answers(ctx context.Context, pid int) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.ask+"/", http.NoBody)
	if err != nil {
		return err
	}
	res, err := webClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", res.Status)
	}
	if res.Header.Get(pidHeader) != strconv.Itoa(pid) {
		return errors.New("another process answers there")
	}
	return nil
}
