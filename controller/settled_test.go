package controller

import (
	"fmt"
	"testing"

	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
	"pacer/message"
)

func docOf(t *testing.T, epoch int, options string) *cib.Document {
	t.Helper()
	d, err := cib.Parse(fmt.Appendf(nil, `<cib admin_epoch="0" epoch="%d" num_updates="3" validate-with="pacemaker-4.0"><configuration><crm_config>%s</crm_config>`+
		`<nodes/><resources/><constraints/></configuration><status/></cib>`, epoch, options))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func settledSent(effects []Effect) []string {
	var out []string
	for _, f := range effects {
		if b, ok := f.(Broadcast); ok && b.Envelope.Kind == "controller.settled" {
			out = append(out, string(b.Envelope.Body))
		}
	}
	return out
}

// That nothing is left to do holds for the version of the CIB that the DC looked at, at members of every version.
func TestSettledIsSaidOfAVersion(t *testing.T) {
	c := New(Config{Self: 2, Name: "n2", Nodes: []engine.Member{{ID: 1, Name: "n1"}, {ID: 2, Name: "n2"}}})
	c.dc, c.leader, c.synced = 1, 1, true
	told := func(body string) {
		c.Step(machine.Now{}, Delivered{From: 1, Envelope: message.Envelope{Kind: "controller.settled", Body: []byte(body)}})
	}
	expect := func(want bool, when string) {
		t.Helper()
		if c.Settled() != want {
			t.Errorf("%s: settled %v", when, c.Settled())
		}
	}
	c.Step(machine.Now{}, CIB{New: docOf(t, 5, "")})
	expect(false, "nothing was said")
	told(`{"settled":true,"of":"0.5.3"}`)
	expect(true, "the DC has looked")
	c.Step(machine.Now{}, CIB{New: docOf(t, 6, "")})
	expect(false, "the CIB is another one")
	told(`{"settled":true,"of":"0.6.3"}`)
	expect(true, "the DC has looked at that")
	told(`{"settled":false,"of":"0.6.3"}`)
	expect(false, "there is something to do")
	told(`{"settled":true}`)
	expect(true, "a DC that does not say of what")
}

// The DC says that there is something to do again only where the CIB does not show it, and who sees a new version in which nothing
// is different hears that it is settled too.
func TestTheDCSpeaksWhereItMust(t *testing.T) {
	c := New(Config{Self: 1, Name: "n1", Nodes: []engine.Member{{ID: 1, Name: "n1"}}})
	c.doc = docOf(t, 5, "")
	c.dc, c.leader, c.synced, c.acting, c.settled = 1, 1, true, true, true
	c.tellSettled()
	bumped := c.Step(machine.Now{}, CIB{New: docOf(t, 6, "")})
	if got := settledSent(bumped); len(got) != 1 || got[0] != `{"settled":true,"of":"0.6.3"}` {
		t.Errorf("after a change of the version alone: %q", got)
	}
	changed := c.Step(machine.Now{}, CIB{New: docOf(t, 7, `<cluster_property_set id="x"><nvpair id="y" name="a" value="b"/></cluster_property_set>`)})
	if got := settledSent(changed); len(got) != 0 || c.Settled() {
		t.Errorf("after a change of the configuration: %q, settled %v", got, c.Settled())
	}
	c.settled = true
	c.out = nil
	c.tellSettled()
	c.abort(0, "time has passed")
	if got := settledSent(c.out); len(got) != 2 || got[1] != `{"settled":false,"of":"0.7.3"}` {
		t.Errorf("with a reason that is not in the CIB: %q", got)
	}
}
