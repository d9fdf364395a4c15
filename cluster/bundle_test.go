package cluster

import (
	"strings"
	"testing"
	"time"

	"pacer/xmltree"
)

const bundleDocument = `<cib><configuration><crm_config/><nodes><node id="1" uname="n1"/></nodes><resources>
 <bundle id="b">
  <docker image="web:1" replicas="2" options="--log-driver=journald"/>
  <network ip-range-start="192.168.20.9" host-interface="eth0" host-netmask="24"><port-mapping id="p" port="80"/></network>
  <storage><storage-mapping id="s" source-dir-root="/srv" target-dir="/www" options="rw"/></storage>
  <primitive id="web" class="ocf" provider="heartbeat" type="apache"/>
 </bundle></resources><constraints/></configuration><status/></cib>`

// The parts of a bundle and the options that the container program gets, blank for blank.
func TestBundleParts(t *testing.T) {
	root, err := xmltree.Parse([]byte(bundleDocument))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Unpack(root, time.Unix(1790000000, 0))
	if err != nil {
		t.Fatal(err)
	}
	b := s.ResourceByName("b")
	if b == nil || len(b.BundleOptions.Replica) != 2 {
		t.Fatal("the bundle was left out", s.Messages)
	}
	rep := b.BundleOptions.Replica[1]
	if rep.IP.Name != "b-ip-192.168.20.10" || rep.Container.Name != "b-docker-1" || rep.Connection.Name != "b-1" ||
		rep.Child.Name != "web:1" || rep.Node.Name != "b-1" || !rep.Node.Guest() || b.BundleOptions.Child.Name != "b-clone" {
		t.Errorf("%+v", rep)
	}
	const want = " --restart=no -h b-1 -e PCMK_stderr=1 -e PCMK_remote_port=3121 -v /srv/b-1:/www:rw" +
		" -v /etc/pacemaker/authkey:/etc/pacemaker/authkey -v /var/log/pacemaker/bundles/b-1:/var/log" +
		" -p 192.168.20.10:80:80 -p 192.168.20.10:3121:3121 --log-driver=journald" +
		"  --add-host=b-0:192.168.20.9 --add-host=b-1:192.168.20.10"
	p := s.Params(rep.Container, nil)
	if p["run_opts"] != want || p["mount_points"] != "/srv/b-1,/var/log/pacemaker/bundles/b-1" {
		t.Errorf("%q %q", p["run_opts"], p["mount_points"])
	}
	if a := rep.Child.Allowed[rep.Node.ID]; !a.Known || a.Score != innerNodeScore || a.Discovery != DiscoverExclusive {
		t.Errorf("the replica may not run in its container: %+v", a)
	}
}

// Whose attributes count inside is said of what runs there, and holds for the other parts.
func TestBundleAttributeTarget(t *testing.T) {
	root, err := xmltree.Parse([]byte(strings.Replace(bundleDocument, `type="apache"/>`, `type="apache"><meta_attributes id="m">`+
		`<nvpair id="t" name="container-attribute-target" value="host"/></meta_attributes></primitive>`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Unpack(root, time.Unix(1790000000, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.ResourceByName("b").Children {
		if got := c.Meta["container-attribute-target"]; got != "host" {
			t.Errorf("%s: %q", c.Name, got)
		}
	}
}

func TestBadBundlesAreLeftOutAndTold(t *testing.T) {
	for _, text := range []string{
		`<bundle id="b"/>`,
		`<bundle id="b"><docker image="x"/><primitive id="p" class="ocf" provider="x" type="y"/></bundle>`,
	} {
		root, err := xmltree.Parse([]byte(`<cib><configuration><resources>` + text + `</resources></configuration></cib>`))
		if err != nil {
			t.Fatal(err)
		}
		s, err := Unpack(root, time.Unix(1790000000, 0))
		if err != nil {
			t.Fatal(err)
		}
		if s.ResourceByName("b") != nil || len(s.Messages) == 0 {
			t.Errorf("%s was accepted", text)
		}
	}
}
