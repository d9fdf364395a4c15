package quorum

import (
	"slices"

	"pacer/engine"
)

// round is a view and what its members said in it. Everything a judgement depends on is here, equal at all attached members.
type round struct {
	id      engine.ViewID
	members []Member
	words   []*state // by member; nil where nothing was said
	without []bool
	// expected is agreed once all words are there.
	expected int
}

func newRound(v Viewed) round {
	return round{id: v.ID, members: v.Members, words: make([]*state, len(v.Members)), without: make([]bool, len(v.Members))}
}

func (r *round) index(id engine.NodeID) int {
	return slices.IndexFunc(r.members, func(m Member) bool { return m.ID == id })
}

// complete tells whether every attached member has said its word.
func (r *round) complete() bool { return len(r.missing()) == 0 }

// missing are the attached members whose word is awaited.
func (r *round) missing() []engine.NodeID {
	var out []engine.NodeID
	for i, m := range r.members {
		if m.Attached && r.words[i] == nil && !r.without[i] {
			out = append(out, m.ID)
		}
	}
	return out
}

// votes are those of a member: what it said, else what is configured.
func (r *round) votes(cfg *Config, i int) int {
	if s := r.words[i]; s != nil {
		return s.Votes
	}
	return cfg.votes(r.members[i].ID)
}

// agree finds out what is expected, now that all words are there: what those expect who were quorate last; without any, the most
// that anybody expects.
func (r *round) agree(cfg *Config) {
	var lead *state
	most := 0
	for _, s := range r.words {
		if s == nil {
			continue
		}
		most = max(most, s.Expected)
		if s.Quorate && (lead == nil || lead.Since.Less(s.Since) || lead.Since == s.Since && lead.Expected < s.Expected) {
			lead = s
		}
	}
	switch {
	case lead != nil:
		r.expected = lead.Expected
	case most > 0:
		r.expected = most
	default:
		r.expected = cfg.expected()
	}
}

// verdict is the judgement of a round.
type verdict struct {
	quorate                 bool
	votes, expected, needed int
	of                      []int // votes by member
}

// judge applies the rules.
func (r *round) judge(cfg *Config) verdict {
	v := verdict{of: make([]int, len(r.members))}
	seen := false
	for i, m := range r.members {
		v.of[i] = r.votes(cfg, i)
		v.votes += v.of[i]
		seen = seen || m.Seen
	}
	v.expected = max(r.expected, v.votes)
	v.needed = Needed(v.expected, cfg.TwoNode)
	if !cfg.Counted {
		v.quorate = true
		return v
	}
	enough := v.votes >= v.needed || cfg.TieBreaker.On && v.votes == v.expected/2 && r.holdsTie(cfg, v.needed)
	together := !cfg.WaitForAll || seen || v.votes >= v.expected
	v.quorate = enough && together
	return v
}

// holdsTie tells whether this half is the one that goes on. It must come from one quorate view as a whole, so that nobody else can come
// from it with another idea of who decides, and what it lost of that view must be too little for a majority. A half that starts has
// no such view and waits for more.
func (r *round) holdsTie(cfg *Config, needed int) bool {
	var from *state
	for _, s := range r.words {
		switch {
		case s == nil:
		case from == nil:
			from = s
		case from.Since != s.Since:
			return false
		}
	}
	if from == nil || from.Since == (engine.ViewID{}) {
		return false
	}
	lost := 0
	for _, id := range from.Together {
		if r.index(id) < 0 {
			lost += cfg.votes(id)
		}
	}
	return lost < needed && r.index(cfg.TieBreaker.choose(from.Together)) >= 0
}
