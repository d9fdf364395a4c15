package crm

import "testing"

func TestSecretsAreNotRemembered(t *testing.T) {
	for line, want := range map[string]bool{"configure show": true, " ": false, "resource secret db set passwd geheim": false, "secret db  set passwd geheim": false,
		"secret db show passwd": true, "resource param secret set x 1": true} {
		if memorable(line) != want {
			t.Error(line)
		}
	}
}
