package courier

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"pacer/api"
	"pacer/exitcode"
	"pacer/place"
)

const (
	// collectTime is how long a collector may take; those who ask wait a little longer.
	collectTime = 80 * time.Second
	// MaxCollection limits what one node collects, in bytes of the compressed archive.
	MaxCollection = 64 << 20
	// niceness of a collector: the cluster comes first.
	niceness = 10
	// maxProblem limits what is told of a collector's complaints.
	maxProblem = 1000
)

// collection is an archive that waits for being fetched.
type collection struct {
	file  *os.File // nil while it is being made
	timer *time.Timer
}

// collect lets the collector work, and keeps what it has made.
func (c *Courier) collect(r api.Collect) (*api.Collection, error) {
	id := rand.Text()
	if err := c.reserve(id); err != nil {
		return nil, err
	}
	file, size, err := c.make(id, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && c.closed {
		err = errors.New("the node is being stopped")
	}
	if err != nil {
		if file != nil {
			file.Close()
		}
		c.drop(id)
		return nil, err
	}
	x := c.collections[id]
	x.file = file
	x.timer = time.AfterFunc(keep, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.drop(id)
	})
	return &api.Collection{ID: id, Size: size}, nil
}

func (c *Courier) reserve(id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.collections) >= maxCollections {
		return api.Errorf(exitcode.TempFail, "%d collections wait for being fetched already; try again in %s", maxCollections, keep)
	}
	c.collections[id] = &collection{}
	return nil
}

// drop forgets a collection; c.mu is held.
func (c *Courier) drop(id string) {
	x := c.collections[id]
	if x == nil {
		return
	}
	delete(c.collections, id)
	if x.timer != nil {
		x.timer.Stop()
	}
	if x.file != nil {
		x.file.Close()
	}
	_ = os.Remove(c.path(id))
}

func (c *Courier) path(id string) string {
	return filepath.Join(c.opt.Places.Collections(), id+".tar.gz")
}

func (c *Courier) make(id string, r api.Collect) (*os.File, int64, error) {
	if err := os.MkdirAll(c.opt.Places.Collections(), 0o700); err != nil {
		return nil, 0, err
	}
	file, err := os.OpenFile(c.path(id), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, 0, err
	}
	request, err := json.Marshal(r)
	if err != nil {
		return file, 0, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), collectTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.opt.Collector[0], c.opt.Collector[1:]...)
	var complaints bytes.Buffer
	out := &limitedWriter{to: file, left: MaxCollection}
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Dir = bytes.NewReader(request), out, &limitedWriter{to: &complaints, left: maxProblem, quiet: true}, "/"
	cmd.Env, cmd.WaitDelay = os.Environ(), time.Second
	if root := c.opt.Places.Root; root != "" {
		cmd.Env = append(cmd.Env, place.RootVariable+"="+root)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return file, 0, fmt.Errorf("courier: %w", err)
	}
	_ = unix.Setpriority(unix.PRIO_PROCESS, cmd.Process.Pid, niceness)
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return file, 0, api.Errorf(exitcode.Timeout, "collecting took longer than %s", collectTime)
	case out.left < 0:
		return file, 0, fmt.Errorf("the collection is larger than %d bytes: ask for a shorter time", MaxCollection)
	case err != nil:
		return file, 0, fmt.Errorf("collecting failed: %w: %s", err, strings.TrimSpace(complaints.String()))
	}
	return file, MaxCollection - out.left, nil
}

// part reads from a collection; the last part drops it.
func (c *Courier) part(r api.CollectPart) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x := c.collections[r.Collection]
	if x == nil || x.file == nil {
		return nil, api.Errorf(exitcode.NoSuch, "There is no such collection; it is kept for %s", keep)
	}
	if r.Offset < 0 {
		return nil, api.Errorf(exitcode.DataErr, "An offset of %d makes no sense", r.Offset)
	}
	buf := make([]byte, api.MaxPart)
	n, err := x.file.ReadAt(buf, r.Offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if n < len(buf) {
		c.drop(r.Collection)
	}
	return buf[:n], nil
}

// limitedWriter fails, or stays quiet, when too much is written.
type limitedWriter struct {
	to    io.Writer
	left  int64 // below 0: there was more
	quiet bool
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	if int64(len(p)) > w.left {
		if !w.quiet {
			w.left = -1
			return 0, errors.New("too much is written")
		}
		_, err := w.to.Write(p[:w.left])
		w.left = 0
		return len(p), err
	}
	w.left -= int64(len(p))
	return w.to.Write(p)
}
