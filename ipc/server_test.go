package ipc_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/exitcode"
	"pacer/internal/fakenode"
	"pacer/ipc"
)

const document = `<cib admin_epoch="0" epoch="3" num_updates="0" validate-with="pacemaker-4.0"><configuration><crm_config/>
<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes><resources/><constraints/></configuration><status/></cib>`

// start serves a fake node and returns a client for its socket.
func start(t *testing.T, limits ipc.Limits) (*fakenode.Node, *http.Client) {
	t.Helper()
	n, err := fakenode.New(document)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "api.sock")
	l, err := ipc.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	n.Serve(t, l, limits)
	tr := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", path) }}
	t.Cleanup(tr.CloseIdleConnections)
	return n, &http.Client{Transport: tr}
}

func get(t *testing.T, c *http.Client, path string) (int, string) {
	t.Helper()
	r, err := c.Get("http://node" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(b)
}

func post(t *testing.T, c *http.Client, path, body string) (int, string) {
	t.Helper()
	r, err := c.Post("http://node"+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(b)
}

func TestQueries(t *testing.T) {
	n, c := start(t, ipc.Limits{})
	n.Change(func(s *api.Snapshot) {
		s.Attributes = []api.Attribute{{Name: "a", Node: "node1", Value: "1"}, {Name: "b", Node: "node1", Value: "2"}}
	})
	for path, want := range map[string]string{
		"/v1/node":                  `"dc":"node2"`,
		"/v1/cib":                   `<cib admin_epoch="0" epoch="3"`,
		"/v1/cib?section=nodes":     `<nodes>`,
		"/v1/cib?xpath=//node[1]":   `<node id="1" uname="node1"/>`,
		"/v1/attributes?name=b":     `[{"name":"b","node":"node1","value":"2"}]`,
		"/v1/attributes?node=node2": `[]`,
		"/v1/fencing/history":       `[]`,
		"/v1/fencing/devices":       `[]`,
	} {
		if code, body := get(t, c, path); code != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if len(n.Requests()) != 0 {
		t.Error("a query went to the node's loop")
	}
}

func TestUnchangedCIBIsNotSentAgain(t *testing.T) {
	_, c := start(t, ipc.Limits{})
	req, _ := http.NewRequest("GET", "http://node/v1/cib", nil)
	req.Header.Set("If-None-Match", `"0.3.0"`)
	r, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusNotModified {
		t.Errorf("status %d", r.StatusCode)
	}
}

func TestRequestsAreDoneInTheCallersName(t *testing.T) {
	n, c := start(t, ipc.Limits{})
	code, body := post(t, c, "/v1/attributes/update", `{"action":"set","name":"a","value":"1","later":"field of a newer version"}`)
	if code != 200 {
		t.Fatalf("%d %s", code, body)
	}
	if got := n.Requests()[0].(api.AttributeUpdate); got.Name != "a" || got.Value != "1" {
		t.Errorf("%+v", got)
	}
	if who := n.Callers()[0]; who.UID != os.Getuid() || who.Door != "socket" {
		t.Errorf("%+v", who)
	}
}

func TestBadInputIsRefusedWithACode(t *testing.T) {
	n, c := start(t, ipc.Limits{Body: 1000})
	n.Refuse = func(r api.Request) error {
		if _, ok := r.(api.Shutdown); ok {
			return api.Errorf(exitcode.Quorum, "no quorum")
		}
		return nil
	}
	for _, x := range []struct {
		path, body string
		code       exitcode.Code
	}{
		{"/v1/attributes/update", `{"action":`, exitcode.DataErr},
		{"/v1/attributes/update", `{} {}`, exitcode.DataErr},
		{"/v1/attributes/update", `{"name":"` + strings.Repeat("x", 2000) + `"}`, exitcode.DataErr},
		{"/v1/attributes/update", `{"name":7}`, exitcode.DataErr},
		{"/v1/nothing", `{}`, exitcode.NoSuch},
		{"/v1/cib/apply", `{"ops":[{"kind":"query","xpath":"//absent"}]}`, exitcode.NoSuch},
		{"/v1/cib/apply", `{"ops":[{"kind":"modify","data":"<broken"}]}`, exitcode.DataErr},
		{"/v1/shutdown", `{}`, exitcode.Quorum},
	} {
		status, body := post(t, c, x.path, x.body)
		var e api.Error
		if err := json.Unmarshal([]byte(body), &e); err != nil || e.Code != x.code || e.Message == "" || status < 400 {
			t.Errorf("%s %.30s: %d %s", x.path, x.body, status, body)
		}
	}
	if code, _ := get(t, c, "/v1/cib?section=nonsense"); code == 200 {
		t.Error("an unknown section was found")
	}
}

// A queue of callers must not grow without end: the one too many is told to come again.
func TestTooManyCallsAreTurnedAway(t *testing.T) {
	n, c := start(t, ipc.Limits{Calls: 1, Queue: time.Millisecond})
	inside, leave := make(chan bool), make(chan bool)
	n.Refuse = func(api.Request) error { inside <- true; <-leave; return nil }
	over := make(chan error)
	go func() {
		r, err := c.Post("http://node/v1/shutdown", "application/json", strings.NewReader(`{}`))
		if err == nil {
			r.Body.Close()
		}
		over <- err
	}()
	<-inside
	code, body := get(t, c, "/v1/attributes")
	if code != http.StatusServiceUnavailable || !strings.Contains(body, `"code":75`) {
		t.Errorf("%d %s", code, body)
	}
	leave <- true
	if err := <-over; err != nil {
		t.Error(err)
	}
}

func TestListenKeepsALivingSocketAndReplacesADeadOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "api.sock")
	first, err := ipc.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ipc.Listen(path); err == nil {
		t.Fatal("two nodes on one socket")
	}
	first.(*net.UnixListener).SetUnlinkOnClose(false)
	first.Close()
	second, err := ipc.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
}
