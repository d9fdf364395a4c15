package remote

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pacer/acl"
	"pacer/api"
	"pacer/exitcode"
	"pacer/ipc"
)

// doorName is the door of a message.Principal who comes in here.
const doorName = "remote"

// gate finds out who sends a request.
type gate struct {
	tokens *Tokens
	// certificate tells why a certificate that was good when the connection was made is not any more.
	certificate func(*tls.ConnectionState) error
	now         func() time.Time
	// named looks a user up.
	named func(name, door string) ipc.Caller
	// tell is told why somebody was refused.
	tell func(from netip.Addr, why string)

	mu       sync.Mutex
	throttle throttle
	known    map[string]remembered
}

// remembered is what the user database said, which may be slow to ask.
type remembered struct {
	caller ipc.Caller
	until  time.Time
}

const (
	rememberUser = 30 * time.Second
	maxRemember  = 1000
)

type visitorKey struct{}

// visitorOf is the connection that a request came by.
func visitorOf(r *http.Request) *visitor {
	v, _ := r.Context().Value(visitorKey{}).(*visitor)
	return v
}

func withVisitor(ctx context.Context, v *visitor) context.Context {
	return context.WithValue(ctx, visitorKey{}, v)
}

// who admits the sender of a request, or says why not. He may have a token, or a certificate that has been verified already; with both,
// the token counts.
func (g *gate) who(r *http.Request) (ipc.Caller, error) {
	from := netip.Addr{}
	v := visitorOf(r)
	if v != nil {
		from = v.from
	}
	var c ipc.Caller
	var err error
	switch header, name := r.Header.Get("Authorization"), commonName(r.TLS); {
	case header != "":
		c, err = g.byToken(header, from)
	case name != "":
		c, err = g.byCertificate(r.TLS, name, from)
	default:
		err = refusal(http.StatusUnauthorized,
			"Permission denied: remote access needs a token or a client certificate (X.509); no other way is offered")
	}
	if err != nil {
		return ipc.Caller{}, err
	}
	if as := r.Header.Get(api.UserHeader); as != "" && as != c.User && !acl.Privileged(c.User) {
		return ipc.Caller{}, refusal(http.StatusForbidden, "Permission denied: "+c.User+" cannot ask in the name of "+as)
	}
	if v != nil && !v.welcome() {
		return ipc.Caller{}, &ipc.Refusal{Reason: api.Errorf(exitcode.TempFail, "The node has %d remote connections already", maxGuests),
			Status: http.StatusServiceUnavailable}
	}
	return c, nil
}

func refusal(status int, text string) error {
	return &ipc.Refusal{Reason: api.Errorf(exitcode.InsufficientPriv, "%s", text), Status: status}
}

// commonName is whom a verified client certificate names, "" without one.
func commonName(s *tls.ConnectionState) string {
	if s == nil || len(s.VerifiedChains) == 0 {
		return ""
	}
	return s.VerifiedChains[0][0].Subject.CommonName
}

func (g *gate) byToken(header string, from netip.Addr) (ipc.Caller, error) {
	scheme, text, _ := strings.Cut(header, " ")
	id, secret, ok := splitToken(text)
	ok = ok && strings.EqualFold(scheme, "Bearer")
	now := g.now()
	a := attempt{from: neighbourhood(from)}
	if all, err := g.tokens.List(); ok && err == nil && slices.ContainsFunc(all, func(t Token) bool { return t.ID == id }) {
		a.token = id
	}
	g.mu.Lock()
	wait := g.throttle.wait(a, now)
	g.mu.Unlock()
	if wait > 0 {
		return ipc.Caller{}, &ipc.Refusal{Reason: api.Errorf(exitcode.TempFail, "There were too many failed attempts; come again later"),
			Status: http.StatusTooManyRequests, After: wait}
	}
	token, err := Token{}, errNoToken
	if ok {
		token, err = g.tokens.Check(id, secret, now)
	}
	if err != nil {
		g.mu.Lock()
		g.throttle.fail(a, now)
		g.mu.Unlock()
		why := err.Error()
		if a.token != "" {
			why = "token " + id + ": " + why
		}
		g.tell(from, why)
		return ipc.Caller{}, refusal(http.StatusUnauthorized, "Permission denied: the token does not count here; the log of the node says why")
	}
	c := g.user(token.User)
	// Who made the token on this node has let its owner in.
	c.Full, c.Roles = true, token.Roles
	return c, nil
}

func (g *gate) byCertificate(s *tls.ConnectionState, name string, from netip.Addr) (ipc.Caller, error) {
	if err := g.certificate(s); err != nil {
		g.tell(from, err.Error())
		return ipc.Caller{}, refusal(http.StatusUnauthorized,
			"Permission denied: the certificate does not count any more; the log of the node says why")
	}
	c := g.user(name)
	if !c.Full {
		g.tell(from, "the certificate is good, but its owner, "+strconv.Quote(name)+
			", is neither root nor hacluster nor in the group haclient here")
		return ipc.Caller{}, refusal(http.StatusForbidden,
			"Permission denied: "+name+" is neither root nor hacluster nor in group haclient of the node")
	}
	return c, nil
}

// user looks a user up, or remembers him.
func (g *gate) user(name string) ipc.Caller {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if r, ok := g.known[name]; ok && now.Before(r.until) {
		return r.caller
	}
	if len(g.known) >= maxRemember || g.known == nil {
		g.known = map[string]remembered{}
	}
	c := g.named(name, doorName)
	g.known[name] = remembered{c, now.Add(rememberUser)}
	return c
}
