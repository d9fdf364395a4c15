package fencer

import (
	"slices"
	"time"

	"pacer/message"
)

// State says how far an operation is.
type State string

// The states of an operation.
const (
	Pending   State = "pending"
	Succeeded State = "success"
	Failed    State = "failed"
	// Cancelled: the target came back before an agent was started. Displays show it as failed.
	Cancelled State = "cancelled"
)

// Operation is one fencing of one node, as the history of every node has it.
type Operation struct {
	ID       string `json:"id"`
	Target   string `json:"target"`
	Action   string `json:"action"`
	Client   string `json:"client"`
	Origin   string `json:"origin"`             // the node that asked
	Executor string `json:"executor,omitempty"` // the node that used the last device
	Device   string `json:"device,omitempty"`   // the last device, "manual_ack" for an administrator's word
	State    State  `json:"state"`
	Reason   string `json:"reason,omitempty"` // why it failed
	Why      string `json:"why,omitempty"`    // why it was asked
	// Presumed: its owner's manager is gone, so nobody here knows how it ended.
	Presumed bool          `json:"presumed,omitempty"`
	MergedTo string        `json:"merged,omitempty"` // the operation that it joined
	Cause    string        `json:"cause,omitempty"`
	Began    time.Time     `json:"began"`
	Ended    time.Time     `json:"ended,omitzero"`
	Total    time.Duration `json:"total,omitempty"` // the time it was given

	rest message.Rest // what a newer version said of it
}

// MarshalJSON passes on what is not known here.
func (o Operation) MarshalJSON() ([]byte, error) {
	type plain Operation
	return message.Join(plain(o), o.rest)
}

// UnmarshalJSON keeps what is not known here.
func (o *Operation) UnmarshalJSON(p []byte) (err error) {
	type plain Operation
	o.rest, err = message.Split(p, (*plain)(o))
	return err
}

// DeviceInfo describes a device for lists.
type DeviceInfo struct {
	ID     string   `json:"id"`
	Agent  string   `json:"agent"`
	Hosts  []string `json:"hosts,omitempty"` // the static or the last dynamic list
	Check  string   `json:"check"`           // static-list, dynamic-list, status, none
	Nodes  []string `json:"nodes,omitempty"` // where it can be used, as announced
	Active []string `json:"active,omitempty"`
}

// History returns the operations: those under way first, then the finished ones, newest first.
func (c *Core) History() []Operation {
	out := make([]Operation, 0, len(c.ops)+len(c.history))
	for _, o := range slices.Backward(c.ops) {
		out = append(out, o.Operation)
	}
	for _, o := range slices.Backward(c.history) {
		out = append(out, o)
	}
	return out
}

// Registered returns the devices that are configured or were registered at this node, by id.
func (c *Core) Registered() []DeviceInfo {
	if c.cfg == nil {
		return nil
	}
	var out []DeviceInfo
	for _, d := range c.cfg.devices {
		if len(d.at) > 0 && !d.usableOn(c.opt.Name) {
			continue
		}
		info := DeviceInfo{ID: d.id, Agent: d.agent, Hosts: slices.Clone(d.hosts)}
		for _, p := range d.ports {
			info.Hosts = appendOnce(info.Hosts, p.host)
		}
		var actions []string
		for _, p := range c.peers {
			a := p.ability(d.id)
			if a == nil || !a.Installed {
				continue
			}
			actions = a.Actions
			info.Nodes = append(info.Nodes, c.nameOf(p.id))
			if a.Active {
				info.Active = append(info.Active, c.nameOf(p.id))
			}
		}
		if info.Check = c.checkOf(d, actions); info.Check == checkDynamic {
			for _, p := range c.peers {
				if a := p.ability(d.id); a != nil && a.Listed {
					info.Hosts = slices.Clone(a.Hosts)
				}
			}
		}
		out = append(out, info)
	}
	return out
}

// Capable returns the ids of the devices that can fence the target from anywhere, by id.
func (c *Core) Capable(target string) []string {
	if c.cfg == nil {
		return nil
	}
	var out []string
	for _, d := range c.cfg.devices {
		if c.couldUse(d, target) {
			out = append(out, d.id)
		}
	}
	return out
}
