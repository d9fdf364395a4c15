package cib

import (
	"fmt"
	"testing"
)

// A row of changes is judged like the documents that they lead to, also when refused ones and changes of others' are between them.
func TestChecksInARow(t *testing.T) {
	d := parse(t, base)
	other := d
	for i := range 40 {
		for _, c := range []struct {
			op    Op
			data  string
			right bool
		}{
			{Op{Kind: OpCreate, Section: "resources"}, fmt.Sprintf(`<primitive id="r%d" class="lsb" type="x"/>`, i), true},
			{Op{Kind: OpCreate, Section: "constraints"}, fmt.Sprintf(`<rsc_location id="l%d" rsc="r%d" node="a" score="1"/>`, i, i), true},
			{Op{Kind: OpCreate, Section: "constraints"}, fmt.Sprintf(`<rsc_location id="r%d" rsc="p" node="a" score="1"/>`, i), false},
			{Op{Kind: OpDelete, Section: "resources"}, fmt.Sprintf(`<primitive id="r%d"/>`, i), false},
			{Op{Kind: OpModify, Section: "resources"}, `<primitive id="p" nonsense="1"/>`, false},
			{Op{Kind: OpModify, Section: "nodes"}, fmt.Sprintf(`<node id="1" uname="n%d"/>`, i), true},
		} {
			c.op.Data = node(t, c.data)
			next, _, err := Apply(d, []Op{c.op}, ApplyOptions{Check: true})
			if (err == nil) != c.right {
				t.Fatalf("round %d: %s: %v", i, c.data, err)
			}
			if err == nil {
				if fresh := parse(t, string(next.Bytes())); !next.Valid() || !fresh.Valid() {
					t.Fatalf("round %d: %s: %v", i, c.data, Validate(fresh))
				}
				d = next
			}
		}
		// Somebody goes on with an older document of the same lineage.
		next, _, err := Apply(other, []Op{{Kind: OpCreate, Section: "resources", Data: node(t, fmt.Sprintf(`<primitive id="r%d" class="lsb" type="y"/>`, i))}},
			ApplyOptions{Check: true})
		if err != nil {
			t.Fatal(err)
		}
		other = next
	}
}
