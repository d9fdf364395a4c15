package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// missing says why the peer cannot be measured here.
type missing string

func (m missing) Error() string { return string(m) }

// pacemaker measures the peer: three nodes, started by the scripts in bench/realcluster beside the conformance data
// ($PACER_CONFORMANCE, by default ../shared/conformance), with their state on the same file system.
func (o *options) pacemaker(ctx context.Context, disk string) (figures, error) {
	script, err := peerScript()
	if err != nil {
		return nil, err
	}
	base := filepath.Join(disk, "peer")
	call := func(ctx context.Context, limit time.Duration, stdin string, args ...string) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		cmd := exec.CommandContext(ctx, "python3", append([]string{script}, args...)...)
		cmd.Env = append(os.Environ(), "RC_BASE="+base, "PYTHONDONTWRITEBYTECODE=1")
		cmd.Stdin = strings.NewReader(stdin)
		cmd.WaitDelay = 10 * time.Second
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		return out.String(), err
	}
	defer func() { _, _ = call(context.WithoutCancel(ctx), time.Minute, "", "down") }()
	for _, args := range [][]string{{"up", "3"}, {"wait"}} {
		if out, err := call(ctx, 3*time.Minute, "", args...); err != nil {
			return nil, fmt.Errorf("%s %v: %w: %.500s", script, args, err, out)
		}
	}
	s := &site{name: "Pacemaker", peer: true, outside: disk, inside: disk}
	s.run = func(ctx context.Context, stdin string, args ...string) (string, int, error) {
		out, err := call(ctx, 10*time.Minute, stdin, append([]string{"exec", "pm01", "--"}, args...)...)
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return out, exit.ExitCode(), nil
		}
		return out, 0, err
	}
	return s.measure(ctx, o)
}

// peerScript finds the script, and checks what it needs.
func peerScript() (string, error) {
	data := os.Getenv("PACER_CONFORMANCE")
	if data == "" {
		data = filepath.Join("..", "shared", "conformance")
	}
	script, err := filepath.Abs(filepath.Join(data, "..", "bench", "realcluster", "realcluster.py"))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(script); err != nil {
		return "", missing("there is no " + script)
	}
	var lacking []string
	for program, pkg := range map[string]string{"pacemakerd": "pacemaker", "corosync": "corosync", "cibadmin": "pacemaker-cli-utils",
		"python3": "python3", "ip": "iproute2"} {
		if _, err := exec.LookPath(program); err != nil {
			lacking = append(lacking, pkg)
		}
	}
	if len(lacking) > 0 {
		slices.Sort(lacking)
		return "", missing(fmt.Sprintf("install %v", lacking))
	}
	return script, nil
}
