package ipc

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"pacer/api"
	"pacer/cib"
	"pacer/message"
)

type nobody struct{ snapshot *api.Snapshot }

func (n nobody) Snapshot() *api.Snapshot { return n.snapshot }

func (n nobody) Do(_ context.Context, _ message.Principal, r api.Request) (api.Response, error) {
	if api.Value(r) != nil && strings.HasPrefix(r.Path(), "/") {
		panic("a path of the API has no slash in front")
	}
	return api.Response{}, nil
}

func (n nobody) Submit(ctx context.Context, who message.Principal, r api.Request, done func(api.Response, error)) error {
	done(n.Do(ctx, who, r))
	return nil
}

func (n nobody) Messaging(context.Context) (*api.Messaging, error) { return &api.Messaging{}, nil }

func (n nobody) Watch(context.Context, string) (<-chan api.Event, error) { return nil, nil }

// FuzzRequest sends bodies that nobody meant to every address: whatever comes, there is an answer with a known status.
func FuzzRequest(f *testing.F) {
	paths := []string{"cib/apply", "attributes/update", "resources/cleanup", "resources/fail", "fencing/fence", "fencing/confirm",
		"fencing/query", "fencing/cleanup", "nodes/remove", "shutdown", "nothing"}
	for i := range paths {
		f.Add(i, `{"ops":[{"kind":"query","xpath":"//node"}]}`)
		f.Add(i, `{"name":"a","delay_ms":-1}`)
		f.Add(i, `[`)
	}
	s := New(nobody{&api.Snapshot{CIB: cib.Empty()}}, Limits{Body: 1 << 16})
	f.Fuzz(func(t *testing.T, i int, body string) {
		path := paths[uint(i)%uint(len(paths))]
		r := httptest.NewRequest("POST", "/v1/"+path, strings.NewReader(body))
		r = r.WithContext(context.WithValue(r.Context(), callerKey{}, Caller{Full: true}))
		w := httptest.NewRecorder()
		s.mux.ServeHTTP(w, r)
		if w.Code < 200 || w.Code > 599 || w.Body.Len() == 0 {
			t.Errorf("%s %q: %d %q", path, body, w.Code, w.Body)
		}
	})
}

// Who is nobody gets nothing but what harms nobody.
func TestStrangersAreRefused(t *testing.T) {
	s := New(nobody{&api.Snapshot{CIB: cib.Empty()}}, Limits{})
	for _, c := range []struct {
		method, path string
		code         int
	}{
		{"GET", "/v1/node", 200}, {"GET", "/v1/cib", 403}, {"GET", "/v1/attributes", 403}, {"GET", "/v1/events", 403},
		{"GET", "/v1/fencing/history", 403}, {"POST", "/v1/shutdown", 403}, {"POST", "/v1/cib/apply", 403}, {"DELETE", "/v1/cib", 404}, {"POST", "/v1/stream", 403},
	} {
		for _, who := range []Caller{{}, {Principal: message.Principal{User: "eve", UID: 1234}}} {
			r := httptest.NewRequest(c.method, c.path, strings.NewReader(`{}`))
			r = r.WithContext(context.WithValue(r.Context(), callerKey{}, who))
			w := httptest.NewRecorder()
			s.mux.ServeHTTP(w, r)
			if w.Code != c.code {
				t.Errorf("%s %s by %q: %d %s", c.method, c.path, who.User, w.Code, w.Body)
			}
		}
	}
}

// FuzzStream sends lines that nobody meant: each that is not empty is answered, whatever it is.
func FuzzStream(f *testing.F) {
	f.Add("{\"id\":1,\"path\":\"attributes/update\",\"body\":{\"name\":\"a\"}}\n\n{\"id\":2,\"path\":\"nothing\"}\n[")
	f.Add("{\"id\":3,\"path\":\"cib/apply\",\"body\":{\"ops\":[{\"kind\":\"query\",\"xpath\":\"//node\"}]}}")
	s := New(nobody{&api.Snapshot{CIB: cib.Empty()}}, Limits{})
	f.Fuzz(func(t *testing.T, lines string) {
		r := httptest.NewRequest("POST", "/v1/stream", strings.NewReader(lines))
		r = r.WithContext(context.WithValue(r.Context(), callerKey{}, Caller{Full: true}))
		w := httptest.NewRecorder()
		s.mux.ServeHTTP(w, r)
		want := 0
		for line := range strings.Lines(lines) {
			if strings.Trim(line, " \t\r\n\v\f\u0085\u00a0") != "" {
				want++
			}
		}
		if got := strings.Count(w.Body.String(), "\n"); w.Code != 200 || got > want {
			t.Errorf("%q: %d, %d answers, not %d: %q", lines, w.Code, got, want, w.Body)
		}
	})
}
