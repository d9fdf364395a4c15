package option

import (
	"strings"
	"testing"
)

func TestValue(t *testing.T) {
	conf := map[string]string{"stonith-enabled": "off", "no-quorum-policy": "nonsense", "fencing-timeout": "90s", "stonith-timeout": "10s"}
	get := func(n string) (string, bool) { v, ok := conf[n]; return v, ok }
	for name, want := range map[string]string{
		"fencing-enabled": "off", "stonith-enabled": "off", "no-quorum-policy": "stop", "fencing-timeout": "90s", "batch-limit": "0",
	} {
		if got := Value(Find(Cluster, name), get); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestTablesAreSound(t *testing.T) {
	for _, table := range [][]Option{Cluster, Resource, Clone, Group, Fencing} {
		seen := map[string]bool{}
		for i := range table {
			o := &table[i]
			if short, long := o.Words(); seen[o.Name] || short == "" && long == "" || strings.Contains(short+long, "%") {
				t.Errorf("%s: twice, or not described: %q, %q", o.Name, short, long)
			}
			if o.Default != "" && !o.Valid(o.Default) {
				t.Errorf("%s: the default is not valid", o.Name)
			}
			seen[o.Name] = true
		}
	}
}

// TestWordsAreOfOneOption: words are found by the name alone.
func TestWordsAreOfOneOption(t *testing.T) {
	described := [...]func(string) words{clusterWords, resourceWords, fencingWords, ofFencingAction}
	for _, table := range [][]Option{Cluster, Resource, Fencing} {
		for _, o := range table {
			n := 0
			for _, f := range described {
				if f(o.Name) != (words{}) {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s is described %d times", o.Name, n)
			}
		}
	}
	if short, _ := Find(Fencing, "pcmk_off_timeout").Words(); short != "Specify an alternate timeout to use for 'off' actions instead of fencing-timeout" {
		t.Errorf("%q", short)
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]int64{"5": 5, " 5x": 5, "1.5": 1, "+3": 3, "-7 of them": -7, "99999999999999999999": 1<<63 - 1} {
		if n, ok := Number(text); !ok || n != want {
			t.Errorf("%q: %d, %v", text, n, ok)
		}
	}
	for _, text := range []string{"", "x5", "-", "+ 5", "INFINITY"} {
		if n, ok := Number(text); ok || n != 0 {
			t.Errorf("%q was read as %d", text, n)
		}
	}
}
