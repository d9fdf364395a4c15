package sim

import (
	"testing"

	"pacer/note"
)

// TestReasonsHaveJapanese holds every reason that a cluster under faults gives to the table of phrases; what agents say is theirs.
func TestReasonsHaveJapanese(t *testing.T) {
	for seed := uint64(1); seed <= 30; seed++ {
		w := play(seed, *faults, false)
		for _, n := range w.Nodes {
			for _, told := range n.told {
				reason := note.Reason(told)
				if reason != "" && reason != "broken here" && note.Phrase(reason, note.Japanese) == reason {
					t.Fatalf("seed %d: %s gives the reason %q, which note/phrase.go does not know", seed, told.ID(), reason)
				}
			}
		}
	}
}
