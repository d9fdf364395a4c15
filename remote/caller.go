package remote

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// CallerConfig is how a caller with these files speaks TLS to a server: the certificate must name the server, and come from the
// authorities in CA or, where none are named, from those that the system trusts.
func CallerConfig(f Files, server string) (*tls.Config, error) {
	m, err := load(f)
	if err != nil {
		return nil, err
	}
	c := &tls.Config{
		MinVersion: tls.VersionTLS13, ServerName: server, RootCAs: m.authorities,
		VerifyConnection: func(s tls.ConnectionState) error { return m.checkRevoked(s.VerifiedChains, time.Now()) },
	}
	if m.own != nil {
		// It is sent whatever authorities the node names: so the node can say what is wrong with it.
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return m.own, nil }
	}
	return c, nil
}

// Explain says in words that help why a connection to a node did not come about or broke; "" for an error that speaks for itself.
func Explain(err error) string {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert *net.OpError
	switch {
	case errors.As(err, &authority):
		return "the node's certificate comes from no authority that is trusted here: name the authority's file in CIB_ca_file"
	case errors.As(err, &host):
		return fmt.Sprintf("the node's certificate is not for the name in CIB_server (%s)", host.Host)
	case errors.As(err, &invalid):
		return "the node's certificate does not count: " + strings.TrimPrefix(err.Error(), "tls: failed to verify certificate: ")
	case errors.As(err, &record):
		return "what answers there does not speak TLS"
	case errors.As(err, &alert) && alert.Op == "remote error":
		return "the node did not accept the connection: " + alert.Err.Error() + "; its log says why"
	}
	return ""
}
