package demo

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"pacer/demo/world"
)

// Tests that need a cluster of their own play twice: outside, where they only start themselves again in namespaces, and inside.
var (
	insideFlag  = flag.String("inside", "", "for internal use: the test that plays inside a world")
	programFlag = flag.String("program", "", "for internal use: the program that is tested")
)

// trial is a cluster under test with what tests want to do with it.
type trial struct {
	*testing.T
	*stage
	ctx context.Context
}

// inWorld plays body in a world of its own.
func inWorld(t *testing.T, body func(*trial)) {
	t.Helper()
	if *insideFlag == t.Name() {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
		defer cancel()
		body(&trial{T: t, ctx: ctx})
		return
	}
	if testing.Short() {
		t.Skip("a real cluster takes a while; left out with -short")
	}
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	code, err := world.Enter(t.Context(), "/proc/self/exe",
		[]string{"-test.run=^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$", "-test.v", "-inside=" + t.Name(), "-program=" + program(t)}, null, out, out)
	if errors.Is(err, world.ErrNoNamespaces) {
		t.Skip("this system allows no namespaces: " + err.Error())
	}
	_, _ = out.Seek(0, io.SeekStart)
	text, _ := io.ReadAll(out)
	switch {
	case err != nil || code != 0:
		t.Errorf("inside: exit code %d, %v\n%s", code, err, text)
	case strings.Contains(string(text), "--- SKIP"):
		t.Skip(string(text))
	default:
		t.Logf("%s", text)
	}
}

// build makes the world; no node is on yet.
func (t *trial) build(c world.Config) {
	t.Helper()
	c.Program, c.NodeArgs = program(t.T), []string{"demo-node"}
	s, err := newStage(c, movingService, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.stage = s
	t.Cleanup(func() {
		if t.Failed() {
			t.logs()
		}
		s.close()
	})
}

// logs prints the ends of the nodes' logs.
func (t *trial) logs() {
	for _, n := range t.world.Nodes() {
		log := t.log(n)
		t.Logf("--- the end of %s's log\n%s", n.Name(), log[max(0, len(log)-6000):])
	}
}

func (t *trial) log(n *world.Node) string {
	b, _ := os.ReadFile(t.world.Dir() + "/" + n.Name() + ".log")
	return string(b)
}

// boot powers nodes on, all when none is named, and waits until the cluster is at rest.
func (t *trial) boot(nodes ...*world.Node) {
	t.Helper()
	if len(nodes) == 0 {
		nodes = t.world.Nodes()
	}
	if err := t.powerOn(t.ctx, nodes...); err != nil {
		t.Fatal(err)
	}
	t.rest()
}

// rest waits until the cluster is at rest.
func (t *trial) rest() {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, 30*time.Second)
	defer cancel()
	if err := t.settled(ctx); err != nil {
		t.Fatal(err)
	}
}

// on runs a tool on a node and returns what it printed and its exit code.
func (t *trial) on(n *world.Node, args ...string) (string, int) {
	t.Helper()
	return t.feed(n, "", args...)
}

func (t *trial) feed(n *world.Node, stdin string, args ...string) (string, int) {
	t.Helper()
	out, code, err := n.Run(t.ctx, stdin, args...)
	if err != nil {
		t.Fatalf("%q on %s: %v", args, n.Name(), err)
	}
	return out, code
}

// must runs a tool that has to succeed.
func (t *trial) must(n *world.Node, args ...string) string {
	t.Helper()
	out, code := t.on(n, args...)
	if code != 0 {
		t.Fatalf("%q on %s ended with %d: %s", args, n.Name(), code, out)
	}
	return out
}

// configure loads a configuration in place of what is there.
func (t *trial) configure(text string) {
	t.Helper()
	if err := t.load(t.ctx, text); err != nil {
		t.Fatal(err)
	}
	t.rest()
}

// has fails unless the text has all these parts.
func (t *trial) has(text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in:\n%s", p, text)
		}
	}
}

// until waits until something is true that the cluster comes to by itself.
func (t *trial) until(what string, ok func() bool) {
	t.Helper()
	for since := time.Now(); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Since(since) > 30*time.Second || t.ctx.Err() != nil {
			t.Fatal("it never came to this: " + what)
		}
	}
}

// serving waits until the service is answered and returns the node that runs it.
func (t *trial) serving() *world.Node {
	t.Helper()
	n, err := t.owner(t.ctx)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// dc is the node that coordinates.
func (t *trial) dc() *world.Node {
	t.Helper()
	var n *world.Node
	t.until("a DC", func() bool {
		for _, x := range t.world.Nodes() {
			if i := t.info(x.Name()); i != nil && i.DC != "" {
				n = t.world.Node(i.DC)
			}
		}
		return n != nil
	})
	return n
}
