package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pacer/applet"
	"pacer/exitcode"
	"pacer/schema"
	"pacer/xmltree"
)

// schemas writes a RELAX NG file for every schema that there is, and api/api-result.rng for what commands answer in XML: pacer
// schemas DIR. Nothing of ours reads them; crmsh, pcs, editors and validators do.
func schemas(env applet.Env) exitcode.Code {
	if len(env.Args) != 1 || strings.HasPrefix(env.Args[0], "-") {
		fmt.Fprintln(env.Stderr, text(env, "Usage: pacer schemas DIRECTORY (where others look for them: /usr/share/pacemaker)",
			"使い方: pacer schemas ディレクトリ (他のプログラムが参照する場所: /usr/share/pacemaker)"))
		return exitcode.Usage
	}
	dir := env.Args[0]
	files := map[string]*xmltree.Node{"api/api-result": schema.ResultRelaxNG()}
	for v := range schema.Latest + 1 {
		files[v.String()] = schema.RelaxNG(v)
	}
	if err := os.MkdirAll(filepath.Join(dir, "api"), 0o755); err != nil {
		fmt.Fprintln(env.Stderr, "pacer schemas:", err)
		return exitcode.CantCreate
	}
	for name, root := range files { // order: each is a file of its own
		data := root.Pretty([]byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
		if err := os.WriteFile(filepath.Join(dir, name+".rng"), data, 0o644); err != nil { //nolint:gosec // To be read by all.
			fmt.Fprintln(env.Stderr, "pacer schemas:", err)
			return exitcode.CantCreate
		}
	}
	return exitcode.OK
}
