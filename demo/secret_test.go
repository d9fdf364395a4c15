package demo

import (
	"strings"
	"testing"

	"pacer/demo/world"
)

// withPasswords has one password in the configuration and a place for another one.
const withPasswords = `property stonith-enabled="false" no-quorum-policy="stop"
primitive db ocf:pacemaker:Dummy \
    params envfile="/root/db.env" \
    op monitor interval="10s"
primitive old ocf:pacemaker:Dummy \
    params passwd="Offenes-Wort" \
    op monitor interval="10s"
location db-on-pm02 db 100: pm02
`

// TestSecretsAndReports: what is set on one node, the agent on another one gets; a report comes from all nodes, and has neither that
// nor what the configuration holds.
func TestSecretsAndReports(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3})
		t.boot()
		t.configure(withPasswords)
		nodes := t.world.Nodes()
		one, two, three := nodes[0], nodes[1], nodes[2]
		const secret = "Streng-Geheim-4711"
		if out, code := t.feed(one, secret+"\n", "cibsecret", "--stdin", "set", "db", "passwd"); code != 0 || strings.TrimSpace(out) != "" {
			t.Fatalf("exit code %d: %s", code, out)
		}
		for _, n := range nodes {
			t.has(t.must(n, "cibsecret", "get", "db", "passwd"), secret)
			t.has(t.must(n, "stat", "-c", "%a", "/var/lib/pacemaker/lrm/secrets/db/passwd"), "600")
		}
		knows := func(n *world.Node) func() bool {
			return func() bool {
				out, _ := t.on(n, "cat", "/root/db.env")
				return strings.Contains(out, "OCF_RESKEY_passwd="+secret+"\n")
			}
		}
		t.until("the agent on pm02 has the secret", knows(two))
		t.must(one, "crm_resource", "--move", "-r", "db", "-N", "pm03")
		t.until("the agent on pm03 has the secret", knows(three))
		t.must(one, "crm_resource", "--clear", "-r", "db")
		t.rest()
		if out := t.must(one, "cibadmin", "-Q"); strings.Contains(out, secret) || !strings.Contains(out, `name="passwd" value="lrm://"`) {
			t.Errorf("the configuration:\n%s", out)
		}

		// A node that is not there is named, by both.
		t.halt(three)
		out, code := t.on(one, "cibsecret", "-V", "set", "db", "more", "Noch-Geheimer-0815")
		if code != 0 {
			t.Errorf("exit code %d: %s", code, out)
		}
		t.has(out, "pm02 is up to date", "Node pm03 is down")
		report := func(dest string, more ...string) string {
			out, code := t.on(one, append([]string{"crm_report", "-d", "-f", "2000-1-1", "--dest", dest}, more...)...)
			if code != 0 {
				t.Fatalf("exit code %d: %s", code, out)
			}
			return out
		}
		t.has(report("/root/two"), "WARN: nothing from pm03: the node is not a member of the cluster now")
		if err := three.StartService(t.ctx); err != nil {
			t.Fatal(err)
		}
		t.rest()
		t.must(one, "cibsecret", "sync")
		t.has(t.must(three, "cibsecret", "-V", "get", "db", "more"), "Noch-Geheimer-0815")

		if out := report("/root/three"); strings.Contains(out, "WARN") {
			t.Error(out)
		}
		t.has(t.must(one, "cat", "/root/three/analysis.txt"), "Diff members.txt... OK", "Diff cib.xml... OK", "Diff corosync.conf... OK", "Diff sysinfo.txt... OK", "Diff secrets.txt... OK")
		for _, n := range nodes {
			dir := "/root/three/" + n.Name() + "/"
			t.has(t.must(one, "ls", dir), "cib.xml", "cib.txt", "crm_mon.txt", "crm_verify.txt", "corosync.conf", "permissions.txt", "events.txt", "sysinfo.txt", "RUNNING")
			t.has(t.must(one, "cat", dir+"crm_mon.txt"), "Node pm03 (3): online")
			t.has(t.must(one, "cat", dir+"cib.xml"), `name="passwd" value="lrm://"`, `name="passwd" value="****"`)
		}
		t.has(t.must(one, "sh", "-c", "ls /root/three/*/pengine"), "pe-input-")
		for _, word := range []string{secret, "Noch-Geheimer", "Offenes-Wort"} {
			if out, code := t.on(one, "grep", "-r", word, "/root/three", "/root/two"); code != 1 {
				t.Errorf("%s is in the report: %s", word, out)
			}
		}
		if out := t.must(one, "find", "/root/three", "-name", "*authkey*"); out != "" {
			t.Errorf("a key is in the report: %s", out)
		}
		// With -S it is this node alone, as an archive.
		t.must(one, "crm_report", "-S", "-f", "2000-1-1", "/root/alone")
		names := t.must(one, "tar", "-tzf", "/root/alone.tar.gz")
		t.has(names, "alone/pm01/cib.xml", "alone/analysis.txt")
		if strings.Contains(names, "pm02/") {
			t.Error(names)
		}
		if left, _ := t.on(one, "ls", "/var/lib/pacer/collections"); strings.Contains(left, ".tar") {
			t.Errorf("collections are left: %s", left)
		}
	})
}
