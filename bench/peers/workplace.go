package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"pacer/applet"
	"pacer/tool/crmsimulate"
	"pacer/xmltree"
)

// date is the time that all decide for when the CIB has no execution-date.
const date = "2026-01-15 12:00:00Z"

// workplace is a directory in which one worker runs the programs, one CIB after the other.
type workplace struct {
	dir   string
	peers []*peer
	limit time.Duration // of CPU time for one run of a peer, in whole seconds
}

// judge lets us and the first n peers decide on a CIB, and judges each of them, with what the one before it did as the proof.
func (w *workplace) judge(ctx context.Context, cib *xmltree.Node, n int) (ours *outcome, list []*verdict, err error) {
	if ours, err = w.ours(ctx, cib); err != nil {
		return nil, nil, err
	}
	var proof *verdict
	for _, peer := range w.peers[:n] {
		theirs, err := w.theirs(ctx, peer, cib)
		if err != nil || ctx.Err() != nil {
			return nil, nil, err
		}
		d := compare(theirs, ours)
		if peer.older {
			d = compare(dress(theirs, ours))
		}
		proof = judge(&pair{cib: cib, theirs: theirs, ours: ours}, peer.rules, d, proof)
		list = append(list, proof)
	}
	return ours, list, nil
}

func (w *workplace) file(name string) string { return filepath.Join(w.dir, name) }

// put writes the CIB for the next run and returns the arguments for it.
func (w *workplace) put(cib *xmltree.Node) ([]string, error) {
	list := []string{"-S", "-s", "-U", "-x", w.file("cib.xml"), "-G", w.file("graph.xml"), "-D", w.file("graph.dot")}
	if _, dated := cib.Lookup("execution-date"); !dated {
		list = append(list, "-t", date)
	}
	return list, os.WriteFile(w.file("cib.xml"), cib.Append(nil), 0o600)
}

// collect reads the files that a run wrote, and removes them.
func (w *workplace) collect(o *outcome, stdout []byte) error {
	var data [2][]byte
	for i, name := range [...]string{"graph.xml", "graph.dot"} {
		var err error
		if data[i], err = os.ReadFile(w.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.Remove(w.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return o.read(stdout, data[0], data[1])
}

// theirs lets a peer decide.
func (w *workplace) theirs(ctx context.Context, p *peer, cib *xmltree.Node) (*outcome, error) {
	if p.older {
		cib = dialect(cib)
	} else {
		cib = writtenOut(oldNames(cib))
	}
	args, err := w.put(cib)
	if err != nil {
		return nil, err
	}
	if p.older {
		args = append(args, "--text-fancy") // as the newer series writes it without being asked
	}
	cmd := exec.CommandContext(ctx, p.command, args...)
	cmd.Dir = w.dir
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC", "CIB_shadow_dir=" + w.dir}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	o := &outcome{}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	seconds := uint64(w.limit / time.Second)
	err = errors.Join(unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: seconds + 1}, nil), cmd.Wait())
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		o.exit = exit.ExitCode()
		if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signaled() {
			o.trouble = "died of " + s.Signal().String()
			if s.Signal() == unix.SIGXCPU {
				o.trouble = fmt.Sprintf("took more than %v", w.limit)
			}
		}
	case err != nil:
		return nil, err
	}
	o.stderr = stderr.String()
	err = w.collect(o, stdout.Bytes())
	dressRoom(o, cib)
	return o, err
}

// ours lets our own program decide, in this process.
func (w *workplace) ours(ctx context.Context, cib *xmltree.Node) (*outcome, error) {
	args, err := w.put(cib)
	if err != nil {
		return nil, err
	}
	var stdout, stderr bytes.Buffer
	env := applet.Env{
		Name: "crm_simulate", Args: args, Stdin: bytes.NewReader(nil), Stdout: &stdout, Stderr: &stderr,
		Getenv:  func(string) string { return "" },
		Environ: func() []string { return nil },
		Now:     func() time.Time { return time.Now().UTC() }, Context: ctx,
	}
	o := &outcome{}
	func() {
		defer func() {
			if p := recover(); p != nil {
				o.trouble = fmt.Sprintf("panic: %v", p)
			}
		}()
		o.exit = int(crmsimulate.Run(env))
	}()
	o.stderr = stderr.String()
	return o, w.collect(o, stdout.Bytes())
}
