package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

// pacer plays every fault of the demonstration.
func pacer(ctx context.Context, o options, more ...string) (figures, error) {
	args := append([]string{"demo", "--once", "--json", "--fail", "all", "--rounds", strconv.Itoa(o.rounds)}, more...)
	data, err := output(ctx, o.each, nil, o.pacer, args...)
	var report struct {
		ColdStart float64 `json:"cold_start_ms"`
		Faults    []struct {
			Fault  string  `json:"fault"`
			Outage float64 `json:"outage_ms"`
		} `json:"faults"`
		Twice    bool     `json:"double_active"`
		PSS      []int    `json:"pss_kb"`
		LeftOut  []string `json:"left_out"`
		Problems []string `json:"problems"`
	}
	if json.Unmarshal(data, &report) != nil {
		return nil, err
	}
	if report.Twice {
		return nil, fmt.Errorf("the service was active twice: %w", err)
	}
	for _, p := range report.Problems {
		fmt.Fprintln(os.Stderr, "  problem:", p)
	}
	for _, l := range report.LeftOut {
		fmt.Fprintln(os.Stderr, "  left out on this system:", l)
	}
	f := figures{}
	f.add(coldStart, report.ColdStart)
	for _, x := range report.Faults {
		f.add(x.Fault, x.Outage)
	}
	for _, kb := range report.PSS {
		f.add(memory, float64(kb)/1024)
	}
	return f, nil
}
