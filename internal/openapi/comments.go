package openapi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// Comments are what sources say about types ("Type"), fields ("Type.Field") and the values of named strings.
type Comments struct {
	text   map[string]string
	values map[string][]string
}

// ReadComments reads the Go files of packages.
func ReadComments(dirs ...string) (*Comments, error) {
	c := &Comments{text: map[string]string{}, values: map[string][]string{}}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				return nil, err
			}
			for _, d := range f.Decls {
				if g, ok := d.(*ast.GenDecl); ok {
					c.declaration(g)
				}
			}
		}
	}
	return c, nil
}

func (c *Comments) declaration(g *ast.GenDecl) {
	for _, s := range g.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			c.text[s.Name.Name] = words(g.Doc)
			if fields, ok := s.Type.(*ast.StructType); ok {
				c.fields(s.Name.Name, fields)
			}
		case *ast.ValueSpec:
			named, ok := s.Type.(*ast.Ident)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, v := range s.Values {
				if literal, ok := v.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					value, _ := strconv.Unquote(literal.Value)
					c.values[named.Name] = append(c.values[named.Name], value)
				}
			}
		}
	}
}

// fields notes what stands above or behind fields. A comment above one is about those that follow without a blank line, too, and is
// not repeated for them.
func (c *Comments) fields(owner string, s *ast.StructType) {
	for _, f := range s.Fields.List {
		text := words(f.Doc)
		if text == "" {
			text = words(f.Comment)
		}
		for _, n := range f.Names {
			c.text[owner+"."+n.Name] = text
		}
	}
}

// words puts a comment into one line.
func words(g *ast.CommentGroup) string { return strings.Join(strings.Fields(g.Text()), " ") }
