package quorum

import (
	"encoding/json"
	"errors"
	"slices"

	"pacer/engine"
)

// A word is a message of this package in the order of a view: the mark, then JSON that may grow fields. Messages of managers never
// begin with the mark: it would be their protocol number (package message).
const (
	mark    = 0xff
	maxWord = 4096 // bytes
	// MaxVotes limits votes of all kinds.
	MaxVotes = 1 << 20
	maxNodes = 255
)

// word is one of: what its sender remembers, or a change that all take from this place of the order on.
type word struct {
	State *state `json:"state,omitempty"`
	// Expected is to be expected from now on.
	Expected int `json:"expected,omitempty"`
	// Shrink asks to expect no more than what is present.
	Shrink bool `json:"shrink,omitempty"`
	// Votes change those of a node.
	Votes *Node `json:"votes,omitempty"`
	// Without names members whose words are not waited for any longer.
	Without []engine.NodeID `json:"without,omitempty"`
}

// state is what a node remembers.
type state struct {
	// Votes are its own. Expected is what it expects.
	Votes    int `json:"votes"`
	Expected int `json:"expected"`
	// Quorate tells that the last view it judged was quorate and that it has missed nothing since.
	Quorate bool `json:"quorate,omitempty"`
	// Since is the last quorate view it was in, Together are that view's members.
	Since    engine.ViewID   `json:"since,omitzero"`
	Together []engine.NodeID `json:"together,omitempty"`
	// Leaving tells that the node says goodbye.
	Leaving bool `json:"leaving,omitempty"`
}

var errWord = errors.New("quorum: a word is malformed")

func (w word) encode() []byte {
	b, err := json.Marshal(w)
	if err != nil {
		panic("quorum: " + err.Error()) // our own types
	}
	return append([]byte{mark}, b...)
}

// decode reads a word. It comes from an authenticated member; limits are checked all the same.
func decode(p []byte) (word, error) {
	var w word
	if len(p) < 2 || len(p) > maxWord || p[0] != mark || json.Unmarshal(p[1:], &w) != nil {
		return word{}, errWord
	}
	bad := func(n int) bool { return n < 0 || n > MaxVotes }
	if bad(w.Expected) || len(w.Without) > maxNodes || w.Votes != nil && bad(w.Votes.Votes) {
		return word{}, errWord
	}
	if s := w.State; s != nil && (bad(s.Votes) || bad(s.Expected) || len(s.Together) > maxNodes || !slices.IsSorted(s.Together)) {
		return word{}, errWord
	}
	return w, nil
}
