package attributes

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/history"
	"pacer/machine"
	"pacer/message"
	"pacer/score"
)

// The kinds of this core's messages.
const (
	kindUpdate  = "attributes.update"
	kindUpdates = "attributes.updates"
	kindClear   = "attributes.clear"
	kindDrop    = "attributes.drop"
	kindSync    = "attributes.sync"
)

type updateBody struct {
	ID          uint64        `json:"id,omitempty"`
	Action      Action        `json:"action"`
	Name        string        `json:"name,omitempty"`
	Pattern     string        `json:"pattern,omitempty"`
	Node        string        `json:"node"`
	Value       string        `json:"value,omitempty"`
	Delay       time.Duration `json:"delay,omitempty"`
	HasDelay    bool          `json:"has_delay,omitempty"`
	Set         string        `json:"set,omitempty"`
	Private     bool          `json:"private,omitempty"`
	Utilization bool          `json:"utilization,omitempty"`
	User        string        `json:"user,omitempty"`
	// Cause is set where several stand together; one alone has that of its message.
	Cause string `json:"cause,omitempty"`
}

// updatesBody is several updates, in their order.
type updatesBody struct {
	Updates []updateBody `json:"updates"`
}

type clearBody struct {
	ID        uint64        `json:"id,omitempty"`
	Resource  string        `json:"resource,omitempty"`
	Operation string        `json:"operation,omitempty"`
	Interval  time.Duration `json:"interval,omitempty"`
	Node      string        `json:"node,omitempty"`
}

type dropBody struct {
	Node string `json:"node"`
}

func (c *Core) broadcast(kind string, body any, cause string) Effect {
	data, err := json.Marshal(body)
	if err != nil {
		panic("attributes: " + err.Error()) // structs of strings and numbers
	}
	return Broadcast{message.Envelope{Kind: kind, Cause: cause, Body: data}}
}

// update checks a request and sends it round; it is applied when it is delivered.
func (c *Core) update(u Update) []Effect {
	if why := c.refuse(&u); why != "" {
		if u.ID == 0 {
			return nil
		}
		return []Effect{Answer{u.ID, why}}
	}
	if u.Node == "" {
		u.Node = c.cfg.Name
	}
	c.expect(u.ID)
	return c.post(kindUpdate, updateBody{
		ID: u.ID, Action: u.Action, Name: u.Name, Pattern: u.Pattern, Node: u.Node, Value: u.Value, Delay: u.Delay,
		HasDelay: u.HasDelay, Set: u.Set, Private: u.Private, Utilization: u.Utilization, User: u.Principal.User,
	}, u.Cause)
}

func (c *Core) expect(id uint64) {
	if id != 0 {
		c.waiting = append(c.waiting, id)
	}
}

func (c *Core) refuse(u *Update) string {
	switch {
	case u.Action == Refresh:
		return ""
	case u.Name == "" && u.Pattern == "":
		return "an attribute name or a pattern is needed"
	case len(u.Name) > maxName, len(u.Pattern) > maxName, len(u.Node) > maxName, len(u.Set) > maxName:
		return fmt.Sprintf("a name is longer than %d bytes", maxName)
	case len(u.Value) > maxValue:
		return fmt.Sprintf("the value is longer than %d bytes", maxValue)
	case u.Pattern == "" && c.find(u.Name) == nil && len(c.attrs) >= maxNumber:
		return fmt.Sprintf("there are already %d attributes", maxNumber)
	}
	if u.Pattern != "" {
		if _, err := regexp.CompilePOSIX(u.Pattern); err != nil {
			return "the pattern is no regular expression: " + err.Error()
		}
	}
	if u.Action == Set || u.Action == SetBoth {
		more := len(c.matching(u.Name, u.Pattern)) * (2*sizeOfRecord + len(u.Name) + len(u.Set) + len(u.Node) + len(u.Value))
		if !c.fits(more) {
			return fmt.Sprintf("all attributes together would be larger than %d bytes; delete some first", maxSize)
		}
	}
	return ""
}

func (c *Core) clear(ev Clear) []Effect {
	c.expect(ev.ID)
	return c.post(kindClear, clearBody{ev.ID, ev.Resource, ev.Operation, ev.Interval, ev.Node}, ev.Cause)
}

// delivered applies a message, or keeps it until all members have said what they know.
func (c *Core) delivered(now machine.Now, ev Delivered) []Effect {
	if ev.Envelope.Kind == kindSync {
		return c.heardSync(now, ev)
	}
	more := c.landed(ev.From)
	if c.syncing {
		c.held = append(c.held, ev)
		return more
	}
	effects := append(c.apply(now, ev), c.flush(now)...)
	return append(append(effects, c.rearmed(now)...), more...)
}

func (c *Core) apply(now machine.Now, ev Delivered) []Effect {
	at := stamp{c.view.ID.Epoch, ev.Order}
	own := ev.From == c.cfg.Self
	var effects []Effect
	switch ev.Envelope.Kind {
	case kindUpdate:
		var u updateBody
		if json.Unmarshal(ev.Envelope.Body, &u) != nil {
			return nil
		}
		effects = append(c.applyUpdate(now, u, at, ev.Envelope.Cause), c.applied(own, u.ID)...)
	case kindUpdates:
		var b updatesBody
		if json.Unmarshal(ev.Envelope.Body, &b) != nil {
			return nil
		}
		for _, u := range b.Updates {
			effects = append(effects, c.applyUpdate(now, u, at, u.Cause)...)
			effects = append(effects, c.applied(own, u.ID)...)
		}
	case kindClear:
		var b clearBody
		if json.Unmarshal(ev.Envelope.Body, &b) != nil {
			return nil
		}
		effects = append(c.applyClear(now, b, at, ev.Envelope.Cause), c.applied(own, b.ID)...)
	case kindDrop:
		var b dropBody
		if json.Unmarshal(ev.Envelope.Body, &b) == nil && c.dropNode(b.Node) {
			effects = append(effects, Changed{})
		}
	}
	return effects
}

// applied answers a request of this member.
func (c *Core) applied(own bool, id uint64) []Effect {
	if !own || id == 0 {
		return nil
	}
	if i := slices.Index(c.waiting, id); i >= 0 {
		c.waiting = slices.Delete(c.waiting, i, i+1)
	}
	return []Effect{Answer{ID: id}}
}

func (c *Core) applyUpdate(now machine.Now, u updateBody, at stamp, cause string) []Effect {
	if u.Action == Refresh {
		if c.writer {
			for _, a := range c.attrs {
				for i := range a.Values {
					a.Values[i].dirty = !a.Private
				}
			}
		}
		return nil
	}
	var effects []Effect
	changed := false
	for _, name := range c.matching(u.Name, u.Pattern) {
		a := c.find(name)
		if a == nil && (u.Action == SetDelay || u.Action == Delete) {
			continue // nothing to change
		}
		fresh := false
		if a == nil {
			a, fresh = c.make(name)
			a.Set, a.Private, a.Utilization = u.Set, u.Private, u.Utilization
		}
		if u.Action == SetBoth || u.Action == SetDelay || fresh {
			a.Delay = max(u.Delay, 0)
		}
		if u.Action == SetDelay {
			c.arm(now, a)
			continue
		}
		old := a.on(u.Node)
		v := value{Node: u.Node, At: at, Gone: u.Action == Delete}
		if !v.Gone {
			present := ""
			if old != nil && !old.Gone {
				present = old.Text
			}
			v.Text = Expand(present, u.Value)
		}
		if old != nil && old.Gone == v.Gone && old.Text == v.Text {
			old.At = at
			continue
		}
		if old == nil && v.Gone {
			continue
		}
		v.dirty = c.writer && !a.Private
		a.put(v)
		c.reckoned += 2*sizeOfRecord + len(name) + len(u.Set) + len(v.Node) + len(v.Text)
		a.cause = cause
		changed = true
		c.arm(now, a)
	}
	if changed {
		effects = append(effects, Changed{})
	}
	return effects
}

func (c *Core) applyClear(now machine.Now, b clearBody, at stamp, cause string) []Effect {
	changed := false
	var effects []Effect
	for _, a := range c.attrs {
		if !clears(a.Name, b) {
			continue
		}
		for i := range a.Values {
			v := &a.Values[i]
			if v.Gone || b.Node != "" && v.Node != b.Node {
				continue
			}
			*v = value{Node: v.Node, Gone: true, At: at, dirty: c.writer && !a.Private}
			a.cause, changed = cause, true
			// Whoever clears a failure waits for the cluster to act on it, whatever the delay.
			a.armed, a.due = false, now.Mono
		}
	}
	if changed {
		effects = append(effects, Changed{})
	}
	return effects
}

// clears tells whether an attribute holds failures that a clear is about.
func clears(name string, b clearBody) bool {
	rest, ok := strings.CutPrefix(name, "fail-count-")
	if !ok {
		if rest, ok = strings.CutPrefix(name, "last-failure-"); !ok {
			return false
		}
	}
	if b.Resource == "" {
		return true
	}
	resource, operation, _ := strings.Cut(rest, "#")
	if resource != b.Resource {
		return false
	}
	return b.Operation == "" || operation == b.Operation+"_"+history.Milliseconds(b.Interval)
}

// Expand computes a value: arithmetic on the present one where the text says so ("value++", "value+=5", also "++" alone), else
// the text itself. What is no number counts as 0; the ends of the scale are those of scores.
func Expand(present, text string) string {
	rest := strings.TrimPrefix(text, "value")
	if len(rest) < 2 {
		return text
	}
	sign, op := rest[0], rest[1]
	if sign != '+' && sign != '-' {
		return text
	}
	by := int64(1)
	switch {
	case op == sign && len(rest) == 2:
	case op == '=':
		n, err := strconv.ParseInt(rest[2:], 10, 32)
		if err != nil {
			if !strings.EqualFold(rest[2:], "INFINITY") {
				return text
			}
			n = int64(score.Infinity)
		}
		by = n
	default:
		return text
	}
	if sign == '-' {
		by = -by
	}
	return score.Add(score.ParseOr(present, 0), score.Of(by)).String()
}
