package main

import (
	"context"
	_ "embed"
	"fmt"
	"path/filepath"
	"strings"

	"pacer/demo/world"
	"pacer/xmltree"
)

// cluster.txt is typed on the first node to make something that can be asked about: "!" before a command says that it fails.
//
//go:embed testdata/cluster.txt
var clusterText string

// askCluster boots three nodes in this process's own namespaces and asks them everything.
func (o *options) askCluster(ctx context.Context, l *lint) error {
	w, err := world.New(world.Config{Nodes: 3, Program: filepath.Join(o.tools, "pacer"), NodeArgs: []string{"demo-node"}, Stock: true,
		Address: "192.168.0.100", Port: 80})
	if err != nil {
		return err
	}
	defer w.Close()
	for _, n := range w.Nodes() {
		if err := n.PowerOn(ctx); err != nil {
			return err
		}
	}
	one := w.Nodes()[0]
	for line := range strings.Lines(clusterText) {
		line, fails := strings.CutPrefix(strings.TrimSpace(line), "!")
		if line == "" || line[0] == '#' {
			continue
		}
		words, err := split(line)
		if err != nil {
			return err
		}
		if out, code, err := one.Run(ctx, "", words...); err != nil || (code != 0) != fails {
			return fmt.Errorf("%s: exit code %d, %w\n%s", line, code, err, out)
		}
	}
	text, code, err := one.Run(ctx, "", "cibadmin", "-Q")
	if err != nil || code != 0 {
		return fmt.Errorf("cibadmin: exit code %d, %w", code, err)
	}
	root, err := xmltree.Parse([]byte(text))
	if err != nil {
		return err
	}
	about := subjectsOf(root)
	about["{cib}"], about["{new}"] = []string{"/tmp/cib.xml"}, []string{"/tmp/new"}
	for _, q := range o.questions {
		for _, words := range about.ask(q) {
			words = inXML(words)
			// What is printed for people stays out of the answer.
			text, _, err := one.Run(ctx, "", append([]string{"sh", "-c", `exec "$@" 2>/dev/null`, "sh"}, words...)...)
			if err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
			if err := l.add(ctx, answer{q.String(), "a running cluster", words}, []byte(text)); err != nil {
				return err
			}
		}
	}
	return nil
}
