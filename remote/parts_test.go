package remote

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pacer/place"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestThrottle(t *testing.T) {
	var l throttle
	a := attempt{from: neighbourhood(netip.MustParseAddr("192.0.2.1"))}
	b := attempt{from: a.from, token: "x"}
	for i := range throttleBurst {
		if w := l.wait(a, noon); w != 0 {
			t.Fatalf("attempt %d has to wait %v", i, w)
		}
		l.fail(a, noon)
	}
	for at, want := range map[time.Duration]time.Duration{0: throttleRefill, throttleRefill - time.Second: time.Second, throttleRefill: 0, time.Hour: 0} {
		if w := l.wait(a, noon.Add(at)); w != want {
			t.Errorf("%v later: wait %v, not %v", at, w, want)
		}
	}
	if w := l.wait(b, noon); w != 0 {
		t.Errorf("another token has to wait %v", w)
	}
	// Whoever goes on all the same waits no longer for it.
	l.fail(a, noon)
	if w := l.wait(a, noon); w != throttleRefill {
		t.Errorf("%v", w)
	}
	// One more fits after the time, not all.
	l.fail(a, noon.Add(throttleRefill))
	if w := l.wait(a, noon.Add(throttleRefill)); w != throttleRefill {
		t.Errorf("%v", w)
	}
}

func TestThrottleForgetsWhoseTimeHasPassed(t *testing.T) {
	var l throttle
	address := func(i int) attempt {
		return attempt{from: neighbourhood(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))}
	}
	for i := range 2 * maxThrottled {
		l.fail(address(i), noon.Add(time.Duration(i)))
	}
	if len(l.failed) > maxThrottled {
		t.Errorf("%d are remembered", len(l.failed))
	}
	if _, there := l.failed[address(2*maxThrottled-1)]; !there {
		t.Error("the last is not remembered")
	}
	for i := 2 * maxThrottled; len(l.failed) < maxThrottled; i++ {
		l.fail(address(i), noon)
	}
	l.fail(address(9*maxThrottled), noon.Add(time.Hour))
	if len(l.failed) != 1 {
		t.Errorf("%d are remembered for ever", len(l.failed))
	}
}

func TestNeighbourhood(t *testing.T) {
	for a, want := range map[string]string{"192.0.2.1": "192.0.2.1/32", "::ffff:192.0.2.1": "192.0.2.1/32", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64"} {
		if got := neighbourhood(netip.MustParseAddr(a)).String(); got != want {
			t.Errorf("%s: %s, not %s", a, got, want)
		}
	}
}

// still is a connection that only knows where it comes from.
type still struct {
	net.Conn
	from string
}

func (s still) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(s.from)) }

func (s still) Close() error { return nil }

func TestLobby(t *testing.T) {
	var l lobby
	var in []*visitor
	for i := range maxStrangers + 10 {
		if v := l.enter(still{from: "192.0.2." + string(rune('0'+i%5)) + ":1"}); v != nil {
			in = append(in, v)
		}
	}
	if len(in) != maxStrangers {
		t.Errorf("%d strangers are in", len(in))
	}
	for _, v := range in {
		if !v.welcome() {
			t.Fatal("there is room")
		}
	}
	in[0].welcome() // Who is known already takes no other place.
	if l.strangers != 0 || len(l.of) != 0 || l.guests != maxStrangers {
		t.Errorf("%+v", &l)
	}
	for range maxGuests {
		if v := l.enter(still{from: "192.0.2.9:1"}); v == nil {
			t.Fatal("a stranger did not get in")
		} else if !v.welcome() {
			_ = v.Close()
		}
	}
	if l.guests != maxGuests || l.strangers != 0 {
		t.Errorf("%d guests, %d strangers", l.guests, l.strangers)
	}
	for _, v := range in {
		_ = v.Close()
		_ = v.Close() // A place is given back once.
	}
	if l.guests != maxGuests-maxStrangers {
		t.Errorf("%d guests", l.guests)
	}
	for range 2 * maxStrangersOfOne {
		l.enter(still{from: "192.0.2.9:1"})
	}
	if l.strangers != maxStrangersOfOne {
		t.Errorf("%d strangers of one address", l.strangers)
	}
}

func TestTokenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "etc", "tokens")
	s := OpenTokens(path)
	if all, err := s.List(); len(all) != 0 || err != nil {
		t.Error(all, err)
	}
	if err := s.Revoke("nobody"); !errors.Is(err, ErrNoSuchToken) {
		t.Error(err)
	}
	gone, _ := NewToken("old", nil, noon.Add(-time.Hour*24*365), noon.Add(-keepExpired-time.Hour), "")
	one, text := NewToken("bob", []string{"look"}, noon, noon.Add(time.Hour), "a \"purpose\"")
	two, _ := NewToken("root", nil, noon, time.Time{}, "")
	for _, x := range []Token{gone, one, two} {
		if err := s.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatal(st.Mode(), err)
	}
	data, _ := os.ReadFile(path)
	id, secret, ok := splitToken(text)
	if !ok || id != one.ID || bytes.Contains(data, []byte(secret)) {
		t.Errorf("%q in %s", text, data)
	}
	other := OpenTokens(path)
	all, err := other.List()
	if err != nil || len(all) != 2 || all[0].Purpose != one.Purpose || !slices.Equal(all[0].Roles, one.Roles) || !all[0].Expires.Equal(one.Expires) {
		t.Errorf("%+v %v", all, err)
	}
	if got, err := other.Check(id, secret, noon); err != nil || got.User != "bob" {
		t.Error(got, err)
	}
	for want, x := range map[error][2]string{errWrongToken: {id, secret[1:] + "0"}, errUnknownToken: {"0123456789ab", secret}} {
		if _, err := other.Check(x[0], x[1], noon); !errors.Is(err, want) {
			t.Error(err, want)
		}
	}
	if _, err := other.Check(id, secret, noon.Add(time.Hour)); !errors.Is(err, errExpiredToken) {
		t.Error(err)
	}
	if err := s.Revoke(id); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Check(id, secret, noon); !errors.Is(err, errUnknownToken) {
		t.Errorf("a revoked token: %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".tokens*"))
	if len(left) > 0 {
		t.Error("left behind:", left)
	}
	// What others could have read or written does not count.
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTokens(path).List(); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Error(err)
	}
	if err := errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, []byte(`{"format":1,"tokens":[{"id":"`), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Check(two.ID, "", noon); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("half a file: %v", err)
	}
	if err := s.Add(one); err == nil {
		t.Error("a damaged file was overwritten")
	}
}

func TestNodeFiles(t *testing.T) {
	root := t.TempDir()
	places := place.Places{Root: root}
	env := map[string]string{"PCMK_key_file": "/from/env"}
	getenv := func(n string) string { return env[n] }
	if f, err := NodeFiles(getenv, places); err != nil || f != (Files{Key: "/from/env"}) {
		t.Error(f, err)
	}
	path := places.EnvironmentFiles()[1]
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755),
		os.WriteFile(path, []byte("PCMK_ca_file=/ca\nPCMK_cert_file=\"/cert\"\nPCMK_key_file=/key\nPCMK_crl_file=/crl\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if f, err := NodeFiles(getenv, places); err != nil || f != (Files{"/ca", "/cert", "/from/env", "/crl"}) {
		t.Error(f, err)
	}
	env = map[string]string{"CIB_ca_file": "/a", "PCMK_ca_file": "/b", "CIB_cert_file": "/c"}
	if f := CallerFiles(getenv); f != (Files{CA: "/b", Cert: "/c"}) {
		t.Error(f)
	}
}

func TestWhatIsOfferedIsExplained(t *testing.T) {
	failed := errors.New("tls: no cipher suite supported by both client and server")
	for want, o := range map[string]offered{
		"anonymous TLS or pre-shared keys":         {suites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0x0034, 0x00ff}, versions: []uint16{tls.VersionTLS12}},
		"anonymous TLS or pre-shared keys were":    {suites: []uint16{0x00a8, 0xc035}, versions: []uint16{tls.VersionTLS12}},
		"only TLS before 1.3":                      {suites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, versions: []uint16{tls.VersionTLS12}},
		"no cipher suite supported by both client": {suites: []uint16{tls.TLS_AES_128_GCM_SHA256}, versions: []uint16{tls.VersionTLS13}},
	} {
		if got := o.explain(failed); !strings.HasPrefix(strings.TrimPrefix(got, "tls: "), want) {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func FuzzTokens(f *testing.F) {
	one, text := NewToken("bob", []string{"look"}, noon, noon, "x")
	f.Add(formatTokens([]Token{one}), text)
	f.Add([]byte(`{"format":1,"tokens":[]}`), "pacer_")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		id, secret, ok := splitToken(text)
		all, err := parseTokens(data)
		if err != nil {
			return
		}
		again, err := parseTokens(formatTokens(all))
		if err != nil || len(again) != len(all) {
			t.Fatalf("what was read is not written so that it can be read: %v", err)
		}
		if token, err := check(all, id, secret, noon); err == nil && (!ok || token.Hash != hashOf(secret)) {
			t.Errorf("%q counts as %+v", text, token)
		}
	})
}

func FuzzRevocationLists(f *testing.F) {
	f.Add([]byte("-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if lists, err := parseLists(data); err == nil && len(lists) == 0 {
			t.Error("no list and no error")
		}
	})
}

func TestAMissingFileIsMissing(t *testing.T) {
	if _, err := readFile(t.TempDir() + "/x"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := readFile("/dev/zero"); err == nil {
		t.Error("a device was read")
	}
}
