package scheduler

import (
	"testing"

	"pacer/internal/randomcib"
	"pacer/internal/randomcib/campaign"
	"pacer/xmltree"
)

// TestRandomPlansAreExplained: the terms of every score add up to it, and every action has a reason.
func TestRandomPlansAreExplained(t *testing.T) {
	campaign.Run(t, 80, randomcib.Options{Weights: map[randomcib.Feature]float64{randomcib.Newer: .3}}, func(cib *xmltree.Node) string {
		out, wrong := explained(t, Input{CIB: cib})
		if out.Err != nil {
			return "error: " + out.Err.Error()
		}
		if len(wrong) > 0 {
			return "unexplained: " + wrong[0]
		}
		return ""
	})
}
