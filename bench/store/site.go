package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pacer/internal/bigcib"
	"pacer/xmltree"
)

// site is a running cluster.
type site struct {
	name string
	// run runs a command in the first node and returns what it printed and its exit code.
	run func(ctx context.Context, stdin string, args ...string) (string, int, error)
	// outside is a folder of this machine, inside the same as nodes see it.
	outside, inside string
	peer            bool

	resources int // configured now
	runs      int
}

// figures are what was measured, by the names of the rows.
type figures map[string][]float64

// measure measures all rows that the site can do.
func (s *site) measure(ctx context.Context, o *options) (figures, error) {
	if err := copyProgram("/proc/self/exe", filepath.Join(s.outside, "probe")); err != nil {
		return nil, err
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	f := figures{}
	for _, r := range chosen(o.words) {
		if s.peer && !r.peer {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s, %s …\n", s.name, r.name)
		values, err := s.row(ctx, r, o.rounds)
		if err != nil {
			fmt.Fprintln(os.Stderr, "  problem:", err)
			continue
		}
		f[r.name] = values
	}
	return f, nil
}

// must runs a command that has to end well.
func (s *site) must(ctx context.Context, stdin string, args ...string) (string, error) {
	out, code, err := s.run(ctx, stdin, args...)
	if err == nil && code != 0 {
		err = fmt.Errorf("%.300q: exit code %d: %.500s", args, code, out)
	}
	return out, err
}

// begin waits for the cluster and configures that nothing runs.
func (s *site) begin(ctx context.Context) error {
	set := xmltree.New("cluster_property_set", "id", "cib-bootstrap-options")
	for _, p := range [][2]string{{"stonith-enabled", "false"}, {"stop-all-resources", "true"}, {"enable-startup-probes", "false"}} {
		set.AddNew("nvpair", "id", "cib-bootstrap-options-"+p[0], "name", p[0], "value", p[1])
	}
	args := []string{"cibadmin", "-M", "--allow-create", "-o", "crm_config", "-X", set.String()}
	for end := time.Now().Add(2 * time.Minute); ; {
		_, err := s.must(ctx, "", args...)
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("the cluster does not come up: %w", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// configure gives the cluster as many primitives as a row wants, and waits until nothing is left to do.
func (s *site) configure(ctx context.Context, resources int) error {
	if resources == 0 || resources == s.resources {
		return nil
	}
	big := bigcib.New(bigcib.Shape{Nodes: 3, Primitives: resources})
	all := xmltree.New("resources")
	all.Children = big.Path("configuration", "resources").Children
	if _, err := s.must(ctx, all.String(), "cibadmin", "-R", "-o", "resources", "-p"); err != nil {
		return err
	}
	s.resources = resources
	_, err := s.must(ctx, "", "crm_resource", "--wait", "--timeout", "120s")
	return err
}

func (s *site) row(ctx context.Context, r row, rounds int) ([]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	if err := s.configure(ctx, r.resources); err != nil {
		return nil, err
	}
	t := task{Command: r.command, Env: r.env, Many: r.many, Flood: r.flood, Outstanding: r.outstanding, Rounds: rounds, First: s.runs + 1}
	if r.flood == "" && r.many == 0 {
		t.Rounds *= 10
	}
	s.runs += t.Rounds
	if r.file != [2]int{} {
		x := bigcib.New(bigcib.Shape{Nodes: r.file[0], Primitives: r.file[1], Running: true, Fencing: true})
		if err := os.WriteFile(filepath.Join(s.outside, "picture.xml"), x.Pretty(nil), 0o644); err != nil {
			return nil, err
		}
		t.Env = append(t.Env, "CIB_file="+filepath.Join(s.inside, "picture.xml"))
	}
	if len(r.prepare) > 0 {
		if _, err := s.must(ctx, "", append(append([]string{"env"}, r.env...), r.prepare...)...); err != nil {
			return nil, err
		}
	}
	data, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	out, err := s.must(ctx, string(data), filepath.Join(s.inside, "probe"), probeWord)
	if err != nil {
		return nil, err
	}
	var values []float64
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&values); err != nil {
		return nil, fmt.Errorf("the probe's answer: %w: %.300q", err, out)
	}
	return values, nil
}

// copyProgram copies a file that can be executed.
func copyProgram(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
