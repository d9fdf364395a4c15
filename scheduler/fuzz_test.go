package scheduler

import (
	"strings"
	"testing"
	"time"

	"pacer/internal/randomcib"
	"pacer/xmltree"
)

// seeds are documents that touch most of the language.
var seeds = []string{
	`<cib><configuration><crm_config/><nodes><node id="1" uname="a"/><node id="2" uname="b"/></nodes><resources>
<group id="g"><primitive id="x" class="ocf" provider="p" type="t"/><primitive id="y" class="ocf" provider="p" type="t"/></group>
<clone id="c"><meta_attributes id="m"><nvpair id="n" name="promotable" value="true"/><nvpair id="o" name="notify" value="true"/>
</meta_attributes><primitive id="z" class="ocf" provider="p" type="t"><operations><op id="p" name="monitor" interval="10" role="Promoted"/>
</operations></primitive></clone><bundle id="b"><podman image="i" replicas="2"/><network control-port="9"/><primitive id="w"
class="ocf" provider="p" type="t"/></bundle></resources><constraints><rsc_order id="1o" first="g" then="c"/>
<rsc_colocation id="1c" rsc="g" with-rsc="c" with-rsc-role="Promoted" score="INFINITY"/><rsc_location id="1l" rsc="x" node="a" score="5"/>
<rsc_ticket id="1t" rsc="c" rsc-role="Promoted" ticket="t" loss-policy="demote"/></constraints></configuration><status>
<node_state id="1" uname="a" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources>
<lrm_resource id="x" class="ocf" provider="p" type="t"><lrm_rsc_op id="x_start_0" operation="start" interval="0" call-id="1" rc-code="1"
op-status="4" transition-key="1:1:0:u" transition-magic="4:1;1:1:0:u"/></lrm_resource></lrm_resources></lrm></node_state>
<node_state id="2" uname="b" in_ccm="false" crmd="offline" join="down" expected="member"/></status></cib>`,
	`<cib have-quorum="0"><configuration><crm_config><cluster_property_set id="s"><nvpair id="q" name="no-quorum-policy" value="freeze"/>
<nvpair id="r" name="placement-strategy" value="balanced"/><nvpair id="u" name="stonith-enabled" value="1"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="a"><utilization id="v"><nvpair id="w" name="cpu" value="4"/></utilization></node></nodes><resources>
<primitive id="vm" class="ocf" provider="h" type="VirtualDomain"><meta_attributes id="x"><nvpair id="y" name="remote-node" value="guest"/>
</meta_attributes></primitive><primitive id="r" class="ocf" provider="pacemaker" type="remote"/><primitive id="f" class="stonith" type="x"/>
</resources><constraints><rsc_order id="o"><resource_set id="o1" require-all="false" sequential="false"><resource_ref id="vm"/>
<resource_ref id="r"/></resource_set><resource_set id="o2"><resource_ref id="f"/></resource_set></rsc_order></constraints></configuration>
<status/></cib>`,
}

// FuzzSchedule: no document makes the scheduler panic, run without end or differ from itself. Seed picks one of the seeds, and
// beyond them a made-up cluster; each three bytes of the changes pick an element of it and what to do with it.
func FuzzSchedule(f *testing.F) {
	for i := range seeds {
		f.Add(uint64(i), []byte{1, 2, 3, 4, 5, 6, 7, 8})
	}
	for i := range uint64(40) {
		f.Add(100+i, []byte{byte(31 * i), byte(17 * i), byte(i), 77, byte(5 * i), 3, byte(113 * i), 140, byte(i), 9, 160, byte(7 * i), 2, 200, byte(3 * i)})
	}
	f.Fuzz(func(t *testing.T, seed uint64, changes []byte) {
		root := seedDocument(t, seed)
		for len(changes) >= 3 {
			mutate(root, int(changes[0])<<3|int(changes[1])&7, changes[1], int(changes[2]))
			changes = changes[3:]
		}
		in := Input{CIB: root, Now: time.Unix(1_800_000_000, 0), ShowScores: true, Draw: true, Why: seed%2 == 0}
		out := schedule(in)
		if out.Err != nil {
			return
		}
		again := schedule(in)
		if string(out.Graph.Append(nil)) != string(again.Graph.Append(nil)) {
			t.Error("the same document led to different graphs")
		}
	})
}

// seedDocument is one of the seeds, or a small made-up cluster.
func seedDocument(t *testing.T, seed uint64) *xmltree.Node {
	if seed >= uint64(len(seeds)) {
		return randomcib.New(seed, randomcib.Options{MaxNodes: 4, MaxResources: 8, Weights: map[randomcib.Feature]float64{randomcib.Newer: .3}})
	}
	root, err := xmltree.Parse([]byte(seeds[seed]))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// words are values that mean something somewhere.
var words = strings.Fields(`x y z g c b vm r f guest a t stop start promote demote Promoted Unpromoted Started Stopped true false 0 1 -1 2
	INFINITY -INFINITY 1000000 monitor 7 8 9 4 fence block restart ignore standby unfencing quorum nothing freeze suicide demote
	mandatory optional serialize exclusive never always utilization balanced minimal host P1D 10s 2026-01-01`)

// mutate changes one element: an attribute's value, a copy or the loss of a child, or a meta-attribute more.
func mutate(root *xmltree.Node, at int, what byte, value int) {
	var all []*xmltree.Node
	root.Walk(func(x *xmltree.Node) bool { all = append(all, x); return true })
	x := all[at%len(all)]
	word := words[value%len(words)]
	switch n := len(x.Children); {
	case what < 120 && len(x.Attrs) > 0:
		x.Attrs[int(what)%len(x.Attrs)].Value = word
	case what < 150 && n > 0 && len(all) < 300:
		x.Children = append(x.Children, x.Children[value%n])
	case what < 170 && n > 0:
		x.Children = append(append([]*xmltree.Node(nil), x.Children[:value%n]...), x.Children[value%n+1:]...)
	default:
		names := []string{"target-role", "on-fail", "migration-threshold", "resource-stickiness", "is-managed", "clone-max",
			"clone-node-max", "interleave", "ordered", "notify", "globally-unique", "requires", "multiple-active", "allow-migrate",
			"remote-node", "priority", "maintenance", "promotable", "standby", "container-attribute-target"}
		m := x.AddNew("meta_attributes", "id", "new")
		m.AddNew("nvpair", "id", "new-1", "name", names[int(what)%len(names)], "value", word)
	}
}

// TestSeeds plays every single attribute and element of the seeds left out, and every value replaced by a bad one.
func TestSeeds(t *testing.T) {
	for _, s := range seeds {
		root, err := xmltree.Parse([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		spoil(t, root, root)
	}
}

func spoil(t *testing.T, root, x *xmltree.Node) {
	try := func(what string) {
		defer func() {
			if p := recover(); p != nil {
				t.Errorf("%s of <%s id=%q>: panic: %v", what, x.Name, x.ID(), p)
			}
		}()
		schedule(Input{CIB: root, Now: time.Unix(1_800_000_000, 0), ShowScores: true, Draw: true})
	}
	for i := range x.Attrs {
		old := x.Attrs[i]
		for _, bad := range []string{"", "-1", "99999999999999999999", "INFINITY", "g", "x", "c", "true", strings.Repeat("a", 300)} {
			x.Attrs[i].Value = bad
			try(old.Name + "=" + bad)
		}
		x.Attrs[i] = old
		x.Attrs[i].Name = "other"
		try("without " + old.Name)
		x.Attrs[i] = old
	}
	all := x.Children
	for i := range all {
		x.Children = append(append([]*xmltree.Node(nil), all[:i]...), all[i+1:]...)
		try("without a child")
		x.Children = append(append([]*xmltree.Node(nil), all...), all[i])
		try("with a child twice")
	}
	x.Children = all
	for c := range x.Elements() {
		spoil(t, root, c)
	}
}
