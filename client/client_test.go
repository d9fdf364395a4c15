package client_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/internal/fakenode"
	"pacer/place"
	"pacer/xmltree"
)

const document = `<cib admin_epoch="0" epoch="3" num_updates="0" validate-with="pacemaker-4.0"><configuration><crm_config/>
<nodes><node id="1" uname="node1"/></nodes><resources/><constraints/></configuration><status/></cib>`

func source(env map[string]string) client.Source {
	return client.Source{Getenv: func(n string) string { return env[n] }, Program: "test",
		Now: func() time.Time { return time.Unix(1, 0).UTC() }, Places: place.Places{Root: env["ROOT"]}}
}

func setOption(name, value string) cib.Op {
	set := xmltree.New("cluster_property_set", "id", "o")
	set.AddNew("nvpair", "id", "o-"+name, "name", name, "value", value)
	return cib.Op{Kind: cib.OpModify, Section: "crm_config", Data: xmltree.New("crm_config").Add(set), AllowCreate: true}
}

func TestFileStaysTheSameFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cib.xml")
	if err := os.WriteFile(path, []byte(document), 0o640); err != nil {
		t.Fatal(err)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	held, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	c, err := client.Open(source(map[string]string{"CIB_file": link}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Apply(context.Background(), setOption("a", "1")); err != nil {
		t.Fatal(err)
	}
	after, _ := io.ReadAll(held)
	if !strings.Contains(string(after), `name="a" value="1"`) || !strings.Contains(string(after), `epoch="4"`) {
		t.Errorf("%s", after)
	}
	if st, _ := os.Stat(path); st.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", st.Mode())
	}
	if st, _ := os.Lstat(link); st.Mode()&os.ModeSymlink == 0 {
		t.Error("the link became a file")
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".cib*"))
	if len(left) > 0 {
		t.Error("left behind:", left)
	}
	if _, err := c.Node(context.Background()); exitcode.Of(err) != exitcode.Disconnect {
		t.Errorf("a file has no node: %v", err)
	}
}

// lists let bob see the nodes and write one option.
const lists = `<cib admin_epoch="0" epoch="3" num_updates="0" validate-with="pacemaker-4.0"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o-enable-acl" name="enable-acl" value="true"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="node1"/></nodes><resources/><constraints/>
<acls><acl_target id="bob"><role id="r"/></acl_target><acl_role id="r"><acl_permission id="p" kind="read" object-type="nodes"/>
<acl_permission id="q" kind="write" xpath="//nvpair[@name='a']"/></acl_role></acls></configuration><status/></cib>`

// TestTheListsCountForWhomTheCallerSpeaks: in a file and at a node alike.
func TestTheListsCountForWhomTheCallerSpeaks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cib.xml")
	if err := os.WriteFile(path, []byte(lists), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := fakenode.New(lists)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	n.Start(t, root)
	for name, env := range map[string]map[string]string{"file": {"CIB_file": path}, "node": {"ROOT": root}} {
		if name == "node" && os.Geteuid() != 0 {
			continue // Only root may speak for others.
		}
		open := func(user string) client.Cluster {
			env["CIB_user"] = user
			c, err := client.Open(source(env))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
			return c
		}
		ctx := context.Background()
		bob := open("bob")
		seen, err := bob.CIB(ctx)
		if err != nil || seen.Section("nodes").First("node") == nil || seen.Section("acls") != nil || seen.Root().Get("epoch") != "" {
			t.Errorf("%s: bob sees %s %v", name, seen.Root(), err)
		}
		if _, err := bob.Apply(ctx, cib.Op{Kind: cib.OpQuery, Section: "acls"}); exitcode.Of(err) != exitcode.NoSuch {
			t.Errorf("%s: bob asks for the lists: %v", name, err)
		}
		if _, err := bob.Apply(ctx, setOption("a", "1")); err != nil {
			t.Errorf("%s: bob's option: %v", name, err)
		}
		if _, err := bob.Apply(ctx, setOption("b", "1")); exitcode.Of(err) != exitcode.InsufficientPriv {
			t.Errorf("%s: another option: %v", name, err)
		}
		if _, err := open("eve").CIB(ctx); exitcode.Of(err) != exitcode.InsufficientPriv {
			t.Errorf("%s: eve sees something: %v", name, err)
		}
		if all, err := open("").CIB(ctx); err != nil || all.Section("acls") == nil || all.Version().Epoch != 4 {
			t.Errorf("%s: nobody in particular sees %v %v", name, all, err)
		}
	}
}

func TestShadowComesBeforeFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "shadow.x"), []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := client.Open(source(map[string]string{"CIB_shadow": "x", "CIB_shadow_dir": dir, "CIB_file": "/nowhere"}))
	if err != nil || c.Kind() != client.KindShadow {
		t.Fatal(c, err)
	}
}

func TestBadFilesAreNamed(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.xml")
	if err := os.WriteFile(broken, []byte("<cib>\n<configuration>\n</cib>"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other.xml")
	if err := os.WriteFile(other, []byte("<html/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		code exitcode.Code
		text string
	}{
		broken:                        {exitcode.Config, "broken.xml:3:"},
		other:                         {exitcode.Config, "other.xml: "},
		filepath.Join(dir, "missing"): {exitcode.NoSuch, "No such file or directory"},
		dir:                           {exitcode.Config, dir + ": Is a directory"},
	} {
		_, err := client.Open(source(map[string]string{"CIB_file": path}))
		if exitcode.Of(err) != want.code || !strings.Contains(err.Error(), want.text) {
			t.Errorf("%s: %d %v", path, exitcode.Of(err), err)
		}
	}
	for _, name := range []string{"../x", "a/b"} {
		if _, err := client.Open(source(map[string]string{"CIB_shadow": name})); exitcode.Of(err) != exitcode.NoSuch {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStdinIsReadOnce(t *testing.T) {
	s := source(map[string]string{"CIB_file": "-"})
	s.Stdin = strings.NewReader(document)
	c, err := client.Open(s)
	if err != nil {
		t.Fatal(err)
	}
	if doc, _ := c.CIB(context.Background()); doc.Version().Epoch != 3 {
		t.Error(doc.Version())
	}
}

func TestAbsentNode(t *testing.T) {
	_, err := client.Open(source(map[string]string{"ROOT": t.TempDir()}))
	if exitcode.Of(err) != exitcode.Disconnect || err.Error() != "Transport endpoint is not connected" {
		t.Errorf("%d %v", exitcode.Of(err), err)
	}
}

func TestLiveNode(t *testing.T) {
	n, err := fakenode.New(document)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	n.Start(t, root)
	c, err := client.Open(source(map[string]string{"ROOT": root}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events, err := c.Watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if e := <-events; e.Type != api.EventHello || e.Version != "0.3.0" || e.Node.Name != "node1" {
		t.Errorf("%+v", e)
	}
	if _, err := c.Apply(ctx, setOption("a", "1")); err != nil {
		t.Fatal(err)
	}
	if e := <-events; e.Type != api.EventCIB || e.Version != "0.4.0" || e.Old != "0.3.0" {
		t.Errorf("%+v", e)
	}
	doc, err := c.CIB(ctx)
	if err != nil || doc.Version().Epoch != 4 {
		t.Fatal(doc, err)
	}
	found, err := c.Apply(ctx, cib.Op{Kind: cib.OpQuery, XPath: "//nvpair[@name='a']"})
	if err != nil || found.Get("value") != "1" {
		t.Error(found, err)
	}
	if _, err := c.Apply(ctx, cib.Op{Kind: cib.OpQuery, XPath: "//absent"}); exitcode.Of(err) != exitcode.NoSuch {
		t.Error(err)
	}
	if _, err := c.Do(ctx, api.AttributeUpdate{Action: api.AttributeSet, Name: "x", Value: "7"}); err != nil {
		t.Error(err)
	}
	if a, err := c.Attributes(ctx, "x", ""); err != nil || len(a) != 1 || a[0].Value != "7" || a[0].Node != "node1" {
		t.Error(a, err)
	}
	cancel()
	for range events {
	}
}

// A node that is stopped accepts callers (the kernel does) and never answers: its callers must come back.
func TestSilentNode(t *testing.T) {
	root := t.TempDir()
	path := place.Places{Root: root}.APISocket()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := client.Open(source(map[string]string{"ROOT": root}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Node(ctx); exitcode.Of(err) != exitcode.Timeout {
		t.Error(err)
	}
	if _, err := c.CIB(ctx); exitcode.Of(err) != exitcode.Timeout {
		t.Error(err)
	}
	if _, err := c.Do(ctx, api.Shutdown{}); exitcode.Of(err) != exitcode.Timeout {
		t.Error(err)
	}
}

func TestReadCIBFromEverywhere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cib.xml")
	if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() { _ = os.WriteFile(pipe, []byte(document), 0o600) }()
	for _, p := range []string{path, "-", pipe} {
		doc, err := client.ReadCIB(p, iotest.OneByteReader(strings.NewReader(document)))
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		if v := doc.Version().String(); v != "0.3.0" {
			t.Errorf("%s: version %s", p, v)
		}
	}
	big := filepath.Join(dir, "big.xml")
	if err := os.WriteFile(big, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, client.MaxCIB+1); err != nil {
		t.Fatal(err)
	}
	if _, err := client.ReadCIB(big, nil); err == nil || !strings.Contains(err.Error(), "larger than 1024 MiB") {
		t.Errorf("a file that is too big: %v", err)
	}
}

func TestStream(t *testing.T) {
	n, err := fakenode.New(document)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if _, err := client.OpenStream(t.Context(), source(map[string]string{"ROOT": root})); exitcode.Of(err) != exitcode.Disconnect {
		t.Errorf("without a node: %v", err)
	}
	n.Start(t, root)
	s, err := client.OpenStream(t.Context(), source(map[string]string{"ROOT": root}))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := s.Send(api.CIBApply{Ops: []cib.Op{setOption("a", fmt.Sprint(i)), {Kind: cib.OpBump}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	for id := range uint64(3) {
		a, err := s.Receive()
		if want := fmt.Sprintf("0.%d.0", 5+2*id); err != nil || a.ID != id+1 || a.Error != nil || a.Response.CIB.Version != want {
			t.Errorf("%+v %+v %v, not %s", a, a.Response, err, want)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
