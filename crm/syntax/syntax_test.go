package syntax

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pacer/xmltree"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

// read parses all objects of a text and gives them ids in one space.
func read(t testing.TB, text string) (objs []*Object, errs []string) {
	t.Helper()
	ids := NewIDs()
	for _, l := range Lines(text) {
		if l.IsComment() {
			continue
		}
		o, err := Parse(l, Options{})
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		if o.Kind == Fencing {
			ExpandFencing(o.Node, []string{"n1", "n2"})
		}
		Assign(o.Kind, o.Node, nil, ids)
		objs = append(objs, o)
	}
	return objs, errs
}

// TestGolden reads every testdata/*.crm and compares objects as XML, errors, and what is printed, with the .golden beside it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.crm")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			objs, errs := read(t, string(data))
			pr := &Printer{}
			for _, o := range objs {
				b.Write(o.Node.Pretty(nil))
				text, cli := pr.Object(o.Kind, o.Node)
				if !cli && o.Kind != Monitor {
					b.WriteString("CANNOT BE SAID: ")
				}
				if o.Kind != Monitor {
					b.WriteString(text + "\n")
				}
			}
			for _, e := range errs {
				b.WriteString("error: " + e + "\n")
			}
			golden := strings.TrimSuffix(f, ".crm") + ".golden"
			if *rewrite {
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if b.String() != string(want) {
				t.Errorf("differs from %s (go test ./crm/syntax -rewrite writes it anew):\n%s", golden, firstDifference(string(want), b.String()))
			}
		})
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return "want " + w[i] + "\ngot  " + g[i]
		}
	}
	return "one is longer than the other"
}

func TestAssignKeepsIDsOfWhatStays(t *testing.T) {
	old, _ := xmltree.Parse([]byte(`<primitive id="p" class="ocf" provider="heartbeat" type="Dummy">
<instance_attributes id="mine"><nvpair id="s" name="state" value="1"/><nvpair id="f" name="fake" value="2"/></instance_attributes>
<operations><op id="o" name="monitor" interval="10s"/></operations></primitive>`))
	o, err := Parse(Line{Text: "primitive p Dummy params fake=9 new=1 op monitor interval=10s timeout=5s op stop"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := NewIDs()
	ids.Take("mine-new")
	Assign(o.Kind, o.Node, old, ids)
	want := `<primitive id="p" class="ocf" provider="heartbeat" type="Dummy"><instance_attributes id="mine">` +
		`<nvpair name="fake" value="9" id="f"/><nvpair name="new" value="1" id="mine-new-0"/></instance_attributes>` +
		`<operations><op name="monitor" interval="10s" timeout="5s" id="o"/><op name="stop" interval="0" id="p-stop-0"/></operations></primitive>`
	if got := o.Node.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHiddenValues(t *testing.T) {
	o, err := Parse(Line{Text: "primitive p Dummy params password=secret user=x"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	Assign(o.Kind, o.Node, nil, NewIDs())
	pr := &Printer{Obscure: []string{"passw*"}}
	text, cli := pr.Object(o.Kind, o.Node)
	if !cli || strings.Contains(text, "secret") || !strings.Contains(text, "user=x") {
		t.Errorf("got %s", text)
	}
	if x := pr.Obscured(o.Node).String(); strings.Contains(x, "secret") || !strings.Contains(x, "******") {
		t.Errorf("got %s", x)
	}
}

// FuzzParse checks that what was parsed and printed is parsed as the same object, whatever the text.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.crm")
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, l := range Lines(string(data)) {
			f.Add(l.Text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range Lines(text) {
			if l.IsComment() {
				continue
			}
			o, err := Parse(l, Options{})
			if err != nil || o.Kind == Monitor {
				continue
			}
			if o.Kind == Fencing {
				ExpandFencing(o.Node, []string{"n1", "n2"})
			}
			Assign(o.Kind, o.Node, nil, NewIDs())
			printed, _ := (&Printer{}).Object(o.Kind, o.Node)
			again := Lines(printed)
			if len(again) != 1 {
				t.Fatalf("%q is printed as %d lines: %q", l.Text, len(again), printed)
			}
			p, err := Parse(again[0], Options{})
			if err != nil {
				t.Fatalf("%q is printed as %q, which is not accepted: %v", l.Text, printed, err)
			}
			if p.Kind == Fencing {
				ExpandFencing(p.Node, fencingNodes(o.Node))
			}
			Assign(p.Kind, p.Node, o.Node, NewIDs())
			if p.Kind != o.Kind || !Equal(o.Node, p.Node) {
				t.Fatalf("%q is printed as %q, which means something else:\n%s\n%s", l.Text, printed, o.Node, p.Node)
			}
			if twice, _ := (&Printer{}).Object(p.Kind, p.Node); twice != printed {
				t.Fatalf("%q is printed as %q and then as %q", l.Text, printed, twice)
			}
		}
	})
}
