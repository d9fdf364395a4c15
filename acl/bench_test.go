package acl_test

import (
	"testing"
	"time"

	"pacer/acl"
	"pacer/cib"
	"pacer/internal/bigcib"
	"pacer/message"
	"pacer/xmltree"
)

// big is a configuration of 1,000 resources on 16 nodes with their histories, and lists for an operator.
func big(b *testing.B) (*cib.Document, *acl.Rights) {
	root := bigcib.New(bigcib.Shape{Nodes: 16, Primitives: 1000, Running: true, Fencing: true})
	conf := root.First("configuration")
	conf.First("crm_config").First("cluster_property_set").AddNew("nvpair", "id", "o-acl", "name", "enable-acl", "value", "true")
	lists := conf.AddNew("acls")
	lists.AddNew("acl_target", "id", "operator").AddNew("role", "id", "operate")
	role := lists.AddNew("acl_role", "id", "operate")
	for i, p := range [][2]string{{"read", "/cib"}, {"deny", "//nvpair[@name='password']"}, {"write", "//crm_config//nvpair[@name='maintenance-mode']"},
		{"write", "//resources//meta_attributes/nvpair[@name='target-role']"}, {"write", "//resources//nvpair[@name='is-managed']"},
		{"write", "//constraints/rsc_location[@role]"}, {"deny", "/cib/configuration/acls"}, {"write", "//node_state//transient_attributes"}} {
		role.AddNew("acl_permission", "id", "p"+string(rune('0'+i)), "kind", p[0], "xpath", p[1])
	}
	doc := cib.New(root)
	rights := acl.For(doc, message.Principal{User: "operator"}, time.Unix(1, 0))
	if rights == nil {
		b.Fatal("the lists are off")
	}
	return doc, rights
}

func BenchmarkFor(b *testing.B) {
	doc, _ := big(b)
	for b.Loop() {
		acl.For(doc, message.Principal{User: "operator"}, time.Unix(1, 0))
	}
}

func BenchmarkView(b *testing.B) {
	doc, rights := big(b)
	for b.Loop() {
		rights.View(doc.Root())
	}
}

// BenchmarkCheck judges one transient attribute, as agents write them.
func BenchmarkCheck(b *testing.B) {
	doc, rights := big(b)
	state := xmltree.New("node_state", "id", "7")
	state.AddNew("transient_attributes", "id", "7").AddNew("instance_attributes", "id", "status-7").
		AddNew("nvpair", "id", "status-7-a", "name", "a", "value", "1")
	next, _, err := cib.Apply(doc, []cib.Op{{Kind: cib.OpModify, Section: "status", Data: state}}, cib.ApplyOptions{Guard: rights})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := rights.Check(doc.Root(), next.Root()); err == nil {
			b.Fatal("the version was changed, too")
		}
	}
}
