package messaging

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"pacer/clusterconf"
	"pacer/disk"
	"pacer/engine"
	"pacer/machine"
	"pacer/membership"
	"pacer/note"
	"pacer/quorum"
	"pacer/transport"
)

// Run serves until ctx ends (then it says goodbye to the peers and returns nil) or the engine cannot go on.
func Run(ctx context.Context, opt Options) error {
	p, err := newProcess(opt)
	if err != nil {
		return err
	}
	defer p.close()
	return p.loop(ctx)
}

// process is the messaging process: the loop that owns the cores.
type process struct {
	opt    Options
	conf   *clusterconf.Config
	core   *membership.Core
	quorum *quorum.Core
	net    *transport.Transport
	server *server
	epochs *epochFile
	// tracked keeps the most votes that were ever expected; nil when the configuration does not ask for it.
	tracked *trackingFile
	notes   *teller

	start time.Time
	timer *time.Timer
	// window and words are the timers of the core quorum.
	window, words *time.Timer
	judged        quorum.Judged
	realtime      bool
	// later are events of the core membership that come of the step that is being performed.
	later    []membership.Event
	stepping bool

	manager *client
	open    bool // the manager takes part, in the agreed order
	shown   engine.View
	pinged  uint64
	ponged  uint64
	alive   time.Time // last pong, or the attachment

	inView engine.ViewID

	ended  bool
	reason string
}

// pingEvery is the interval of the pings to the manager.
const pingEvery = 500 * time.Millisecond

// backlogLimit is how many fragments of the manager's messages may wait; more are not read from its socket.
const backlogLimit = 4000

func newProcess(opt Options) (*process, error) {
	if opt.load == nil {
		opt.load = LoadConfig
	}
	conf := opt.Config
	if conf == nil {
		var err error
		if conf, err = opt.load(opt.Places); err != nil {
			return nil, err
		}
	}
	if opt.HangLimit == 0 {
		opt.HangLimit = DefaultHangLimit
	}
	if opt.Incarnation == 0 {
		// Milliseconds rise from start to start; the low bits tell two starts in one millisecond apart.
		opt.Incarnation = uint64(time.Now().UnixMilli())<<16 | uint64(rand.Uint32N(1<<16))
	}
	p := &process{opt: opt, conf: conf, start: time.Now(), notes: newTeller(opt.Tell)}
	timing := conf.Timing
	if !opt.NoPriority {
		if !conf.Ordinary {
			err := prioritize()
			if p.realtime = err == nil; err != nil {
				p.notes.tell(note.NoRealtime{Reason: err.Error()})
			}
		}
		// Whoever runs when others let him answers late now and then.
		if !p.realtime && timing.Profile != "explicit" {
			timing.Dead += timing.Dead / 3
			timing.Ceiling = max(timing.Ceiling, timing.Dead)
		}
	}
	if conf.Keys.Open {
		p.notes.tell(note.WireOpen{File: conf.File})
	}
	state, err := disk.Dir(opt.Places.StateDir())
	p.epochs = openEpochs(state, err, opt.Places.StateDir(), p.notes.tell)
	p.core = membership.New(p.memberConfig(timing))
	p.tracked = openTracking(state, opt.Places.StateDir(), conf.Quorum.Tracking, p.notes.tell)
	p.quorum = quorum.New(p.quorumConfig())
	if p.net, err = transport.Open(conf); err != nil {
		p.epochs.close()
		p.tracked.close()
		p.notes.close()
		return nil, fmt.Errorf("messaging: %w", err)
	}
	if p.server, err = listen(opt.Places.MessagingSocket()); err != nil {
		p.net.Close()
		p.epochs.close()
		p.tracked.close()
		p.notes.close()
		return nil, err
	}
	return p, nil
}

func (p *process) memberConfig(t clusterconf.Timing) membership.Config {
	c := membership.Config{Self: p.conf.Self.ID, Name: p.conf.Self.Name, Incarnation: p.opt.Incarnation, Open: p.conf.Open,
		Links: len(p.conf.Links), Heartbeat: t.Heartbeat, Dead: t.Dead, Ceiling: t.Ceiling, Warn: t.Warn, Start: t.Start, Epoch: p.epochs.highest}
	if p.conf.PacketSize > 0 {
		c.PacketSize = p.conf.PacketSize - transport.Overhead
	}
	for _, n := range p.conf.Nodes {
		c.Nodes = append(c.Nodes, membership.Node{ID: n.ID, Name: n.Name, Votes: n.Votes})
	}
	if q := p.conf.Quorum; q.Counted {
		c.Quorum = quorum.Needed(q.Expected, q.TwoNode)
	}
	return c
}

func (p *process) quorumConfig() quorum.Config {
	q := p.conf.Quorum
	c := quorum.Config{Self: p.conf.Self.ID, Counted: q.Counted, Expected: q.Expected, TwoNode: q.TwoNode, WaitForAll: q.WaitForAll,
		TieBreaker:      quorum.TieBreaker{On: q.TieBreaker, Highest: q.TieHighest, Nodes: q.TieNodes},
		LastManStanding: q.LastManStanding, Downscale: q.Downscale, Tracking: q.Tracking, Tracked: p.tracked.most()}
	for _, n := range p.conf.Nodes {
		c.Nodes = append(c.Nodes, quorum.Node{ID: n.ID, Votes: n.Votes})
	}
	return c
}

func (p *process) close() {
	p.server.close()
	p.net.Close()
	p.epochs.close()
	p.tracked.close()
	p.notes.close()
}

// now counts from one second before the start: the core takes time 0 for "never".
func (p *process) now() machine.Now {
	t := time.Now()
	return machine.Now{Wall: t, Mono: t.Sub(p.start) + time.Second}
}

// loop turns what happens into steps of the cores.
func (p *process) loop(ctx context.Context) error {
	p.timer, p.window, p.words = time.NewTimer(time.Hour), time.NewTimer(time.Hour), time.NewTimer(time.Hour)
	defer p.timer.Stop()
	defer p.window.Stop()
	defer p.words.Stop()
	pings := time.NewTicker(pingEvery)
	defer pings.Stop()
	leave := ctx.Done()
	reloads, loaded := p.opt.Reload, make(chan reloaded, 1)
	p.step(membership.Begin{})
	for !p.ended {
		asks := p.server.asks
		if p.core.Backlog() > backlogLimit {
			asks = nil
		}
		select {
		case packets := <-p.net.Packets():
			p.received(packets)
		case <-p.timer.C:
			p.step(membership.TimerFired{})
		case <-p.window.C:
			p.judge(quorum.TimerFired{Key: quorum.Window})
		case <-p.words.C:
			p.judge(quorum.TimerFired{Key: quorum.Words})
		case a := <-asks:
			p.ask(a)
		case <-pings.C:
			p.ping()
		case <-reloads:
			// Names of the file may take long to resolve, and heartbeats must not wait for that. One reading at a time.
			reloads = nil
			go func() {
				conf, err := p.opt.load(p.opt.Places)
				loaded <- reloaded{conf, err}
			}()
		case r := <-loaded:
			reloads = p.opt.Reload
			p.takeKeys(r)
		case <-leave:
			leave = nil
			p.detach("the messaging process is stopped")
			p.step(membership.Leave{})
		}
		if p.manager != nil {
			p.manager.out.flush()
		}
	}
	if p.reason != "" {
		p.detach(p.reason)
		return errors.New("messaging: " + p.reason)
	}
	return nil
}

// reloaded is what the configuration says now.
type reloaded struct {
	conf *clusterconf.Config
	err  error
}

// takeKeys takes the keys of the files anew; everything else needs a restart.
func (p *process) takeKeys(r reloaded) {
	err := r.err
	if err == nil {
		err = p.net.SetKeys(r.conf.Keys)
	}
	if err != nil {
		p.notes.tell(note.CannotReload{How: err.Error()})
		return
	}
	p.conf.Keys = r.conf.Keys
}

// received steps the membership with packets that came together, and with what else has come meanwhile.
func (p *process) received(packets []transport.Packet) {
	var all membership.Several
	for range longestBurst {
		for _, x := range packets {
			all = append(all, membership.Received{From: x.From, Link: x.Link, Packet: x.Data})
		}
		select {
		case packets = <-p.net.Packets():
			continue
		default:
		}
		break
	}
	p.step(all)
}

// longestBurst is how many bursts of packets make one step at most.
const longestBurst = 8

// step performs one step of the membership and what it asks for, then the steps that come of that.
func (p *process) step(ev membership.Event) {
	p.later = append(p.later, ev)
	if p.stepping {
		return
	}
	p.stepping = true
	for len(p.later) > 0 {
		next := p.later[0]
		p.later = p.later[1:]
		for _, e := range p.core.Step(p.now(), next) {
			p.perform(e)
		}
	}
	p.later, p.stepping = nil, false
}

func (p *process) perform(e membership.Effect) {
	switch e := e.(type) {
	case membership.Transmit:
		p.net.Send(e.To, e.Link, e.Packet)
	case membership.SetTimer:
		p.timer.Reset(max(e.At-p.now().Mono, 0))
	case membership.Viewed:
		p.viewed(e)
	case membership.Deliver:
		p.judge(quorum.Delivered{Delivered: e.Delivered})
	case membership.Renew:
		p.net.Renew()
	case membership.Tell:
		p.notes.tell(e.Note)
	case membership.Ended:
		p.ended, p.reason = true, e.Reason
	}
}

// viewed has the view judged.
func (p *process) viewed(e membership.Viewed) {
	ev := quorum.Viewed{ID: e.View.ID, New: e.New, Open: e.Open && p.manager != nil}
	for _, m := range e.View.Members {
		ev.Members = append(ev.Members, quorum.Member{Member: m.Member, Seen: m.Seen})
	}
	p.inView, p.open = e.View.ID, ev.Open
	if e.New {
		p.epochs.write(e.View.ID.Epoch)
	}
	p.judge(ev)
}

// judge performs one step of the core quorum and what it asks for.
func (p *process) judge(ev quorum.Event) {
	for _, e := range p.quorum.Step(p.now(), ev) {
		switch e := e.(type) {
		case quorum.Judged:
			p.judged = e
			if p.open && p.manager != nil && !sameView(e.View, p.shown) {
				p.shown = e.View
				p.toManager(frameView, marshal(e.View), nil)
			}
		case quorum.Pass:
			p.deliver(e.Delivered)
		case quorum.Send:
			p.step(membership.Send{View: p.inView, Payload: e.Payload})
		case quorum.SawAll:
			p.step(membership.Seen{})
		case quorum.Track:
			p.tracked.write(e.Expected)
		case quorum.SetTimer:
			timer := map[string]*time.Timer{quorum.Window: p.window, quorum.Words: p.words}[e.Key]
			timer.Reset(max(e.At-p.now().Mono, 0))
		case quorum.Tell:
			p.notes.tell(e.Note)
		}
	}
}

func sameView(a, b engine.View) bool {
	return a.ID == b.ID && a.Quorate == b.Quorate && a.Votes == b.Votes && a.Expected == b.Expected && slices.Equal(a.Members, b.Members)
}

func (p *process) deliver(d engine.Delivered) {
	if !p.open || p.manager == nil {
		return
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(d.Sender))
	p.toManager(frameDeliver, binary.BigEndian.AppendUint64(head, d.Order), d.Payload)
}

// toManager queues a frame for the manager. One that does not read is as good as hung.
func (p *process) toManager(kind frameType, head, tail []byte) {
	if err := p.manager.out.put(kind, head, tail); err != nil {
		_ = p.manager.conn.Close() // its reader reports it gone
	}
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("messaging: " + err.Error()) // our own types
	}
	return b
}

// ask handles what a client said.
func (p *process) ask(a ask) {
	var messages membership.Several
	send := func() {
		if len(messages) > 0 {
			p.step(messages)
		}
		messages = nil
	}
	for _, f := range a.frames {
		if f.kind != frameSend {
			send() // what was said before it comes before it
		}
		switch {
		case f.kind == frameHello && a.from.role == "manager":
			p.attach(a.from)
		case f.kind == frameHello && a.from.role == "status":
			_ = a.from.out.put(frameStatus, marshal(p.status()), nil)
			a.from.out.flush()
		case f.kind == frameHello && a.from.role == "quorum":
			p.change(a.from, f.body)
		case a.from != p.manager:
			_ = a.from.conn.Close()
		case f.kind == frameSend:
			if view, payload, err := takeView(f.body); err == nil {
				messages = append(messages, membership.Send{View: view, Payload: payload})
			}
		case f.kind == frameLeave:
			p.judge(quorum.Leave{})
		case f.kind == framePong:
			if len(f.body) == 8 && binary.BigEndian.Uint64(f.body) > p.ponged {
				p.ponged, p.alive = binary.BigEndian.Uint64(f.body), time.Now()
			}
		}
	}
	send()
	if a.gone && a.from == p.manager {
		p.detach("")
	}
}

// change takes an administrator's wish about votes; the answer is the status, or why it is refused.
func (p *process) change(from *client, body []byte) {
	var h hello
	ch := quorum.Change{}
	err := json.Unmarshal(body, &h)
	if err == nil && h.Change != nil {
		ch = quorum.Change{Expected: h.Change.Expected, Node: h.Change.Node, Votes: h.Change.Votes}
		if h.Change.Self {
			ch.Node = p.conf.Self.ID
		}
		err = p.quorum.Refusal(ch)
	}
	if err != nil {
		_ = from.out.put(frameEnd, []byte(err.Error()), nil)
	} else {
		p.judge(ch)
		_ = from.out.put(frameStatus, marshal(p.status()), nil)
	}
	from.out.flush()
}

func (p *process) attach(c *client) {
	if p.manager != nil {
		_ = c.out.put(frameEnd, []byte(fmt.Sprintf("a manager (process %d) is attached already", p.manager.pid)), nil)
		c.out.close()
		return
	}
	p.manager, p.open, p.shown, p.alive = c, false, engine.View{}, time.Now()
	p.toManager(frameWelcome, marshal(p.conf.Identity()), nil)
	p.step(membership.Attach{})
}

// detach lets the manager go; why is told to it when it is not gone by itself.
func (p *process) detach(why string) {
	if p.manager == nil {
		return
	}
	m := p.manager
	p.manager, p.open = nil, false
	p.judge(quorum.Detached{})
	if why != "" {
		_ = m.out.put(frameEnd, []byte(why), nil)
		m.out.close()
		time.AfterFunc(time.Second, func() { _ = m.conn.Close() })
	}
	p.step(membership.Detach{})
}

// ping asks the manager for a sign of life and counts its silence.
func (p *process) ping() {
	if p.manager == nil {
		return
	}
	if silent := time.Since(p.alive); silent > p.opt.HangLimit {
		p.notes.tell(note.ManagerHung{Silent: silent})
		p.detach("the manager did not answer")
		return
	}
	p.pinged++
	p.toManager(framePing, binary.BigEndian.AppendUint64(nil, p.pinged), nil)
}
