package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"pacer/demo/world"
)

// inWorld boots a cluster of three in the world that this process is the first of, measures, and leaves the figures in the folder of
// the disk.
func (o *options) inWorld(ctx context.Context) error {
	w, err := world.New(world.Config{Nodes: 3, Program: o.pacer, NodeArgs: []string{"demo-node"}, Disk: o.disk})
	if err != nil {
		return err
	}
	defer w.Close()
	for _, n := range w.Nodes() {
		if err := n.PowerOn(ctx); err != nil {
			return err
		}
	}
	s := &site{name: "Pacer", run: w.Nodes()[0].Run, outside: w.Dir(), inside: world.Visible}
	f, err := s.measure(ctx, o)
	if err != nil {
		return err
	}
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.disk, "own.json"), data, 0o600)
}
