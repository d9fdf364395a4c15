package attributes

import "pacer/engine"

// outgoing is a message that this member has to send.
type outgoing struct {
	kind  string
	body  any
	cause string
}

const (
	// maxFlying is how many messages of this member may be on their way. What comes meanwhile is gathered, so that the more there is,
	// the more goes into one message.
	maxFlying = 2
	// maxTogether and togetherSize limit the updates of one message, and their texts in bytes.
	maxTogether  = 256
	togetherSize = 1 << 20
)

// post sends a message behind all that were posted before.
func (c *Core) post(kind string, body any, cause string) []Effect {
	c.unsent = append(c.unsent, outgoing{kind, body, cause})
	return c.send()
}

// send sends what is unsent as far as not too much is on its way.
func (c *Core) send() []Effect {
	var effects []Effect
	for len(c.unsent) > 0 && c.flying < maxFlying {
		n := c.together()
		first := c.unsent[0]
		if n > 1 {
			var b updatesBody
			for _, o := range c.unsent[:n] {
				u := o.body.(updateBody)
				u.Cause = o.cause
				b.Updates = append(b.Updates, u)
			}
			first = outgoing{kindUpdates, b, first.cause}
		}
		c.unsent = append([]outgoing(nil), c.unsent[n:]...)
		c.flying++
		effects = append(effects, c.broadcast(first.kind, first.body, first.cause))
	}
	return effects
}

// together tells how many of the unsent messages become one: updates that follow each other, else one.
func (c *Core) together() int {
	size, n := 0, 0
	for n < len(c.unsent) && n < maxTogether {
		u, ok := c.unsent[n].body.(updateBody)
		if size += len(u.Name) + len(u.Pattern) + len(u.Value) + len(u.Node); !ok || size > togetherSize {
			break
		}
		n++
	}
	return max(n, 1)
}

// landed takes note that a message of a member has come.
func (c *Core) landed(from engine.NodeID) []Effect {
	if from != c.cfg.Self {
		return nil
	}
	c.flying = max(c.flying-1, 0)
	return c.send()
}
