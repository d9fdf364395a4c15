package controller

import "fmt"

// Debug describes the inner state in one line, for traces of tests.
func (c *Core) Debug() string {
	s := fmt.Sprintf("dc %d leader %d acting %v synced %v dirty %v (%s) held %q joined %v known %v transition %v", c.dc, c.leader, c.acting, c.synced,
		c.dirty, c.why, c.held, c.allJoined(), c.allKnown(), c.transition.Active())
	for _, w := range c.writes {
		s += fmt.Sprintf(" write %d for %d applied %v", w.ID, w.For, w.Applied)
	}
	for _, a := range c.transition.UnderWay() {
		s += " under way " + a.Key + " on " + a.Node.Name
	}
	return s
}
