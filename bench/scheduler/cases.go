package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// testCase is a recorded case: a CIB and what is asked about it.
type testCase struct {
	name string
	args []string
}

// caseCost is what one run of a program takes for the recorded cases.
type caseCost struct {
	Program string  `json:"program"`
	Runs    int     `json:"runs"` // different ones: two for each case
	Rounds  int     `json:"rounds"`
	Failed  int     `json:"failed"`     // runs that broke off or took too long, and do not count
	CPU     float64 `json:"cpu_ms"`     // median of the runs, of each the median of its rounds
	Wall    float64 `json:"wall_ms"`    // likewise
	CPU95   float64 `json:"cpu_ms_95"`  // 95 of 100 runs take no more
	Sum     float64 `json:"cpu_ms_sum"` // of a round
}

// readCases reads the table of cases in a folder: name, categories, arguments and more, with tabs between them. The
// arguments may stand in quotes.
func readCases(dir string) ([]testCase, error) {
	path := filepath.Join(dir, "cases.tsv")
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []testCase
	for s := bufio.NewScanner(f); s.Scan(); {
		columns := strings.Split(s.Text(), "\t")
		if len(columns) < 3 || columns[0] == "name" || strings.HasPrefix(columns[0], "#") {
			continue
		}
		list = append(list, testCase{columns[0], words(columns[2])})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: no case", path)
	}
	return list, nil
}

// words takes a line apart as a shell does, as far as single quotes go.
func words(text string) []string {
	var list []string
	for i, part := range strings.Split(text, "'") {
		if i%2 == 1 {
			list = append(list, part)
		} else {
			list = append(list, strings.Fields(part)...)
		}
	}
	return list
}

// cases measures a program on the recorded cases: each is asked for its summary, and for graph, scores and dot file, as the
// comparison with what was recorded asks for them. There are as many rounds as asked for, but none begins when half of the time
// that the earlier ones took is not left.
func (m *meter) cases(ctx context.Context, name string, program command, list []testCase) (*caseCost, error) {
	runs, failed := make([][]usage, 2*len(list)), make([]bool, 2*len(list))
	c := &caseCost{Program: name}
	for c.Rounds < m.o.rounds {
		begun := time.Now()
		for i, t := range list {
			for j, args := range m.asked(t) {
				u, err := use(ctx, m.o.limit, m.dir, program, args...)
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				if !ended(err) {
					failed[2*i+j] = true
					continue
				}
				runs[2*i+j] = append(runs[2*i+j], u)
			}
		}
		c.Rounds++
		if took := time.Since(begun); took > caseTime/2 || time.Until(m.deadline) < took {
			break
		}
	}
	var cpu, wall []float64
	for i, list := range runs {
		if failed[i] {
			c.Failed++
			continue
		}
		var a, b []float64
		for _, u := range list {
			a, b = append(a, u.cpu), append(b, u.wall)
		}
		cpu, wall = append(cpu, median(a)), append(wall, median(b))
		c.Sum += median(a)
	}
	if len(cpu) == 0 {
		return nil, fmt.Errorf("%s ended none of the recorded cases", program)
	}
	slices.Sort(cpu)
	c.Runs, c.CPU, c.Wall, c.CPU95 = len(cpu), median(cpu), median(wall), cpu[len(cpu)*95/100]
	return c, nil
}

// caseTime is how long the rounds of a program may take together, roughly.
const caseTime = 90 * time.Second

// asked are the arguments of the two runs of a case.
func (m *meter) asked(t testCase) [2][]string {
	path := filepath.Join(m.o.cases, "xml", t.name+".xml")
	in := func(name string) string { return filepath.Join(m.dir, name) }
	return [2][]string{
		append([]string{"-x", path, "-S"}, t.args...),
		append([]string{"-x", path, "-D", in("dot"), "-G", in("graph"), "-sSQ"}, t.args...),
	}
}

// ended tells whether a program came to an end of its own, with whatever exit code: some cases are of errors.
func ended(err error) bool {
	exit := (*exec.ExitError)(nil)
	return err == nil || errors.As(err, &exit) && exit.Exited()
}

// allCases measures all programs on the recorded cases.
func (m *meter) allCases(ctx context.Context, peers []string, list []testCase) ([]*caseCost, error) {
	var costs []*caseCost
	if len(list) == 0 {
		return nil, nil
	}
	for i, program := range append(commands{{m.o.pacer}}, m.o.peers...) {
		name := "Pacer"
		if i > 0 {
			name = peers[i-1]
		}
		fmt.Fprintf(os.Stderr, "%s: %d recorded cases …\n", name, len(list))
		c, err := m.cases(ctx, name, program, list)
		if err != nil {
			return nil, err
		}
		costs = append(costs, c)
	}
	return costs, nil
}
