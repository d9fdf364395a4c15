package cluster

import (
	"strings"

	"pacer/score"
)

// Health returns what the health attributes of a node add to every score there.
func (s *State) Health(n *Node) score.Score {
	switch s.Options.NodeHealthStrategy {
	case "migrate-on-red", "only-green", "progressive", "custom":
	default:
		return 0
	}
	sum := score.Score(0)
	if s.Options.NodeHealthStrategy == "progressive" {
		sum = s.Options.NodeHealthBase
	}
	for _, name := range n.Attributes.Names() {
		if !strings.HasPrefix(name, "#health") {
			continue
		}
		sum = score.Add(sum, s.HealthValue(n.Attributes[name]))
	}
	return sum
}

// HealthValue is the score that a health attribute stands for; what is neither a colour nor a score stands for nothing.
func (s *State) HealthValue(value string) score.Score {
	switch strings.ToLower(value) {
	case "red":
		return s.Options.HealthRed
	case "yellow":
		return s.Options.HealthYellow
	case "green":
		return s.Options.HealthGreen
	}
	return score.ParseOr(value, 0)
}
