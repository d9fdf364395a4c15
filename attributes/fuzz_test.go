package attributes

import (
	"testing"

	"pacer/engine"
	"pacer/machine"
	"pacer/message"
)

// Whatever another member says, this one goes on, and its list stays in order.
func FuzzDelivered(f *testing.F) {
	kinds := []string{kindUpdate, kindClear, kindDrop, kindSync, "attributes.unknown", kindUpdates}
	f.Add(uint8(0), []byte(`{"action":"set","name":"a","node":"b","value":"value++","delay":-5}`))
	f.Add(uint8(5), []byte(`{"updates":[{"action":"set","name":"a","node":"b","value":"value++"},{"action":"delete","name":"a","node":"b"}]}`))
	f.Add(uint8(1), []byte(`{"resource":"a","interval":-1}`))
	f.Add(uint8(2), []byte(`{"node":"b"}`))
	f.Add(uint8(3), []byte(`{"view":"","attrs":[{"name":"z","values":[{"node":"b","text":"1","at":{"epoch":1,"order":2}}]},null]}`))
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		c := New(Config{Self: 1, Name: "a", Nodes: []engine.Member{{ID: 1, Name: "a"}}})
		v := engine.View{Members: []engine.Member{{ID: 1, Name: "a", Attached: true}}}
		for _, fx := range c.Step(machine.Now{}, View{v}) {
			if b, ok := fx.(Broadcast); ok && kinds[int(kind)%len(kinds)] != kindSync {
				c.Step(machine.Now{}, Delivered{From: 1, Envelope: b.Envelope})
			}
		}
		if kinds[int(kind)%len(kinds)] == kindSync {
			c.key = ""
		}
		c.Step(machine.Now{}, Delivered{From: 1, Order: 5, Envelope: message.Envelope{Kind: kinds[int(kind)%len(kinds)], Body: body}})
		for i, a := range c.attrs[:max(len(c.attrs)-1, 0)] {
			if a.Name >= c.attrs[i+1].Name {
				t.Fatalf("%q stands before %q", a.Name, c.attrs[i+1].Name)
			}
		}
	})
}
