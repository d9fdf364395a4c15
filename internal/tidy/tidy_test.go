package tidy

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

const module = "pacer/"

func load(t *testing.T) []*packages.Package {
	t.Helper()
	cfg := &packages.Config{
		Dir: "../..",
		Mode: packages.NeedName | packages.NeedImports | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo |
			packages.NeedFiles | packages.NeedDeps,
	}
	pkgs, err := packages.Load(cfg, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the module does not compile")
	}
	return pkgs
}

func TestHouseRules(t *testing.T) {
	for _, p := range load(t) {
		name := strings.TrimPrefix(p.PkgPath, module)
		at, ok := floorOf(name)
		if !ok {
			t.Errorf("%s is not in the floor plan: add it to internal/tidy/floors.go where it belongs", name)
			continue
		}
		checkComment(t, p, name)
		checkImports(t, p, name, at)
		if pure(name, at) {
			checkPure(t, p, name)
		}
	}
}

func checkComment(t *testing.T, p *packages.Package, name string) {
	for _, f := range p.Syntax {
		if f.Doc != nil && len(f.Doc.Text()) > 40 {
			return
		}
	}
	t.Errorf("%s has no package comment that says what it is for", name)
}

func checkImports(t *testing.T, p *packages.Package, name string, at floor) {
	for path := range p.Imports {
		if !strings.HasPrefix(path, module) {
			if why, no := banned[path]; no && pure(name, at) && name != "place" {
				t.Errorf("%s (%s) imports %s: %s", name, at, path, why)
			}
			continue
		}
		other := strings.TrimPrefix(path, module)
		below, _ := floorOf(other)
		if _, excused := exceptions[[2]string{name, other}]; excused {
			continue
		}
		if below > at {
			t.Errorf("%s (%s) imports %s (%s): imports go down the floors only", name, at, other, below)
		}
		if below == at && !sameFloor[at] {
			t.Errorf("%s imports %s, both cores: let one's effect become the other's event in node/wire.go", name, other)
		}
	}
}

func checkPure(t *testing.T, p *packages.Package, name string) {
	for _, f := range p.Syntax {
		excused := excusedLines(p.Fset, f)
		at := func(pos token.Pos) string { return name + ": " + p.Fset.Position(pos).String() }
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s: goroutine in a pure package", at(n.Pos()))
			case *ast.SelectStmt, *ast.ChanType:
				t.Errorf("%s: channel in a pure package", at(n.Pos()))
			case *ast.RangeStmt:
				if _, isMap := p.TypesInfo.TypeOf(n.X).Underlying().(*types.Map); isMap &&
					!excused[p.Fset.Position(n.Pos()).Line] {
					t.Errorf("%s: range over a map: its order may escape. Range over sorted keys, or say on the line "+
						"above or behind `// order: why it cannot matter`", at(n.Pos()))
				}
			case *ast.SelectorExpr:
				if fn, ok := p.TypesInfo.Uses[n.Sel].(*types.Func); ok && fn.Pkg() != nil && fn.Signature().Recv() == nil {
					if why, no := bannedCalls[fn.Pkg().Path()+"."+fn.Name()]; no {
						t.Errorf("%s: %s in a pure package: %s", at(n.Pos()), fn.FullName(), why)
					}
				}
			}
			return true
		})
	}
}

// excusedLines are the lines with a comment "order: …" on them or on the line above.
func excusedLines(fset *token.FileSet, f *ast.File) map[int]bool {
	lines := map[int]bool{}
	for _, g := range f.Comments {
		for _, c := range g.List {
			if strings.Contains(c.Text, "order: ") {
				line := fset.Position(c.Pos()).Line
				lines[line], lines[line+1] = true, true
			}
		}
	}
	return lines
}
