package node

import (
	"time"

	"pacer/api"
	"pacer/attributes"
	"pacer/cib"
	"pacer/cibstore"
	"pacer/controller"
	"pacer/exitcode"
	"pacer/fencer"
)

// asked gives a request from outside to the core that can do it.
func (m *Manager) asked(q Asked) {
	if err := m.forbidden(q); err != nil {
		m.emit(Reply{ID: q.ID, Err: err})
		return
	}
	switch r := q.Request.(type) {
	case api.CIBApply:
		cause := r.Cause
		if cause == "" {
			cause = q.Cause
		}
		m.tell(store, cibstore.Request{ID: m.remember(apiRequest, q.ID), Principal: q.Principal, Cause: cause, Ops: r.Ops,
			Client: r.Client})
	case api.AttributeUpdate:
		m.askedAttribute(q, r)
	case api.Cleanup:
		m.tell(control, controller.Cleanup{ID: m.remember(apiRequest, q.ID), Resource: r.Resource, Node: r.Node,
			Operation: r.Operation, Interval: r.Interval.Duration(), All: r.All, Force: r.Force, Client: r.Client,
			User: q.Principal.User, Cause: q.Cause})
	case api.FailResource:
		m.tell(control, controller.Fail{ID: m.remember(apiRequest, q.ID), Resource: r.Resource, Node: r.Node, Cause: q.Cause})
	case api.RemoveNode:
		m.tell(control, controller.RemoveNode{ID: m.remember(apiRequest, q.ID), Name: r.Name, Node: r.ID, Cause: q.Cause})
	case api.Shutdown:
		m.tell(control, controller.Stop{ID: m.remember(apiRequest, q.ID), Why: "it was asked for by " + q.Principal.User})
	case api.Fence:
		delay := r.Delay.Duration()
		if r.Delay < 0 {
			delay = -time.Second
		}
		m.tell(fence, fencer.Request{ID: m.remember(apiRequest, q.ID), Target: r.Target, Action: r.Action,
			Timeout: r.Timeout.Duration(), Delay: delay, Tolerance: r.Tolerance.Duration(), Client: r.Client,
			Why: "asked for by " + q.Principal.User, Principal: q.Principal, Cause: q.Cause})
	case api.FenceConfirm:
		m.tell(fence, fencer.Confirm{ID: m.remember(apiRequest, q.ID), Target: r.Target, Principal: q.Principal})
	case api.FenceCleanup:
		m.tell(fence, fencer.Cleanup{ID: m.remember(apiRequest, q.ID), Target: r.Target, Principal: q.Principal})
	case api.FenceRegister:
		m.tell(fence, fencer.Register{ID: m.remember(apiRequest, q.ID), Device: r.ID, Agent: r.Agent, Params: r.Options})
	case api.FenceDeregister:
		m.tell(fence, fencer.Deregister{ID: m.remember(apiRequest, q.ID), Device: r.ID})
	case api.FenceLevelRegister:
		m.tell(fence, fencer.SetLevel{ID: m.remember(apiRequest, q.ID), Target: r.Target, Index: r.Index, Devices: r.Devices})
	case api.FenceLevelDeregister:
		m.tell(fence, fencer.DropLevel{ID: m.remember(apiRequest, q.ID), Target: r.Target, Index: r.Index})
	case api.FenceQuery:
		m.askedDevices(q, r)
	case api.SecretChange, api.Reload, api.KillNode, api.Collect, api.CollectPart:
		m.askedErrand(q)
	default:
		m.emit(Reply{ID: q.ID, Err: api.Errorf(exitcode.Unimplemented, "the request is not known to this version")})
	}
}

func (m *Manager) askedAttribute(q Asked, r api.AttributeUpdate) {
	id := m.remember(apiRequest, q.ID)
	if r.Wait == api.WaitNo || r.Wait == "" {
		// Answered now; that it was refused will not be heard, as the asker has said that he does not wait.
		m.recall(id)
		id = m.remember(control, 0)
		m.emit(Reply{ID: q.ID, Response: &api.Response{}})
	}
	m.tell(attrs, attributes.Update{
		ID: id, Action: attributes.Action(r.Action), Name: r.Name, Pattern: r.Pattern, Node: r.Node, Value: r.Value,
		Delay: r.Delay.Duration(), HasDelay: r.HasDelay, Set: r.Set, Private: r.Private, Utilization: r.Utilization,
		Principal: q.Principal, Cause: q.Cause,
	})
}

// askedDevices answers from what the fencer knows, or asks one device whether it answers.
func (m *Manager) askedDevices(q Asked, r api.FenceQuery) {
	if r.Device != "" {
		m.tell(fence, fencer.Monitor{ID: m.remember(apiRequest, q.ID), Device: r.Device, Timeout: r.Timeout.Duration()})
		return
	}
	capable := map[string]bool{}
	for _, id := range m.fencer.Capable(r.Target) {
		capable[id] = true
	}
	out := &api.Response{}
	for _, d := range m.devices() {
		if r.Target == "" || capable[d.ID] {
			out.Devices = append(out.Devices, d)
		}
	}
	m.emit(Reply{ID: q.ID, Response: out})
}

// answer ends a request that a core has answered with a code.
func (m *Manager) answer(id uint64, ok *api.Response, code exitcode.Code, problem string) {
	a, known := m.recall(id)
	if !known || a.from != apiRequest {
		return
	}
	if problem != "" {
		if code == exitcode.OK {
			code = exitcode.Error
		}
		m.emit(Reply{ID: a.own, Err: &api.Error{Code: code, Message: problem}})
		return
	}
	if ok == nil {
		ok = &api.Response{}
	}
	m.emit(Reply{ID: a.own, Response: ok})
}

// cibAnswer ends a CIBApply.
func (m *Manager) cibAnswer(id uint64, r cibstore.Reply) {
	if e := cib.AsError(r.Err); e != nil {
		m.emit(Reply{ID: id, Err: &api.Error{Code: e.Code, Message: e.Msg}})
		return
	}
	res := &api.CIBResult{Version: r.Version.String(), Class: api.WriteClass(r.Class)}
	if r.Class == cibstore.ClassNone {
		res.Class = api.WriteVolatile
	}
	if r.Answer != nil {
		res.Data = r.Answer.String()
	}
	m.emit(Reply{ID: id, Response: &api.Response{CIB: res}})
}
