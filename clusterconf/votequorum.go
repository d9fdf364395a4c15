package clusterconf

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/engine"
)

// defaultWindow is that of last_man_standing, from votequorum(5).
const defaultWindow = 10 * time.Second

// parseSpecialQuorum reads the features that change what is expected or who wins a tie, and what they forbid each other. What corosync
// switches off with a word in its log is switched off here with a warning.
func (c *corosync) parseSpecialQuorum(twoLine int) {
	q := &c.conf.Quorum
	standing, standingLine := c.boolean(c.quorum, "last_man_standing")
	window := defaultWindow
	if ms, ok := c.number(c.quorum, "last_man_standing_window", 1, 1<<32-1); ok {
		window = time.Duration(ms) * time.Millisecond
		if _, line, _ := c.quorum.get("last_man_standing_window"); !standing {
			c.warnf(line, "quorum.last_man_standing_window means nothing without last_man_standing: 1.")
		}
	}
	if standing {
		for _, n := range c.conf.Nodes {
			if n.Votes != 1 {
				c.warnf(standingLine, "quorum.last_man_standing holds only where every node has 1 vote, and %s has %d; it is not used.", n.Name, n.Votes)
				standing = false
				break
			}
		}
	}
	tieLine := c.parseTieBreaker()
	switch odd := q.Expected%2 == 1; {
	case q.TieBreaker && standing && odd:
		c.errorf(tieLine, "configuration error: auto_tie_breaker & last_man_standing not available in odd sized cluster: %d votes are "+
			"expected; switch one of them off (line %d).", q.Expected, standingLine)
	case q.TieBreaker && odd && !q.WaitForAll:
		c.warnf(tieLine, "quorum.auto_tie_breaker needs wait_for_all: 1 where an odd number of votes is expected (%d); it is not used.", q.Expected)
		q.TieBreaker = false
	case q.TieBreaker && q.TwoNode:
		c.warnf(twoLine, "quorum.two_node and auto_tie_breaker (line %d) exclude each other; two_node is not used.", tieLine)
		q.TwoNode = false
		if _, _, ok := c.quorum.get("wait_for_all"); !ok {
			q.WaitForAll = false
		}
	}
	if standing {
		q.LastManStanding = window
	}
	var downLine int
	q.Downscale, downLine = c.boolean(c.quorum, "allow_downscale")
	q.Tracking, _ = c.boolean(c.quorum, "expected_votes_tracking")
	if _, _, said := c.quorum.get("expected_votes_tracking"); q.Downscale && !said {
		q.Tracking = true // so does corosync
	}
	if _, _, fixed := c.quorum.get("expected_votes"); q.Downscale && !fixed {
		c.warnf(downLine, "quorum.allow_downscale goes down to quorum.expected_votes, which is not given: nothing will be taken off the nodelist's %d.", q.Expected)
	}
	c.number(c.quorum, "leaving_timeout", 0, 1<<32-1)
}

// parseTieBreaker reads auto_tie_breaker and returns its line.
func (c *corosync) parseTieBreaker() int {
	q := &c.conf.Quorum
	on, line := c.boolean(c.quorum, "auto_tie_breaker")
	who, whoLine, given := c.quorum.get("auto_tie_breaker_node")
	if !on {
		if given {
			c.warnf(whoLine, "auto_tie_breaker_node: is meaningless if auto_tie_breaker is set to 0.")
		}
		return line
	}
	q.TieBreaker = true
	switch who {
	case "", "lowest":
		return line
	case "highest":
		q.TieHighest = true
		return line
	}
	for _, word := range strings.Fields(who) {
		id, err := strconv.ParseUint(word, 10, 32)
		if err != nil || id == 0 {
			c.errorf(whoLine, "auto_tie_breaker_node must be 'lowest', 'highest' or a space-separated list of node IDs, not %q.", who)
			return line
		}
		if !c.conf.Open && !slices.ContainsFunc(c.conf.Nodes, func(n Node) bool { return n.ID == engine.NodeID(id) }) {
			c.warnf(whoLine, "auto_tie_breaker_node names %d, which is no node of the nodelist.", id)
		}
		q.TieNodes = append(q.TieNodes, engine.NodeID(id))
	}
	return line
}
