package cluster_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/internal/recorded"
	"pacer/xmltree"
)

func TestUnpackReadsEveryCase(t *testing.T) {
	files := recorded.Glob(t, "*.xml", "scheduler", "xml")
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		root, err := xmltree.Parse(data)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(f), err)
			continue
		}
		s, err := cluster.Unpack(root, time.Unix(2_000_000_000, 0).UTC())
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(f), err)
			continue
		}
		for i, r := range s.Resources {
			if int(r.ID) != i || len(r.Allowed) != len(s.Nodes) || r.Parent != nil && r.Parent.ID >= r.ID {
				t.Fatalf("%s: resource %s is not in its place", filepath.Base(f), r.Name)
			}
		}
	}
}

func TestCompareNames(t *testing.T) {
	for _, c := range [][2]string{{"node9", "node10"}, {"a", "B"}, {"node1", "node1a"}, {"node", "node1"}, {"n01x", "n2"}} {
		if cluster.CompareNames(c[0], c[1]) >= 0 || cluster.CompareNames(c[1], c[0]) <= 0 {
			t.Errorf("%s does not come before %s", c[0], c[1])
		}
	}
}
