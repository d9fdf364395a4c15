package option

import "testing"

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
			if seen[o.Name] || o.Short == "" && o.Long == "" {
				t.Errorf("%s: twice, or not described", o.Name)
			}
			if o.Default != "" && !o.Valid(o.Default) {
				t.Errorf("%s: the default is not valid", o.Name)
			}
			seen[o.Name] = true
		}
	}
}

func TestWordsAreOfOptions(t *testing.T) {
	for _, family := range []struct {
		words map[string]words
		table []Option
	}{{clusterWords, Cluster}, {resourceWords, Resource}, {fencingWords, Fencing}} {
		for name := range family.words {
			if o := Find(family.table, name); o == nil || o.Name != name {
				t.Errorf("%s is described, and no option", name)
			}
		}
	}
	if o := Find(Fencing, "pcmk_off_timeout"); o == nil || o.Short != "Specify an alternate timeout to use for 'off' actions instead of fencing-timeout" {
		t.Errorf("%+v", o)
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
