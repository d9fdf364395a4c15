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

	"pacer/applet"
	"pacer/tool/crmsimulate"
	"pacer/xmltree"
)

// date is the time that both decide for when the CIB has no execution-date.
const date = "2026-01-15 12:00:00Z"

// workplace is a directory in which one worker runs the two programs, one CIB after the other.
type workplace struct {
	dir   string
	peer  string        // the other crm_simulate
	limit time.Duration // for one run of it
	dated bool          // the CIB says the time itself
	older bool          // it is of the older series: asked in its words, compared without what it says in others
}

// put writes the CIB for the next runs: for us as it is, for the peer in its words.
func (w *workplace) put(cib *xmltree.Node) error {
	_, w.dated = cib.Lookup("execution-date")
	if err := os.WriteFile(w.file("ours.xml"), cib.Append(nil), 0o600); err != nil {
		return err
	}
	if w.older {
		cib = dialect(cib)
	}
	return os.WriteFile(w.file("theirs.xml"), cib.Append(nil), 0o600)
}

// run lets both programs decide on a CIB.
func (w *workplace) run(ctx context.Context, cib *xmltree.Node) (theirs, ours *outcome, err error) {
	if err := w.put(cib); err != nil {
		return nil, nil, err
	}
	if theirs, err = w.theirs(ctx); err != nil {
		return nil, nil, err
	}
	ours, err = w.ours(ctx)
	return theirs, ours, err
}

func (w *workplace) file(name string) string { return filepath.Join(w.dir, name) }

func (w *workplace) arguments(input string) []string {
	list := []string{"-S", "-s", "-U", "-x", w.file(input), "-G", w.file("graph.xml"), "-D", w.file("graph.dot")}
	if !w.dated {
		list = append(list, "-t", date)
	}
	return list
}

// fancy asks the older series for text as the newer one writes it.
func (w *workplace) fancy() []string {
	if w.older {
		return []string{"--text-fancy"}
	}
	return nil
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

// theirs runs the other program on the CIB put.
func (w *workplace) theirs(ctx context.Context) (*outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, w.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, w.peer, append(w.fancy(), w.arguments("theirs.xml")...)...)
	cmd.Dir = w.dir
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC", "CIB_shadow_dir=" + w.dir}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	o := &outcome{}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		o.trouble = fmt.Sprintf("took more than %v", w.limit)
	case errors.As(err, &exit):
		o.exit = exit.ExitCode()
		if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signaled() {
			o.trouble = "died of " + s.Signal().String()
		}
	case err != nil:
		return nil, err
	}
	o.stderr = stderr.String()
	return o, w.collect(o, stdout.Bytes())
}

// ours runs our own program, in this process, on the CIB put.
func (w *workplace) ours(ctx context.Context) (*outcome, error) {
	var stdout, stderr bytes.Buffer
	env := applet.Env{
		Name: "crm_simulate", Args: w.arguments("ours.xml"), Stdin: bytes.NewReader(nil), Stdout: &stdout, Stderr: &stderr,
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
