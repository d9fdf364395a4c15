package cib

import (
	"strings"
	"testing"
	"unsafe"

	"pacer/xmltree"
)

// TestDocumentsKeepNothingOfTheDataOfChanges changes a document in all the ways in which data comes in, and then writes over
// the text that the data was read from: a document that is kept for years must not keep the text of each change.
func TestDocumentsKeepNothingOfTheDataOfChanges(t *testing.T) {
	whole := strings.Replace(base, `<constraints/>`, `<constraints/><tags><tag id="new"><obj_ref id="p"/></tag></tags>`, 1)
	whole = strings.Replace(whole, `epoch="5"`, `epoch="9"`, 1)
	for _, c := range []struct {
		kind          OpKind
		section, data string
	}{
		{OpCreate, "resources", `<primitive id="q" class="ocf" provider="pacemaker" type="Dummy"><unheard-of new="value"/></primitive>`},
		{OpModify, "nodes", `<node id="2" uname="other" unheard-of="value"/>`},
		{OpReplace, "resources", `<primitive id="p" class="ocf" provider="heartbeat" type="Dummy"><!-- comment --></primitive>`},
		{OpReplace, "", whole},
		{OpPatch, "", `<diff format="2"><change operation="modify" path="/cib/configuration/nodes/node[@id='2']"><change-result>` +
			`<node id="2" uname="other" unheard-of="value"/></change-result></change></diff>`},
	} {
		buf := []byte(c.data)
		data, err := xmltree.ParseString(unsafe.String(unsafe.SliceData(buf), len(buf)))
		if err != nil {
			t.Fatal(err)
		}
		old := parse(t, base)
		var next *Document
		if c.data == whole {
			next = New(data).Reusing(old)
			if next.Section("nodes") != old.Section("nodes") {
				t.Error("what did not change is not shared")
			}
		} else if next, _, err = Apply(old, []Op{{Kind: c.kind, Section: c.section, Data: data}}, ApplyOptions{}); err != nil {
			t.Fatal(err)
		}
		want := string(next.Bytes())
		for i := range buf {
			buf[i] = '?'
		}
		if got := string(next.Bytes()); got != want {
			t.Errorf("%s of %s: the document became\n%s", c.kind, c.data, got)
		}
	}
}
