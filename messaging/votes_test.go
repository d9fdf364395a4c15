package messaging

import (
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/engine"
)

// TestExpectedVotesOnLoopback changes what is expected of three running processes: by an administrator, by the window of
// last_man_standing, and by nodes that come back.
func TestExpectedVotesOnLoopback(t *testing.T) {
	c := newCluster(t, 3, 1, "patient")
	for _, n := range c.nodes {
		n.conf.Quorum.LastManStanding = 50 * time.Millisecond
		n.conf.Quorum.Tracking = true
	}
	for i := range c.nodes {
		c.start(i)
	}
	c.each(func(i int) { c.untilView(i, full(3)) })

	ctx, cancel := timeout()
	defer cancel()
	change := func(i int, ch api.QuorumChange) error { return ChangeQuorum(ctx, c.nodes[i].places, ch) }
	if err := change(0, api.QuorumChange{Node: 3, Votes: 3}); err != nil {
		t.Fatal(err)
	}
	c.each(func(i int) {
		c.untilView(i, func(v engine.View) bool { return v.Votes == 5 && v.Expected == 5 && v.Quorate })
	})
	if err := change(1, api.QuorumChange{Self: true, Votes: 0}); err != nil {
		t.Fatal(err)
	}
	// Four of five are there; the window goes by.
	c.each(func(i int) { c.untilView(i, func(v engine.View) bool { return v.Votes == 4 && v.Expected == 4 }) })
	for _, wrong := range []struct {
		ch   api.QuorumChange
		want string
	}{{api.QuorumChange{Expected: 20}, "would not be quorate"}, {api.QuorumChange{Expected: 3}, "no fewer"}, {api.QuorumChange{Node: 9, Votes: 1}, "not a member"}, {api.QuorumChange{}, "out of the range"}} {
		if err := change(0, wrong.ch); err == nil || !strings.Contains(err.Error(), wrong.want) {
			t.Errorf("%+v: %v", wrong.ch, err)
		}
	}
	s, err := ReadStatus(ctx, c.nodes[0].places)
	if err != nil || len(s.MemberVotes) != 3 || s.MemberVotes[1] != 0 || s.MemberVotes[2] != 3 || !s.LastManStanding {
		t.Fatalf("%+v: %v", s, err)
	}

	// The heaviest node leaves: one of four is no majority. It comes back with the vote that its file gives it; the others know of
	// four expected ones and have no quorum, but together they remember the most that there ever were.
	c.halt(2)
	c.untilView(0, func(v engine.View) bool { return len(v.Members) == 2 && !v.Quorate && v.Expected == 4 })
	c.start(2)
	c.each(func(i int) { c.untilView(i, full(3)) })
	if v := c.nodes[0].view; v.Quorate || v.Expected != 5 || v.Votes != 2 {
		t.Fatalf("the view is %+v", v)
	}
}

// TestDownscaleOnLoopback lets a node leave in order, and another just end.
func TestDownscaleOnLoopback(t *testing.T) {
	c := newCluster(t, 4, 1, "patient")
	for _, n := range c.nodes {
		n.conf.Quorum.Expected, n.conf.Quorum.Downscale = 2, true
	}
	for i := range c.nodes {
		c.start(i)
	}
	c.each(func(i int) { c.untilView(i, func(v engine.View) bool { return full(4)(v) && v.Expected == 4 }) })
	c.nodes[3].conn.Leave()
	if err := c.nodes[3].conn.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		c.untilView(i, func(v engine.View) bool { return len(v.Attached()) == 3 })
	}
	c.halt(3)
	for i := range 3 {
		c.untilView(i, func(v engine.View) bool { return len(v.Members) == 3 && v.Expected == 3 && v.Quorate })
	}
	c.halt(2)
	for i := range 2 {
		c.untilView(i, func(v engine.View) bool { return len(v.Members) == 2 && v.Expected == 3 && v.Quorate })
	}
}
