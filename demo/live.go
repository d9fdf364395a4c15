package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"pacer/demo/world"
)

// The colours of the picture.
const (
	plain  = "\x1b[0m"
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
)

// picture is the live view: nodes, service, outages, the latest events, the keys.
type picture struct {
	play *play

	mu       sync.Mutex
	drawn    bool // the picture has the terminal
	events   []told
	message  string
	chosen   int // the node that the keys act on
	lastGap  time.Duration
	gapSince time.Time
	frozen   map[string]bool
}

const shownEvents = 12

// live shows the cluster and does what the keys say until q.
func (p *play) live(ctx context.Context) error {
	v := &picture{play: p, frozen: map[string]bool{}}
	fmt.Fprintf(p.env.Stdout, p.say("Building a cluster of %d nodes in namespaces of this machine …\n",
		"このマシンの名前空間に %d ノードのクラスタを構築します…\n"), p.options.nodes)
	defer func() {
		if p.stage != nil {
			p.stage.close()
		}
	}()
	if err := p.open(ctx, v.hear); err != nil {
		return err
	}
	text := fenced
	if p.options.flat {
		text = flat
	} else if p.options.fail != "all" && p.options.fail != "partition" {
		text = classic
	}
	if err := p.use(ctx, text); err != nil {
		return err
	}
	in := p.env.Stdin.(*os.File)
	old, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	v.mu.Lock()
	v.drawn = true
	v.mu.Unlock()
	fmt.Fprint(p.env.Stdout, "\x1b[?1049h\x1b[?25l")
	defer func() {
		fmt.Fprint(p.env.Stdout, "\x1b[?25h\x1b[?1049l")
		_ = term.Restore(int(in.Fd()), old)
	}()
	keys := make(chan byte)
	go func() {
		r := bufio.NewReader(in)
		for {
			b, err := r.ReadByte()
			if err != nil {
				close(keys)
				return
			}
			keys <- b
		}
	}()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		v.draw()
		select {
		case k, ok := <-keys:
			if !ok || k == 'q' || k == 3 {
				return nil
			}
			v.key(ctx, k)
		case <-tick.C:
		case <-ctx.Done():
			return context.Canceled
		}
	}
}

// hear takes what the nodes tell: into the picture, and before there is one onto the terminal, as progress.
func (v *picture) hear(t told) {
	v.mu.Lock()
	drawn := v.drawn
	v.mu.Unlock()
	if !drawn {
		v.play.narrate(t)
	}
	v.add(t)
}

func (v *picture) add(t told) {
	if t.Level == "debug" || v.play.stage != nil && v.play.stage.repeated(t) {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.events = append(v.events, t)
	if len(v.events) > shownEvents {
		v.events = v.events[1:]
	}
}

func (v *picture) say(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.message = text
}

// key does what a key stands for, on the chosen node, without stopping the picture.
func (v *picture) key(ctx context.Context, k byte) {
	p, s := v.play, v.play.stage
	nodes := s.world.Nodes()
	if k >= '1' && k <= '9' && int(k-'1') < len(nodes) {
		v.mu.Lock()
		v.chosen = int(k - '1')
		v.mu.Unlock()
		return
	}
	n := nodes[v.chosen]
	do := func(what string, f func() error) {
		v.say(what)
		go func() {
			if err := f(); err != nil && !errors.Is(err, context.Canceled) {
				v.say(err.Error())
			}
		}()
	}
	switch k {
	case 'k':
		do(n.Name()+p.say(" loses power", " の電源を切断しました"), n.PowerOff)
	case 'p':
		do(n.Name()+p.say(" is cut off", " をネットワークから切り離しました"), n.Isolate)
	case 'f':
		do(n.Name()+p.say(": its manager is frozen", " のマネージャを凍結しました"), func() error {
			v.setFrozen(n, true)
			_, err := n.Kill(ctx, world.Kill{Role: "manager", Signal: int(unix.SIGSTOP)})
			return err
		})
	case 's':
		do(p.say("the service's processes are killed", "サービスのプロセスを強制終了しました"), func() error {
			owner, err := s.owner(ctx)
			if err == nil {
				_, err = owner.Kill(ctx, world.Kill{Port: s.service.port, Signal: int(unix.SIGKILL)})
			}
			return err
		})
	case 'r':
		do(n.Name()+p.say(" is restored", " を復旧します"), func() error { return v.restore(ctx, n) })
	case 'c':
		do(p.say("failures are forgotten", "故障履歴を消去します"), func() error { return s.cleanup(ctx) })
	}
}

func (v *picture) setFrozen(n *world.Node, on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.frozen[n.Name()] = on
}

// restore undoes whatever was done to a node.
func (v *picture) restore(ctx context.Context, n *world.Node) error {
	v.setFrozen(n, false)
	if !n.On() {
		return v.play.stage.powerOn(ctx, n)
	}
	if n.Isolated() {
		return n.Heal()
	}
	_, err := n.Kill(ctx, world.Kill{Role: "manager", Signal: int(unix.SIGCONT)})
	return err
}

func (v *picture) draw() {
	p, s := v.play, v.play.stage
	last := s.client.Last()
	silent := time.Since(last.Came)
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case silent > 100*time.Millisecond:
		v.gapSince = last.Came
	case !v.gapSince.IsZero():
		v.lastGap, v.gapSince = last.Came.Sub(v.gapSince), time.Time{}
	}
	var b strings.Builder
	b.WriteString("\x1b[H")
	row := func(format string, args ...any) { fmt.Fprintf(&b, format+"\x1b[K\r\n", args...) }
	row("%sPacer%s  %s", bold, plain, p.say("a cluster on this machine", "このマシン上のクラスタ"))
	unsafe := ""
	row("")
	addresses, services := s.world.Holders("address"), s.world.Holders("service")
	for i, n := range s.world.Nodes() {
		mark := " "
		if i == v.chosen {
			mark = cyan + ">" + plain
		}
		state, colour := p.say("off", "停止"), red
		info := s.info(n.Name())
		switch {
		case !n.On():
		case n.Isolated():
			state, colour = p.say("cut off", "孤立"), yellow
		case v.frozen[n.Name()]:
			state, colour = p.say("frozen", "凍結"), yellow
		case info == nil:
			state, colour = p.say("booting", "起動中"), yellow
		case info.DC == n.Name():
			state, colour = p.say("online, DC", "稼働中（DC）"), green
		case info.DC != "":
			state, colour = p.say("online", "稼働中"), green
		default:
			state, colour = p.say("joining", "参加中"), yellow
		}
		if info != nil && info.Unsafe != "" {
			unsafe = info.Unsafe
		}
		var has []string
		if slices.Contains(addresses, n.Name()) {
			has = append(has, s.service.address)
		}
		if slices.Contains(services, n.Name()) {
			has = append(has, p.say("web service", "Web サービス"))
		}
		row("%s %s%-6s%s %s%-14s%s %s", mark, bold, n.Name(), plain, colour, state, plain, strings.Join(has, " + "))
	}
	row("")
	if v.gapSince.IsZero() {
		row("%s: %s%s%s (%s)   %s: %d ms", p.say("client", "クライアント"), green, p.say("answered", "応答あり"), plain, last.Node,
			p.say("last outage", "直近の停止時間"), v.lastGap.Milliseconds())
	} else {
		row("%s: %s%s %d ms%s", p.say("client", "クライアント"), red, p.say("NO ANSWER for", "応答なし"), silent.Milliseconds(), plain)
	}
	if unsafe != "" {
		row("%s%s: %s%s", yellow, p.say("unsafe", "危険な構成"), unsafe, plain)
	} else {
		row("")
	}
	row("")
	for i := range shownEvents {
		if i < len(v.events) {
			t := v.events[i]
			row("%s%s %-5s%s %s", dim, t.At.Format("15:04:05.000"), t.Node, plain, p.text(t))
		} else {
			row("")
		}
	}
	row("")
	row("%s", v.message)
	row("%s%s%s", dim, p.say("1-9 choose node   k cut power   p cut off   f freeze   s kill service   r restore   c clean up   q quit",
		"1-9 ノード選択  k 電源断  p 切り離し  f 凍結  s サービス停止  r 復旧  c 履歴消去  q 終了"), plain)
	b.WriteString("\x1b[J")
	fmt.Fprint(p.env.Stdout, b.String())
}
