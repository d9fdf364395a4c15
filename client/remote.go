package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/term"

	"pacer/exitcode"
	"pacer/remote"
)

// Remote connects over TLS to the node that the environment names: CIB_server (localhost unless given), CIB_port, CIB_user, CIB_passwd (a
// token), and the certificates CIB_ca_file, CIB_cert_file, CIB_key_file and CIB_crl_file. The connection is made at once, so
// that what is wrong with it shows here; whatever it is, the code is exitcode.Disconnect.
func Remote(s Source) (Cluster, error) {
	port := s.Getenv("CIB_port")
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return nil, &Error{exitcode.Disconnect, fmt.Sprintf("CIB_port %q is no port from 1 to 65535", port), err}
	}
	if text := s.Getenv("CIB_encrypted"); slices.Contains([]string{"0", "false", "no", "off", "n"}, strings.ToLower(text)) {
		return nil, &Error{exitcode.Disconnect, "CIB_encrypted=" + text + " asks for a connection in the clear, which is not offered: " +
			"leave it unset and use the CIB's remote-tls-port with X.509 certificates", nil}
	}
	server := s.Getenv("CIB_server")
	if server == "" {
		server = "localhost"
	}
	files := remote.CallerFiles(s.Getenv)
	config, err := remote.CallerConfig(files, server)
	if err != nil {
		return nil, &Error{exitcode.Disconnect, err.Error(), err}
	}
	token, err := secret(s, files)
	if err != nil {
		return nil, err
	}
	at := net.JoinHostPort(server, port)
	dial := func(ctx context.Context) (net.Conn, error) {
		d := tls.Dialer{NetDialer: &net.Dialer{Timeout: dialTimeout}, Config: config}
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		return d.DialContext(ctx, "tcp", at)
	}
	first, err := dial(context.Background())
	if err != nil {
		return nil, unreachable(at, err)
	}
	l := &live{base: "https://" + at + "/v1/", at: at, token: token, program: s.Program, user: s.Getenv("CIB_user")}
	l.http = &http.Client{Transport: &http.Transport{DisableCompression: true, DialTLSContext: firstThen(first, dial)},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return l, nil
}

// firstThen dials anew once the first connection is used up.
func firstThen(first net.Conn, dial func(context.Context) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	var once sync.Mutex
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		once.Lock()
		c := first
		first = nil
		once.Unlock()
		if c != nil {
			return c, nil
		}
		return dial(ctx)
	}
}

// secret is the token of the caller: what CIB_passwd says, else what a person types, else none where there is a client certificate.
func secret(s Source, files remote.Files) (string, error) {
	token := s.Getenv("CIB_passwd")
	if token == "" && files.Cert == "" {
		token = ask(s)
	}
	switch {
	case token == "" && files.Cert == "":
		return "", &Error{exitcode.Disconnect, "Remote access needs a token in CIB_passwd (`pacer token create` on the node makes one), " +
			"or a client certificate in CIB_cert_file and CIB_key_file; neither anonymous TLS nor pre-shared keys are offered", nil}
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", &Error{exitcode.Disconnect, "CIB_passwd is no token: `pacer token create` on the node makes one", nil}
	}
	return token, nil
}

// ask asks for a token at the terminal, when there is one.
func ask(s Source) string {
	in, ok := s.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return ""
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return ""
	}
	defer tty.Close()
	fmt.Fprint(tty, "Token: ")
	text, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(tty)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// unreachable is the error when a node elsewhere cannot be spoken to. Scripts look for the words "not connected".
func unreachable(at string, err error) *Error {
	e := NotConnected(err)
	why := remote.Explain(err)
	if why == "" {
		why = err.Error()
		var op *net.OpError
		if errors.As(err, &op) {
			why = op.Err.Error()
		}
	}
	e.Message += " (" + at + ": " + why + ")"
	return e
}
