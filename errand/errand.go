package errand

import (
	"encoding/json"
	"slices"
	"strconv"

	"pacer/engine"
	"pacer/exitcode"
	"pacer/machine"
	"pacer/message"
)

// The kinds of this core's messages.
const (
	kindAsk    = "errand.ask"
	kindAnswer = "errand.answer"
)

// maxAtWork limits the errands that a node works on at a time.
const maxAtWork = 16

// ask is the body of kindAsk; what the task needs is the attachment.
type ask struct {
	ID        uint64            `json:"id"`
	Process   uint64            `json:"process"` // the manager that asks
	Nodes     []engine.NodeID   `json:"nodes"`
	Task      string            `json:"task"`
	Principal message.Principal `json:"principal"`
}

// answer is the body of kindAnswer; what came of the task is the attachment.
type answer struct {
	ID      uint64        `json:"id"`
	Process uint64        `json:"process"`
	Code    exitcode.Code `json:"code"`
	Problem string        `json:"problem,omitempty"`
}

// Config is who this node is.
type Config struct {
	Self engine.NodeID
	// Process distinguishes this manager from earlier ones of the node, so that answers to those are not taken for its own.
	Process uint64
}

// Core gathers. Make it with New.
type Core struct {
	cfg     Config
	view    engine.View
	errands []*pending // by rising id
	works   []work     // by rising run
	lastRun uint64
}

var _ machine.Core[Event, Effect] = (*Core)(nil)

// pending is a request of this node that is not answered by all yet.
type pending struct {
	id      uint64
	waiting []engine.Member // as they were when they were asked
	answers []Answer
}

// work is an errand that this node is on for another.
type work struct {
	run     uint64
	id      uint64
	process uint64
	from    engine.NodeID
}

// New makes a core that knows of no view.
func New(cfg Config) *Core { return &Core{cfg: cfg} }

// Step implements machine.Core.
func (c *Core) Step(now machine.Now, ev Event) []Effect {
	switch ev := ev.(type) {
	case View:
		c.view = ev.View
		return c.viewChanged()
	case Request:
		return c.request(now, ev)
	case Delivered:
		switch ev.Envelope.Kind {
		case kindAsk:
			return c.asked(ev)
		case kindAnswer:
			return c.answered(ev)
		}
	case Done:
		return c.done(ev)
	case TimerFired:
		id, err := strconv.ParseUint(ev.Key, 10, 64)
		if p := c.find(id); err == nil && p != nil {
			return c.giveUp(p, func(engine.Member) bool { return true }, exitcode.Timeout, "the node has not answered in time")
		}
	}
	return nil
}

func (c *Core) find(id uint64) *pending {
	i := slices.IndexFunc(c.errands, func(p *pending) bool { return p.id == id })
	if i < 0 {
		return nil
	}
	return c.errands[i]
}

func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("errand: " + err.Error()) // plain structs
	}
	return b
}

func (c *Core) request(now machine.Now, r Request) []Effect {
	p := &pending{id: r.ID}
	nodes := r.Nodes
	if len(nodes) == 0 {
		for _, m := range c.view.Attached() {
			nodes = append(nodes, m.ID)
		}
	}
	for _, id := range nodes {
		if m, ok := c.view.Member(id); ok && m.Attached {
			p.waiting = append(p.waiting, m)
		} else {
			p.answers = append(p.answers, Answer{Node: id, Code: exitcode.Disconnect, Problem: "the node is not a member of the cluster now"})
		}
	}
	c.errands = append(c.errands, p)
	if len(p.waiting) == 0 {
		return c.finish(p)
	}
	var asked []engine.NodeID
	for _, m := range p.waiting {
		asked = append(asked, m.ID)
	}
	return []Effect{
		Broadcast{message.Envelope{Kind: kindAsk, Cause: r.Cause, Attachment: r.Body,
			Body: encode(ask{ID: r.ID, Process: c.cfg.Process, Nodes: asked, Task: r.Task, Principal: r.Principal})}},
		SetTimer{machine.Timer{Key: strconv.FormatUint(r.ID, 10), At: now.Mono + r.Timeout}},
	}
}

// asked takes up an errand for somebody.
func (c *Core) asked(d Delivered) []Effect {
	var a ask
	if json.Unmarshal(d.Envelope.Body, &a) != nil || !slices.Contains(a.Nodes, c.cfg.Self) {
		return nil
	}
	c.lastRun++
	w := work{run: c.lastRun, id: a.ID, process: a.Process, from: d.From}
	if len(c.works) >= maxAtWork {
		return c.reply(w, Done{Code: exitcode.TempFail, Problem: "the node is busy with other errands"})
	}
	c.works = append(c.works, w)
	return []Effect{Work{Run: w.run, Task: a.Task, Body: d.Envelope.Attachment, Principal: a.Principal, Cause: d.Envelope.Cause}}
}

func (c *Core) reply(w work, d Done) []Effect {
	return []Effect{Broadcast{message.Envelope{Kind: kindAnswer, To: uint32(w.from), Attachment: d.Body,
		Body: encode(answer{ID: w.id, Process: w.process, Code: d.Code, Problem: d.Problem})}}}
}

func (c *Core) done(d Done) []Effect {
	i := slices.IndexFunc(c.works, func(w work) bool { return w.run == d.Run })
	if i < 0 {
		return nil
	}
	w := c.works[i]
	c.works = slices.Delete(c.works, i, i+1)
	return c.reply(w, d)
}

func (c *Core) answered(d Delivered) []Effect {
	var a answer
	if d.Envelope.To != uint32(c.cfg.Self) || json.Unmarshal(d.Envelope.Body, &a) != nil || a.Process != c.cfg.Process {
		return nil
	}
	p := c.find(a.ID)
	if p == nil {
		return nil
	}
	i := slices.IndexFunc(p.waiting, func(m engine.Member) bool { return m.ID == d.From })
	if i < 0 {
		return nil
	}
	p.waiting = slices.Delete(p.waiting, i, i+1)
	p.answers = append(p.answers, Answer{Node: d.From, Body: d.Envelope.Attachment, Code: a.Code, Problem: a.Problem})
	return c.finishIfAll(p)
}

// viewChanged gives up on those who are not what they were when they were asked.
func (c *Core) viewChanged() []Effect {
	var out []Effect
	for _, p := range slices.Clone(c.errands) {
		out = append(out, c.giveUp(p, func(m engine.Member) bool {
			n, here := c.view.Member(m.ID)
			return !here || !n.Attached || n.Incarnation != m.Incarnation || n.Attachment != m.Attachment
		}, exitcode.Disconnect, "the node has left the cluster")...)
	}
	return out
}

// giveUp answers for those who will not.
func (c *Core) giveUp(p *pending, on func(engine.Member) bool, code exitcode.Code, problem string) []Effect {
	var stay []engine.Member
	for _, m := range p.waiting {
		if on(m) {
			p.answers = append(p.answers, Answer{Node: m.ID, Code: code, Problem: problem})
		} else {
			stay = append(stay, m)
		}
	}
	p.waiting = stay
	return c.finishIfAll(p)
}

func (c *Core) finishIfAll(p *pending) []Effect {
	if len(p.waiting) > 0 {
		return nil
	}
	return append([]Effect{CancelTimer{strconv.FormatUint(p.id, 10)}}, c.finish(p)...)
}

func (c *Core) finish(p *pending) []Effect {
	c.errands = slices.DeleteFunc(c.errands, func(q *pending) bool { return q == p })
	slices.SortFunc(p.answers, func(a, b Answer) int { return int(int64(a.Node) - int64(b.Node)) })
	return []Effect{Finished{ID: p.id, Answers: p.answers}}
}
