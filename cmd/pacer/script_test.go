package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"pacer/api"
	"pacer/exitcode"
	"pacer/internal/fakenode"
	"pacer/place"
)

func TestMain(m *testing.M) {
	commands := map[string]func(){"pacer": main}
	for _, a := range table {
		for _, name := range a.Names {
			commands[name] = main
		}
	}
	testscript.Main(m, commands)
}

// TestToolSessions runs the sessions in tool/testdata: each is a script of real processes on a CIB file, or against a node that
// the command "node" starts.
func TestToolSessions(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../tool/testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("LC_ALL", "C")
			env.Setenv("TZ", "UTC")
			// Nothing may reach a node of the machine that runs the test.
			env.Setenv(place.RootVariable, filepath.Join(env.WorkDir, "root"))
			env.Values["t"] = t
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "node": startNode, "asked": asked, "refuse": refuse, "fenced": fenced, "alone": alone,
		},
	})
}

// exits CODE COMMAND ARG... runs a command and compares its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var e *exec.ExitError
	if errors.As(err, &e) {
		got = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

var nodes = map[string]*fakenode.Node{}

// node FILE starts a node with that CIB.
func startNode(ts *testscript.TestScript, _ bool, args []string) {
	n, err := fakenode.New(ts.ReadFile(args[0]))
	ts.Check(err)
	root := ts.Getenv(place.RootVariable)
	n.Refuse = func(r api.Request) error {
		data, err := os.ReadFile(filepath.Join(root, "refuse"))
		if err != nil {
			return nil
		}
		code, text, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
		c, _ := strconv.Atoi(code)
		return api.Errorf(exitcode.Code(c), "%s", text)
	}
	stop, err := n.StartPlain(root)
	ts.Check(err)
	nodes[root] = n
	ts.Defer(func() {
		delete(nodes, root)
		ts.Check(stop())
	})
}

// refuse CODE TEXT lets the node refuse all requests from now on; without arguments it accepts them again.
func refuse(ts *testscript.TestScript, _ bool, args []string) {
	path := filepath.Join(ts.Getenv(place.RootVariable), "refuse")
	if len(args) == 0 {
		ts.Check(os.Remove(path))
		return
	}
	ts.Check(os.WriteFile(path, []byte(strings.Join(args, " ")), 0o600))
}

// fenced TARGET ACTION STATE puts a record into the fencing history.
func fenced(ts *testscript.TestScript, _ bool, args []string) {
	n := nodes[ts.Getenv(place.RootVariable)]
	n.Change(func(s *api.Snapshot) {
		s.Fencing = append(s.Fencing, api.FenceRecord{Target: args[0], Action: args[1], State: args[2], Origin: "node1",
			Client: "stonith_admin.1", Delegate: "node2", Completed: n.Now})
		s.Devices = []api.FenceDevice{{ID: "dev1", Agent: "fence_x", Local: true}}
	})
}

// alone takes the other members, and with them quorum, away from the node.
func alone(ts *testscript.TestScript, _ bool, _ []string) {
	nodes[ts.Getenv(place.RootVariable)].Change(func(s *api.Snapshot) {
		v := &s.Node.View
		v.Members, v.Votes, v.Quorate = v.Members[:1], 1, false
	})
}

// asked PATH JSON... compares the last request with what is expected: each argument must be in its JSON form.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	n := nodes[ts.Getenv(place.RootVariable)]
	if n == nil {
		ts.Fatalf("there is no node")
	}
	all := n.Requests()
	if len(all) == 0 {
		if neg {
			return
		}
		ts.Fatalf("nothing was asked")
	}
	last := all[len(all)-1]
	data, err := json.Marshal(last)
	ts.Check(err)
	have := fmt.Sprintf("%s %s", last.Path(), data)
	for _, want := range args {
		if strings.Contains(have, want) == neg {
			ts.Fatalf("the last request is %s (looking for %s)", have, want)
		}
	}
}
