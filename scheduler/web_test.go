package scheduler

import (
	"strings"
	"testing"
	"time"

	"pacer/xmltree"
)

const webConfig = `<configuration><crm_config><cluster_property_set id="p"><nvpair id="p1" name="no-quorum-policy" value="ignore"/>
<nvpair id="p2" name="stonith-enabled" value="false"/><nvpair id="p3" name="startup-fencing" value="false"/></cluster_property_set>
</crm_config><nodes><node id="1" uname="pm01"/><node id="2" uname="pm02"/></nodes><resources><group id="grpWWW">
<primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr"><operations><op id="ip-m" name="monitor" interval="10s" timeout="60s"
on-fail="restart"/><op id="ip-s" name="stop" interval="0" timeout="60s" on-fail="fence"/></operations></primitive>
<primitive id="web" class="ocf" provider="heartbeat" type="apache"><operations><op id="web-m" name="monitor" interval="10s" timeout="60s"
on-fail="restart"/><op id="web-s" name="stop" interval="0" timeout="60s" on-fail="fence"/></operations></primitive></group></resources>
<constraints/><rsc_defaults><meta_attributes id="d"><nvpair id="d1" name="resource-stickiness" value="INFINITY"/><nvpair id="d2"
name="migration-threshold" value="1"/></meta_attributes></rsc_defaults></configuration>`

// member is the node_state of a member with attributes and history.
func member(id, name, attributes, history string) string {
	return `<node_state id="` + id + `" uname="` + name + `" in_ccm="true" crmd="online" join="member" expected="member">
<transient_attributes id="` + id + `"><instance_attributes id="s` + id + `">` + attributes + `</instance_attributes></transient_attributes>
<lrm id="` + id + `"><lrm_resources>` + history + `</lrm_resources></lrm></node_state>`
}

// did is the history of a resource: operation, interval, exit code, expected exit code.
func did(resource, agent string, ops ...[4]string) string {
	var b strings.Builder
	b.WriteString(`<lrm_resource id="` + resource + `" class="ocf" provider="heartbeat" type="` + agent + `">`)
	for i, op := range ops {
		call := string(rune('1' + i))
		key := "1:1:" + op[3] + ":u"
		digest := "f2317cad3d54cec5d7d7aa7d0bf35cf8" // of no parameters
		if op[1] != "0" {
			digest = "873ed4f07792aa8ff18f3254244675ea" // of a timeout of 60s
		}
		id := resource + "_" + op[0] + "_" + op[1]
		if op[2] != op[3] {
			id = resource + "_last_failure_0"
		}
		b.WriteString(`<lrm_rsc_op id="` + id + `" operation="` + op[0] + `" interval="` + op[1] + `" call-id="` + call + `" rc-code="` + op[2] +
			`" op-status="0" transition-key="` + key + `" transition-magic="0:` + op[2] + `;` + key + `" op-digest="` + digest +
			`" crm_feature_set="3.16.0" last-rc-change="1600000000"/>`)
	}
	return b.String() + `</lrm_resource>`
}

var (
	runs   = [][4]string{{"start", "0", "0", "0"}, {"monitor", "10000", "0", "0"}}
	failed = [][4]string{{"start", "0", "0", "0"}, {"monitor", "10000", "0", "0"}, {"monitor", "10000", "7", "0"}}
	absent = [][4]string{{"monitor", "0", "7", "7"}}
)

// TestWebPair plays the two-node web service: what the cluster decides in the situations of its life.
func TestWebPair(t *testing.T) {
	both := func(ops [][4]string) string { return did("ip", "IPaddr", ops...) + did("web", "apache", ops...) }
	fails := func(resource string) string {
		return `<nvpair id="f" name="fail-count-` + resource + `#monitor_10000" value="1"/>`
	}
	for _, c := range []struct{ name, first, second, want string }{
		{"nothing is known", member("1", "pm01", "", ""), member("2", "pm02", "", ""), "Start ip ( pm01 ), Start web ( pm01 )"},
		{"all is well", member("1", "pm01", "", both(runs)), member("2", "pm02", "", both(absent)), ""},
		{"the web server fails", member("1", "pm01", fails("web"), did("ip", "IPaddr", runs...)+did("web", "apache", failed...)),
			member("2", "pm02", "", both(absent)), "Move ip ( pm01 -> pm02 ), Recover web ( pm01 -> pm02 )"},
		{"the address fails", member("1", "pm01", fails("ip"), did("ip", "IPaddr", failed...)+did("web", "apache", runs...)),
			member("2", "pm02", "", both(absent)), "Recover ip ( pm01 -> pm02 ), Move web ( pm01 -> pm02 )"},
		{"it failed on the other node before", member("1", "pm01", fails("web"), did("ip", "IPaddr", runs...)+did("web", "apache", failed...)),
			member("2", "pm02", fails("web"), both(absent)), "Stop web ( pm01 ) due to node availability"},
		{"the first node is lost", `<node_state id="1" uname="pm01" in_ccm="false" crmd="offline" join="down" expected="member"/>`,
			member("2", "pm02", "", both(absent)), "Start ip ( pm02 ), Start web ( pm02 )"},
		{"the first node goes into standby", member("1", "pm01", `<nvpair id="y" name="standby" value="on"/>`, both(runs)),
			member("2", "pm02", "", both(absent)), "Move ip ( pm01 -> pm02 ), Move web ( pm01 -> pm02 )"},
		{"a stop failed", member("1", "pm01", "", did("ip", "IPaddr", runs...)+did("web", "apache", append(runs[:2:2], [4]string{"stop", "0", "1", "0"})...)),
			member("2", "pm02", "", both(absent)), "Stop web ( pm01 ) due to node availability"},
	} {
		root, err := xmltree.Parse([]byte(`<cib have-quorum="1" dc-uuid="2" crm_feature_set="3.16.0">` + webConfig + `<status>` + c.first +
			c.second + `</status></cib>`))
		if err != nil {
			t.Fatal(err)
		}
		out := Schedule(Input{CIB: root, Now: time.Unix(1_700_000_000, 0)})
		if out.Err != nil {
			t.Errorf("%s: %v", c.name, out.Err)
			continue
		}
		var got []string
		for _, line := range out.transitionSummary() {
			got = append(got, strings.TrimPrefix(line, "* "))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, s, c.want)
		}
	}
}
