package demo

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Report is what `pacer demo --once --json` prints.
type Report struct {
	ColdStartMs float64 `json:"cold_start_ms"`
	Faults      []Fault `json:"faults"`
	// DoubleActive tells that two nodes held the address or ran the service at the same time; Overlaps say when.
	DoubleActive bool     `json:"double_active"`
	Overlaps     []string `json:"overlaps,omitempty"`
	// PSSKB is the proportional memory of each node's processes while nothing happens, in KiB.
	PSSKB  []int  `json:"pss_kb"`
	Nodes  int    `json:"nodes"`
	Engine string `json:"engine"`
	// LeftOut names the faults that this system does not allow.
	LeftOut []string `json:"left_out,omitempty"`
	// Problems are what kept a round from ending well.
	Problems []string `json:"problems,omitempty"`
}

// Good tells that every round recovered and nothing was ever active twice.
func (r *Report) Good() bool { return !r.DoubleActive && len(r.Problems) == 0 }

// JSON writes the report as one object.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// Summary writes a table with the medians.
func (r *Report) Summary(w io.Writer, say func(en, ja string) string) {
	fmt.Fprintf(w, "\n%s\n", say("Medians, in milliseconds since the fault:", "障害発生からの時間（ミリ秒、中央値）："))
	fmt.Fprintf(w, "  %-12s %8s %8s %8s %8s\n", say("fault", "障害"), say("view", "検知"), say("decided", "決定"), say("started", "起動"), say("answered", "応答"))
	for _, k := range slices.Concat(faultKinds, hardships) {
		pick := func(get func(Fault) float64) string {
			var all []float64
			for _, f := range r.Faults {
				if v := get(f); f.Fault == k.name && v >= 0 {
					all = append(all, v)
				}
			}
			if len(all) == 0 {
				return "-"
			}
			return fmt.Sprintf("%.0f", Median(all))
		}
		if !slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Fault == k.name }) {
			continue
		}
		fmt.Fprintf(w, "  %-12s %8s %8s %8s %8s\n", k.name, pick(func(f Fault) float64 { return f.ViewMs }),
			pick(func(f Fault) float64 { return f.DecidedMs }), pick(func(f Fault) float64 { return f.StartedMs }),
			pick(func(f Fault) float64 { return f.OutageMs }))
	}
	fmt.Fprintf(w, "  %s %.0f ms\n", say("cold start, all nodes present to first answer:", "全ノード起動から最初の応答まで："), r.ColdStartMs)
	var mem []string
	for _, kb := range r.PSSKB {
		mem = append(mem, fmt.Sprintf("%.0f", float64(kb)/1024))
	}
	fmt.Fprintf(w, "  %s %s MB\n", say("memory of each node:", "各ノードのメモリ："), strings.Join(mem, ", "))
	if r.DoubleActive {
		fmt.Fprintf(w, "  %s %s\n", say("ACTIVE TWICE:", "二重起動："), strings.Join(r.Overlaps, "; "))
	} else {
		fmt.Fprintf(w, "  %s\n", say("the service was never active twice", "サービスの二重起動はありませんでした"))
	}
	for _, p := range r.Problems {
		fmt.Fprintf(w, "  %s %s\n", say("PROBLEM:", "問題："), p)
	}
}

// Median returns the middle of the values, the mean of the two middle ones for an even count.
func Median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	if len(v) == 0 {
		return 0
	}
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
