// Command hunt looks for a broken promise in the membership core that it is built with: by exploration first, then by simulation, each
// within a small budget. It prints one JSON object that says what found it. The tests of package bugs build it with one line of the
// core replaced.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"pacer/sim/explore"
	"pacer/sim/views"
)

// explorations are tried in this order.
var explorations = []explore.Bounds{
	{Nodes: 3, Messages: 1, Faults: 1, Window: 50 * time.Millisecond},
	{Nodes: 3, Messages: 2, Faults: 2, Window: 2 * time.Millisecond, States: 300_000},
	{Nodes: 3, Messages: 1, Faults: 2, Disturbances: 1, Window: 130 * time.Millisecond, Seed: 2, States: 200_000},
}

// found says what found the bug.
type found struct {
	By        string   `json:"by"` // "exploration", "simulation" or nothing
	States    int      `json:"states"`
	Episodes  int      `json:"episodes"`
	Violation string   `json:"violation"`
	Story     []string `json:"story"`
}

func main() {
	if err := json.NewEncoder(os.Stdout).Encode(hunt()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hunt() found {
	f := found{}
	for _, b := range explorations {
		r, err := explore.Run(b)
		if err != nil {
			return found{Violation: err.Error()}
		}
		f.States += r.States
		if r.Violation != "" {
			f.By, f.Violation, f.Story = "exploration", r.Violation, r.Story
			return f
		}
	}
	r, err := views.Run(context.Background(), views.Options{Views: 8000, Seed: 1})
	if err != nil {
		return found{Violation: err.Error()}
	}
	f.Episodes = r.Episodes
	if r.Violations > 0 {
		f.By, f.Violation, f.Story = "simulation", r.Violation, r.Story
	}
	return f
}
