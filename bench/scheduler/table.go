package main

import (
	"fmt"
	"io"
	"math"
)

// growth is how a program's cost grows along a line: with this power of what grows.
type growth struct {
	Program  string  `json:"program"`
	Line     string  `json:"line"`
	State    string  `json:"state"`
	Exponent float64 `json:"exponent"`
	Sizes    int     `json:"sizes"`
}

// leastSizes is how many sizes a slope is fitted to at least.
const leastSizes = 4

// growths fits a power to each line of each program.
func growths(rows []*row, peers []string) []growth {
	var list []growth
	for i, program := range append([]string{"Pacer"}, peers...) {
		for _, line := range []string{"nodes", "primitives"} {
			for _, state := range []string{"running", "empty"} {
				var x, y []float64
				for _, r := range rows {
					c := r.Pacer
					if i > 0 {
						c = r.Peers[i-1]
					}
					if r.Line != line || r.State != state || c == nil || c.CPU <= 0 {
						continue
					}
					size := r.Nodes
					if line == "primitives" {
						size = r.Primitives
					}
					x, y = append(x, float64(size)), append(y, c.CPU)
				}
				if len(x) >= leastSizes {
					list = append(list, growth{program, line, state, exponent(x, y), len(x)})
				}
			}
		}
	}
	return list
}

// exponent is the slope of the line through the logarithms that fits them best.
func exponent(x, y []float64) float64 {
	var mx, my, above, below float64
	n := float64(len(x))
	for i := range x {
		mx += math.Log(x[i]) / n
		my += math.Log(y[i]) / n
	}
	for i := range x {
		d := math.Log(x[i]) - mx
		above += d * (math.Log(y[i]) - my)
		below += d * d
	}
	return above / below
}

// print prints Markdown tables.
func (rep *report) print(w io.Writer) {
	fmt.Fprintf(w, "%s, median of %d, %s, %d CPUs, load %s", rep.Date, rep.Rounds, rep.System, rep.CPUs, rep.Load)
	fmt.Fprint(w, ".\n\n| cluster | file | decide | memory | simulate ÷ decide |")
	for _, p := range rep.Peers {
		fmt.Fprintf(w, " %s decides | memory | simulate ÷ decide | CPU time ÷ Pacer's |", p)
	}
	fmt.Fprint(w, "\n|---|---|---|---|---|")
	for range rep.Peers {
		fmt.Fprint(w, "---|---|---|---|")
	}
	fmt.Fprintln(w)
	for _, r := range rep.Rows {
		fmt.Fprintf(w, "| %s | %.1f MB | %s |", r, float64(r.Bytes)/(1<<20), r.Pacer)
		for _, c := range r.Peers {
			ratio := "–"
			if r.Pacer.CPU > 0 && c.CPU > 0 {
				ratio = fmt.Sprintf("%.1f", c.CPU/r.Pacer.CPU)
			}
			fmt.Fprintf(w, " %s | %s |", c, ratio)
		}
		fmt.Fprintln(w)
	}
	if len(rep.Growth) > 0 {
		fmt.Fprint(w, "\nCPU time grows with this power of\n\n| what grows | state | program | exponent | sizes |\n|---|---|---|---|---|\n")
	}
	for _, g := range rep.Growth {
		fmt.Fprintf(w, "| %s | %s | %s | %.2f | %d |\n", g.Line, g.State, g.Program, g.Exponent, g.Sizes)
	}
	if len(rep.Cases) > 0 {
		fmt.Fprint(w, "\nThe recorded cases, one process for each run, its start included:\n\n| program | runs | broke off | rounds | median CPU time | "+
			"95 of 100 take at most | median by the clock | CPU time of a round |\n|---|---|---|---|---|---|---|---|\n")
	}
	for _, c := range rep.Cases {
		fmt.Fprintf(w, "| %s | %d | %d | %d | %.1f ms | %.1f ms | %.1f ms | %.1f s |\n", c.Program, c.Runs, c.Failed, c.Rounds, c.CPU, c.CPU95, c.Wall, c.Sum/1000)
	}
}

// String gives the cells of a program: decision, memory, ratio.
func (c *cost) String() string {
	if c.Skipped != "" {
		return c.Skipped + " | – | –"
	}
	ratio := "–"
	if c.CPU > 0 && c.Simulate > 0 {
		ratio = fmt.Sprintf("%.1f", c.Simulate/c.CPU)
	}
	return fmt.Sprintf("%s | %.0f MB | %s", milliseconds(c.CPU), c.Memory, ratio)
}

func milliseconds(ms float64) string {
	if ms >= 10_000 {
		return fmt.Sprintf("%.0f s", ms/1000)
	}
	return fmt.Sprintf("%.0f ms", ms)
}
