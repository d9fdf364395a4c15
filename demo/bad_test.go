package demo

import (
	"path/filepath"
	"strings"
	"testing"

	"pacer/demo/world"
)

// put writes a file on a node that is on.
func (t *trial) put(n *world.Node, path, text, mode string) {
	t.Helper()
	if out, code := t.feed(n, text, "sh", "-c", `mkdir -p "$(dirname "$1")" && rm -f "$1" && cat > "$1" && chmod "$2" "$1"`, "put", path, mode); code != 0 {
		t.Fatalf("%s: %s", path, out)
	}
}

// halt stops a node's service in an orderly way and waits for its end.
func (t *trial) halt(n *world.Node) {
	t.Helper()
	if err := n.StopService(t.ctx); err != nil {
		t.Fatal(err)
	}
	t.until(n.Name()+" has stopped", func() bool { p, err := n.Kill(t.ctx, world.Kill{Role: "manager"}); return err == nil && len(p) == 0 })
	t.until(n.Name()+" has stopped", func() bool { p, err := n.Kill(t.ctx, world.Kill{Role: "messaging"}); return err == nil && len(p) == 0 })
}

func TestBadFilesAtStart(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3})
		t.boot()
		t.configure(fenced)
		one, three := t.world.Nodes()[0], t.world.Nodes()[2]
		t.halt(three)
		conf := t.must(one, "cat", "/etc/corosync/corosync.conf")
		key := t.must(one, "cat", "/etc/corosync/authkey")
		hacf := "keepalive 100ms\ndeadtime 1500ms\nbcast eth0\nnode pm01 pm02 pm03\n"
		const corosync, authkey, hb, authkeys = "/etc/corosync/corosync.conf", "/etc/corosync/authkey", "/etc/ha.d/ha.cf", "/etc/ha.d/authkeys"
		for _, c := range []struct {
			name  string
			files map[string][2]string // text and mode
			says  []string
		}{
			{"corosync.conf with an open bracket", map[string][2]string{corosync: {strings.TrimSuffix(strings.TrimSpace(conf), "}"), "600"}, authkey: {key, "400"}}, []string{corosync + ":"}},
			{"corosync.conf with nonsense", map[string][2]string{corosync: {strings.Replace(conf, "nodeid: 2", "nodeid: two", 1), "600"}, authkey: {key, "400"}}, []string{corosync + ":15:", "two"}},
			{"corosync.conf without this node", map[string][2]string{corosync: {strings.Replace(strings.Replace(strings.Replace(conf, "pm03", "pm04", 1), "10.77.0.3", "10.77.0.9", 1), "192.168.0.3", "192.168.0.9", 1), "600"}, authkey: {key, "400"}}, []string{corosync}},
			{"an empty corosync.conf", map[string][2]string{corosync: {"", "600"}, authkey: {key, "400"}}, []string{corosync}},
			{"binary corosync.conf", map[string][2]string{corosync: {"\x00\x01\xff\xfe", "600"}, authkey: {key, "400"}}, []string{corosync}},
			{"no authkey", map[string][2]string{corosync: {conf, "600"}}, []string{authkey}},
			{"a short authkey", map[string][2]string{corosync: {conf, "600"}, authkey: {"short", "400"}}, []string{authkey}},
			{"an authkey for everybody", map[string][2]string{corosync: {conf, "600"}, authkey: {key, "644"}}, []string{authkey}},
			{"no file at all", nil, []string{corosync, hb}},
			{"ha.cf with nonsense", map[string][2]string{hb: {hacf + "deadtime never\n", "644"}, authkeys: {"auth 1\n1 sha1 xyzzy\n", "600"}}, []string{hb + ":5:", "never"}},
			{"ha.cf with a misspelt directive", map[string][2]string{hb: {"kepalive 2\n" + hacf, "644"}, authkeys: {"auth 1\n1 sha1 xyzzy\n", "600"}}, []string{hb + ":1:", "kepalive"}},
			{"ha.cf without this node", map[string][2]string{hb: {strings.Replace(hacf, "pm03", "pm04", 1), "644"}, authkeys: {"auth 1\n1 sha1 xyzzy\n", "600"}}, []string{hb, "pm03"}},
			{"no authkeys", map[string][2]string{hb: {hacf, "644"}}, []string{authkeys}},
			{"authkeys for everybody", map[string][2]string{hb: {hacf, "644"}, authkeys: {"auth 1\n1 sha1 xyzzy\n", "644"}}, []string{authkeys, "600"}},
			{"authkeys with nonsense", map[string][2]string{hb: {hacf, "644"}, authkeys: {"auth 1\n1 rot13 xyzzy\n", "600"}}, []string{authkeys + ":2:", "rot13"}},
			{"authkeys without the key it names", map[string][2]string{hb: {hacf, "644"}, authkeys: {"auth 2\n1 sha1 xyzzy\n", "600"}}, []string{authkeys + ":1:"}},
			{"authkeys with crc", map[string][2]string{hb: {hacf, "644"}, authkeys: {"auth 1\n1 crc\n", "600"}}, []string{authkeys + ":2:", "crc"}},
		} {
			t.must(three, "rm", "-rf", filepath.Dir(corosync), filepath.Dir(hb))
			for path, f := range c.files {
				t.put(three, path, f[0], f[1])
			}
			out, code := t.on(three, "pacer", "run")
			if code != 78 || strings.Contains(out, "goroutine") {
				t.Errorf("%s: exit code %d: %s", c.name, code, out)
			}
			t.has(out, c.says...)
			if strings.Contains(out, "xyzzy") {
				t.Errorf("%s: the secret is shown: %s", c.name, out)
			}
		}
		// With good files it joins again.
		t.must(three, "rm", "-rf", filepath.Dir(hb))
		t.put(three, corosync, conf, "644")
		t.put(three, authkey, key, "400")
		if err := three.StartService(t.ctx); err != nil {
			t.Fatal(err)
		}
		t.rest()
	})
}

func TestBadConfigurationOnDisk(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3})
		t.boot()
		t.configure(fenced)
		one, three := t.world.Nodes()[0], t.world.Nodes()[2]
		const cib = "/var/lib/pacemaker/cib"
		t.halt(three)
		t.must(three, "sh", "-c", "cat "+cib+"/cib.xml > /root/other.xml")
		good := t.must(one, "cibadmin", "-Q", "-o", "configuration")
		for _, c := range []struct{ name, script, says string }{
			{"a torn journal", "truncate -s -7 $(ls cib.journal* | head -1)", ""},
			{"a journal of nonsense", "echo nonsense > cib.journal", "cib.journal"},
			{"a half cib.xml", "truncate -s 500 cib.xml", "cib.xml"},
			{"an empty cib.xml", ": > cib.xml", "cib.xml"},
			{"an edited cib.xml", `sed -i 's/INFINITY/7/' cib.xml`, "cib.xml"},
			{"another cib.xml", `sed 's/ epoch="[0-9]*"/ epoch="999"/' /root/other.xml > cib.xml; rm cib.xml.sig`, "are not in the configuration; they are kept in cib-lost-0.999.0-"},
			{"no cib.xml", "rm cib.xml cib.xml.sig", ""},
			{"nothing", "rm -rf ./*", ""},
		} {
			if out, code := t.feed(three, "cd "+cib+"\n"+c.script, "sh", "-e"); code != 0 {
				t.Fatalf("%s: %s", c.name, out)
			}
			told := len(t.log(three))
			if err := three.StartService(t.ctx); err != nil {
				t.Fatal(err)
			}
			t.rest()
			log := t.log(three)[told:]
			t.has(log, c.says)
			t.has(t.must(three, "crm_mon", "-1"), "Online: [ pm01 pm02 pm03 ]")
			if now := t.must(three, "cibadmin", "-Q", "-o", "configuration"); now != good {
				t.Errorf("%s: the configuration is not what it was:\n%s", c.name, now)
			}
			t.halt(three)
		}
		// Without any good copy the node must not guess.
		if out, code := t.feed(three, "cd "+cib+"\nfor f in *; do echo nonsense > $f; done", "sh", "-e"); code != 0 {
			t.Fatal(out)
		}
		out, code := t.on(three, "pacer", "run")
		if code == 0 || code > 127 {
			t.Errorf("exit code %d", code)
		}
		t.has(out, "no copy of the configuration can be used", cib)
		t.has(t.must(one, "crm_mon", "-1"), "Online: [ pm01 pm02 ]", "OFFLINE: [ pm03 ]")
	})
}

// TestBadChanges: what is refused changes nothing, and says where the fault is.
func TestBadChanges(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 2})
		t.boot()
		t.configure(classic)
		one := t.world.Nodes()[0]
		good := t.must(one, "cibadmin", "-Q", "-o", "configuration")
		t.put(one, "/root/bad.crm", "primitive a ocf:pacemaker:Dummy\nprimitive b ocf:pacemaker:Dummy params\ngruop g a b\n", "644")
		t.put(one, "/root/dangling.crm", "group g a b\n", "644")
		t.put(one, "/root/open.xml", "<primitive id=\"x\"\n  class=\"ocf\">\n", "644")
		t.put(one, "/root/foreign.xml", "<coffee id=\"x\"/>\n", "644")
		t.put(one, "/root/noid.xml", "<primitive class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\"/>\n", "644")
		t.put(one, "/root/binary", "\x00\xff\xfe<>", "644")
		for _, c := range []struct {
			args []string
			says []string
		}{
			{[]string{"crm", "configure", "load", "update", "/root/bad.crm"}, []string{"3", "gruop"}},
			{[]string{"crm", "configure", "load", "update", "/root/dangling.crm"}, []string{"g", "a"}},
			{[]string{"crm", "configure", "load", "update", "/root/nothere.crm"}, []string{"/root/nothere.crm"}},
			{[]string{"crm", "configure", "load", "update", "/root/binary"}, []string{""}},
			{[]string{"crm", "configure", "load", "replace", "/root/binary"}, []string{""}},
			{[]string{"cibadmin", "-C", "-o", "resources", "-x", "/root/open.xml"}, []string{"/root/open.xml", "line"}},
			{[]string{"cibadmin", "-VV", "-C", "-o", "resources", "-x", "/root/foreign.xml"}, []string{"coffee"}},
			{[]string{"cibadmin", "-VV", "-C", "-o", "resources", "-x", "/root/noid.xml"}, []string{"id"}},
			{[]string{"cibadmin", "-R", "-x", "/root/binary"}, []string{"/root/binary"}},
			{[]string{"cibadmin", "-M", "-X", "<nvpair id=\"nothere\" name=\"a\" value=\"b\"/>"}, []string{"o such"}},
			{[]string{"cibadmin", "-R", "-o", "nonsense", "-X", "<x/>"}, []string{"nonsense"}},
		} {
			out, code := t.on(one, c.args...)
			t.Logf("%v: %d %s", c.args, code, out)
			if code == 0 || code > 127 {
				t.Errorf("%v ended with %d: %s", c.args, code, out)
			}
			t.has(out, c.says...)
		}
		if now := t.must(one, "cibadmin", "-Q", "-o", "configuration"); now != good {
			t.Errorf("the configuration changed:\n%s", now)
		}
		t.rest()
		t.serving()
	})
}
