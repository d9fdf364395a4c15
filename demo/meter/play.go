package meter

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"pacer/applet"
	"pacer/demo/record"
	"pacer/demo/world"
)

// bench is one run: a world, its desk, and what has come out so far.
type bench struct {
	options options
	world   *world.World
	desk    *desk
	report  Report
}

// pauses are the times for which a node may stand still in each profile without being missed.
var pauses = map[string]time.Duration{"fast": 60 * time.Millisecond, "default": 300 * time.Millisecond, "patient": 1500 * time.Millisecond}

// messageSize is that of the messages that are counted, in bytes; window is how many of them are on their way in a stream.
const (
	messageSize = 64
	window      = 512
)

// calmDown is how long nodes run before they are disturbed: detection adapts to what it has seen.
const calmDown = time.Second

func play(e applet.Env, o options) (*Report, error) {
	b := &bench{options: o}
	b.report.Nodes, b.report.Profile, b.report.Engine = o.nodes, o.profile, "builtin"
	ctx := e.Context
	var err error
	if b.world, err = world.New(world.Config{Nodes: o.nodes, Program: "/proc/self/exe", NodeArgs: []string{"demo-node"},
		Service: []string{"bench-member"}, Profile: o.profile, Ordinary: o.ordinary}); err != nil {
		return nil, err
	}
	defer b.world.Close()
	if b.desk, err = openDesk(); err != nil {
		return nil, err
	}
	defer b.desk.close()
	for _, n := range b.world.Nodes() {
		if err := n.PowerOn(ctx); err != nil {
			return nil, err
		}
	}
	if err := b.whole(ctx, 0); err != nil {
		return nil, b.withLog(err)
	}
	if err := b.idle(ctx); err != nil {
		return nil, b.withLog(err)
	}
	if o.busy {
		stop, err := keepBusy()
		if err != nil {
			return nil, err
		}
		defer stop()
	}
	for _, step := range []func(context.Context) error{b.order, b.calm, b.pauseNodes, b.kill} {
		if err := step(ctx); err != nil {
			return nil, b.withLog(err)
		}
	}
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Sscan(string(load), &b.report.Load)
	b.desk.mu.Lock()
	b.report.FalseRemovals = b.desk.falseRemovals
	b.desk.mu.Unlock()
	b.report.finish()
	return &b.report, nil
}

// names are those of all nodes, or of all but one.
func (b *bench) names(but string) []string {
	var out []string
	for _, n := range b.world.Nodes() {
		if n.Name() != but {
			out = append(out, n.Name())
		}
	}
	return out
}

// whole waits until every node has told the view of all nodes after a time; from then on nobody may be missing.
func (b *bench) whole(ctx context.Context, after time.Duration) error {
	if _, err := b.desk.agreed(ctx, b.names(""), after); err != nil {
		return err
	}
	b.desk.settle(b.names(""))
	return rest(ctx, calmDown)
}

// rest lets the cluster run.
func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// kill takes the power of one node after the other, links first and without a last packet, and measures the time until all others
// have been given the view without it.
func (b *bench) kill(ctx context.Context) error {
	nodes := b.world.Nodes()
	for k := range b.options.kills {
		n := nodes[k%len(nodes)]
		b.desk.excuse(n.Name())
		begun := record.Mono()
		if err := n.PowerOff(); err != nil {
			return err
		}
		last, err := b.desk.agreed(ctx, b.names(n.Name()), begun)
		if err != nil {
			return err
		}
		b.report.views = append(b.report.views, last-begun)
		back := record.Mono()
		if err := n.PowerOn(ctx); err != nil {
			return err
		}
		if err := b.whole(ctx, back); err != nil {
			return err
		}
	}
	b.report.Kills = b.options.kills
	return nil
}

// order has the second node send messages: it is not the coordinator, so every message travels.
func (b *bench) order(ctx context.Context) error {
	if b.options.messages == 0 {
		return nil
	}
	sender := b.world.Nodes()[1].Name()
	single, err := b.desk.ask(ctx, sender, order{Do: "single", Count: b.options.messages / 4, Size: messageSize})
	if err != nil {
		return err
	}
	b.report.orders = single.Times
	stream, err := b.desk.ask(ctx, sender, order{Do: "stream", Count: b.options.messages, Size: messageSize, Window: window})
	if err != nil {
		return err
	}
	b.report.OrderedPerS = float64(b.options.messages) / stream.Took.Seconds()
	big, err := b.desk.ask(ctx, sender, order{Do: "single", Count: 9, Size: 1 << 20})
	if err != nil {
		return err
	}
	b.report.MegabyteMs = milliseconds(quantile(big.Times, 0.5))
	return nil
}

// calm looks on.
func (b *bench) calm(ctx context.Context) error {
	b.report.WatchedS = b.options.watch.Seconds()
	return rest(ctx, b.options.watch)
}

// pauseNodes stops messaging processes by chance, one at a time.
func (b *bench) pauseNodes(ctx context.Context) error {
	nodes := b.world.Nodes()
	for range b.options.pauses {
		n := nodes[rand.IntN(len(nodes))]
		if _, err := b.desk.ask(ctx, n.Name(), order{Do: "pause", Pause: pauses[b.options.profile]}); err != nil {
			return err
		}
		if err := rest(ctx, calmDown/2); err != nil {
			return err
		}
	}
	b.report.Pauses = b.options.pauses
	return nil
}

// idle measures what messaging takes while nothing happens: the mean of all nodes.
func (b *bench) idle(ctx context.Context) error {
	before := map[string]*usage{}
	look := func(name string) (*usage, error) {
		a, err := b.desk.ask(ctx, name, order{Do: "usage"})
		return a.Usage, err
	}
	var err error
	for _, name := range b.names("") {
		if before[name], err = look(name); err != nil {
			return err
		}
	}
	if err := rest(ctx, b.options.idle); err != nil {
		return err
	}
	count := float64(len(before))
	b.report.Realtime = true
	for _, name := range b.names("") {
		now, err := look(name)
		if err != nil {
			return err
		}
		was := before[name]
		span := (now.At - was.At).Seconds()
		b.report.PSSKB, b.report.RSSKB = max(b.report.PSSKB, now.PSS), max(b.report.RSSKB, now.RSS)
		b.report.Realtime = b.report.Realtime && now.Realtime
		if b.options.idle == 0 {
			continue // there is nothing to tell of no time
		}
		b.report.IdleCPUPct += 100 * (now.CPU - was.CPU).Seconds() / span / count
		b.report.IdleKBPerS += float64(now.Bytes-was.Bytes) / 1000 / span / count
	}
	b.report.IdleS = b.options.idle.Seconds()
	return nil
}

// withLog adds the end of the nodes' logs, which are gone with the world.
func (b *bench) withLog(err error) error {
	for _, n := range b.names("") {
		text, _ := os.ReadFile(filepath.Join(b.world.Dir(), n+".log"))
		err = fmt.Errorf("%w\n--- %s\n%s", err, n, text[max(0, len(text)-2000):])
	}
	return err
}

// keepBusy starts a process for every processor that does nothing but turn.
func keepBusy() (stop func(), err error) {
	var all []*exec.Cmd
	stop = func() {
		for _, c := range all {
			_ = c.Process.Kill()
			_ = c.Wait()
		}
	}
	for range runtime.NumCPU() {
		c := exec.Command("/proc/self/exe", "bench-spin")
		c.Args[0] = "pacer"
		c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := c.Start(); err != nil {
			stop()
			return nil, fmt.Errorf("bench: %w", err)
		}
		all = append(all, c)
	}
	return stop, nil
}
