package service

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"pacer/clusterconf"
	"pacer/note"
	"pacer/place"
	"pacer/supervisor"
)

// With this variable the test program plays a role: it says in the pipe of that name what happens to it, and ends when it is told to.
const toldVariable = "PACER_TEST_TOLD"

func init() {
	pipe := os.Getenv(toldVariable)
	if pipe == "" || len(os.Args) != 3 {
		return
	}
	signals := make(chan os.Signal, 100)
	signal.Notify(signals, syscall.SIGTERM)
	tell := func(word string) {
		if f, err := os.OpenFile(pipe, os.O_WRONLY, 0); err == nil {
			_, _ = io.WriteString(f, word+"\n")
			f.Close()
		}
	}
	if os.Args[2] == string(supervisor.Messaging) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	tell("up")
	for s := range signals {
		if s == syscall.SIGTERM {
			os.Exit(0)
		}
		tell("reload")
	}
}

// SIGHUP reaches the messaging process, and nobody dies of it.
func TestAHangupReloads(t *testing.T) {
	dir := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	told := filepath.Join(dir, "told")
	if err := syscall.Mkfifo(told, 0o600); err != nil {
		t.Skipf("there are no named pipes here: %v", err)
	}
	t.Setenv(toldVariable, told)
	pipe, err := os.OpenFile(told, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		_, err := Run(ctx, Options{Places: place.Places{Root: dir}, Program: program, Output: io.Discard,
			Log: NewLog(io.Discard, "node1", note.English), Limits: supervisor.DefaultLimits})
		ended <- err
	}()
	lines := bufio.NewScanner(pipe)
	for range 2 { // messaging and manager
		if !lines.Scan() || lines.Text() != "up" {
			t.Fatalf("%q: %v", lines.Text(), lines.Err())
		}
	}
	// While a process is being started a hangup means nothing, so it is sent until it arrives.
	arrived := make(chan struct{})
	go func() {
		for again := time.NewTicker(10 * time.Millisecond); ; {
			_ = syscall.Kill(os.Getpid(), syscall.SIGHUP)
			select {
			case <-arrived:
				again.Stop()
				return
			case <-again.C:
			}
		}
	}()
	if !lines.Scan() || lines.Text() != "reload" {
		t.Fatalf("%q: %v", lines.Text(), lines.Err())
	}
	close(arrived)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A reload names what has changed, what came and what went, each once.
func TestAReloadNamesWhatWaits(t *testing.T) {
	setting := func(name, value string) clusterconf.Setting {
		return clusterconf.Setting{Name: name, Type: "str", Value: value}
	}
	old := []clusterconf.Setting{setting("totem.token", "1000"), setting("totem.version", "2"), setting("quorum.two_node", "1")}
	now := []clusterconf.Setting{setting("totem.version", "2"), setting("totem.token", "3000"), setting("logging.debug", "on")}
	if got := changed(old, now); !slices.Equal(got, []string{"logging.debug", "quorum.two_node", "totem.token"}) {
		t.Errorf("%q", got)
	}
	if got := changed(old, old); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// A configuration that cannot be read is not handed on: nobody gets a signal.
func TestABadConfigurationIsNotReloaded(t *testing.T) {
	places := place.Places{Root: t.TempDir()}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	defer signal.Stop(signals)
	if _, err := reload(places, os.Getpid()); err == nil {
		t.Error("there is nothing that could be read")
	}
	select {
	case <-signals:
		t.Error("a signal was sent")
	default:
	}
}
