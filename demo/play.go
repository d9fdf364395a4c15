package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"pacer/applet"
	"pacer/demo/probe"
	"pacer/demo/world"
	"pacer/note"
)

// play is one run of the demonstration inside its world.
type play struct {
	env     applet.Env
	options options
	lang    note.Language
	say     func(en, ja string) string
	stage   *stage
	report  Report
	over    atomic.Bool // nothing that the nodes tell from now on matters
}

// say writes a line for people; with --json nothing but the object goes to standard output.
func (p *play) line(format string, args ...any) {
	if !p.options.json {
		fmt.Fprintf(p.env.Stdout, format+"\n", args...)
	}
}

// open builds the world and boots the cluster with the first configuration.
func (p *play) open(ctx context.Context, tell func(told)) error {
	o, at := p.options, movingService
	if o.flat {
		at = flatService
	}
	s, err := newStage(world.Config{
		Nodes: o.nodes, FenceDelay: o.fenceDelay, FenceFail: o.fenceFail, Flat: o.flat, Stock: o.stock,
		Program: "/proc/self/exe", NodeArgs: []string{"demo-node"},
	}, at, tell)
	if err != nil {
		return err
	}
	p.stage = s
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.powerOn(ctx, s.world.Nodes()...); err != nil {
		return p.withLogs(err)
	}
	if err := s.settled(ctx); err != nil {
		return p.withLogs(err)
	}
	return nil
}

// use loads a configuration and waits until its service answers.
func (p *play) use(ctx context.Context, text string) error {
	if p.options.config != "" {
		text = p.options.config
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := p.stage.load(ctx, text); err != nil {
		return p.withLogs(err)
	}
	if _, err := p.stage.client.Wait(ctx, func(probe.Answer) bool { return true }); err != nil {
		return p.withLogs(errors.New("demo: the service did not start after its configuration had been loaded"))
	}
	return p.stage.settled(ctx)
}

// scripted plays every fault in its turn and reports.
func (p *play) scripted(ctx context.Context) error {
	began := time.Now()
	kinds, err := p.kinds()
	if err != nil {
		return err
	}
	p.report.ColdStartMs, p.report.Faults, p.report.Nodes, p.report.Engine = -1, []Fault{}, p.options.nodes, "built-in"
	p.line(p.say("Building a cluster of %d nodes on this machine …", "このマシン上に %d ノードのクラスタを構築します…"), p.options.nodes)
	defer func() {
		if p.stage != nil {
			p.stage.close()
		}
	}()
	if err := p.open(ctx, p.narrate); err != nil {
		return err
	}
	if err := p.use(ctx, p.configuration(kinds[0].fenced)); err != nil {
		return err
	}
	if err := p.show(ctx); err != nil {
		return err
	}
	p.memory(ctx)
	p.line("\n%s", p.say("== cold start: all power off, then every node boots ==", "== コールドスタート：全電源断から全ノードを起動 =="))
	if p.report.ColdStartMs, err = p.stage.coldStart(ctx); err == nil {
		err = p.settledSoon(ctx)
	}
	if err != nil {
		p.problem(err)
	}
	p.faults(ctx, kinds, kinds[0].fenced)
	p.faults(ctx, kinds, !kinds[0].fenced)
	if ctx.Err() != nil {
		return context.Canceled
	}
	p.over.Store(true)
	for _, o := range p.stage.world.Overlaps() {
		p.report.DoubleActive = true
		p.report.Overlaps = append(p.report.Overlaps, fmt.Sprintf("%s on %s and %s for %v", o.Thing, o.A, o.B, o.To-o.From))
	}
	if p.options.json {
		err = p.report.JSON(p.env.Stdout)
	} else {
		p.report.Summary(p.env.Stdout, p.say)
		p.line(p.say("The whole demonstration took %.0f s.", "所要時間は %.0f 秒でした。"), time.Since(began).Seconds())
	}
	if err == nil && !p.report.Good() {
		err = errors.New(p.say("demo: not everything recovered as it should", "demo: 一部の障害から正しく復旧できませんでした"))
		err = p.withLogs(err)
	}
	return err
}

// kinds are the faults to play. Without namespaces those that need a fence device or cables are left out, by name.
func (p *play) kinds() ([]faultKind, error) {
	kinds, err := kindsFor(p.options.fail)
	if err != nil || !p.options.flat {
		return kinds, err
	}
	var left []faultKind
	for _, k := range kinds {
		if k.fenced {
			p.report.LeftOut = append(p.report.LeftOut, k.name)
			fmt.Fprintf(p.env.Stderr, p.say("demo: %s is left out: it needs namespaces, which this system does not allow\n",
				"demo: %s は名前空間を使えないため省略します\n"), k.name)
			continue
		}
		left = append(left, k)
	}
	if len(left) == 0 {
		return nil, errors.New(p.say("demo: nothing is left to play", "demo: 実行できる障害がありません"))
	}
	return left, nil
}

// configuration is what the faults want that need, or do not need, a cluster that fences.
func (p *play) configuration(fences bool) string {
	switch {
	case p.options.flat:
		return flat
	case fences:
		return fenced
	}
	return classic
}

// faults plays the rounds of all faults that want, or do not want, a cluster that fences.
func (p *play) faults(ctx context.Context, kinds []faultKind, fencedNow bool) {
	loaded := fencedNow == kinds[0].fenced
	for _, kind := range kinds {
		if kind.fenced != fencedNow || ctx.Err() != nil {
			continue
		}
		if !loaded {
			p.line("\n%s", p.say("== another configuration: with a fence device, as a cluster should be, or without ==",
				"== 構成を切り替えます（フェンシング装置の有無） =="))
			if err := p.use(ctx, p.configuration(fencedNow)); err != nil {
				p.problem(err)
				return
			}
			loaded = true
		}
		for i := 1; i <= p.options.rounds && ctx.Err() == nil; i++ {
			p.line("\n%s", p.heading(kind.name, i))
			f, err := p.stage.round(ctx, kind, i)
			p.report.Faults = append(p.report.Faults, f)
			if err != nil {
				p.problem(fmt.Errorf("%s, round %d: %w", kind.name, i, err))
				return
			}
			p.line(p.say("  → the client was answered again after %.0f ms", "  → クライアントへの応答は %.0f ミリ秒後に再開しました"), f.OutageMs)
		}
	}
}

func (p *play) heading(fault string, round int) string {
	text := map[string][2]string{
		"node":      {"the node that runs the service loses power", "サービスが動いているノードの電源断"},
		"service":   {"the service's processes are killed (its monitor runs every 10 s)", "サービスのプロセスを強制終了（監視間隔は 10 秒）"},
		"standby":   {"an administrator puts the node into standby", "管理者がノードをスタンバイにする"},
		"partition": {"the node is cut off from all the others", "ノードをネットワークから切り離す"},
		"address":   {"the service's address is removed behind the cluster's back", "サービスのアドレスを外部から削除"},
		"manager":   {"the manager is killed on the node that runs the service", "サービスが動いているノードのマネージャを強制終了"},
		"messaging": {"the messaging process is killed on the node that runs the service", "サービスが動いているノードのメッセージングを強制終了"},
		"freeze":    {"the manager is stopped for good (SIGSTOP)", "マネージャを停止したままにする（SIGSTOP）"},
		"crashloop": {"the manager is killed again and again", "マネージャを繰り返し強制終了"},
	}[fault]
	return fmt.Sprintf("== %s %d: %s ==", fault, round, p.say(text[0], text[1]))
}

func (p *play) problem(err error) {
	p.report.Problems = append(p.report.Problems, err.Error())
	p.line("%v", err)
}

func (p *play) settledSoon(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return p.stage.settled(ctx)
}

// show prints what an administrator would look at.
func (p *play) show(ctx context.Context) error {
	n, err := p.stage.anyNode()
	if err != nil {
		return err
	}
	out, err := p.stage.run(ctx, n, "", "crm_mon", "-1")
	if err != nil {
		return p.withLogs(err)
	}
	p.line("\n%s$ crm_mon -1\n%s", n.Name(), strings.TrimRight(out, "\n"))
	return nil
}

func (p *play) memory(ctx context.Context) {
	for _, n := range p.stage.world.Nodes() {
		kb, err := n.PSS(ctx)
		if err != nil {
			p.problem(err)
		}
		p.report.PSSKB = append(p.report.PSSKB, kb)
	}
}

// narrate prints what matters of what the nodes tell, once for all nodes that tell the same.
func (p *play) narrate(t told) {
	if t.Level == "debug" || p.options.json || p.over.Load() || p.stage != nil && p.stage.repeated(t) {
		return
	}
	p.line("  %s  %-5s %s", t.At.Format("15:04:05.000"), t.Node, p.text(t))
}

func (p *play) text(t told) string { return p.say(t.Text, t.TextJapanese) }

// withLogs adds the ends of the nodes' logs to an error that nobody could understand without them.
func (p *play) withLogs(err error) error {
	if p.stage == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var b strings.Builder
	for _, n := range p.stage.world.Nodes() {
		log, _ := os.ReadFile(p.stage.world.Dir() + "/" + n.Name() + ".log")
		if len(log) > 2000 {
			log = log[len(log)-2000:]
		}
		fmt.Fprintf(&b, "\n--- the end of %s's log\n%s", n.Name(), log)
	}
	return fmt.Errorf("%w%s", err, b.String())
}
