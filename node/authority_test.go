package node

import (
	"strings"
	"testing"

	"pacer/api"
	"pacer/cib"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/machine"
	"pacer/message"
)

const listed = `<cib><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="e" name="enable-acl" value="true"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
<resources><group id="g"><primitive id="a"/><primitive id="b"/></group><clone id="c"><primitive id="d"/></clone></resources>
<acls>
<acl_target id="reader"><role id="read"/></acl_target>
<acl_target id="operator"><role id="read"/><role id="status"/></acl_target>
<acl_target id="scorer"><role id="color"/></acl_target>
<acl_target id="owner"><role id="a-history"/></acl_target>
<acl_target id="cloner"><role id="d-history"/></acl_target>
<acl_target id="warden"><role id="read"/><role id="n2"/></acl_target>
<acl_role id="read"><acl_permission id="p1" kind="read" xpath="/cib"/></acl_role>
<acl_role id="status"><acl_permission id="p2" kind="write" xpath="/cib/status"/></acl_role>
<acl_role id="color"><acl_permission id="p3" kind="write" xpath="//transient_attributes//nvpair[@name='color']"/></acl_role>
<acl_role id="a-history"><acl_permission id="p4" kind="write" xpath="//lrm_resource[@id='a']"/></acl_role>
<acl_role id="d-history"><acl_permission id="p5" kind="write" xpath="//lrm_resource[starts-with(@id,'d:')]"/></acl_role>
<acl_role id="n2"><acl_permission id="p6" kind="write" xpath="//node_state[@uname='n2']"/></acl_role>
</acls></configuration><status>
<node_state id="1" uname="n1"><transient_attributes id="1"><instance_attributes id="s1"><nvpair id="old" name="color" value="red"/></instance_attributes></transient_attributes>
<lrm id="1"><lrm_resources><lrm_resource id="a"/><lrm_resource id="d:0"/><lrm_resource id="d:1"/></lrm_resources></lrm></node_state>
<node_state id="2" uname="n2"/></status></cib>`

// TestActionsNeedTheRightToWhatTheyChange asks a manager in the names of several users.
func TestActionsNeedTheRightToWhatTheyChange(t *testing.T) {
	set := func(node, name string) api.Request {
		return api.AttributeUpdate{Action: api.AttributeSet, Node: node, Name: name, Value: "1"}
	}
	for _, c := range []struct {
		request api.Request
		allowed string // who may, besides root and operator
	}{
		{set("", "color"), "scorer"},
		{set("n1", "color"), "scorer"},
		{set("n2", "color"), "scorer warden"},
		{set("n1", "size"), ""},
		{api.AttributeUpdate{Action: api.AttributeDelete, Name: "color"}, "scorer"},
		{api.AttributeUpdate{Action: api.AttributeSet, Pattern: "^color$", Value: "1"}, ""},
		{api.AttributeUpdate{Action: api.AttributeRefresh}, ""},
		{api.Cleanup{Resource: "a", Node: "n1"}, "owner"},
		{api.Cleanup{Resource: "a"}, "owner"},
		{api.Cleanup{Resource: "g"}, ""},
		{api.Cleanup{Resource: "c", Node: "n1"}, "cloner"},
		{api.Cleanup{Resource: "b", Node: "n2"}, "warden"},
		{api.Cleanup{}, ""},
		{api.Cleanup{Node: "n2"}, "warden"},
		{api.FailResource{Resource: "a", Node: "n1"}, "owner"},
		{api.Fence{Target: "n2", Action: "off"}, "warden"},
		{api.Fence{Target: "n1", Action: "off"}, ""},
		{api.FenceConfirm{Target: "n2"}, "warden"},
		{api.FenceCleanup{Target: "n2"}, "warden"},
		{api.FenceCleanup{}, ""},
		{api.Shutdown{}, ""},
		{api.FenceQuery{Target: "n2"}, "reader scorer owner cloner warden"},
	} {
		for _, user := range []string{"root", "operator", "reader", "scorer", "owner", "cloner", "warden", "stranger"} {
			want := user == "root" || user == "operator" || strings.Contains(" "+c.allowed+" ", " "+user+" ")
			if _, query := c.request.(api.FenceQuery); query {
				want = true
			}
			if got := asks(t, user, c.request) == nil; got != want {
				t.Errorf("%s: %T %+v: %v", user, c.request, c.request, got)
			}
		}
	}
	// A node is forgotten in two places.
	for user, want := range map[string]bool{"root": true, "operator": false, "warden": false} {
		if got := asks(t, user, api.RemoveNode{Name: "n2"}) == nil; got != want {
			t.Errorf("%s removes a node: %v", user, got)
		}
	}
}

// asks gives a request to a new manager and returns the refusal for lack of rights.
func asks(t *testing.T, user string, r api.Request) error {
	t.Helper()
	doc, err := cib.ParseString(listed)
	if err != nil {
		t.Fatal(err)
	}
	m := New(Config{Identity: engine.Identity{ID: 1, Name: "n1"}, Document: doc})
	for _, f := range m.Step(machine.Now{}, Asked{ID: 9, Principal: message.Principal{User: user, UID: 1000}, Request: r}) {
		if reply, ok := f.(Reply); ok && exitcode.Of(reply.Err) == exitcode.InsufficientPriv {
			return reply.Err
		}
	}
	return nil
}
