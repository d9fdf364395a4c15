package remote_test

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/internal/fakenode"
	"pacer/internal/testca"
	"pacer/note"
	"pacer/remote"
	"pacer/xmltree"
)

// document lets bob see the nodes and write one option; the role look sees resources.
const document = `<cib admin_epoch="0" epoch="3" num_updates="0" validate-with="pacemaker-4.0" remote-tls-port="9898"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o-enable-acl" name="enable-acl" value="true"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="node1"/></nodes><resources><primitive id="p" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/>
<acls><acl_target id="bob"><role id="r"/></acl_target><acl_role id="r"><acl_permission id="p1" kind="read" object-type="nodes"/>
<acl_permission id="p2" kind="write" xpath="//nvpair[@name='a']"/></acl_role>
<acl_role id="look"><acl_permission id="p3" kind="read" object-type="resources"/></acl_role></acls></configuration><status/></cib>`

// house is a node with an open door.
type house struct {
	*testing.T
	node   *fakenode.Node
	door   *remote.Door
	ca     *testca.Authority
	server testca.Issued
	tokens *remote.Tokens
	port   string
	notes  chan note.Note
	clock  func() time.Time // the door's; nil for the usual one
}

// open opens the door of a house; the certificate of the node is for localhost. Files may change what the node is given.
func open(t *testing.T, change func(*house, *remote.Files)) *house {
	t.Helper()
	n, err := fakenode.New(document)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pacer", "tokens")
	h := &house{T: t, node: n, ca: testca.New(t, "our authority"), tokens: remote.OpenTokens(path), notes: make(chan note.Note, 100)}
	h.server = h.ca.Issue("server", testca.Leaf{Name: "pm01", Hosts: []string{"localhost"}})
	files := remote.Files{CA: h.ca.File, Cert: h.server.Cert, Key: h.server.Key}
	if change != nil {
		change(h, &files)
	}
	h.door = remote.NewDoor(remote.Options{Backend: n, Files: func() (remote.Files, error) { return files, nil }, Tokens: path,
		Tell: func(x note.Note) { h.notes <- x }})
	h.door.ListenAt(func(string) (net.Listener, error) {
		l, err := net.Listen("tcp", "localhost:0")
		if err == nil {
			_, h.port, _ = net.SplitHostPort(l.Addr().String())
		}
		return l, err
	}, h.clock)
	h.run()
	return h
}

// run lets the door work until the test ends.
func (h *house) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { h.door.Run(ctx); close(done) }()
	h.Cleanup(func() { cancel(); <-done })
	h.door.Look(h.node.Snapshot().CIB)
	if told, ok := (<-h.notes).(note.RemoteOpened); !ok || told.Port != "9898" {
		h.Fatalf("the door did not open: %+v", told)
	}
}

// token makes a token.
func (h *house) token(user string, roles ...string) string {
	h.Helper()
	t, text := remote.NewToken(user, roles, time.Now(), time.Time{}, "test")
	if err := h.tokens.Add(t); err != nil {
		h.Fatal(err)
	}
	return text
}

// as opens the house as a tool does, with these variables beside the usual ones.
func (h *house) as(env ...string) (client.Cluster, error) {
	vars := map[string]string{"CIB_server": "localhost", "CIB_port": h.port, "CIB_ca_file": h.ca.File}
	for i := 0; i+1 < len(env); i += 2 {
		vars[env[i]] = env[i+1]
	}
	c, err := client.Open(client.Source{Getenv: func(n string) string { return vars[n] }, Program: "test", Now: time.Now})
	if err == nil {
		h.Cleanup(func() { c.Close() })
	}
	return c, err
}

// must is as for those who have to get in.
func (h *house) must(env ...string) client.Cluster {
	h.Helper()
	c, err := h.as(env...)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// refused checks that somebody is refused with an exit code and words in the error, and what the node's log says of it.
func (h *house) refused(code exitcode.Code, words, told string, env ...string) {
	h.Helper()
	c, err := h.as(env...)
	if err == nil {
		_, err = c.CIB(context.Background())
	}
	if exitcode.Of(err) != code || err == nil || !strings.Contains(err.Error(), words) {
		h.Errorf("%v: %v (%d), not %q", env, err, exitcode.Of(err), words)
	}
	if told == "" {
		return
	}
	n := <-h.notes
	if r, ok := n.(note.RemoteRefused); !ok || !strings.Contains(r.Why, told) || r.From == "" {
		h.Errorf("%v: the log has %+v, not %q", env, n, told)
	}
}

func setA(value string) cib.Op {
	set := xmltree.New("cluster_property_set", "id", "o")
	set.AddNew("nvpair", "id", "o-a", "name", "a", "value", value)
	return cib.Op{Kind: cib.OpModify, Section: "crm_config", Data: xmltree.New("crm_config").Add(set), AllowCreate: true}
}

// TestTheListsCountThroughTheDoor: a token's owner sees and changes what he would at the socket.
func TestTheListsCountThroughTheDoor(t *testing.T) {
	h := open(t, nil)
	ctx := context.Background()
	for name, x := range map[string]struct {
		env             []string
		nodes, resource bool
		set             exitcode.Code
	}{
		"bob":                {[]string{"CIB_user", "bob", "CIB_passwd", h.token("bob")}, true, false, exitcode.OK},
		"root":               {[]string{"CIB_passwd", h.token("root")}, true, true, exitcode.OK},
		"root as bob":        {[]string{"CIB_user", "bob", "CIB_passwd", h.token("root")}, true, false, exitcode.OK},
		"limited":            {[]string{"CIB_passwd", h.token("bob", "look")}, false, true, exitcode.InsufficientPriv},
		"root limited":       {[]string{"CIB_passwd", h.token("root", "look")}, false, true, exitcode.InsufficientPriv},
		"limited as root":    {[]string{"CIB_user", "hacluster", "CIB_passwd", h.token("root", "look")}, false, true, exitcode.InsufficientPriv},
		"limited to both":    {[]string{"CIB_passwd", h.token("bob", "look", "r")}, true, true, exitcode.OK},
		"root's certificate": {cert(h.ca.Issue("root", testca.Leaf{Name: "root"})), true, true, exitcode.OK},
	} {
		c := h.must(x.env...)
		doc, err := c.CIB(ctx)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if nodes, p := doc.Section("nodes").First("node") != nil, doc.Section("resources").First("primitive") != nil; nodes != x.nodes || p != x.resource {
			t.Errorf("%s sees nodes %v, resources %v", name, nodes, p)
		}
		if _, err := c.Apply(ctx, setA(name)); exitcode.Of(err) != x.set {
			t.Errorf("%s: set the option: %v", name, err)
		}
	}
	// What only root may do on the node itself nobody does from elsewhere.
	if _, err := h.must("CIB_passwd", h.token("root")).Do(ctx, api.SecretChange{}); exitcode.Of(err) != exitcode.InsufficientPriv {
		t.Errorf("root changes secrets from elsewhere: %v", err)
	}
	for _, who := range h.node.Callers() {
		if who.Door != "remote" || who.UID < 0 {
			t.Errorf("%+v", who)
		}
	}
	h.refused(exitcode.InsufficientPriv, "Permission denied", "", "CIB_user", "alice", "CIB_passwd", h.token("bob"))
	h.refused(exitcode.InsufficientPriv, "may not read any", "", "CIB_passwd", h.token("eve"))
}

func TestTheDoorFollowsTheCIB(t *testing.T) {
	h := open(t, nil)
	c := h.must("CIB_passwd", h.token("root"))
	ctx := context.Background()
	port := func(name, value string) {
		t.Helper()
		h.node.Change(func(s *api.Snapshot) {
			root := s.CIB.Root().Clone()
			root.Set("remote-tls-port", "").Set("remote-clear-port", "")
			s.CIB = cib.FromTree(root.Set(name, value))
		})
		h.door.Look(h.node.Snapshot().CIB)
	}
	expect := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if n := <-h.notes; !strings.HasPrefix(n.ID()+" "+note.Sentence(n, note.English), w) {
				t.Errorf("%s %s, not %s", n.ID(), note.Sentence(n, note.English), w)
			}
		}
	}
	port("remote-tls-port", "0")
	expect("remote.closed")
	if _, err := c.CIB(ctx); exitcode.Of(err) != exitcode.Disconnect {
		t.Errorf("the door is closed: %v", err)
	}
	port("remote-clear-port", "9999")
	expect("remote.clear remote-clear-port 9999 is not opened")
	port("remote-tls-port", "party")
	expect("remote.impossible There is no remote access on TCP port party: remote-tls-port in the CIB is no port")
	port("remote-tls-port", "1234")
	expect("remote.opened")
	if _, err := h.must("CIB_passwd", h.token("root")).CIB(ctx); err != nil {
		t.Error(err)
	}
}

func TestADoorWithoutKeysStaysShut(t *testing.T) {
	ca := testca.New(t, "ours")
	server := ca.Issue("server", testca.Leaf{Name: "pm01", Hosts: []string{"localhost"}})
	other := ca.Issue("other", testca.Leaf{Name: "pm02", Hosts: []string{"localhost"}})
	doc, err := cib.ParseString(document)
	if err != nil {
		t.Fatal(err)
	}
	for want, files := range map[string]remote.Files{
		"PCMK_ca_file is not set":   {},
		"PCMK_cert_file is not set": {CA: ca.File},
		"PCMK_key_file is not set":  {CA: ca.File, Cert: server.Cert},
		"no such file":              {CA: ca.File, Cert: server.Cert, Key: "/nonexistent"},
		"private key does not":      {CA: ca.File, Cert: server.Cert, Key: other.Key},
		"no revocation list":        {CA: ca.File, Cert: server.Cert, Key: server.Key, CRL: ca.File},
	} {
		notes := make(chan note.Note, 10)
		d := remote.NewDoor(remote.Options{Files: func() (remote.Files, error) { return files, nil }, Tell: func(n note.Note) { notes <- n }})
		d.ListenAt(func(string) (net.Listener, error) {
			t.Errorf("%s: it listens", want)
			return nil, net.ErrClosed
		}, nil)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { d.Run(ctx); close(done) }()
		d.Look(doc)
		if n, ok := (<-notes).(note.RemoteImpossible); !ok || !strings.Contains(n.Problem, want) {
			t.Errorf("%+v, not %q", n, want)
		}
		cancel()
		<-done
	}
}
