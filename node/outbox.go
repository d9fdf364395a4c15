package node

import (
	"pacer/engine"
	"pacer/message"
)

// outbox keeps what this manager has sent until it comes back in the agreed order. A new view may come first; then it is sent
// again, and every receiver takes it once.
type outbox struct {
	process uint64
	seq     uint64
	// protocol is what the members of the view are known to understand.
	protocol int
	sent     []message.Envelope
	seen     []incoming // by sender
}

type incoming struct {
	from         engine.NodeID
	process, seq uint64
}

// add numbers and encodes a message. The messages of one sender come back in the order of their numbers.
func (o *outbox) add(e message.Envelope) ([]byte, error) {
	o.seq++
	e.Process, e.Seq = o.process, o.seq
	p, err := message.Encode(e, o.protocol)
	if err != nil {
		return nil, err
	}
	o.sent = append(o.sent, e)
	return p, nil
}

// again returns what has to be sent again in a new view, in words that its members understand.
func (o *outbox) again() ([][]byte, error) {
	var out [][]byte
	for _, e := range o.sent {
		p, err := message.Encode(e, o.protocol)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// take tells whether a delivered message is new.
func (o *outbox) take(from, self engine.NodeID, e message.Envelope) bool {
	if e.Process == 0 {
		return true // from somebody who does not number
	}
	if from == self && e.Process == o.process {
		for len(o.sent) > 0 && o.sent[0].Seq <= e.Seq {
			o.sent = o.sent[1:]
		}
	}
	for i := range o.seen {
		s := &o.seen[i]
		if s.from != from {
			continue
		}
		if s.process == e.Process && e.Seq <= s.seq {
			return false
		}
		s.process, s.seq = e.Process, e.Seq
		return true
	}
	o.seen = append(o.seen, incoming{from, e.Process, e.Seq})
	return true
}
