package acl_test

import (
	"testing"
	"time"

	"pacer/acl"
	"pacer/cib"
	"pacer/message"
	"pacer/xmltree"
)

// FuzzRights gives what somebody may have written into acls: no list breaks anything, and nobody is shown more than there is.
func FuzzRights(f *testing.F) {
	f.Add(`<acl_target id="u"><role id="r"/></acl_target>`, `<acl_role id="r"><acl_permission id="p" kind="read" xpath="//nodes"/></acl_role>`)
	f.Add(`<acl_target id="x" name="u"><acl_permission id="q" kind="deny" xpath="//*["/><role id="r"/></acl_target>`,
		`<acl_role id="r"><role id="r"/><acl_permission id="p" kind="write" object-type="node" attribute="uname"/></acl_role>`)
	f.Add(`<acl_group id="g"><role id="r"/></acl_group>`, `<acl_role id="r"><acl_permission id="p" kind="write" reference="a'b&quot;"/></acl_role>`)
	f.Fuzz(func(t *testing.T, one, two string) {
		doc, err := cib.ParseString(`<cib><configuration><crm_config><cluster_property_set id="o"><nvpair id="n" name="enable-acl" value="1"/>` +
			`</cluster_property_set></crm_config><nodes><node id="1" uname="a"/></nodes><acls>` + one + two + `</acls></configuration><status/></cib>`)
		if err != nil {
			return
		}
		rights := acl.For(doc, message.Principal{User: "u", Groups: []string{"g"}}, time.Time{})
		if seen := rights.View(doc.Root()); seen != nil && count(seen) > count(doc.Root()) {
			t.Fatal("more is shown than there is")
		}
		if err := rights.Check(doc.Root(), doc.Root().Clone()); err != nil {
			t.Fatalf("changing nothing: %v", err)
		}
		_ = rights.Check(doc.Root(), cib.Empty().Root())
	})
}

func count(n *xmltree.Node) int {
	all := 0
	n.Walk(func(*xmltree.Node) bool { all++; return true })
	return all
}
