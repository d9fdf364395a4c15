package membership

import (
	"encoding/binary"
	"errors"

	"pacer/engine"
)

// wireVersion is the version of the packets below. A reader takes packets of its own version and newer ones, whose added
// fields stand at the end and are not read.
const wireVersion = 1

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

func (w *writer) text(s string) {
	s = s[:min(len(s), MaxName)]
	w.u8(uint8(len(s)))
	w.b = append(w.b, s...)
}

func (w *writer) nodes(list []engine.NodeID) {
	w.u8(uint8(len(list)))
	for _, id := range list {
		w.id(id)
	}
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

func (r *reader) text() string { return string(r.take(int(r.u8()))) }

func (r *reader) nodes() []engine.NodeID {
	n := int(r.u8())
	if n > MaxNodes {
		r.err = errShort
		return nil
	}
	out := make([]engine.NodeID, n)
	for i := range out {
		out[i] = r.id()
	}
	return out
}

// heartbeat is the sign of life with everything that its sender knows.
type heartbeat struct {
	frozen, started bool
	name            string
	view, promised  engine.ViewID
	epoch           uint64 // highest ever heard of
	have            uint64 // held of view without a gap
	last            uint64 // from the coordinator: highest number assigned in view
	stable          uint64 // from the coordinator: held by all
	row             row
	relays          []row
}

const (
	flagFrozen  = 1 << 0
	flagStarted = 1 << 1
)

func (w *writer) row(r row) {
	w.id(r.id)
	w.u64(r.inc)
	w.u32(r.ver)
	w.ids(r.view)
	w.nodes(r.hears)
}

func (r *reader) row() row {
	return row{id: r.id(), inc: r.u64(), ver: r.u32(), view: r.view(), hears: r.nodes()}
}

func rowSize(r row) int { return 4 + 8 + 4 + 12 + 1 + 4*len(r.hears) }

// append writes h; relays that do not fit into size bytes stay away.
func (h *heartbeat) append(w *writer, size int) {
	var flags uint8
	if h.frozen {
		flags |= flagFrozen
	}
	if h.started {
		flags |= flagStarted
	}
	w.u8(flags)
	w.text(h.name)
	w.ids(h.view)
	w.ids(h.promised)
	w.u64(h.epoch)
	w.u64(h.have)
	w.u64(h.last)
	w.u64(h.stable)
	w.row(h.row)
	n, room := 0, size-len(w.b)-1
	for _, r := range h.relays {
		if room -= rowSize(r); room < 0 {
			break
		}
		n++
	}
	w.u8(uint8(n))
	for _, r := range h.relays[:n] {
		w.row(r)
	}
}

func readHeartbeat(r *reader) (heartbeat, error) {
	flags := r.u8()
	h := heartbeat{frozen: flags&flagFrozen != 0, started: flags&flagStarted != 0, name: r.text(), view: r.view(),
		promised: r.view(), epoch: r.u64(), have: r.u64(), last: r.u64(), stable: r.u64(), row: r.row()}
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
