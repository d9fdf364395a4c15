// The pacer program: all commands in one binary. The name by which it is called picks the command; called as pacer, its first
// argument does.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pacer/applet"
	"pacer/exitcode"
	"pacer/place"
)

func main() {
	env := applet.Env{
		Name:    filepath.Base(os.Args[0]),
		Args:    os.Args[1:],
		Stdin:   os.Stdin,
		Stdout:  os.Stdout,
		Stderr:  os.Stderr,
		Getenv:  os.Getenv,
		Environ: os.Environ,
		Now:     time.Now,
		Places:  place.Places{Root: os.Getenv(place.RootVariable)},
		Context: context.Background(),
	}
	os.Exit(int(run(table, env)))
}

// run picks the applet and runs it.
func run(table applet.Table, env applet.Env) exitcode.Code {
	a, ok := table.Lookup(env.Name)
	if !ok {
		if len(env.Args) == 0 || env.Args[0] == "help" || env.Args[0] == "--help" || env.Args[0] == "-h" {
			usage(env, table)
			if len(env.Args) == 0 {
				return exitcode.Usage
			}
			return exitcode.OK
		}
		name := env.Args[0]
		if a, ok = table.Lookup(name); !ok || name != filepath.Base(name) {
			fmt.Fprintf(env.Stderr, text(env, "pacer: there is no command %q; \"pacer help\" lists them.\n",
				"pacer: %q というコマンドはありません。「pacer help」で一覧を表示します。\n"), name)
			return exitcode.Usage
		}
		env.Name, env.Args = name, env.Args[1:]
	}
	env.EndSoon = func(files ...string) { prepareMemory(files) }
	if a.Brief {
		env.EndSoon(append([]string{env.Getenv("CIB_file")}, env.Args...)...)
	}
	if a.Graceful {
		ctx, stop := signal.NotifyContext(env.Context, os.Interrupt, syscall.SIGTERM)
		defer stop()
		env.Context = ctx
		// A second signal ends the process at once.
		context.AfterFunc(ctx, stop)
	}
	return a.Run(env)
}

func usage(env applet.Env, table applet.Table) {
	var w io.Writer = env.Stdout
	if len(env.Args) == 0 {
		w = env.Stderr
	}
	fmt.Fprint(w, text(env, "Usage: pacer COMMAND [ARGUMENTS]\n\nCommands:\n",
		"使い方: pacer コマンド [引数]\n\nコマンド:\n"))
	for _, a := range table {
		if a.Summary != "" {
			fmt.Fprintf(w, "  %-18s %s\n", a.Names[0], text(env, a.Summary, a.SummaryJapanese))
		}
	}
}

// text picks the Japanese form when the locale asks for it and there is one.
func text(env applet.Env, english, japanese string) string {
	for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if l := env.Getenv(v); l != "" {
			if strings.HasPrefix(l, "ja") && japanese != "" {
				return japanese
			}
			break
		}
	}
	return english
}
