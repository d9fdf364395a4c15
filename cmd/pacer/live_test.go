package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pacer/internal/livenode"
	"pacer/place"
)

// TestToolsAgainstARealManager runs the sessions in tool/testdata/live: the commands against a manager with agents.
func TestToolsAgainstARealManager(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../tool/testdata/live",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("LC_ALL", "C")
			env.Setenv("TZ", "UTC")
			env.Setenv(place.RootVariable, filepath.Join(env.WorkDir, "root"))
			return nil
		},
		Condition: func(cond string) (bool, error) { return cond == "root" && os.Geteuid() == 0, nil },
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "until": until, "fails": fails, "cluster": startCluster},
	})
}

// cluster starts the node.
func startCluster(ts *testscript.TestScript, _ bool, _ []string) {
	path, err := exec.LookPath("pacer")
	ts.Check(err)
	n, err := livenode.Start(ts.Getenv(place.RootVariable), filepath.Dir(path))
	ts.Check(err)
	ts.Defer(func() {
		n.Stop()
		if text := strings.Join(n.Notes(), "\n"); os.Getenv("LIVE_NOTES") != "" {
			ts.Logf("%s", text)
		}
	})
}

// fails COMMAND ARG... runs a command that must not end well.
func fails(ts *testscript.TestScript, _ bool, args []string) {
	var e *exec.ExitError
	if err := ts.Exec(args[0], args[1:]...); err == nil {
		ts.Fatalf("it ended well")
	} else if !errors.As(err, &e) {
		ts.Fatalf("%v", err)
	}
}

// until CODE COMMAND ARG... repeats a command until it ends with the code, for at most a minute.
func until(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	for end := time.Now().Add(time.Minute); ; {
		err := ts.Exec(args[1], args[2:]...)
		got := 0
		var e *exec.ExitError
		if errors.As(err, &e) {
			got = e.ExitCode()
		}
		if got == want {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("still exit code %d, not %d", got, want)
		}
	}
}
