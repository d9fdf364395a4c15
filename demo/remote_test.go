package demo

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"pacer/demo/world"
	"pacer/internal/testca"
)

// TestRemoteAccess: the tools of one node speak over TLS to another one, with a token of that one.
func TestRemoteAccess(t *testing.T) {
	inWorld(t, func(t *trial) {
		ca := testca.New(t, "the cluster's authority")
		two, three := world.Number(2).Address(0), world.Number(3).Address(0)
		server := ca.Issue("server", testca.Leaf{Name: "pacer", Hosts: []string{two, three}})
		files := map[string]world.File{"/etc/default/pacemaker": {Mode: 0o644,
			Text: "PCMK_ca_file=/etc/pacer/ca.pem\nPCMK_cert_file=\"/etc/pacer/server.pem\"\nPCMK_key_file=/etc/pacer/server.key\n"}}
		for path, name := range map[string]string{
			"/etc/pacer/ca.pem": ca.File, "/etc/pacer/server.pem": server.Cert, "/etc/pacer/server.key": server.Key} {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[path] = world.File{Text: string(data), Mode: 0o600}
		}
		t.build(world.Config{Nodes: 3, Files: files})
		t.boot()
		nodes := t.world.Nodes()
		if root := strings.TrimSpace(t.must(nodes[0], "sh", "-c", "echo $PACER_ROOT")); root != "" {
			t.Skip("the paths in the settings need nodes with a file system view of their own, which this system does not allow")
		}
		t.configure(fenced)
		token := strings.TrimSpace(t.must(nodes[1], "sh", "-c", "pacer token create --user root 2>/dev/null"))
		// The token is in no command line: it comes by standard input.
		afar := func(address, command string) (string, int) {
			t.Helper()
			return t.feed(nodes[0], token+"\n", "sh", "-c", fmt.Sprintf(
				"read -r CIB_passwd; export CIB_passwd CIB_server=%s CIB_port=9898 CIB_ca_file=/etc/pacer/ca.pem; %s", address, command))
		}
		if out, code := afar(two, "cibadmin -Q"); code != 102 || !strings.Contains(out, "connection refused") {
			t.Errorf("the port is open though nobody wants it: %d %s", code, out)
		}
		t.must(nodes[0], "cibadmin", "-M", "-X", `<cib remote-tls-port="9898"/>`)
		open := func() {
			t.Helper()
			t.until("remote access", func() bool { _, code := afar(two, "cibadmin -Q"); return code == 0 })
		}
		open()
		out, _ := afar(two, "cibadmin -Q --xpath //nodes")
		t.has(out, `uname="pm01"`, `uname="pm03"`)
		out, _ = afar(two, "crm_mon -1")
		t.has(out, "on pm02\n", "Online: [ pm01 pm02 pm03 ]")
		if out, code := afar(two, "crm_attribute -n batch-limit -v 7 && crm_attribute -N pm03 -n colour -v blue && "+
			"crm_attribute -N pm03 -l reboot -n size -v 3 && crm configure show"); code != 0 || !strings.Contains(out, "batch-limit=7") {
			t.Errorf("changes from elsewhere: %d %s", code, out)
		}
		t.has(t.must(nodes[2], "crm_attribute", "-G", "-n", "batch-limit"), "value=7")
		t.has(t.must(nodes[2], "crm_attribute", "-G", "-N", "pm03", "-n", "colour"), "value=blue")
		t.has(t.must(nodes[2], "cibadmin", "-Q", "-o", "status"), `name="size" value="3"`)

		// A token is one node's; what its user may not do at the socket he may not do from elsewhere.
		if out, code := afar(three, "cibadmin -Q"); code != 4 || !strings.Contains(out, "the token does not count here") {
			t.Errorf("another node's token: %d %s", code, out)
		}
		t.has(t.log(nodes[2]), "was refused remote access: the token is not known here")
		root := token
		token = strings.TrimSpace(t.must(nodes[1], "sh", "-c", "pacer token create --user bob 2>/dev/null"))
		t.must(nodes[0], "crm_attribute", "-n", "enable-acl", "-v", "true")
		if out, code := afar(two, "cibadmin -Q"); code != 4 {
			t.Errorf("bob is in no list: %d %s", code, out)
		}
		token = root

		// The door is open again once the manager is back, and shut when it is not wanted or the token not any more.
		if _, err := nodes[1].Kill(t.ctx, world.Kill{Role: "manager", Signal: int(unix.SIGKILL)}); err != nil {
			t.Fatal(err)
		}
		open()
		t.must(nodes[1], "sh", "-c", "pacer token revoke "+strings.Split(root, "_")[1])
		if out, code := afar(two, "cibadmin -Q"); code != 4 {
			t.Errorf("a revoked token: %d %s", code, out)
		}
		t.must(nodes[0], "cibadmin", "-M", "-X", `<cib remote-tls-port="0"/>`)
		t.until("that nobody listens", func() bool { _, code := afar(two, "cibadmin -Q"); return code == 102 })
		for _, n := range nodes {
			if strings.Contains(t.log(n), strings.Split(root, "_")[2]) {
				t.Errorf("a secret is in the log of %s", n.Name())
			}
		}
	})
}
