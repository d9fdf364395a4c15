package remote_test

import (
	"context"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"pacer/exitcode"
	"pacer/internal/testca"
	"pacer/note"
	"pacer/remote"
)

func cert(i testca.Issued) []string { return []string{"CIB_cert_file", i.Cert, "CIB_key_file", i.Key} }

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
	h.refused(exitcode.Disconnect, "no such file", "", "CIB_passwd", token, "CIB_ca_file", "/nonexistent")
	h.refused(exitcode.Disconnect, "no certificate in PEM form", "", "CIB_passwd", token, "CIB_ca_file", h.server.Key)
	h.refused(exitcode.Disconnect, "not offered", "", "CIB_passwd", token, "CIB_encrypted", "false")
	h.refused(exitcode.Disconnect, "no port", "", "CIB_passwd", token, "CIB_port", "70000")
	h.refused(exitcode.Disconnect, "is no token", "", "CIB_passwd", "two words")
	open := h.ca.Issue("open", testca.Leaf{Name: "root"})
	if err := os.Chmod(open.Key, 0o644); err != nil {
		t.Fatal(err)
	}
	h.refused(exitcode.Disconnect, "chmod o-rwx", "", cert(open)...)
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
