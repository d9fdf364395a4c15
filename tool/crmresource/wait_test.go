package crmresource

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/internal/fakenode"
)

// document has a resource that runs on node1.
const document = `<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-4.0" crm_feature_set="3.20.1" have-quorum="1" dc-uuid="2">
<configuration><crm_config><cluster_property_set id="o"><nvpair id="o-s" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>
<resources><primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/></configuration>
<status>` + node1 + `<node_state id="2" uname="node2" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="2"><lrm_resources>
<lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy">` + probe + `</lrm_resource></lrm_resources></lrm></node_state></status></cib>`

const probe = `<lrm_rsc_op id="web_last_0" operation_key="web_monitor_0" operation="monitor" crm_feature_set="3.20.1" transition-key="3:1:7:1b1b1b1b-0000-0000-0000-000000000000" transition-magic="0:7;3:1:7:1b1b1b1b-0000-0000-0000-000000000000" on_node="node2" call-id="5" rc-code="7" op-status="0" interval="0" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/>`

const node1 = `<node_state id="1" uname="node1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources>
<lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="web_last_0" operation_key="web_start_0" operation="start" crm_feature_set="3.20.1" transition-key="2:1:0:1b1b1b1b-0000-0000-0000-000000000000" transition-magic="0:0;2:1:0:1b1b1b1b-0000-0000-0000-000000000000" on_node="node1" call-id="6" rc-code="0" op-status="0" interval="0" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/></lrm_resource></lrm_resources></lrm></node_state>`

func start(t *testing.T, prepare func(*fakenode.Node)) (*fakenode.Node, func(args ...string) (exitcode.Code, string)) {
	t.Helper()
	n, err := fakenode.New(document)
	if err != nil {
		t.Fatal(err)
	}
	if prepare != nil {
		prepare(n)
	}
	places := n.Start(t, t.TempDir())
	return n, func(args ...string) (exitcode.Code, string) {
		var out bytes.Buffer
		code := Run(applet.Env{Name: "crm_resource", Args: args, Stdout: &out, Stderr: &out, Getenv: func(string) string { return "" },
			Now: func() time.Time { return n.Now }, Places: places, Context: context.Background()})
		return code, out.String()
	}
}

func TestWaitReturnsWhenTheClusterHasSettled(t *testing.T) {
	n, run := start(t, nil)
	n.Change(func(s *api.Snapshot) { s.Node.Settled = false })
	over := make(chan exitcode.Code)
	go func() {
		code, _ := run("--wait", "--timeout=20s")
		over <- code
	}()
	n.Change(func(s *api.Snapshot) { s.Node.Settled = true })
	if code := <-over; code != exitcode.OK {
		t.Error(code)
	}
}

func TestWaitEndsInTime(t *testing.T) {
	n, run := start(t, nil)
	n.Change(func(s *api.Snapshot) { s.Node.Settled = false })
	if code, out := run("--wait", "--timeout=50ms"); code != exitcode.Timeout {
		t.Error(code, out)
	}
}

// The fake cluster does what it is told: without target role, or with Started, web runs, else it does not.
func obey(s *api.Snapshot) {
	text := string(s.CIB.Bytes())
	stopped := strings.Contains(text, `name="target-role" value="Stopped"`)
	old, new := `operation_key="web_start_0" operation="start"`, `operation_key="web_stop_0" operation="stop"`
	if !stopped {
		old, new = new, old
	}
	if doc, err := cib.Parse([]byte(strings.ReplaceAll(text, old, new))); err == nil {
		s.CIB = doc
	}
}

func TestRestartStopsAndStarts(t *testing.T) {
	n, run := start(t, func(n *fakenode.Node) { n.Applied = obey })
	code, out := run("--restart", "-r", "web", "-T", "20s")
	if code != exitcode.OK {
		t.Fatal(code, out)
	}
	if text := string(n.Snapshot().CIB.Bytes()); strings.Contains(text, "target-role") || !strings.Contains(text, "web_start_0") {
		t.Error(text)
	}
	stopped := false
	for _, r := range n.Requests() {
		if a, ok := r.(api.CIBApply); ok {
			for _, op := range a.Ops {
				stopped = stopped || strings.Contains(op.Data.String(), `value="Stopped"`)
			}
		}
	}
	if !stopped {
		t.Error("it was never stopped")
	}
}

// A restart that does not come to an end must not leave the resource stopped.
func TestRestartGivesTheRoleBackWhenTimeRunsOut(t *testing.T) {
	n, run := start(t, nil)
	code, _ := run("--restart", "-r", "web", "-T", "50ms")
	if code != exitcode.Timeout {
		t.Error(code)
	}
	if text := string(n.Snapshot().CIB.Bytes()); strings.Contains(text, "target-role") {
		t.Error(text)
	}
}
