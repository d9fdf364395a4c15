package attributes

import (
	"strings"
	"testing"

	"pacer/engine"
	"pacer/message"
)

// TestWhatANewerVersionSaidIsPassedOn: a member hears of an attribute with more to it than it knows, and tells the next one all of it.
func TestWhatANewerVersionSaidIsPassedOn(t *testing.T) {
	c := New(Config{Self: 1, Name: "n1", Nodes: []engine.Member{{ID: 1, Name: "n1"}, {ID: 2, Name: "n2"}}})
	view := func(epoch uint64, members ...engine.Member) engine.View {
		for i := range members {
			members[i].Attached, members[i].Incarnation, members[i].Attachment = true, 1, epoch
		}
		return engine.View{ID: engine.ViewID{Epoch: epoch, Coordinator: 1}, Members: members}
	}
	first := view(1, engine.Member{ID: 1, Name: "n1"}, engine.Member{ID: 2, Name: "n2"})
	deliver := func(from engine.NodeID, body string) []Effect {
		return c.Step((&world{}).clock(), Delivered{From: from, Order: 1, Envelope: message.Envelope{Kind: kindSync, Body: []byte(body)}})
	}
	sync := func(list []Effect) string {
		t.Helper()
		for _, f := range list {
			if b, ok := f.(Broadcast); ok && b.Envelope.Kind == kindSync {
				return string(b.Envelope.Body)
			}
		}
		t.Fatal("nothing is said")
		return ""
	}
	own := sync(c.Step((&world{}).clock(), View{first}))
	deliver(1, own)
	deliver(2, `{"view":"`+first.Managers()+`","attrs":[{"name":"color","unit":"nm","values":[{"node":"n2","text":"red","at":{"epoch":1,"order":1},"until":"noon"}]}],"mood":"good"}`)
	if v, ok := c.Value("color", "n2"); !ok || v != "red" {
		t.Fatal(c.Values())
	}
	said := sync(c.Step((&world{}).clock(), View{view(2, engine.Member{ID: 1, Name: "n1"}, engine.Member{ID: 2, Name: "n2"})}))
	want := `"attrs":[{"name":"color","values":[{"node":"n2","text":"red","at":{"epoch":1,"order":1},"until":"noon"}],"unit":"nm"}]`
	if !strings.Contains(said, want) {
		t.Errorf("it says %s\nwithout      %s", said, want)
	}
}
