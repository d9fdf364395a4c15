package node

import (
	"encoding/json"
	"time"

	"pacer/api"
	"pacer/engine"
	"pacer/errand"
	"pacer/exitcode"
)

// How long other nodes have for an errand: writing a few small files; reading them; sending a signal; reading logs.
const (
	secretPatience  = 30 * time.Second
	collectPatience = 90 * time.Second
	reloadPatience  = 30 * time.Second
	killPatience    = 10 * time.Second
	partPatience    = 30 * time.Second
)

// askedErrand sends the others what only they can do. The task is named by the path of the request, its body is the request.
func (m *Manager) askedErrand(q Asked) {
	r := errand.Request{ID: m.remember(apiRequest, q.ID), Principal: q.Principal, Cause: q.Cause}
	known := true
	named := func(name string) {
		var id engine.NodeID
		if id, known = m.nodeNamed(name); known {
			r.Nodes = []engine.NodeID{id}
		}
	}
	switch x := q.Request.(type) {
	case api.SecretChange:
		r.Timeout = secretPatience
		if id := m.cfg.Identity; id.Plain && len(id.Nodes) > 1 {
			m.answer(r.ID, nil, exitcode.Unsafe, "Messages between the nodes are not protected by a secret of the cluster, so they cannot carry others: "+
				"turn encryption on (corosync-keygen, crypto_cipher), or write the secret on each node with -C")
			return
		}
	case api.Reload:
		r.Timeout = reloadPatience
	case api.KillNode:
		r.Timeout, r.Nodes = killPatience, []engine.NodeID{engine.NodeID(x.ID)}
		known = m.nameOf(r.Nodes[0]) != ""
	case api.Collect:
		r.Timeout = collectPatience
		named(x.Node)
	case api.CollectPart:
		r.Timeout = partPatience
		named(x.Node)
	}
	if !known {
		m.answer(r.ID, nil, exitcode.NoHost, "There is no such node")
		return
	}
	body, err := json.Marshal(q.Request)
	if err != nil {
		panic("node: " + err.Error()) // it came as JSON
	}
	r.Task, r.Body = q.Request.(api.Request).Path(), body
	m.tell(errands, r)
}

func (m *Manager) nodeNamed(name string) (engine.NodeID, bool) {
	for _, p := range m.controller.Peers() {
		if p.Name == name {
			return p.ID, true
		}
	}
	return 0, false
}

// errandAnswer puts what the nodes say into one answer.
func (m *Manager) errandAnswer(f errand.Finished) {
	out := &api.Response{}
	for _, a := range f.Answers {
		n := api.NodeAnswer{Node: m.nameOf(a.Node), Code: a.Code, Message: a.Problem}
		if a.Problem == "" && len(a.Body) > 0 {
			if err := json.Unmarshal(a.Body, &n.Answer); err != nil {
				n.Answer, n.Code, n.Message = api.Answer{}, exitcode.Protocol, "its answer is not understood: "+err.Error()
			}
		}
		out.Nodes = append(out.Nodes, n)
	}
	m.answer(f.ID, out, exitcode.OK, "")
}

func (m *Manager) nameOf(id engine.NodeID) string {
	for _, p := range m.controller.Peers() {
		if p.ID == id {
			return p.Name
		}
	}
	return ""
}
