package ipc_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pacer/api"
	"pacer/exitcode"
	"pacer/internal/openapi"
	"pacer/ipc"
)

func described(t *testing.T) *openapi.Schemas {
	t.Helper()
	s, err := openapi.Load(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestTheDocumentHasEveryRoute, and the server answers at each and at no other.
func TestTheDocumentHasEveryRoute(t *testing.T) {
	var routes []string
	for _, r := range api.Routes {
		routes = append(routes, r.Method+" "+r.Path)
	}
	slices.Sort(routes)
	if have := described(t).Operations(); !slices.Equal(have, routes) {
		t.Errorf("the document has %q, the table %q", have, routes)
	}
	_, c := start(t, ipc.Limits{})
	for _, r := range api.Routes {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			if r.Content == api.ContentEvents && method == r.Method {
				continue
			}
			_, body, _ := ask(t, c, method, r.Path, `{"action":"set"}`, nil)
			if foreign := strings.Contains(string(body), "There is no "+method); foreign == (method == r.Method) {
				t.Errorf("%s %s: %s", method, r.Path, body)
			}
		}
	}
}

func ask(t *testing.T, c *http.Client, method, path, body string, header http.Header) (int, []byte, http.Header) {
	t.Helper()
	req, err := http.NewRequest(method, "http://node"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, _ := io.ReadAll(res.Body)
	return res.StatusCode, data, res.Header
}

// TestAnswersAreAsDescribed: whatever a running server answers is in the document, and of the form that it says.
func TestAnswersAreAsDescribed(t *testing.T) {
	doc := described(t)
	n, c := start(t, ipc.Limits{Body: 1000})
	n.Change(func(s *api.Snapshot) {
		s.Attributes = []api.Attribute{{Name: "a", Node: "node1", Value: "1", Private: true}}
		s.Fencing = []api.FenceRecord{{ID: "1", Target: "node3", Action: "off", State: "success", Began: n.Now, Completed: n.Now}, {ID: "2"}}
		s.Devices = []api.FenceDevice{{ID: "d", Agent: "fence_x", Targets: []string{"node2"}, Local: true}, {ID: "e"}}
	})
	statuses := map[int]bool{}
	try := func(method, path, body string, header http.Header) {
		t.Helper()
		status, data, h := ask(t, c, method, path, body, header)
		statuses[status] = true
		plain, _, _ := strings.Cut(path, "?")
		if err := doc.CheckAnswer(method, plain, status, h.Get("Content-Type"), data); err != nil {
			t.Error(err)
		}
	}
	for _, path := range []string{"/v1/openapi.json", "/v1/node", "/v1/cib", "/v1/cib?section=nodes", "/v1/cib?section=party", "/v1/cib?xpath=//absent",
		"/v1/cib?xpath=((", "/v1/attributes", "/v1/attributes?name=b", "/v1/fencing/history", "/v1/fencing/devices", "/v1/messaging"} {
		try("GET", path, "", nil)
	}
	try("GET", "/v1/cib", "", http.Header{"If-None-Match": {`"0.3.0"`}})
	for _, r := range api.Routes {
		if r.Request != nil {
			try("POST", r.Path, `{}`, nil)
			try("POST", r.Path, `[`, nil)
		}
	}
	for _, body := range []string{`{"ops":[{"kind":"query","xpath":"//node"}]}`, `{"ops":[{"kind":"bump"}]}`, `{"ops":[{"kind":"bump"},{"kind":"query"}]}`,
		`{"ops":[{"kind":"query","xpath":"//absent"}]}`, `{"ops":[{"kind":"create","section":"nodes","data":"<node id='1' uname='node1'/>"}]}`,
		`{"ops":[{"kind":"dance"}]}`, `{"ops":[{"kind":"replace","data":"<cib epoch='1'/>"}]}`, `{"ops":[{"kind":"` + strings.Repeat("x", 2000) + `"}]}`} {
		try("POST", "/v1/cib/apply", body, nil)
	}
	try("POST", "/v1/fencing/fence", `{"target":"node3","action":"off"}`, nil)
	// Every exit code that a node may answer with becomes a status that is described.
	var code exitcode.Code
	n.Refuse = func(api.Request) error { return api.Errorf(code, "no") }
	for code = 1; code <= exitcode.Max; code++ {
		for _, r := range api.Routes {
			if r.Request != nil {
				try("POST", r.Path, `{"ops":[{"kind":"bump"}]}`, nil)
			}
		}
	}
	for _, s := range []int{200, 304, 400, 403, 404, 409, 500, 501, 503, 504} {
		if !statuses[s] {
			t.Errorf("status %d was never tried", s)
		}
	}
}

// frame is one server-sent event.
type frame struct{ id, event, data string }

// watch opens the stream of events and returns a function that reads the next one.
func watch(t *testing.T, c *http.Client, after string) func() frame {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), "GET", "http://node/v1/events", nil)
	if after != "" {
		req.Header.Set(api.ResumeHeader, after)
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != api.ContentEvents {
		t.Fatal(res.Status, res.Header)
	}
	lines := bufio.NewScanner(res.Body)
	return func() (f frame) {
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				f.id = value
			case "event":
				f.event = value
			case "data":
				f.data = value
			case "":
				if f.id != "" {
					return f
				}
			}
		}
		return frame{}
	}
}

func TestWatchersGoOnWhereTheyWere(t *testing.T) {
	doc := described(t)
	n, c := start(t, ipc.Limits{})
	dc := func(name string) {
		n.Change(func(s *api.Snapshot) { s.Node.DC = name })
	}
	expect := func(next func() frame, event, part string) frame {
		t.Helper()
		f := next()
		if f.event != event || !strings.Contains(f.data, part) || !strings.Contains(f.data, fmt.Sprintf(`"id":%q`, f.id)) {
			t.Errorf("%+v, not %s with %s", f, event, part)
		}
		if err := doc.CheckNamed("Event", []byte(f.data)); err != nil {
			t.Error(err)
		}
		return f
	}
	first := watch(t, c, "")
	begun := expect(first, "hello", `"version":"0.3.0"`)
	dc("node1")
	seen := expect(first, "node", `"dc":"node1"`)
	dc("node2")
	post(t, c, "/v1/cib/apply", `{"ops":[{"kind":"bump"}]}`)
	again := watch(t, c, seen.id)
	expect(again, "node", `"dc":"node2"`)
	expect(again, "cib", `"old":"0.3.0"`)
	expect(watch(t, c, begun.id), "node", `"dc":"node1"`)
	expect(watch(t, c, "from-another-life"), "hello", `"version":"0.4.`)
}
