package clusterconf

import (
	"maps"
	"testing"
)

func TestVariables(t *testing.T) {
	got := Variables([]byte("# PCMK_ca_file=/no\n\nPCMK_ca_file=/etc/pki/ca.pem\n  export PCMK_key_file = no\nexport PCMK_key_file='/etc/my key.pem' # mine\n" +
		"PCMK_cert_file=\"/etc/cert.pem\"\nPCMK_crl_file=/etc/crl.pem # ours\nPCMK_debug=no\nPCMK_debug=yes\nif [ -n \"$X\" ]; then\n1X=2\n=3\nEMPTY=\nOPEN=\"x\n"))
	want := map[string]string{"PCMK_ca_file": "/etc/pki/ca.pem", "PCMK_key_file": "/etc/my key.pem", "PCMK_cert_file": "/etc/cert.pem",
		"PCMK_crl_file": "/etc/crl.pem", "PCMK_debug": "yes", "EMPTY": "", "OPEN": "\"x"}
	if !maps.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func FuzzVariables(f *testing.F) {
	f.Add([]byte("A=1\nexport B='2'\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for name := range Variables(data) {
			if !isName(name) {
				t.Errorf("%q", name)
			}
		}
	})
}
