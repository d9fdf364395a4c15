package schema

import (
	"testing"

	"pacer/xmltree"
)

// FuzzVerdicts reads anything as a document. Verdict and problems agree, and every problem has a place and words.
func FuzzVerdicts(f *testing.F) {
	f.Add([]byte(inDocument("resources", `<primitive id="a" class="ocf" provider="p" type="t"><operations><op id="o" name="n" interval="1"/></operations></primitive>`)))
	f.Add([]byte(inDocument("constraints", `<rsc_location id="l" rsc="l"><rule id="r" score="1"><date_expression id="d" operation="gt" start="1"/></rule></rsc_location>`)))
	f.Add([]byte(inDocument("tags", `<tag id="t"><obj_ref id="x"/></tag>`)))
	f.Add([]byte(inDocument("crm_config", `<cluster_property_set id="a"><nvpair id="b" name="stonith-action" value="off"/></cluster_property_set>`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		root, err := xmltree.Parse(text)
		if err != nil {
			return
		}
		accepted := Accepting(root, All)
		for v := range Latest + 1 {
			found := Problems(root, v)
			if accepted.Has(v) != (len(found) == 0) {
				t.Fatalf("%s: valid: %v, problems: %v", v, accepted.Has(v), found)
			}
			if Valid(root, v) != accepted.Has(v) {
				t.Fatalf("%s: valid when asked for alone: %v", v, Valid(root, v))
			}
			for _, p := range found {
				if p.Line < 1 || p.Text == "" {
					t.Fatalf("a problem without place or words: %+v", p)
				}
			}
		}
	})
}
