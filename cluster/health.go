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
		var v score.Score
		switch strings.ToLower(n.Attributes[name]) {
		case "red":
			v = s.Options.HealthRed
		case "yellow":
			v = s.Options.HealthYellow
		case "green":
			v = s.Options.HealthGreen
		default:
			v = score.ParseOr(n.Attributes[name], 0)
		}
		sum = score.Add(sum, v)
	}
	return sum
}
