// Package manual writes manual pages and the completion of shells. Both come from the same tables from which the commands read
// their options, so that neither can tell of an option that is not there.
//
//	applet.Table ──Describe──▶ applet.Description ──▶ NAME.8 (pacer man DIR)
//	                                              └─▶ a script for bash, zsh or fish (pacer completion SHELL)
package manual

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pacer/applet"
	"pacer/exitcode"
)

// Applets are the commands man and completion over the table that table returns.
func Applets(table func() applet.Table) applet.Table {
	return applet.Table{
		{Names: []string{"man"}, Internal: true, Run: func(env applet.Env) exitcode.Code { return writePages(env, table()) },
			Summary: "write the manual pages of all commands into a directory", SummaryJapanese: "全コマンドのマニュアルページを書き出す"},
		{Names: []string{"completion"}, Internal: true, Run: func(env applet.Env) exitcode.Code { return complete(env, table()) },
			Summary: "write what bash, zsh or fish needs to complete the commands", SummaryJapanese: "bash・zsh・fish の補完定義を出力"},
	}
}

// Describe collects the descriptions of all commands that have one, in the order of the table. No command reads or writes anything
// for it.
func Describe(table applet.Table) []applet.Description {
	var out []applet.Description
	for _, a := range table {
		if a.Internal && !a.Described {
			continue
		}
		env := applet.Env{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Getenv: func(string) string { return "" },
			Environ: func() []string { return nil }, Now: func() time.Time { return time.Time{} }, Context: context.Background()}
		if d, ok := a.Describe(env); ok {
			out = append(out, d)
		}
	}
	return out
}

func writePages(env applet.Env, table applet.Table) exitcode.Code {
	if len(env.Args) != 1 || strings.HasPrefix(env.Args[0], "-") {
		fmt.Fprintln(env.Stderr, "Usage: pacer man DIRECTORY")
		return exitcode.Usage
	}
	pages := map[string]string{"pacer": overview(table)}
	for _, d := range Describe(table) {
		pages[pageName(d)] = page(d)
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(env.Args[0], name+".8"), []byte(text), 0o644); err != nil {
			fmt.Fprintln(env.Stderr, "pacer man:", err)
			return exitcode.CantCreate
		}
	}
	return exitcode.OK
}

func complete(env applet.Env, table applet.Table) exitcode.Code {
	shells := map[string]func([]applet.Description, []string) string{"bash": bash, "zsh": zsh, "fish": fish}
	if len(env.Args) != 1 || shells[env.Args[0]] == nil {
		fmt.Fprintln(env.Stderr, "Usage: pacer completion bash|zsh|fish")
		return exitcode.Usage
	}
	var names []string
	for _, a := range table {
		if a.Summary != "" || !a.Internal {
			names = append(names, a.Names[0])
		}
	}
	if _, err := io.WriteString(env.Stdout, shells[env.Args[0]](Describe(table), names)); err != nil {
		return exitcode.IOErr
	}
	return exitcode.OK
}
