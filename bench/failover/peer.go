package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// missing says why the peer cannot be measured here.
type missing string

func (m missing) Error() string { return string(m) }

// scenario is one of the peer's measurements; key is the value of its JSON lines that we want, and scale makes it milliseconds
// or, of memory, MiB.
type scenario struct {
	row   string
	args  []string
	key   string
	scale float64
	runs  bool // takes --runs
}

// scenarios are the demonstration's faults, played by the peer's scripts: three nodes, the address and Apache, a monitor of the
// web server every 10 seconds where a service is killed. Corosync's own times unless a row says otherwise.
var scenarios = []scenario{
	{"node", []string{"partition", "--mode", "kill"}, "total", 1000, true},
	{nodeToken, []string{"partition", "--mode", "kill", "--token", "1000"}, "total", 1000, true},
	{"service", []string{"resource", "--interval", "10"}, "total", 1000, true},
	{"standby", []string{"move", "--how", "standby"}, "total", 1000, true},
	{"partition", []string{"partition", "--fence", "--mode", "link"}, "total", 1000, true},
	{coldStart, []string{"cold"}, "total", 1000, true},
	{memory, []string{"memory"}, "pss_kb", 1.0 / 1024, false},
}

// pacemaker measures the peer.
func pacemaker(ctx context.Context, o options) (figures, error) {
	scripts, err := peerScripts()
	if err != nil {
		return nil, err
	}
	base, err := os.MkdirTemp("", "failover-peer-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(base)
	if err := os.Chmod(base, 0o755); err != nil { // Apache reads its pages there as another user.
		return nil, err
	}
	env := []string{"RC_BASE=" + base, "PYTHONDONTWRITEBYTECODE=1"}
	down := func() {
		_, _ = output(context.WithoutCancel(ctx), time.Minute, env, "python3", filepath.Join(scripts, "realcluster.py"), "down")
	}
	defer down()
	f := figures{}
	for _, s := range scenarios {
		fmt.Fprintf(os.Stderr, "Pacemaker, %s …\n", s.row)
		args := append([]string{filepath.Join(scripts, "bench.py")}, s.args...)
		args = append(args, "--nodes", "3")
		if s.runs {
			args = append(args, "--runs", strconv.Itoa(o.rounds))
		}
		data, err := output(ctx, o.each, env, "python3", args...)
		f.read(data, s)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "  problem:", err)
			down()
		}
	}
	return f, nil
}

// read takes a scenario's value from the JSON lines of its rounds.
func (f figures) read(data []byte, s scenario) {
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var round map[string]any
		if json.Unmarshal(lines.Bytes(), &round) != nil || round["SUMMARY"] != nil {
			continue
		}
		if v, ok := round[s.key].(float64); ok {
			f.add(s.row, v*s.scale)
		}
	}
}

// peerScripts finds the folder of the scripts, and checks what they need.
func peerScripts() (string, error) {
	data := os.Getenv("PACER_CONFORMANCE")
	if data == "" {
		data = filepath.Join("..", "shared", "conformance")
	}
	dir, err := filepath.Abs(filepath.Join(data, "..", "bench", "realcluster"))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "bench.py")); err != nil {
		return "", missing("there are no scripts for it in " + dir)
	}
	if os.Geteuid() != 0 {
		return "", missing("its cluster needs root")
	}
	var lacking []string
	for program, pkg := range map[string]string{"pacemakerd": "pacemaker", "corosync": "corosync", "crm": "crmsh", "apache2": "apache2",
		"python3": "python3", "nc": "netcat-openbsd", "ip": "iproute2"} {
		if _, err := exec.LookPath(program); err != nil {
			lacking = append(lacking, pkg)
		}
	}
	if len(lacking) > 0 {
		slices.Sort(lacking)
		return "", missing(fmt.Sprintf("install %v", lacking))
	}
	return dir, nil
}
