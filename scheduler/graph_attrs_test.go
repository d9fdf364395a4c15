package scheduler

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAddMissing: a set with another one added is what setting one after the other gives.
func TestAddMissing(t *testing.T) {
	names := rapid.SliceOfN(rapid.StringMatching(`[a-d]{0,2}`), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		var a, b, want attrSet
		for _, n := range names.Draw(t, "set") {
			a.setOnce(n, "first")
		}
		for _, n := range names.Draw(t, "more") {
			b.setOnce(n, "second")
		}
		want = slices.Clone(a)
		for _, m := range b {
			want.setOnce(m.Name, m.Value)
		}
		if a.addMissing(b); !slices.Equal(a, want) {
			t.Fatalf("got %v, want %v", a, want)
		}
	})
}
