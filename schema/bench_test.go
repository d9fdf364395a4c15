package schema_test

import (
	"testing"

	"pacer/internal/bigcib"
	"pacer/schema"
)

func BenchmarkRelaxNG(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		schema.RelaxNG(schema.Latest)
	}
}

func BenchmarkAccepting(b *testing.B) {
	root := bigcib.New(bigcib.Shape{Nodes: 16, Primitives: 1000, Running: true, Fencing: true})
	if schema.Accepting(root, schema.All) == 0 {
		b.Fatal("invalid")
	}
	for _, c := range []struct {
		name  string
		among schema.Set
	}{{"one", schema.Only(22)}, {"all", schema.All}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				schema.Accepting(root, c.among)
			}
		})
	}
}
