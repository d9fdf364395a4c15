package rule

import (
	"regexp"
	"testing"
)

// FuzzNumber compares the readers of numbers with expressions that say the same.
func FuzzNumber(f *testing.F) {
	integer := regexp.MustCompile(`^[-+]?[0-9]+`)
	decimal := regexp.MustCompile(`(?i)^[-+]?(inf(inity)?|nan|([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?)`)
	for _, s := range []string{"", "-", "5", "+3.5e7x", "1.e", ".5", ".", "-infinityx", "INF", "nAn", "192.168.1.1", "5e+", "1e-", "e5", "infinit"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := integerEnd(s), len(integer.FindString(s)); got != want {
			t.Errorf("integer at the beginning of %q: %d bytes, want %d", s, got, want)
		}
		if got, want := numberEnd(s), len(decimal.FindString(s)); got != want {
			t.Errorf("number at the beginning of %q: %d bytes, want %d", s, got, want)
		}
	})
}
