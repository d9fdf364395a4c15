package membership

import (
	"encoding/binary"
	"errors"
	"math"

	"pacer/engine"
)

// wireVersion is the version of the packets below. A reader takes packets of its own version and newer ones, whose added
// fields stand at the end and are not read.
const wireVersion = 2

// The kinds of packets.
type kind uint8

const (
	kindHeartbeat kind = iota + 1
	kindPropose
	kindAccept
	kindPlan
	kindReady
	kindInstall
	kindSubmit
	kindOrdered
	kindNak
	kindAck
	kindTail
	kindSubmitNak
	kindLeave
)

// kindNames are the names of the kinds, for people.
var kindNames = [...]string{"", "heartbeat", "propose", "accept", "plan", "ready", "install", "submit", "ordered", "nak", "ack", "tail",
	"submit-nak", "leave"}

// PacketKind names the kind of a packet; it is empty for what is none.
func PacketKind(packet []byte) string {
	if len(packet) < 2 || int(packet[1]) >= len(kindNames) {
		return ""
	}
	return kindNames[packet[1]]
}

var errShort = errors.New("membership: packet is cut off")

// writer appends big-endian fields.
type writer struct{ b []byte }

func (c *Core) packet(k kind) *writer {
	w := &writer{b: make([]byte, 0, 128)}
	w.u8(wireVersion)
	w.u8(uint8(k))
	w.u64(c.cfg.Incarnation)
	return w
}

func (w *writer) u8(v uint8)          { w.b = append(w.b, v) }
func (w *writer) u16(v uint16)        { w.b = binary.BigEndian.AppendUint16(w.b, v) }
func (w *writer) u32(v uint32)        { w.b = binary.BigEndian.AppendUint32(w.b, v) }
func (w *writer) u64(v uint64)        { w.b = binary.BigEndian.AppendUint64(w.b, v) }
func (w *writer) bytes(p []byte)      { w.b = append(w.b, p...) }
func (w *writer) id(v engine.NodeID)  { w.u32(uint32(v)) }
func (w *writer) ids(v engine.ViewID) { w.u64(v.Epoch); w.id(v.Coordinator) }

// small writes a number that is small as a rule, smallView a view of such numbers, in as few bytes as it takes. Heartbeats are full of
// them, and heartbeats are all that an idle cluster sends.
func (w *writer) small(v uint64)            { w.b = binary.AppendUvarint(w.b, v) }
func (w *writer) smallView(v engine.ViewID) { w.small(v.Epoch); w.small(uint64(v.Coordinator)) }

func (w *writer) text(s string) {
	s = s[:min(len(s), MaxName)]
	w.u8(uint8(len(s)))
	w.b = append(w.b, s...)
}

// reader takes the fields back; after the first error it gives zeros.
type reader struct {
	b   []byte
	err error
}

func (r *reader) take(n int) []byte {
	if r.err != nil || len(r.b) < n {
		r.err = errShort
		return nil
	}
	p := r.b[:n:n]
	r.b = r.b[n:]
	return p
}

func (r *reader) u8() uint8 {
	if p := r.take(1); p != nil {
		return p[0]
	}
	return 0
}

func (r *reader) u16() uint16 {
	if p := r.take(2); p != nil {
		return binary.BigEndian.Uint16(p)
	}
	return 0
}

func (r *reader) u32() uint32 {
	if p := r.take(4); p != nil {
		return binary.BigEndian.Uint32(p)
	}
	return 0
}

func (r *reader) u64() uint64 {
	if p := r.take(8); p != nil {
		return binary.BigEndian.Uint64(p)
	}
	return 0
}

func (r *reader) id() engine.NodeID { return engine.NodeID(r.u32()) }

func (r *reader) view() engine.ViewID {
	return engine.ViewID{Epoch: r.u64(), Coordinator: r.id()}
}

func (r *reader) small() uint64 {
	if r.err != nil {
		return 0
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.err = errShort
		return 0
	}
	r.b = r.b[n:]
	return v
}

// smallID reads a node's id; a number that is none is refused.
func (r *reader) smallID() engine.NodeID {
	v := r.small()
	if v > math.MaxUint32 {
		r.err = errShort
		return 0
	}
	return engine.NodeID(v)
}

func (r *reader) smallView() engine.ViewID {
	return engine.ViewID{Epoch: r.small(), Coordinator: r.smallID()}
}

func (r *reader) text() string { return string(r.take(int(r.u8()))) }

// heartbeat is the sign of life with everything that its sender knows.
type heartbeat struct {
	frozen, started bool
	// uneasy tells that the sender wants heartbeats over every link: not all that were due came in time, or a link is silent.
	uneasy         bool
	name           string
	view, promised engine.ViewID
	epoch          uint64 // highest ever heard of
	have           uint64 // held of view without a gap
	last           uint64 // from the coordinator: highest number assigned in view
	stable         uint64 // from the coordinator: held by all
	row            row
	relays         []row
}

const (
	flagFrozen  = 1 << 0
	flagStarted = 1 << 1
	flagUneasy  = 1 << 2
)

func (w *writer) row(r row) {
	w.small(uint64(r.id))
	w.u64(r.inc)
	w.small(uint64(r.ver))
	w.smallView(r.view)
	w.u8(uint8(len(r.hears)))
	for _, id := range r.hears {
		w.small(uint64(id))
	}
}

func (r *reader) row() row {
	out := row{id: r.smallID(), inc: r.u64()}
	ver := r.small()
	if ver > math.MaxUint32 {
		r.err = errShort
	}
	out.ver, out.view = uint32(ver), r.smallView()
	n := int(r.u8())
	if n > MaxNodes {
		r.err = errShort
		return out
	}
	out.hears = make([]engine.NodeID, n)
	for i := range out.hears {
		out.hears[i] = r.smallID()
	}
	return out
}

// append writes h; relays that do not fit into size bytes stay away.
func (h *heartbeat) append(w *writer, size int) {
	var flags uint8
	if h.frozen {
		flags |= flagFrozen
	}
	if h.started {
		flags |= flagStarted
	}
	if h.uneasy {
		flags |= flagUneasy
	}
	w.u8(flags)
	w.text(h.name)
	w.smallView(h.view)
	w.smallView(h.promised)
	w.small(h.epoch)
	w.small(h.have)
	w.small(h.last)
	w.small(h.stable)
	w.row(h.row)
	count := len(w.b)
	w.u8(0)
	for i, r := range h.relays {
		end := len(w.b)
		if w.row(r); len(w.b) > size {
			w.b = w.b[:end]
			break
		}
		w.b[count] = uint8(i + 1)
	}
}

func readHeartbeat(r *reader) (heartbeat, error) {
	flags := r.u8()
	h := heartbeat{frozen: flags&flagFrozen != 0, started: flags&flagStarted != 0, uneasy: flags&flagUneasy != 0, name: r.text(),
		view: r.smallView(), promised: r.smallView(), epoch: r.small(), have: r.small(), last: r.small(), stable: r.small(), row: r.row()}
	n := int(r.u8())
	if n > MaxNodes {
		return h, errShort
	}
	for range n {
		if r.err != nil {
			break
		}
		h.relays = append(h.relays, r.row())
	}
	return h, r.err
}
