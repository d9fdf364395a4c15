package controller

import (
	"testing"

	"pacer/engine"
	"pacer/machine"
	"pacer/message"
)

// Whatever another manager says, this one goes on.
func FuzzDelivered(f *testing.F) {
	kinds := []string{"join", "acting", "settled", "run", "cancel", "done", "forget", "fail", "shutdown", "unknown"}
	for i := range kinds {
		f.Add(uint8(i), uint32(2), []byte(`{"op":{"resource":"r","task":"start"},"key":"1:2:0:x","resource":"r","view":"1.1 1/1/1","settled":true}`))
	}
	f.Fuzz(func(t *testing.T, kind uint8, from uint32, body []byte) {
		c := New(Config{Self: 1, Name: "a", Nodes: []engine.Member{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}}, UUID: "x"})
		v := engine.View{ID: engine.ViewID{Epoch: 1, Coordinator: 1}, Members: []engine.Member{
			{ID: 1, Name: "a", Attached: true, Incarnation: 1, Attachment: 1}, {ID: 2, Name: "b", Attached: true, Incarnation: 1, Attachment: 1}}}
		c.Step(machine.Now{}, View{v})
		c.Step(machine.Now{}, Elected{DC: 1, Final: true, Formed: true})
		c.Step(machine.Now{}, Synced{})
		c.Step(machine.Now{}, Delivered{From: engine.NodeID(from), Envelope: message.Envelope{
			Kind: "controller." + kinds[int(kind)%len(kinds)], Body: body}})
	})
}
