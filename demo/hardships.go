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
	"pacer/supervisor"
)

// hardships are rarer faults, most of them of Pacer itself, played with --fail NAME, or all of them with --fail hardships.
var hardships = []faultKind{
	{"address", false, (*stage).failAddress},
	{"manager", true, (*stage).failManager},
	{"messaging", false, (*stage).failMessaging},
	{"freeze", true, (*stage).failFreeze},
	{"crashloop", true, (*stage).failCrashLoop},
}

// failAddress takes the service's address away behind the cluster's back. Its monitor runs every 10 s; the kernel tells at once.
func (s *stage) failAddress(ctx context.Context) (strike, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return strike{}, err
	}
	hit := strike{at: time.Now(), mend: s.cleanup}
	if err = owner.DropAddress(ctx); err != nil {
		return hit, err
	}
	gone := time.Now()
	return s.answered(ctx, hit, after(gone), "demo: the service did not come back after its address had been removed")
}

// failManager kills the manager of the service's node: it must come back, and the service must not notice: the same
// processes serve on. The outage reported is the longest gap between two answers.
func (s *stage) failManager(ctx context.Context) (strike, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return strike{}, err
	}
	before, err := owner.Kill(ctx, world.Kill{Port: s.service.port})
	if err != nil {
		return strike{}, err
	}
	hit := strike{at: time.Now(), mend: func(context.Context) error { return nil }}
	if _, err = owner.Kill(ctx, world.Kill{Role: string(supervisor.Manager), Signal: int(unix.SIGKILL)}); err != nil {
		return hit, err
	}
	if err = s.attachedAgain(ctx, owner, hit.at); err != nil {
		return hit, err
	}
	if err = s.settled(ctx); err != nil {
		return hit, err
	}
	after, err := owner.Kill(ctx, world.Kill{Port: s.service.port})
	hit.answer = probe.Answer{Asked: hit.at, Came: hit.at.Add(s.client.LongestGap(hit.at)), Node: owner.Name()}
	switch {
	case err != nil:
		return hit, fmt.Errorf("demo: %s was fenced although only its manager had died: %w", owner.Name(), err)
	case !slices.Equal(before, after):
		return hit, errors.New("demo: the service was restarted although only the manager had died")
	}
	return hit, nil
}

// attachedAgain waits until a node's manager is a new one and takes part again.
func (s *stage) attachedAgain(ctx context.Context, n *world.Node, since time.Time) error {
	for {
		s.mu.Lock()
		info, changed := s.infos[n.Name()], s.changed
		s.mu.Unlock()
		if info != nil && info.Started.After(since) && info.DC != "" {
			return nil
		}
		select {
		case <-changed:
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return errors.New("demo: the manager of " + n.Name() + " did not come back")
		}
	}
}

// failMessaging kills the messaging process: a node failure to the others. The node stops what it runs before it joins again; where
// the service goes on after that is the scheduler's choice.
func (s *stage) failMessaging(ctx context.Context) (strike, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return strike{}, err
	}
	before, err := owner.Kill(ctx, world.Kill{Port: s.service.port})
	if err != nil {
		return strike{}, err
	}
	hit := strike{at: time.Now(), mend: s.cleanup}
	if _, err = owner.Kill(ctx, world.Kill{Role: string(supervisor.Messaging), Signal: int(unix.SIGKILL)}); err != nil {
		return hit, err
	}
	for since := hit.at; ; since = time.Now() {
		hit.answer, err = s.client.Wait(ctx, after(since))
		if err != nil {
			return hit, errors.New("demo: the service did not come back after messaging had been killed on its node")
		}
		if s.elsewhere(hit.at, owner.Name())(hit.answer) {
			break
		}
		now, err := owner.Kill(ctx, world.Kill{Port: s.service.port})
		if err != nil {
			return hit, err
		}
		if len(now) > 0 && !slices.Equal(before, now) {
			break
		}
	}
	return hit, s.attachedAgain(ctx, owner, hit.at)
}

// failFreeze stops the manager for good: it exists, but does not answer, and its node must be fenced.
func (s *stage) failFreeze(ctx context.Context) (strike, error) {
	return s.givenUp(ctx, func(owner *world.Node) error {
		_, err := owner.Kill(ctx, world.Kill{Role: string(supervisor.Manager), Signal: int(unix.SIGSTOP)})
		return err
	})
}

// failCrashLoop kills the manager whenever it is back, until its node gives itself up and is fenced.
func (s *stage) failCrashLoop(ctx context.Context) (strike, error) {
	return s.givenUp(ctx, func(owner *world.Node) error {
		began := time.Now()
		for owner.On() && ctx.Err() == nil {
			pids, err := owner.Kill(ctx, world.Kill{Role: string(supervisor.Manager), Signal: int(unix.SIGKILL)})
			if err != nil {
				break // It lost power: that is the point.
			}
			if len(pids) == 0 {
				time.Sleep(50 * time.Millisecond)
			}
			if s.seen(note.FencingDone{}.ID(), owner.Name(), began) {
				break
			}
		}
		return nil
	})
}

// givenUp does something to the service's node that must get it fenced and its service recovered elsewhere.
func (s *stage) givenUp(ctx context.Context, do func(*world.Node) error) (strike, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return strike{}, err
	}
	hit := strike{at: time.Now()}
	hit.mend = func(ctx context.Context) error { return s.powerOn(ctx, owner) }
	if err = do(owner); err != nil {
		return hit, err
	}
	hit.answer, err = s.client.Wait(ctx, s.elsewhere(hit.at, owner.Name()))
	switch {
	case err != nil:
		return hit, errors.New("demo: the service did not come back" + s.whyNot())
	case owner.On():
		return hit, errors.New("demo: " + owner.Name() + " was not fenced")
	}
	return hit, nil
}

// seen tells whether a note of that kind named the node as its target since then.
func (s *stage) seen(id, target string, since time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.notes, func(t told) bool { return t.ID == id && t.Fields["Target"] == target && t.At.After(since) })
}
