package ipc

import (
	"strings"
	"testing"

	"pacer/api"
	"pacer/cib"
	"pacer/message"
)

const listed = `<cib><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="e" name="enable-acl" value="true"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
<resources><primitive id="fence-1" class="stonith" type="x"/><primitive id="fence-2" class="stonith" type="x"/></resources>
<acls>
<acl_target id="all"><role id="read"/></acl_target>
<acl_target id="some"><role id="color"/><role id="n2"/></acl_target>
<acl_role id="read"><acl_permission id="p1" kind="read" xpath="/cib"/></acl_role>
<acl_role id="color"><acl_permission id="p2" kind="read" xpath="//transient_attributes//nvpair[@name='color']"/></acl_role>
<acl_role id="n2"><acl_permission id="p3" kind="read" object-type="node" /><acl_permission id="p4" kind="deny" reference="1"/>
<acl_permission id="p5" kind="read" reference="fence-2"/></acl_role>
</acls></configuration><status><node_state id="1" uname="n1"/></status></cib>`

// TestWhatANodeKnowsIsSeenAsFarAsTheCIB: attributes, devices, fencing and events.
func TestWhatANodeKnowsIsSeenAsFarAsTheCIB(t *testing.T) {
	doc, err := cib.ParseString(listed)
	if err != nil {
		t.Fatal(err)
	}
	attributes := []api.Attribute{{Name: "color", Node: "n1", Value: "red"}, {Name: "size", Node: "n1", Value: "9"},
		{Name: "color", Node: "n2", Value: "blue"}, {Name: "secret", Node: "n2", Value: "x", Private: true}}
	devices := []api.FenceDevice{{ID: "fence-1"}, {ID: "fence-2"}, {ID: "gone"}}
	fencing := []api.FenceRecord{{Target: "n1"}, {Target: "n2"}}
	for user, want := range map[string]string{
		"root":     "color@n1 size@n1 color@n2 secret@n2 fence-1 fence-2 gone n1 n2 note patch",
		"all":      "color@n1 size@n1 color@n2 secret@n2 fence-1 fence-2 n1 n2",
		"some":     "color@n1 color@n2 fence-2 n2",
		"stranger": "",
	} {
		c := Caller{Principal: message.Principal{User: user}, Full: true}
		v := sight{doc, c.rights(doc)}
		var got []string
		for _, a := range v.attributes(attributes) {
			got = append(got, a.Name+"@"+a.Node)
		}
		for _, d := range v.devices(devices) {
			got = append(got, d.ID)
		}
		for _, r := range v.fencing(fencing) {
			got = append(got, r.Target)
		}
		if _, heard := v.event(api.Event{Type: api.EventNote}); heard {
			got = append(got, "note")
		}
		if e, heard := v.event(api.Event{Type: api.EventCIB, Patch: "<diff/>"}); !heard {
			t.Errorf("%s does not hear of changes", user)
		} else if e.Patch != "" {
			got = append(got, "patch")
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s sees %q, not %q", user, s, want)
		}
	}
	if len(devices) != 3 || devices[0].ID != "fence-1" || fencing[0].Target != "n1" {
		t.Error("the node's own lists were changed")
	}
}

// Only root, in his own name and on the node itself, reaches files that nobody else can read or write.
func TestSecretsAreForRoot(t *testing.T) {
	root := Caller{Principal: message.Principal{User: "root"}, Full: true, owner: true}
	for name, x := range map[string]struct {
		c      Caller
		secret bool
	}{
		"root": {root, true}, "root as root": {root.acting("root"), true}, "root for bob": {root.acting("bob"), false},
		"a member of the group": {Caller{Principal: message.Principal{User: "bob"}, Full: true}, false},
	} {
		if x.c.mayAsk(api.SecretChange{}) != x.secret || x.c.mayAsk(api.Reload{}) != x.secret || x.c.mayAsk(api.Collect{Logs: []string{"/etc/shadow"}}) != x.secret {
			t.Error(name)
		}
		if !x.c.mayAsk(api.Collect{}) || !x.c.mayAsk(api.Shutdown{}) {
			t.Error(name, "may not ask for what everybody may")
		}
	}
}
