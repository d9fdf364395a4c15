package demo

import (
	"strings"
	"testing"

	"pacer/demo/world"
)

// asked is what a user asks of a tool: to see or to change something.
type asked struct {
	args []string
	// fixed tells that the first line has no place for who lacks what: --verbose has it.
	fixed bool
}

var queries = []asked{
	{[]string{"cibadmin", "-Q"}, true},
	{[]string{"crm_mon", "-1"}, false},
	{[]string{"crm_attribute", "-G", "-n", "stonith-enabled"}, true},
	{[]string{"crm_resource", "-l"}, true},
	{[]string{"crm_verify", "-L"}, false},
	{[]string{"crm_simulate", "-L"}, false},
}

var changes = []asked{
	{[]string{"cibadmin", "-M", "-o", "resources", "-X", `<primitive id="db" description="mine"/>`}, true},
	{[]string{"cibadmin", "-C", "-o", "constraints", "-X", `<rsc_location id="l" rsc="db" node="pm01" score="1"/>`}, true},
	{[]string{"cibadmin", "-D", "-o", "resources", "-X", `<primitive id="old"/>`}, true},
	{[]string{"cibadmin", "-R", "-o", "constraints", "-X", `<constraints/>`}, true},
	{[]string{"crm_attribute", "-n", "stonith-timeout", "-v", "61s"}, true},
	{[]string{"crm_resource", "-r", "db", "--meta", "-p", "priority", "-v", "3"}, true},
	{[]string{"crm_resource", "-r", "db", "-M"}, true},
	{[]string{"crm_resource", "-r", "db", "-C"}, true},
	{[]string{"crm_resource", "-r", "db", "-R"}, true},
	{[]string{"crm_standby", "-N", "pm02", "-v", "on"}, true},
	{[]string{"crm_ticket", "-t", "T", "-g", "--force"}, true},
	{[]string{"stonith_admin", "-F", "pm02"}, false},
	{[]string{"attrd_updater", "-U", "1", "-n", "x"}, false},
	{[]string{"crm_node", "-R", "pm09", "--force"}, false},
}

// TestWhoIsNotAllowed: who is outside the group, or has no role for what he asks, is denied by every tool, with the exit code for it and
// what he lacks; nothing changes.
func TestWhoIsNotAllowed(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 2})
		t.boot()
		t.configure(withPasswords)
		one := t.world.Nodes()[0]
		outsider := []string{"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"}
		member := []string{"setpriv", "--reuid", "65534", "--regid", "haclient", "--clear-groups"}
		answers := func(as []string, code int, why string, all ...[]asked) {
			t.Helper()
			for _, some := range all {
				for _, a := range some {
					args := append(append([]string{}, as...), a.args...)
					if a.fixed {
						args = append(args, "-V")
					}
					out, got := t.on(one, args...)
					if got != code || !strings.Contains(out, why) {
						t.Errorf("%s: exit code %d, not %d with %q:\n%s", strings.Join(args, " "), got, code, why, out)
					}
				}
			}
		}
		messaging := []asked{{[]string{"corosync-quorumtool", "-s"}, false}, {[]string{"corosync-cmapctl"}, false}}
		ofRoot := []asked{{[]string{"corosync-cfgtool", "-R"}, false}, {[]string{"corosync-cfgtool", "-k", "2"}, false}}
		stop := []asked{{[]string{"corosync-cfgtool", "-H"}, false}}

		answers(member, 0, "", queries, messaging)
		answers(member, 1, "only root may ask for this", ofRoot)
		answers(member, 0, "", []asked{{[]string{"crm_attribute", "-n", "stonith-timeout", "-v", "62s"}, true}})
		t.must(one, "crm_attribute", "-n", "enable-acl", "-v", "true")
		before := t.must(one, "cibadmin", "-Q", "-o", "configuration")
		const join = "nor in group haclient: make it a member"
		answers(outsider, 4, join, queries, changes)
		answers(outsider, 1, join, messaging, ofRoot, stop)
		answers(member, 4, "nobody may not", queries, changes)
		answers(member, 0, "", messaging)
		answers(member, 1, "Permission denied", ofRoot, stop)
		if after := t.must(one, "cibadmin", "-Q", "-o", "configuration"); after != before {
			t.Errorf("the configuration has changed:\n%s", after)
		}

		t.must(one, "cibadmin", "-M", "--allow-create", "-o", "acls", "-X",
			`<acls><acl_role id="looker"><acl_permission id="all" kind="read" xpath="/cib"/></acl_role><acl_target id="nobody"><role id="looker"/></acl_target></acls>`)
		before = t.must(one, "cibadmin", "-Q", "-o", "configuration")
		answers(member, 0, "", queries, messaging)
		answers(member, 4, "nobody may not", changes)
		answers(member, 1, "Permission denied", ofRoot, stop)
		if after := t.must(one, "cibadmin", "-Q", "-o", "configuration"); after != before {
			t.Errorf("the configuration has changed:\n%s", after)
		}
	})
}
