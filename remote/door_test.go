package remote_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/internal/fakenode"
	"pacer/internal/openapi"
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
	}, nil)
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

func cert(i testca.Issued) []string { return []string{"CIB_cert_file", i.Cert, "CIB_key_file", i.Key} }

func TestTokensThatDoNotCount(t *testing.T) {
	h := open(t, nil)
	good := h.token("bob")
	c := h.must("CIB_passwd", good)
	if _, err := c.CIB(context.Background()); err != nil {
		t.Fatal(err)
	}
	old, oldText := remote.NewToken("bob", nil, time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour), "")
	if err := h.tokens.Add(old); err != nil {
		t.Fatal(err)
	}
	wrong := good[:len(good)-4] + "0000"
	if wrong == good {
		wrong = good[:len(good)-4] + "1111"
	}
	h.refused(exitcode.InsufficientPriv, "the token does not count", "secret is wrong", "CIB_passwd", wrong)
	h.refused(exitcode.InsufficientPriv, "the token does not count", "has expired", "CIB_passwd", oldText)
	h.refused(exitcode.InsufficientPriv, "the token does not count", "is no token", "CIB_passwd", "sesame")
	_, unknown := remote.NewToken("bob", nil, time.Now(), time.Time{}, "")
	h.refused(exitcode.InsufficientPriv, "the token does not count", "not known here", "CIB_passwd", unknown)
	h.refused(exitcode.Config, "Remote access needs a token", "")
	// From the next request on, also on a connection that is open already.
	if err := h.tokens.Revoke(strings.Split(good, "_")[1]); err != nil {
		t.Fatal(err)
	}
	if _, err := c.CIB(context.Background()); exitcode.Of(err) != exitcode.InsufficientPriv {
		t.Errorf("a revoked token: %v", err)
	}
	for n := range drain(h.notes) {
		if r := n.(note.RemoteRefused); strings.Contains(r.Why, strings.Split(good, "_")[2]) || strings.Contains(r.Why, "sesame") {
			t.Errorf("a secret is in the log: %q", r.Why)
		}
	}
}

func drain(c chan note.Note) map[note.Note]bool {
	out := map[note.Note]bool{}
	for {
		select {
		case n := <-c:
			out[n] = true
		default:
			return out
		}
	}
}

func TestCertificatesThatDoNotCount(t *testing.T) {
	var revoked testca.Issued
	h := open(t, func(h *house, f *remote.Files) {
		revoked = h.ca.Issue("revoked", testca.Leaf{Name: "root"})
		f.CRL = h.ca.Revoke("crl.pem", time.Now().Add(time.Hour), revoked)
	})
	if _, err := h.must(cert(h.ca.Issue("good", testca.Leaf{Name: "root"}))...).CIB(context.Background()); err != nil {
		t.Fatal(err)
	}
	hour := time.Now().Add(-time.Hour)
	h.refused(exitcode.Disconnect, "expired", "has expired", cert(h.ca.Issue("old", testca.Leaf{Name: "root", From: hour.Add(-time.Hour), Until: hour}))...)
	h.refused(exitcode.Disconnect, "its log says why", "unknown authority", cert(testca.New(t, "another").Issue("x", testca.Leaf{Name: "root"}))...)
	h.refused(exitcode.Disconnect, "its log says why", `"root" was revoked`, cert(revoked)...)
	h.refused(exitcode.Disconnect, "its log says why", "incompatible key usage", cert(h.server)...)
	h.refused(exitcode.InsufficientPriv, "Permission denied", `"no-such-user", is neither`, cert(h.ca.Issue("who", testca.Leaf{Name: "no-such-user"}))...)
	// The list is read again when it changes; one that is out of date protects nobody.
	good := h.ca.Issue("good2", testca.Leaf{Name: "root"})
	before := h.must(cert(good)...)
	if _, err := before.CIB(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.ca.Revoke("crl.pem", time.Now().Add(time.Hour), revoked, good)
	if _, err := before.CIB(context.Background()); exitcode.Of(err) != exitcode.InsufficientPriv {
		t.Errorf("revoked since the connection was made: %v", err)
	}
	if n, ok := (<-h.notes).(note.RemoteRefused); !ok || !strings.Contains(n.Why, "was revoked") {
		t.Errorf("%+v", n)
	}
	h.refused(exitcode.Disconnect, "its log says why", "was revoked", cert(good)...)
	h.ca.Revoke("crl.pem", time.Now().Add(-2*time.Minute))
	h.refused(exitcode.Disconnect, "its log says why", "out of date", cert(revoked)...)
}

// TestCallersCheckTheNode: a tool trusts no node that has not proved to be the one that was named.
func TestCallersCheckTheNode(t *testing.T) {
	h := open(t, nil)
	token := h.token("root")
	other := testca.New(t, "another")
	h.refused(exitcode.Disconnect, "name the authority's file in CIB_ca_file", "", "CIB_passwd", token, "CIB_ca_file", other.File)
	h.refused(exitcode.Disconnect, "not for the name in CIB_server (127.0.0.1)", "", "CIB_passwd", token, "CIB_server", "127.0.0.1")
	list := h.ca.Revoke("theirs.pem", time.Now().Add(time.Hour), h.server)
	h.refused(exitcode.Disconnect, `"pm01" was revoked`, "", "CIB_passwd", token, "CIB_crl_file", list)
	h.refused(exitcode.Config, "no such file", "", "CIB_passwd", token, "CIB_ca_file", "/nonexistent")
	h.refused(exitcode.Config, "no certificate in PEM form", "", "CIB_passwd", token, "CIB_ca_file", h.server.Key)
	h.refused(exitcode.Config, "not offered", "", "CIB_passwd", token, "CIB_encrypted", "false")
	h.refused(exitcode.Config, "no port", "", "CIB_passwd", token, "CIB_port", "70000")
	h.refused(exitcode.Config, "is no token", "", "CIB_passwd", "two words")
	open := h.ca.Issue("open", testca.Leaf{Name: "root"})
	if err := os.Chmod(open.Key, 0o644); err != nil {
		t.Fatal(err)
	}
	h.refused(exitcode.Config, "chmod o-rwx", "", cert(open)...)
	plain, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	go func() {
		c, err := plain.Accept()
		if err == nil {
			_, _ = io.WriteString(c, "220 mail.example ESMTP\r\n")
			_, _ = io.Copy(io.Discard, c)
			c.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(plain.Addr().String())
	h.refused(exitcode.Disconnect, "does not speak TLS", "", "CIB_passwd", token, "CIB_port", port)
}

func TestTheNodesOwnCertificateHasExpired(t *testing.T) {
	h := open(t, func(h *house, f *remote.Files) {
		hour := time.Now().Add(-time.Hour)
		i := h.ca.Issue("old", testca.Leaf{Name: "pm01", Hosts: []string{"localhost"}, From: hour.Add(-time.Hour), Until: hour})
		f.Cert, f.Key = i.Cert, i.Key
	})
	h.refused(exitcode.Disconnect, "certificate has expired", "", "CIB_passwd", h.token("root"))
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

// dial makes a TLS connection of its own to the door.
func (h *house) dial() *tls.Conn {
	h.Helper()
	pool := x509.NewCertPool()
	data, err := os.ReadFile(h.ca.File)
	if err != nil || !pool.AppendCertsFromPEM(data) {
		h.Fatal(err)
	}
	config := &tls.Config{RootCAs: pool, ServerName: "localhost"}
	c, err := tls.Dial("tcp", "localhost:"+h.port, config)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { c.Close() })
	return c
}

// say sends bytes and reads the answer's status.
func say(t *testing.T, c net.Conn, text string) (int, string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(body)
}

func TestWhatStrangersSend(t *testing.T) {
	h := open(t, nil)
	// In the clear.
	c, err := net.Dial("tcp", "localhost:"+h.port)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, "GET /v1/cib HTTP/1.1\r\nHost: x\r\n\r\n")
	answer, _ := io.ReadAll(c)
	if strings.Contains(string(answer), "cib") {
		t.Errorf("%q", answer)
	}
	if n, ok := (<-h.notes).(note.RemoteRefused); !ok || !strings.Contains(n.Why, "that is no TLS") {
		t.Errorf("%+v", n)
	}
	// Headers without end. The server may hang up while they are sent.
	huge := h.dial()
	go func() {
		_, _ = io.WriteString(huge, "GET /v1/node HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("x", 4*remote.HeaderBytes))
	}()
	if r, err := http.ReadResponse(bufio.NewReader(huge), nil); err == nil && r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("huge headers: %s", r.Status)
	}
	// No name: refused before the body is read, also where everybody on the machine may ask.
	for _, request := range []string{"GET /v1/node HTTP/1.1\r\nHost: x\r\n\r\n", "GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /v1/shutdown HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n{"} {
		if status, body := say(t, h.dial(), request); status != http.StatusUnauthorized || !strings.Contains(body, "X.509") {
			t.Errorf("%.20q: %d %s", request, status, body)
		}
	}
	doc, err := openapi.Load(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range api.Routes {
		status, body := say(t, h.dial(), r.Method+" "+r.Path+" HTTP/1.1\r\nHost: x\r\n\r\n")
		if err := doc.CheckAnswer(r.Method, r.Path, status, "application/json", []byte(body)); err != nil || status != http.StatusUnauthorized {
			t.Errorf("%d: %v", status, err)
		}
	}
	if len(h.node.Requests()) != 0 {
		t.Error("a stranger reached the node")
	}
	// Older TLS.
	old, err := tls.Dial("tcp", "localhost:"+h.port, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
	if err == nil {
		old.Close()
		t.Error("TLS 1.2 was agreed on")
	}
	if n, ok := (<-h.notes).(note.RemoteRefused); !ok || !strings.Contains(n.Why, "before 1.3") {
		t.Errorf("%+v", n)
	}
}

func TestFailuresAreLimited(t *testing.T) {
	h := open(t, nil)
	good := h.token("root")
	mine := h.token("bob")
	wrong := mine[:len(mine)-8] + "00000000"
	request := func(token string) string {
		return fmt.Sprintf("GET /v1/node HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", token)
	}
	for i := range remote.ThrottleBurst {
		if status, _ := say(t, h.dial(), request(wrong)); status != http.StatusUnauthorized {
			t.Fatalf("attempt %d: %d", i, status)
		}
	}
	doc, err := openapi.Load(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{wrong, mine} {
		status, body := say(t, h.dial(), request(token))
		if err := doc.CheckAnswer("GET", "/v1/node", status, "application/json", []byte(body)); err != nil || status != http.StatusTooManyRequests {
			t.Errorf("after too many failures: %d, %v", status, err)
		}
	}
	if status, _ := say(t, h.dial(), request(good)); status != http.StatusOK {
		t.Errorf("another token from there: %d", status)
	}
	h.refused(exitcode.TempFail, "too many failed attempts", "", "CIB_passwd", mine)
}

// TestNobodyTakesAllPlaces: who says nothing holds few places, and those who are known have theirs.
func TestNobodyTakesAllPlaces(t *testing.T) {
	h := open(t, nil)
	c := h.must("CIB_passwd", h.token("root"))
	if _, err := c.CIB(context.Background()); err != nil {
		t.Fatal(err)
	}
	var silent []net.Conn
	for range remote.StrangersOfOne {
		silent = append(silent, h.dial())
	}
	one, err := net.Dial("tcp", "localhost:"+h.port)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	if _, err := one.Read(make([]byte, 1)); err == nil {
		t.Error("one stranger too many was let in")
	}
	if _, err := c.CIB(context.Background()); err != nil {
		t.Errorf("who is known: %v", err)
	}
	for _, s := range silent {
		s.Close()
	}
}
