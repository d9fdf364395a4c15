package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"pacer/demo/probe"
	"pacer/demo/world"
	"pacer/note"
)

// patience is how long one round may take before it counts as not recovered.
const patience = 60 * time.Second

// Fault is one round of one fault. Times are milliseconds since the fault; -1 where nothing was told.
type Fault struct {
	Fault string `json:"fault"`
	Round int    `json:"round"`
	// OutageMs is when the client was answered again, by a service that the fault did not leave.
	OutageMs float64 `json:"outage_ms"`
	// ViewMs is when the others had agreed on the new members, DecidedMs when a decision was made, StartedMs when the last
	// part of the service had been started.
	ViewMs    float64 `json:"view_ms"`
	DecidedMs float64 `json:"decided_ms"`
	StartedMs float64 `json:"started_ms"`
	Problem   string  `json:"problem,omitempty"`
}

// faultKinds are the faults that the demo plays, in their order.
var faultKinds = []faultKind{
	{"node", false, (*stage).failNode},
	{"service", false, (*stage).failService},
	{"standby", false, (*stage).failStandby},
	{"partition", true, (*stage).failPartition},
}

// faultKind is one way to break things. It does so, waits for the recovery, and mends.
type faultKind struct {
	name   string
	fenced bool // needs a cluster that fences
	play   func(*stage, context.Context) (strike, error)
}

// strike is what happened in one round.
type strike struct {
	at     time.Time // of the fault
	answer probe.Answer
	mend   func(context.Context) error
}

// kindsFor returns the faults that a --fail value names.
func kindsFor(fail string) ([]faultKind, error) {
	if fail == "all" {
		return faultKinds, nil
	}
	if fail == "hardships" {
		return hardships, nil
	}
	for _, k := range slices.Concat(faultKinds, hardships) {
		if k.name == fail {
			return []faultKind{k}, nil
		}
	}
	return nil, fmt.Errorf("demo: there is no fault %q: choose node, service, partition, standby or all (or address, manager, messaging, freeze, crashloop, hardships)", fail)
}

// round plays one fault and waits until the cluster is whole again.
func (s *stage) round(ctx context.Context, kind faultKind, number int) (Fault, error) {
	f := Fault{Fault: kind.name, Round: number, OutageMs: -1, ViewMs: -1, DecidedMs: -1, StartedMs: -1}
	broken, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	hit, err := kind.play(s, broken)
	if err == nil {
		f.OutageMs = milliseconds(hit.answer.Came.Sub(hit.at))
	} else {
		f.Problem = err.Error()
	}
	if !hit.at.IsZero() {
		s.timings(&f, hit)
	}
	mending, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if hit.mend != nil {
		err = errors.Join(err, hit.mend(mending))
	}
	if err == nil {
		err = s.settled(mending)
	}
	return f, err
}

// timings reads from the notes when the cluster did what.
func (s *stage) timings(f *Fault, hit strike) {
	if f.Fault == "node" || f.Fault == "partition" {
		f.ViewMs = s.first(hit.at, func(t told) bool { return t.ID == note.ViewAgreed{}.ID() })
	}
	f.DecidedMs = s.first(hit.at, func(t told) bool { return t.ID == note.TransitionBegun{}.ID() })
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.notes {
		if t.ID == (note.ActionDone{}).ID() && t.Fields["Task"] == "start" && t.At.After(hit.at) && !t.At.After(hit.answer.Came) {
			f.StartedMs = milliseconds(t.At.Sub(hit.at))
		}
	}
}

// elsewhere accepts answers that a node other than the given one gave to a question asked after the fault. A service that does
// not name its node is believed when the recorders see it elsewhere.
func (s *stage) elsewhere(at time.Time, node string) func(probe.Answer) bool {
	return func(a probe.Answer) bool {
		if !a.Asked.After(at) {
			return false
		}
		if s.world.Node(a.Node) != nil {
			return a.Node != node
		}
		h := s.world.Holders("service")
		return len(h) > 0 && !slices.Contains(h, node)
	}
}

// answered completes a strike with the first coming answer that accept likes; without one, otherwise says what did not happen.
func (s *stage) answered(ctx context.Context, hit strike, accept func(probe.Answer) bool, otherwise string) (strike, error) {
	a, err := s.client.Wait(ctx, accept)
	if err != nil {
		return hit, errors.New(otherwise)
	}
	hit.answer = a
	return hit, nil
}

// after accepts answers to questions that were asked after a moment.
func after(at time.Time) func(probe.Answer) bool {
	return func(a probe.Answer) bool { return a.Asked.After(at) }
}

func (s *stage) failNode(ctx context.Context) (strike, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return strike{}, err
	}
	hit := strike{at: time.Now(), mend: func(ctx context.Context) error { return s.powerOn(ctx, owner) }}
	cut := make(chan error, 1)
	go func() { cut <- owner.PowerOff() }()
	hit.answer, err = s.client.Wait(ctx, s.elsewhere(hit.at, owner.Name()))
	if err != nil {
		err = errors.New("demo: the service did not come back after its node lost power")
	}
	return hit, errors.Join(err, <-cut)
}

func (s *stage) failService(ctx context.Context) (strike, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return strike{}, err
	}
	hit := strike{at: time.Now(), mend: s.cleanup}
	pids, err := owner.Kill(ctx, world.Kill{Port: s.service.port, Signal: int(unix.SIGKILL)})
	if err != nil {
		return hit, err
	}
	if len(pids) == 0 {
		return hit, errors.New("demo: no process of the service to kill on " + owner.Name())
	}
	dead := time.Now()
	return s.answered(ctx, hit, after(dead), "demo: the service did not come back after its processes were killed")
}

func (s *stage) failStandby(ctx context.Context) (strike, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return strike{}, err
	}
	hit := strike{at: time.Now()}
	hit.mend = func(ctx context.Context) error {
		_, err := s.run(ctx, owner, "", "crm", "node", "online", owner.Name())
		return err
	}
	if _, err = s.run(ctx, owner, "", "crm", "node", "standby", owner.Name()); err != nil {
		return hit, err
	}
	return s.answered(ctx, hit, s.elsewhere(hit.at, owner.Name()), "demo: the service did not move away from a node in standby")
}

func (s *stage) failPartition(ctx context.Context) (strike, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return strike{}, err
	}
	hit := strike{at: time.Now()}
	hit.mend = func(ctx context.Context) error {
		// A node that was fenced is off; one that was not gets its cables back.
		if owner.On() {
			return owner.Heal()
		}
		return s.powerOn(ctx, owner)
	}
	if err = owner.Isolate(); err != nil {
		return hit, err
	}
	hit, err = s.answered(ctx, hit, s.elsewhere(hit.at, owner.Name()), "demo: the service did not come back after its node was cut off")
	if err != nil {
		err = errors.New(err.Error() + s.whyNot()) // What the nodes say by now.
	}
	return hit, err
}

// whyNot quotes the latest thing that the nodes called a failure of fencing.
func (s *stage) whyNot() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range slices.Backward(s.notes) {
		if t.ID == (note.FencingFailed{}).ID() {
			return ": " + t.Text
		}
	}
	return ""
}

// cleanup forgets failures, so that every node may run the service again.
func (s *stage) cleanup(ctx context.Context) error {
	n, err := s.anyNode()
	if err != nil {
		return err
	}
	_, err = s.run(ctx, n, "", "crm_resource", "--cleanup")
	return err
}

// coldStart cuts all power, boots every node at once, and returns how long the client had to wait from the moment at which the last
// node had been started.
func (s *stage) coldStart(ctx context.Context) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, n := range s.world.Nodes() {
		if err := n.PowerOff(); err != nil {
			return -1, err
		}
	}
	if err := s.powerOn(ctx, s.world.Nodes()...); err != nil {
		return -1, err
	}
	present := time.Now()
	a, err := s.client.Wait(ctx, func(a probe.Answer) bool { return true })
	if err != nil {
		return -1, errors.New("demo: the service did not start after all nodes had been booted")
	}
	return milliseconds(a.Came.Sub(present)), nil
}
