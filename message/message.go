package message

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// MaxSize limits an encoded message. The engine's limit is the same.
const MaxSize = 64 << 20

// Principal is who asked, and by which door he came in.
type Principal struct {
	User string `json:"user"`           // name, or "#uid" when it has none
	UID  int    `json:"uid"`            // -1 for the cluster itself
	Door string `json:"door,omitempty"` // "socket", "cluster", "controller", …
	// Groups are the names of the user's groups, looked up where he came in: access control lists may speak of them.
	Groups []string `json:"groups,omitempty"`
	// Roles, when there are any, are the only roles of the access control lists that count, whoever the user is and whether
	// the lists are switched on or not: a token may be worth less than its owner.
	Roles []string `json:"roles,omitempty"`
}

// Cluster is the principal of what the cluster does by itself.
func Cluster(part string) Principal { return Principal{User: "hacluster", UID: -1, Door: part} }

// Outside tells that somebody asked, a person or a tool, and not the cluster itself.
func (p Principal) Outside() bool { return p.UID >= 0 }

// Envelope is one message between managers.
type Envelope struct {
	// Kind tells which core reads it: "cib.request", "attributes.update", "controller.run", …
	Kind string `json:"kind"`
	// To limits who acts on it; everybody still sees it in the same order. 0 means all.
	To uint32 `json:"to,omitempty"`
	// Process and Seq number what one manager process has sent, so that a message that had to be sent again in a new view
	// is taken once.
	Process uint64 `json:"process,omitempty"`
	Seq     uint64 `json:"seq,omitempty"`
	// Cause runs from an event through the decision to the action and its result.
	Cause      string          `json:"cause,omitempty"`
	Body       json.RawMessage `json:"body,omitempty"`
	Attachment []byte          `json:"-"`
}

// Encode writes an envelope in a protocol of package release. All that there have been have the same form; the number says what its
// fields may hold.
func Encode(e Envelope, protocol int) ([]byte, error) {
	if protocol < 1 || protocol > math.MaxUint8 {
		return nil, fmt.Errorf("message: there is no protocol %d", protocol)
	}
	head, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("message: encode %s: %w", e.Kind, err)
	}
	out := make([]byte, 5, 5+len(head)+len(e.Attachment))
	out[0] = byte(protocol)
	binary.BigEndian.PutUint32(out[1:], uint32(len(head)))
	out = append(out, head...)
	out = append(out, e.Attachment...)
	if len(out) > MaxSize {
		return nil, fmt.Errorf("message: %s is %d bytes, the limit is %d", e.Kind, len(out), MaxSize)
	}
	return out, nil
}

// Decode reads an envelope. One in a newer protocol than the reader's is refused. The attachment shares the memory of p.
func Decode(p []byte, newest int) (Envelope, error) {
	var e Envelope
	if len(p) < 5 {
		return e, errors.New("message: too short")
	}
	if int(p[0]) > newest {
		return e, fmt.Errorf("message: protocol %d is newer than %d", p[0], newest)
	}
	n := binary.BigEndian.Uint32(p[1:])
	if uint64(n) > uint64(len(p)-5) {
		return e, errors.New("message: header is cut off")
	}
	if err := json.Unmarshal(p[5:5+n], &e); err != nil {
		return e, fmt.Errorf("message: header: %w", err)
	}
	e.Attachment = p[5+n:]
	return e, nil
}
