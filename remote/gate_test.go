package remote

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/exitcode"
	"pacer/ipc"
	"pacer/message"
)

// newGate makes a gate with one token of bob's, whose text it returns.
func newGate(t testing.TB) (*gate, string) {
	t.Helper()
	tokens := OpenTokens(filepath.Join(t.TempDir(), "tokens"))
	token, text := NewToken("bob", nil, noon, noon.Add(time.Hour), "")
	if err := tokens.Add(token); err != nil {
		t.Fatal(err)
	}
	return &gate{tokens: tokens, certificate: func(*tls.ConnectionState) error { return nil }, now: func() time.Time { return noon },
		named: func(name, door string) ipc.Caller {
			return ipc.Caller{Principal: message.Principal{User: name, Door: door}}
		},
		tell: func(netip.Addr, string) {}}, text
}

// TestAUserIsLookedUpOnce, and again when what is remembered is old.
func TestAUserIsLookedUpOnce(t *testing.T) {
	g, text := newGate(t)
	now, asked := noon, 0
	g.now = func() time.Time { return now }
	named := g.named
	g.named = func(name, door string) ipc.Caller { asked++; return named(name, door) }
	for range 3 {
		if c, err := g.who(&http.Request{Header: http.Header{"Authorization": {"Bearer " + text}}}); err != nil || c.User != "bob" || !c.Full {
			t.Fatalf("%+v %v", c, err)
		}
	}
	if asked != 1 {
		t.Errorf("he was looked up %d times", asked)
	}
	now = now.Add(rememberUser)
	if _, err := g.who(&http.Request{Header: http.Header{"Authorization": {"Bearer " + text}}}); err != nil || asked != 2 {
		t.Error(asked, err)
	}
}

// FuzzWho: whatever somebody sends for a token and for a name, only the right token lets him in, and only as its owner.
func FuzzWho(f *testing.F) {
	g, text := newGate(f)
	f.Add("Bearer "+text, "")
	f.Add("Bearer "+text, "root")
	f.Add("Bearer pacer_0123456789ab_", "bob")
	f.Add("Basic Ym9iOng=", "bob")
	f.Fuzz(func(t *testing.T, authorization, user string) {
		g.throttle = throttle{}
		h := http.Header{"Authorization": {authorization}, api.UserHeader: {user}}
		c, err := g.who(&http.Request{Header: h})
		scheme, said, _ := strings.Cut(authorization, " ")
		good := strings.EqualFold(scheme, "bearer") && said == text && (user == "" || user == "bob")
		if good != (err == nil) || good && c.User != "bob" {
			t.Errorf("%q as %q: %+v %v", authorization, user, c, err)
		}
		var r *ipc.Refusal
		if err != nil && (!errors.As(err, &r) || r.Status < 400 || exitcode.Of(err) == exitcode.OK) {
			t.Errorf("%v", err)
		}
	})
}
