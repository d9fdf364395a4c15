package crmsimulate

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// written writes a CIB with one node and one resource, and with something more in some of its sections, and returns its directory.
func written(t *testing.T, inResource, resources, constraints, tags, history string) string {
	dir := t.TempDir()
	text := fmt.Sprintf(`<cib validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0" have-quorum="1">
<configuration><crm_config><cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/></nodes>
<resources><primitive id="a" class="ocf" provider="pacemaker" type="Dummy">%s</primitive>%s</resources>
<constraints>%s</constraints><tags>%s</tags></configuration>
<status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources>%s</lrm_resources></lrm>
</node_state></status></cib>`, inResource, resources, constraints, tags, history)
	if err := os.WriteFile(filepath.Join(dir, "cib.xml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestDangling refers to what there is not. Where the schema knows the reference the document is invalid, as with Pacemaker 3.0; of what it
// does not know (nodes, what a tag lists, the past) there may be no trace any more, and that is none.
func TestDangling(t *testing.T) {
	for _, c := range []struct {
		name                                              string
		inResource, resources, constraints, tags, history string
		code                                              int
	}{
		{name: "rsc of a location", constraints: `<rsc_location id="l" rsc="nope" node="n1" score="1"/>`, code: 78},
		{name: "with-rsc of a colocation", constraints: `<rsc_colocation id="l" rsc="a" with-rsc="nope" score="1"/>`, code: 78},
		{name: "then of an order", constraints: `<rsc_order id="l" first="a" then="nope"/>`, code: 78},
		{name: "resource_ref", constraints: `<rsc_order id="l"><resource_set id="s"><resource_ref id="a"/><resource_ref id="nope"/></resource_set></rsc_order>`, code: 78},
		{name: "rsc of a ticket constraint", constraints: `<rsc_ticket id="l" rsc="nope" ticket="t"/>`, code: 78},
		{name: "template", resources: `<primitive id="b" template="nope"/>`, code: 78},
		{name: "attributes by id-ref", inResource: `<meta_attributes id-ref="nope"/>`, code: 78},
		{name: "operations by id-ref", inResource: `<operations id-ref="nope"/>`, code: 78},
		{name: "rule by id-ref", constraints: `<rsc_location id="l" rsc="a"><rule id-ref="nope"/></rsc_location>`, code: 78},
		{name: "set by id-ref", constraints: `<rsc_order id="l"><resource_set id-ref="nope"/></rsc_order>`, code: 78},
		{name: "an id used twice", constraints: `<rsc_location id="a" rsc="a" node="n1" score="1"/>`, code: 78},
		{name: "node of a location", constraints: `<rsc_location id="l" rsc="a" node="nope" score="1"/>`},
		{name: "listed in a tag", constraints: `<rsc_location id="l" rsc="t" node="n1" score="1"/>`, tags: `<tag id="t"><obj_ref id="nope"/></tag>`},
		{name: "a template of itself", resources: `<primitive id="b" template="b"/>`}, // Pacemaker crashes
		{name: "history", history: `<lrm_resource id="nope" class="ocf" provider="pacemaker" type="Dummy"/>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := written(t, c.inResource, c.resources, c.constraints, c.tags, c.history)
			text := play1(dir, []string{"-x", "DIR/cib.xml", "-S", "-V"})
			if failed := strings.Contains(text, fmt.Sprintf("exit %d\n", c.code)); failed != (c.code != 0) || c.code == 0 && strings.Contains(text, "exit ") {
				t.Errorf("want exit code %d:\n%s", c.code, text)
			}
		})
	}
}

// TestManyComments reads a CIB that consists of comments but for a thousandth, and needs a small multiple of its size for it.
func TestManyComments(t *testing.T) {
	const size, most = 4 << 20, 6
	comment := "<!-- " + strings.Repeat("x", 90) + " -->\n"
	dir := written(t, "", strings.Repeat(comment, size/len(comment)), "", "", "")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	text := play1(dir, []string{"-x", "DIR/cib.xml", "-S"})
	runtime.ReadMemStats(&after)
	if !strings.Contains(text, "Start      a") {
		t.Fatal(text)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > most*size {
		t.Errorf("%d bytes of comments took %d bytes of memory, more than %d times as much", size, used, most)
	}
}
