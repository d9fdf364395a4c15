package membership

import (
	"encoding/binary"
	"slices"

	"pacer/engine"
	"pacer/note"
)

// enter installs a view.
func (c *Core) enter(v View) {
	old := c.view
	c.view, c.installed, c.install = v, c.now, nil
	c.frozen, c.fetch, c.round = false, nil, nil
	c.ord = newOrder(len(v.Members))
	c.own.view = v.ID
	c.ownMoved()
	c.tellChange(old, v)
	c.emit(Viewed{View: v.clone(), New: true, Open: c.open()})
	c.sendAttachment()
}

func (v View) clone() View {
	v.Members = slices.Clone(v.Members)
	return v
}

func (v View) index(id engine.NodeID) int {
	return slices.IndexFunc(v.Members, func(m Member) bool { return m.ID == id })
}

// fellow tells whether a peer is a member of the view in its present life. An earlier life may have promised or even made a view of which
// the disk knows nothing, as no view waits for a disk; the next may then give the same id to another view.
func (c *Core) fellow(p *peer) bool {
	i := c.view.index(p.id)
	return i >= 0 && c.view.Members[i].Incarnation == p.inc
}

func (c *Core) coordinates() bool { return c.view.ID.Coordinator == c.cfg.Self }

func (c *Core) tellChange(old, now View) {
	for _, m := range old.Members {
		i := now.index(m.ID)
		if i >= 0 && now.Members[i].Incarnation == m.Incarnation {
			continue
		}
		p := c.known(m.ID)
		if p != nil && p.left && p.inc == m.Incarnation {
			c.tell(note.NodeLeft{Node: m.Name})
		} else {
			n := note.NodeLost{Node: m.Name}
			if p != nil && p.inc == m.Incarnation && p.last > 0 {
				n.Silent = c.now - p.last
			}
			c.tell(n)
		}
	}
	names := make([]string, 0, len(now.Members))
	for _, m := range now.Members {
		names = append(names, m.Name)
		i := old.index(m.ID)
		if (i < 0 || old.Members[i].Incarnation != m.Incarnation) && m.ID != c.cfg.Self {
			c.tell(note.NodeJoined{Node: m.Name})
		}
	}
	c.tell(note.ViewAgreed{View: now.ID.String(), Members: names})
}

// sendAttachment orders the news about the local manager when the view has it otherwise.
func (c *Core) sendAttachment() {
	i := c.view.index(c.cfg.Self)
	if i < 0 || c.frozen {
		return // the next view will carry it
	}
	m := c.view.Members[i]
	if m.Attached == c.attached && (m.Attachment == c.attachment || !c.attached) && !c.ord.pendingControl() {
		return
	}
	data := make([]byte, 9)
	if c.attached {
		data[0] = 1
	}
	binary.BigEndian.PutUint64(data[1:], c.attachment)
	c.ord.queue = append(c.ord.queue, entry{sender: c.cfg.Self, flags: entryControl, data: data})
}

// control applies an ordered word about a manager.
func (c *Core) control(e entry) {
	i := c.view.index(e.sender)
	if i < 0 || len(e.data) < 9 {
		return
	}
	m := &c.view.Members[i]
	attached, number := e.data[0] == 1, binary.BigEndian.Uint64(e.data[1:])
	if m.Attached == attached && m.Attachment == number {
		return
	}
	if m.Attached != attached {
		if attached {
			c.tell(note.ManagerAttached{Node: m.Name})
		} else {
			c.tell(note.ManagerDetached{Node: m.Name})
		}
	}
	m.Attached, m.Attachment = attached, number
	c.emit(Viewed{View: c.view.clone(), Open: c.open()})
}

// open tells whether the local manager is attached in the agreed order.
func (c *Core) open() bool {
	i := c.view.index(c.cfg.Self)
	return i >= 0 && c.attached && c.view.Members[i].Attached && c.view.Members[i].Attachment == c.attachment
}
