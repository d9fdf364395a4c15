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
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/exitcode"
	"pacer/internal/openapi"
	"pacer/note"
	"pacer/remote"
)

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
	now := time.Now()
	h := open(t, func(h *house, _ *remote.Files) { h.clock = func() time.Time { return now } })
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
