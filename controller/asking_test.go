package controller

import (
	"testing"

	"pacer/cib"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/machine"
)

// A node is removed by the id that the configuration knows; an id that nobody knows is refused and leaves nothing behind.
func TestRemovingANodeByItsID(t *testing.T) {
	c := New(Config{Self: 1, Name: "n1", Nodes: []engine.Member{{ID: 1, Name: "n1"}}})
	doc, err := cib.Parse([]byte(`<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-4.0"><configuration><crm_config/>` +
		`<nodes><node id="1" uname="n1"/><node id="7" uname="former"/></nodes><resources/><constraints/></configuration><status/></cib>`))
	if err != nil {
		t.Fatal(err)
	}
	c.Step(machine.Now{}, CIB{New: doc})
	dropped := ""
	for _, f := range c.Step(machine.Now{}, RemoveNode{ID: 1, Node: 7}) {
		if f, ok := f.(DropAttributes); ok {
			dropped = f.Node
		}
	}
	if dropped != "former" {
		t.Errorf("the attributes of %q are dropped", dropped)
	}
	effects := c.Step(machine.Now{}, RemoveNode{ID: 2, Node: 99})
	if a, ok := effects[0].(Answer); !ok || len(effects) != 1 || a.Code != exitcode.NoSuch || a.Err == "" {
		t.Errorf("an unknown id: %+v", effects)
	}
	if peers := c.Peers(); len(peers) != 1 {
		t.Errorf("the controller knows %+v now", peers)
	}
}
