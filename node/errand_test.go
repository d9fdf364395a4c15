package node

import (
	"strings"
	"testing"

	"pacer/api"
	"pacer/cib"
	"pacer/engine"
	"pacer/errand"
	"pacer/exitcode"
	"pacer/machine"
	"pacer/message"
)

// small is a cluster of one node with a manager; what it sends comes back at once.
type small struct {
	m     *Manager
	order uint64
	reply *Reply
	work  *Work
}

func newSmall(t *testing.T, plain bool, nodes int) *small {
	t.Helper()
	doc, err := cib.Parse([]byte(listed))
	if err != nil {
		t.Fatal(err)
	}
	var all []engine.Member
	for i := range nodes {
		all = append(all, engine.Member{ID: engine.NodeID(i + 1), Name: "n" + string(rune('1'+i)), Incarnation: 1, Attached: i == 0, Attachment: 1})
	}
	s := &small{m: New(Config{Identity: engine.Identity{ID: 1, Name: "n1", Nodes: all, Plain: plain}, Document: doc, Unique: 1})}
	s.step(Begin{})
	s.step(FromEngine{engine.ViewChanged{View: engine.View{ID: engine.ViewID{Epoch: 1, Coordinator: 1}, Members: all, Quorate: true}}})
	return s
}

func (s *small) step(ev Event) {
	for _, f := range s.m.Step(machine.Now{}, ev) {
		switch f := f.(type) {
		case Send:
			s.order++
			s.step(FromEngine{engine.Delivered{Sender: 1, Order: s.order, Payload: f.Payload}})
		case Reply:
			s.reply = &f
		case Work:
			s.work = &f
		}
	}
}

func (s *small) ask(user string, r api.Request) *Reply {
	s.reply, s.work = nil, nil
	s.step(Asked{ID: 5, Principal: message.Principal{User: user}, Request: r})
	return s.reply
}

func TestErrandsGoToTheNodesAndBack(t *testing.T) {
	s := newSmall(t, false, 2)
	if r := s.ask("root", api.SecretChange{Set: []api.Secret{{Resource: "a", Parameter: "p", Value: "v"}}}); r != nil || s.work == nil || s.work.Task != "secrets/change" ||
		!strings.Contains(string(s.work.Body), `"value":"v"`) {
		t.Fatalf("%+v %+v", r, s.work)
	}
	s.step(FromErrand{errand.Done{Run: s.work.Run}})
	if s.reply == nil || s.reply.Err != nil || len(s.reply.Response.(*api.Response).Nodes) != 1 {
		t.Fatalf("%+v", s.reply)
	}
	if r := s.ask("root", api.Collect{Node: "n1"}); r != nil || s.work == nil {
		t.Fatalf("%+v", r)
	}
	s.step(FromErrand{errand.Done{Run: s.work.Run, Body: []byte(`{"collection":{"id":"x","size":3}}`)}})
	if n := s.reply.Response.(*api.Response).Nodes; len(n) != 1 || n[0].Node != "n1" || n[0].Answer.Collection.Size != 3 {
		t.Errorf("%+v", n)
	}
	if r := s.ask("root", api.CollectPart{Node: "n2"}); s.work != nil || r == nil || r.Response.(*api.Response).Nodes[0].Code != exitcode.Disconnect {
		t.Errorf("a node that is not here: %+v", r)
	}
	if r := s.ask("root", api.Collect{Node: "n9"}); r == nil || exitcode.Of(r.Err) != exitcode.NoHost {
		t.Errorf("no such node: %+v", r)
	}
}

// What would go over the network for everybody to read is not sent; where there is no network, nothing is lost.
func TestSecretsDoNotTravelInTheOpen(t *testing.T) {
	for nodes, travels := range map[int]bool{1: true, 2: false} {
		s := newSmall(t, true, nodes)
		if r := s.ask("root", api.SecretChange{}); (r == nil) != travels || !travels && exitcode.Of(r.Err) != exitcode.Unsafe {
			t.Errorf("%d nodes: %+v", nodes, r)
		}
	}
}

func TestErrandsNeedRights(t *testing.T) {
	s := newSmall(t, false, 1)
	for user, may := range map[string][2]bool{"root": {true, true}, "reader": {true, false}, "owner": {false, false}, "nobody": {false, false}} {
		for i, r := range []api.Request{api.Collect{Node: "n1"}, api.SecretChange{}} {
			got := s.ask(user, r)
			if (got == nil) != may[i] || !may[i] && exitcode.Of(got.Err) != exitcode.InsufficientPriv {
				t.Errorf("%s, %s: %+v", user, r.Path(), got)
			}
		}
	}
}
