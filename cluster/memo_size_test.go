package cluster

import (
	"strconv"
	"testing"
	"time"

	"pacer/xmltree"
)

// TestMemoKeepsOneGeneration: what is gone from the document is gone from the memo.
func TestMemoKeepsOneGeneration(t *testing.T) {
	root, err := xmltree.Parse([]byte(`<cib><configuration><nodes><node id="1" uname="n1"/></nodes><resources><primitive id="a" class="ocf"
provider="p" type="a"/></resources></configuration><status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member"
expected="member"><lrm id="1"><lrm_resources><lrm_resource id="a" class="ocf" provider="p" type="a"><lrm_rsc_op id="a_last_0"
operation="start" interval="0" call-id="1" rc-code="0" op-status="0"/></lrm_resource></lrm_resources></lrm></node_state></status></cib>`))
	if err != nil {
		t.Fatal(err)
	}
	memo := &Memo{}
	for i := range 5 {
		s, err := memo.Unpack(root, time.Unix(1_700_000_000, 0))
		if err != nil {
			t.Fatal(err)
		}
		n := s.NodeByName("n1")
		s.CompareDigests(s.ResourceByName("a"), n, s.Histories(n)[0].Entries()[0], func() Values { return nil }, false)
		memo = s.Memo()
		if len(memo.digests) != 1 || len(memo.histories) != 1 || len(memo.histories["1"].list) != 1 {
			t.Fatalf("after %d changes: %d digests, %d histories", i, len(memo.digests), len(memo.histories["1"].list))
		}
		path := xmltree.Path{root}
		for _, name := range []string{"status", "node_state", "lrm", "lrm_resources", "lrm_resource", "lrm_rsc_op"} {
			path = append(path, path[len(path)-1].First(name))
		}
		e := xmltree.Edit(root)
		e.Set(path, "call-id", strconv.Itoa(i+2))
		root = e.Done()
	}
}
