package messaging

import (
	"context"
	"errors"

	"pacer/engine"
	"pacer/place"
)

// Conn is the manager's side of the messaging process. Events must be read by one goroutine, the same that calls Send: the
// messaging process then knows in which view a message was meant.
type Conn struct{}

// Dial connects to the messaging process of these places and attaches as its manager. It waits for the socket to appear
// until ctx ends.
func Dial(ctx context.Context, p place.Places) (*Conn, error) {
	return nil, errors.New("messaging: not there yet")
}

// Identity is who this node is.
func (c *Conn) Identity() engine.Identity { return engine.Identity{} }

// Events gives, in order, ViewChanged first, then what happens; Lost is the last one before the channel is closed.
func (c *Conn) Events() <-chan engine.Event { return nil }

// Send orders a message. It is delivered to all attached members of the view that the caller last received from Events, the
// caller too, or, when another ViewID comes first, to nobody: then send it again if it is still meant.
func (c *Conn) Send(payload []byte) error { return errors.New("messaging: not there yet") }

// Pings tells the manager's loop to call Alive: select on it beside Events.
func (c *Conn) Pings() <-chan struct{} { return nil }

// Alive answers the pings that came. Call it from the manager's loop when Pings fires: an answer says that the loop turns.
func (c *Conn) Alive() {}

// Close detaches the manager. Peers see it at once.
func (c *Conn) Close() error { return nil }
