package schema

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pacer/xmltree"
)

// TestRelaxNGRefersToWhatIsThere looks for what a reader of the files would stumble over.
func TestRelaxNGRefersToWhatIsThere(t *testing.T) {
	roots := map[string]*xmltree.Node{"results": ResultRelaxNG()}
	for v := range Latest + 1 {
		roots[v.String()] = RelaxNG(v)
	}
	for v, root := range roots {
		defined := map[string]int{}
		root.Walk(func(n *xmltree.Node) bool {
			if n.Name == "define" {
				defined[n.Get("name")]++
			}
			return true
		})
		root.Walk(func(n *xmltree.Node) bool {
			if n.Name == "ref" && defined[n.Get("name")] != 1 {
				t.Errorf("%s: %s is defined %d times", v, n.Get("name"), defined[n.Get("name")])
			}
			if len(n.Children) == 0 && (n.Name == "group" || n.Name == "choice" || n.Name == "interleave" || n.Name == "element") {
				t.Errorf("%s: an empty %s", v, n.Name)
			}
			return true
		})
	}
}

// TestRelaxNGByAnother lets xmllint check recorded documents by the grammars that are written: a third of them for each schema:
// those that were made for it, and any for the newest.
func TestRelaxNGByAnother(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of checks by xmllint; left out with -short")
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not installed (apt-get install libxml2-utils)")
	}
	all, dir := cases(t), t.TempDir()
	for v := range Latest + 1 {
		grammar := filepath.Join(dir, v.String()+".rng")
		if err := os.WriteFile(grammar, RelaxNG(v).Pretty(nil), 0o600); err != nil {
			t.Fatal(err)
		}
		want, args := map[string]bool{}, []string{"--noout", "--relaxng", grammar}
		for i := int(v) % 3; i < len(all); i += 3 {
			c := &all[i]
			if c.Home != v.number() && v != Latest {
				continue
			}
			file := filepath.Join(dir, fmt.Sprintf("%s-%d.xml", v, i))
			if err := os.WriteFile(file, []byte(c.XML), 0o600); err != nil {
				t.Fatal(err)
			}
			want[file] = c.Valid[v] == '1'
			args = append(args, file)
		}
		out, err := exec.Command("xmllint", args...).CombinedOutput()
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for line := range strings.Lines(string(out)) {
			line = strings.TrimSpace(line)
			if file, ok := strings.CutSuffix(line, " validates"); ok {
				got[file] = true
			}
			if strings.Contains(line, "Relax-NG parser error") {
				t.Errorf("%s: %s", v, line)
			}
		}
		for file, valid := range want {
			if got[file] != valid {
				text, _ := os.ReadFile(file)
				t.Errorf("%s: xmllint says %t, recorded is %t\n%s", v, got[file], valid, text)
			}
		}
	}
}
