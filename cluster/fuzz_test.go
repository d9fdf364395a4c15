package cluster_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/xmltree"
)

// hostile are documents that no administrator would write.
var hostile = map[string]string{
	"nothing": `<cib/>`,
	"dangling": `<cib><configuration><resources><primitive id="a" template="gone"/><primitive id="b" class="ocf" type="x"><meta_attributes
id-ref="gone"/><operations id-ref="gone"/></primitive><clone id="c"/><group id="g"/><bundle id="d"/></resources><constraints>
<rsc_location id="l" rsc="gone" node="gone" score="1"/><rsc_order id="o" first="b" then="gone"/><rsc_colocation id="k" rsc="b"
with-rsc="gone"/><rsc_ticket id="t" rsc="gone"/><rsc_order id="p"><resource_set id-ref="gone"/></rsc_order></constraints>
</configuration><status><node_state id="9" uname="nobody"/></status></cib>`,
	"recursive": `<cib><configuration><resources><template id="t" template="t"/><primitive id="t" template="t"/><template id="u" template="v"/>
<template id="v" template="u"/><primitive id="w" template="u" class="ocf" type="x"><meta_attributes id="m" id-ref="m"/></primitive>
<primitive id="x" class="ocf" type="x"><meta_attributes id="x" id-ref="y"/><meta_attributes id="y" id-ref="x"><nvpair id="z" id-ref="z"
name="container" value="x"/></meta_attributes></primitive></resources><tags><tag id="a"><obj_ref id="b"/></tag><tag id="b"><obj_ref
id="a"/></tag></tags><constraints><rsc_location id="l" rsc="a" node="n" score="1"><rule id="r" id-ref="r"/></rsc_location><rsc_colocation
id="c" rsc="a" with-rsc="b" score="1"/></constraints></configuration></cib>`,
	"twice": `<cib><configuration><nodes><node id="1" uname="n"/><node id="1" uname="n"/><node id="2" uname="N"/></nodes><resources><primitive
id="a" class="ocf" type="x"/><primitive id="a" class="ocf" type="y"/><clone id="a"><primitive id="a" class="ocf" type="x"/></clone></resources>
</configuration><status><node_state id="1" uname="n" in_ccm="1" crmd="1"><lrm><lrm_resources><lrm_resource id="a"><lrm_rsc_op id="o"
operation="start" rc-code="0" op-status="0"/><lrm_rsc_op id="o" operation="start" rc-code="0" op-status="0"/></lrm_resource><lrm_resource
id="a"><lrm_rsc_op id="o" operation="monitor" rc-code="7" op-status="0"/></lrm_resource></lrm_resources></lrm></node_state><node_state id="1"
uname="n"/></status></cib>`,
	"absurd": `<cib><configuration><crm_config><cluster_property_set id="o"><nvpair id="o1" name="cluster-delay" value="1e30"/><nvpair id="o2"
name="node-pending-timeout" value="-99999999999999999999"/></cluster_property_set></crm_config><nodes><node id="1" uname="n"
score="1000000000000000000000000000000"/></nodes><resources><clone id="c"><meta_attributes id="m"><nvpair id="m1" name="clone-max"
value="99999999999999999999"/><nvpair id="m2" name="clone-node-max" value="-5"/><nvpair id="m3" name="priority" value="1e30"/><nvpair
id="m4" name="failure-timeout" value="P99999999999Y"/><nvpair id="m5" name="migration-threshold" value="-1"/></meta_attributes><primitive
id="p" class="ocf" type="x"><operations><op id="op" name="monitor" interval="99999999999999999999s" timeout="-1"/></operations></primitive>
</clone><bundle id="b"><docker image="i" replicas="2000000000" replicas-per-host="-1"/><network ip-range-start="255.255.255.255"/></bundle>
</resources></configuration><status><node_state id="1" uname="n" in_ccm="99999999999999999999" crmd="-1"><lrm><lrm_resources><lrm_resource
id="p"><lrm_rsc_op id="o" operation="monitor" interval="99999999999999999999" call-id="99999999999999999999" rc-code="-300"
op-status="77" last-rc-change="-99999999999999999999"/></lrm_resource></lrm_resources></lrm></node_state></status></cib>`,
}

func parse(t testing.TB, text string) *xmltree.Node {
	t.Helper()
	root, err := xmltree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestHostileDocuments: whatever is wrong is told and left out.
func TestHostileDocuments(t *testing.T) {
	for name, text := range hostile { // order: each stands alone
		s, err := cluster.Unpack(parse(t, text), time.Unix(1_700_000_000, 0))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if len(s.Messages) == 0 {
			t.Errorf("%s: nothing is said about it", name)
		}
	}
}

// TestTooBig: what would multiply to more than a machine holds is refused before it is built.
func TestTooBig(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<cib><configuration><nodes>`)
	for i := range 400 {
		fmt.Fprintf(&b, `<node id="%d" uname="n%d"/>`, i, i)
	}
	b.WriteString(`</nodes><resources>`)
	for i := range 300 {
		fmt.Fprintf(&b, `<clone id="c%d"><meta_attributes id="m%d"><nvpair id="x%d" name="clone-max" value="2000"/></meta_attributes><group id="g%d">`, i, i, i, i)
		for j := range 20 {
			fmt.Fprintf(&b, `<primitive id="p%d-%d" class="ocf" type="x"/>`, i, j)
		}
		b.WriteString(`</group></clone>`)
	}
	b.WriteString(`</resources></configuration></cib>`)
	if _, err := cluster.Unpack(parse(t, b.String()), time.Unix(1_700_000_000, 0)); err == nil {
		t.Error("12 million instances were built")
	}
}

// FuzzUnpack: no document makes Unpack panic, and a memo changes nothing.
func FuzzUnpack(f *testing.F) {
	for _, text := range hostile { // order: each stands alone
		f.Add([]byte(text))
	}
	f.Add([]byte(timely))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := xmltree.Parse(data)
		if err != nil {
			return
		}
		now := time.Unix(1_700_000_000, 0).UTC()
		plain, err1 := cluster.Unpack(root, now)
		var want []string
		if err1 == nil {
			want = describe(plain)
		}
		memo := &cluster.Memo{}
		for range 2 {
			again, err2 := memo.Unpack(root, now)
			if fmt.Sprint(err1) != fmt.Sprint(err2) {
				t.Fatalf("%v without, %v with a memo", err1, err2)
			}
			if err1 != nil {
				return
			}
			if d := firstDifference(want, describe(again)); d != "" {
				t.Fatal(d)
			}
			memo = again.Memo()
		}
	})
}
