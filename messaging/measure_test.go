package messaging

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pacer/engine"
)

// startCuttable runs a node whose network can be cut as power goes: without a closing packet.
func (c *cluster) startCuttable(i int) (cut func()) {
	n := c.nodes[i]
	p, err := newProcess(Options{Places: n.places, Config: n.conf, NoPriority: true})
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n.stop, n.done = cancel, make(chan error, 1)
	go func() {
		defer p.close()
		n.done <- p.loop(ctx)
	}()
	c.attach(i)
	return p.net.Close
}

// detection measures how long the others take from a power cut to a view without the node.
func detection(t testing.TB, profile string) time.Duration {
	c := newCluster(t, 3, 1, profile)
	cut := c.startCuttable(0) // the coordinator: the worst one to lose
	c.start(1)
	c.start(2)
	c.each(func(i int) { c.untilView(i, full(3)) })
	begun := time.Now()
	cut()
	c.untilView(1, full(2))
	c.untilView(2, full(2))
	return time.Since(begun)
}

func TestADeadNodeIsNoticedSoon(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for silence")
	}
	for _, profile := range []string{"fast", "default"} {
		d := detection(t, profile)
		t.Logf("%s: %v", profile, d)
		if d > 10*time.Second { // wide: the machine that runs this may be busy; membership tests the protocol's share exactly
			t.Errorf("%s: noticed after %v", profile, d)
		}
	}
}

// BenchmarkDetection reports the median time from a power cut to the next view, in milliseconds.
func BenchmarkDetection(b *testing.B) {
	for _, profile := range []string{"default", "fast"} {
		b.Run(profile, func(b *testing.B) {
			var all []time.Duration
			for b.Loop() {
				all = append(all, detection(b, profile))
			}
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms/median")
			b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, "ms/worst")
		})
	}
}

// BenchmarkOrder measures one message at a time, from Send to the sender's own delivery.
func BenchmarkOrder(b *testing.B) {
	for _, sender := range []int{0, 1} {
		b.Run(map[int]string{0: "coordinator", 1: "member"}[sender], func(b *testing.B) {
			c := newCluster(b, 3, 1, "default")
			for i := range c.nodes {
				c.start(i)
			}
			c.each(func(i int) { c.untilView(i, full(3)) })
			stop := c.drain(sender)
			payload := make([]byte, 200)
			b.ResetTimer()
			for range b.N {
				if err := c.nodes[sender].conn.Send(payload); err != nil {
					b.Fatal(err)
				}
				c.nodes[sender].conn.Flush()
				for {
					if _, ok := c.next(sender).(engine.Delivered); ok {
						break
					}
				}
			}
			b.StopTimer()
			stop()
		})
	}
}

// BenchmarkRate measures many messages at once, from a member, in several sizes.
func BenchmarkRate(b *testing.B) {
	for _, size := range []int{200, 4000, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			c := newCluster(b, 3, 1, "default")
			for i := range c.nodes {
				c.start(i)
			}
			c.each(func(i int) { c.untilView(i, full(3)) })
			stop := c.drain(1)
			payload := make([]byte, size)
			b.SetBytes(int64(size))
			b.ResetTimer()
			sent, got := 0, 0
			for got < b.N {
				for sent < b.N && sent-got < max(2, 1<<19/size) {
					if err := c.nodes[1].conn.Send(payload); err != nil {
						b.Fatal(err)
					}
					sent++
				}
				c.nodes[1].conn.Flush()
				if _, ok := c.next(1).(engine.Delivered); ok {
					got++
				}
			}
			b.StopTimer()
			stop()
		})
	}
}

// drain reads the events of the other nodes, so that nobody waits for them.
func (c *cluster) drain(but int) (stop func()) {
	done := make(chan struct{})
	for i := range c.nodes {
		if i == but {
			continue
		}
		go func() {
			for {
				select {
				case <-done:
					return
				case <-c.nodes[i].conn.Events():
				case <-c.nodes[i].conn.Pings():
					c.nodes[i].conn.Alive()
				}
			}
		}()
	}
	return func() { close(done) }
}
