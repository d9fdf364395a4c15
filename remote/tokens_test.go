package remote_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"pacer/exitcode"
	"pacer/note"
	"pacer/remote"
)

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
	h.refused(exitcode.Disconnect, "Remote access needs a token", "")
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
