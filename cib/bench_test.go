package cib

import (
	"fmt"
	"testing"
	"time"

	"pacer/xmltree"
)

// bigDocument has n resources with a history on 16 nodes.
func bigDocument(n int) *Document {
	root := Empty().root.Clone()
	for i := range n {
		root.Path("configuration", "resources").AddNew("primitive", "id", fmt.Sprint("p", i), "class", "ocf", "provider", "pacer", "type", "Dummy").
			AddNew("instance_attributes", "id", fmt.Sprint("ia", i)).AddNew("nvpair", "id", fmt.Sprint("nv", i), "name", "a", "value", "b")
	}
	for k := range 16 {
		rs := root.First("status").AddNew("node_state", "id", fmt.Sprint(k), "uname", fmt.Sprint("node", k)).AddNew("lrm", "id", fmt.Sprint(k)).AddNew("lrm_resources")
		for i := range n {
			rs.AddNew("lrm_resource", "id", fmt.Sprint("p", i), "class", "ocf", "provider", "pacer", "type", "Dummy").
				AddNew("lrm_rsc_op", "id", fmt.Sprintf("p%d_last_0", i), "operation", "monitor", "rc-code", "7", "call-id", "1")
		}
	}
	return New(root)
}

func statusUpdate(i int) []Op {
	data := xmltree.New("node_state", "id", "9")
	data.AddNew("lrm", "id", "9").AddNew("lrm_resources").AddNew("lrm_resource", "id", "p700").
		AddNew("lrm_rsc_op", "id", "p700_last_0", "rc-code", fmt.Sprint(i))
	return []Op{{Kind: OpModify, Section: "status", Data: data, AllowCreate: true}}
}

func BenchmarkStatusUpdate(b *testing.B) {
	d := bigDocument(1000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		next, _, err := Apply(d, statusUpdate(i), ApplyOptions{Now: time.Unix(0, 0)})
		if err != nil {
			b.Fatal(err)
		}
		d = next
	}
}

func BenchmarkConfigurationChange(b *testing.B) {
	d := bigDocument(1000)
	for i := 0; b.Loop(); i++ {
		next, _, err := Apply(d, []Op{{Kind: OpModify, Section: "resources", Data: xmltree.New("nvpair", "id", "nv900", "value", fmt.Sprint(i))}},
			ApplyOptions{Check: true})
		if err != nil {
			b.Fatal(err)
		}
		d = next
	}
}

func BenchmarkDiffAndPatch(b *testing.B) {
	d := bigDocument(1000)
	next, _, err := Apply(d, statusUpdate(5), ApplyOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ApplyPatch(d, Diff(d, next)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	d := bigDocument(1000)
	for b.Loop() {
		d.Digest()
	}
}

func BenchmarkValidate(b *testing.B) {
	d := bigDocument(1000)
	for b.Loop() {
		if p := Validate(d); len(p) > 0 {
			b.Fatal(p)
		}
	}
}
