package attributes

import (
	"fmt"
	"strings"
	"testing"

	"pacer/engine"
	"pacer/machine"
	"pacer/message"
)

// However much somebody stores, what a member says in a new view fits into a message: a manager that cannot say it could not
// go on, and neither could any other.
func TestWhatIsKnownFitsIntoAMessage(t *testing.T) {
	c := New(Config{Self: 1, Name: "n1", Nodes: []engine.Member{{ID: 1, Name: "n1"}}})
	view := func(epoch uint64) message.Envelope {
		t.Helper()
		v := engine.View{ID: engine.ViewID{Epoch: epoch, Coordinator: 1}, Members: []engine.Member{{ID: 1, Name: "n1", Attached: true}}}
		for _, f := range c.Step(machine.Now{}, View{v}) {
			if f, ok := f.(Broadcast); ok {
				return f.Envelope
			}
		}
		t.Fatal("nothing is said in a new view")
		return message.Envelope{}
	}
	c.Step(machine.Now{}, Delivered{From: 1, Order: 1, Envelope: view(1)})
	refused := ""
	for i := 0; refused == ""; i++ {
		if i > message.MaxSize/maxValue {
			t.Fatal("everything is taken")
		}
		// JSON writes this character in six.
		for _, f := range c.Step(machine.Now{}, Update{ID: 1, Action: Set, Name: fmt.Sprint("a", i), Value: strings.Repeat("<", maxValue)}) {
			switch f := f.(type) {
			case Broadcast:
				c.Step(machine.Now{}, Delivered{From: 1, Order: uint64(i + 2), Envelope: f.Envelope})
			case Answer:
				refused = f.Err
			}
		}
	}
	if !strings.Contains(refused, "delete some first") {
		t.Errorf("refused: %s", refused)
	}
	if _, err := message.Encode(view(2), 1); err != nil {
		t.Fatal(err)
	}
	c.Step(machine.Now{}, Delivered{From: 1, Order: 1, Envelope: view(3)})
	deleted := false
	for _, f := range c.Step(machine.Now{}, Update{ID: 2, Action: Delete, Name: "a0"}) {
		_, ok := f.(Broadcast)
		deleted = deleted || ok
	}
	if !deleted {
		t.Error("what is too much cannot be deleted")
	}
}
