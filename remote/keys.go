package remote

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// material is what the files of one end hold.
type material struct {
	authorities *x509.CertPool // nil where no file was named
	own         *tls.Certificate
	revoked     []*x509.RevocationList
}

// load reads the files. Errors name the file and what is wrong with it, never what is in it.
func load(f Files) (*material, error) {
	m := &material{}
	if f.CA != "" {
		data, err := readFile(f.CA)
		if err != nil {
			return nil, fmt.Errorf("the authorities: %w", err)
		}
		m.authorities = x509.NewCertPool()
		if !m.authorities.AppendCertsFromPEM(data) {
			return nil, fmt.Errorf("the authorities: %s holds no certificate in PEM form", f.CA)
		}
	}
	if f.Cert != "" || f.Key != "" {
		cert, err := readFile(f.Cert)
		if err != nil {
			return nil, fmt.Errorf("the certificate: %w", err)
		}
		key, err := readFile(f.Key)
		if err != nil {
			return nil, fmt.Errorf("the private key: %w", err)
		}
		if st, err := os.Stat(f.Key); err == nil && st.Mode().Perm()&0o007 != 0 {
			return nil, fmt.Errorf("the private key: everybody may use %s; take that away (chmod o-rwx)", f.Key)
		}
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("%s with %s: %w", f.Cert, f.Key, err)
		}
		m.own = &pair
	}
	if f.CRL != "" {
		data, err := readFile(f.CRL)
		if err != nil {
			return nil, fmt.Errorf("the revocation lists: %w", err)
		}
		if m.revoked, err = parseLists(data); err != nil {
			return nil, fmt.Errorf("%s: %w", f.CRL, err)
		}
	}
	return m, nil
}

// parseLists reads revocation lists in PEM form.
func parseLists(data []byte) ([]*x509.RevocationList, error) {
	var out []*x509.RevocationList
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			break
		}
		data = rest
		if block.Type != "X509 CRL" {
			continue
		}
		list, err := x509.ParseRevocationList(block.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, list)
	}
	if len(out) == 0 {
		return nil, errors.New("it holds no revocation list in PEM form")
	}
	return out, nil
}

// checkRevoked tells why a verified certificate does not count any more. Where lists are given there must be one of the issuer of the
// certificate itself, and it must not be out of date: a list that was forgotten protects nobody.
func (m *material) checkRevoked(chains [][]*x509.Certificate, now time.Time) error {
	if len(m.revoked) == 0 || len(chains) == 0 {
		return nil
	}
	var err error
	for _, chain := range chains {
		if err = m.checkChain(chain, now); err == nil {
			return nil
		}
	}
	return err
}

func (m *material) checkChain(chain []*x509.Certificate, now time.Time) error {
	for i, c := range chain[:len(chain)-1] {
		listed := false
		for _, list := range m.revoked {
			if !bytes.Equal(list.RawIssuer, c.RawIssuer) || list.CheckSignatureFrom(chain[i+1]) != nil {
				continue
			}
			listed = true
			if !list.NextUpdate.IsZero() && now.After(list.NextUpdate) {
				return fmt.Errorf("the revocation list of %q is out of date since %s", c.Issuer.CommonName, list.NextUpdate.UTC().Format(time.RFC3339))
			}
			for _, entry := range list.RevokedCertificateEntries {
				if entry.SerialNumber.Cmp(c.SerialNumber) == 0 {
					return fmt.Errorf("the certificate of %q was revoked", c.Subject.CommonName)
				}
			}
		}
		if i == 0 && !listed {
			return fmt.Errorf("there is no revocation list of %q", c.Issuer.CommonName)
		}
	}
	return nil
}

// stillGood tells why the certificate by which a connection was made does not count any more.
func (m *material) stillGood(s *tls.ConnectionState, now time.Time) error {
	leaf := s.VerifiedChains[0][0]
	if now.After(leaf.NotAfter) {
		return fmt.Errorf("the certificate of %q has expired", leaf.Subject.CommonName)
	}
	return m.checkRevoked(s.VerifiedChains, now)
}

// serverConfig is how a node speaks TLS with this material. Every connection proves anew who calls: nothing is resumed.
func (m *material) serverConfig(now func() time.Time) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{*m.own},
		ClientAuth:             tls.VerifyClientCertIfGiven,
		ClientCAs:              m.authorities,
		SessionTicketsDisabled: true,
		NextProtos:             []string{"http/1.1"},
		Time:                   now,
		VerifyConnection:       func(s tls.ConnectionState) error { return m.checkRevoked(s.VerifiedChains, now()) },
	}
}

// Keys are a node's files, read again when they change.
type Keys struct {
	files Files
	now   func() time.Time

	mu     sync.Mutex
	stamps [4]stamp
	good   *material
	config *tls.Config
	err    error
}

// stamp tells one state of a file from another.
type stamp struct {
	size int64
	time time.Time
}

func stampOf(path string) stamp {
	st, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{st.Size(), st.ModTime()}
}

// Check tells why the certificate of a connection that was made before does not count any more.
func (k *Keys) Check(s *tls.ConnectionState) error {
	_, _ = k.Config() // What is wrong with the files is told where connections are made.
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.good.stillGood(s, k.now())
}

// Config is the configuration for the next connection. Files that have become unusable are told as an error beside the last usable
// configuration, which is nil when there never was one.
func (k *Keys) Config() (*tls.Config, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var now [4]stamp
	for i, path := range []string{k.files.CA, k.files.Cert, k.files.Key, k.files.CRL} {
		if path != "" {
			now[i] = stampOf(path)
		}
	}
	if now != k.stamps || k.good == nil {
		k.stamps = now
		var m *material
		if m, k.err = load(k.files); k.err == nil {
			k.good, k.config = m, m.serverConfig(k.now)
		}
	}
	return k.config, k.err
}
