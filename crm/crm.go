package crm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"pacer/agent"
	"pacer/agent/builtin"
	"pacer/applet"
	"pacer/client"
	"pacer/crm/complete"
	"pacer/crm/level"
	"pacer/crm/session"
	"pacer/crm/syntax"
	"pacer/crm/term"
	"pacer/exitcode"
	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
)

// Applet is the crm command.
var Applet = applet.Applet{
	Names:           []string{"crm"},
	Summary:         "configure and manage the cluster (interactive or single commands)",
	SummaryJapanese: "クラスタの設定と管理（対話または単一コマンド）",
	Run:             Run,
}

// Version is what `crm --version` says. The first word after crm is what scripts compare.
const Version = "4.4.1 (pacer)"

// failure and misuse are the shell's exit codes besides success; they are not those of the other commands.
const (
	failure exitcode.Code = 1
	misuse  exitcode.Code = 2
)

// Run runs the shell.
func Run(env applet.Env) exitcode.Code {
	if len(env.Args) > 0 && env.Args[0] == "--compgen" {
		return compgen(env)
	}
	opt, err := parseArgs(env.Args)
	if err != nil {
		fmt.Fprintf(env.Stderr, "%s\ncrm: error: %v\n", usageLine, err)
		return misuse
	}
	switch {
	case opt.help:
		fmt.Fprint(env.Stdout, helpText)
		return exitcode.OK
	case opt.version:
		fmt.Fprintf(env.Stdout, "crm %s\n", Version)
		return exitcode.OK
	}
	sh, code := newShell(env, opt)
	if code != exitcode.OK {
		return code
	}
	if !run(sh, opt) {
		return failure
	}
	return exitcode.OK
}

// newShell builds a shell from the options.
func newShell(env applet.Env, opt *arguments) (*level.Shell, exitcode.Code) {
	sh := level.NewShell(env)
	sh.Force, sh.No, sh.Wait = opt.force, opt.no, opt.wait
	sh.Tools = tools
	options, err := level.LoadOptions(env)
	if err != nil {
		sh.Warn("%v", err)
	}
	sh.Options = options
	for _, o := range opt.set {
		name, value, ok := strings.Cut(o, "=")
		if !ok {
			sh.Error("expected SECTION.OPTION=VALUE after -o, found %s", o)
			return nil, misuse
		}
		if err := sh.Options.Set(name, value); err != nil {
			sh.Error("%v", err)
			return nil, misuse
		}
	}
	if opt.display != "" {
		if err := sh.Options.Set("color.style", opt.display); err != nil {
			sh.Error("%v", err)
			return nil, misuse
		}
	}
	sh.Wait = sh.Wait || options.Bool("core.wait")
	sh.Open = func(e applet.Env) (level.Cluster, error) {
		return client.Open(client.Source{Getenv: e.Getenv, Stdin: e.Stdin, Places: e.Places, Now: e.Now, Program: "crm"})
	}
	sh.ThisNode = func() (string, error) {
		c, err := sh.Cluster()
		if err != nil {
			return "", err
		}
		live, ok := c.(client.Cluster)
		if !ok {
			return "", errors.New("name a node")
		}
		info, err := live.Node(sh.Ctx)
		if err != nil {
			return os.Hostname()
		}
		return info.Name, nil
	}
	catalogue := agent.NewCatalogue(env.Places, "", builtin.All())
	sh.Agents = catalogue
	sh.Session.Agents = agents(sh.Ctx, env.Places, catalogue)
	if opt.shadow != "" {
		if err := sh.StartShadow(opt.shadow); err != nil {
			sh.Error("%v", err)
			return nil, failure
		}
	}
	return sh, exitcode.OK
}

// agents asks the catalogue, each agent once.
func agents(ctx context.Context, places place.Places, c *agent.Catalogue) session.Agents {
	type answer struct {
		meta *ocf.Metadata
		err  error
	}
	known := map[string]answer{}
	return session.Agents{
		Provider: func(typ string) string {
			list := c.Providers(typ)
			for _, want := range []string{"heartbeat", "pacemaker"} {
				for _, p := range list {
					if p == want {
						return p
					}
				}
			}
			if len(list) > 0 {
				return list[0]
			}
			return ""
		},
		MetaData: func(class, provider, typ string) (*ocf.Metadata, error) {
			key := class + ":" + provider + ":" + typ
			if a, ok := known[key]; ok {
				return a.meta, a.err
			}
			a := answer{}
			a.meta, a.err = metaData(ctx, places, c, class, provider, typ)
			known[key] = a
			return a.meta, a.err
		},
	}
}

// errNotHere is the answer for agents of which nothing can be said on this machine.
var errNotHere = errors.New("it is not installed on this machine")

func metaData(ctx context.Context, places place.Places, c *agent.Catalogue, class, provider, typ string) (*ocf.Metadata, error) {
	if class != "ocf" && class != "stonith" {
		// Scripts and units of the system have none.
		return nil, nil
	}
	if !slices.Contains(c.Agents(class, provider), typ) {
		// Where the provider has nothing installed at all, the configuration is written for other machines.
		if _, err := os.Stat(filepath.Join(places.OCFRoot(), "resource.d", provider)); class != "ocf" || provider == "" || err != nil {
			return nil, errNotHere
		}
		return nil, session.ErrNoAgent
	}
	data, err := c.Metadata(ctx, operation.Agent{Class: class, Provider: provider, Type: typ})
	if err != nil {
		return nil, err
	}
	return ocf.ParseMetadata(data)
}

// run executes what the options and arguments say; ok is false when anything failed.
func run(sh *level.Shell, opt *arguments) (ok bool) {
	env := sh.Env
	switch {
	case opt.file != "":
		r := env.Stdin
		if opt.file != "-" {
			f, err := os.Open(opt.file)
			if err != nil {
				sh.Error("%v", err)
				return false
			}
			defer f.Close()
			r = f
		}
		return batch(sh, r)
	case len(opt.words) > 0:
		words := opt.words
		if term.IsTerminal(env.Stdin) && term.IsTerminal(env.Stderr) {
			sh.ReadLine = func(question string) (string, error) {
				fmt.Fprint(env.Stderr, question)
				return term.ReadAnswer(env.Stdin)
			}
		}
		if len(words) == 1 && strings.HasPrefix(words[0], "conf") {
			words = []string{"configure"}
		}
		if sh.Options.Bool("core.add_quotes") {
			ok = sh.Execute(syntax.Join(words))
		} else {
			ok = sh.Execute(strings.Join(words, " "))
		}
		if sh.AtRoot() || !ok || sh.Done() {
			return sh.Finish() && ok
		}
	}
	// The arguments have only named levels, or there are none: the rest comes from the user or from standard input.
	if term.IsTerminal(env.Stdin) && term.IsTerminal(env.Stdout) {
		return interactive(sh)
	}
	return batch(sh, env.Stdin)
}

// maxInput bounds a script in bytes.
const maxInput = 64 << 20

func batch(sh *level.Shell, r io.Reader) bool {
	sh.Mode = level.Batch
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	switch {
	case err != nil:
		sh.Error("%v", err)
		return false
	case len(data) > maxInput:
		sh.Error("the script is larger than %d MB", maxInput>>20)
		return false
	}
	return sh.RunBatch(string(data))
}

// interactive talks to somebody at a terminal.
func interactive(sh *level.Shell) bool {
	env := sh.Env
	sh.Mode = level.Interactive
	t := term.Open(func(line string, cursor int) (string, []string, string) {
		words, start := complete.Line(sh, line[:cursor])
		for i, w := range words {
			words[i] = strings.TrimPrefix(complete.Completed(line[:cursor], start, w), line[:start])
		}
		return line[:start], words, line[cursor:]
	}, historyFile(env))
	defer t.Close()
	sh.ReadLine = t.Line
	sh.Lend = t.Lend
	sh.Page = func(text string) bool { return page(sh, text) }
	for !sh.Done() {
		line, err := readCommand(t, sh.Prompt())
		switch {
		case errors.Is(err, term.ErrInterrupted):
			continue
		case err != nil:
			fmt.Fprintln(env.Stdout)
			if sh.Finish() || sh.AtRoot() {
				fmt.Fprintln(env.Stdout, "bye")
				return true
			}
			// Pending changes keep the shell; a closed terminal ends it, which the question has noticed.
			if _, err := t.Line(""); err != nil && !errors.Is(err, term.ErrInterrupted) {
				return false
			}
			continue
		}
		if memorable(line) {
			t.Remember(line)
		}
		sh.Execute(line)
	}
	fmt.Fprintln(env.Stdout, "bye")
	return true
}

// secretLine is a line with a value that is to stay a secret.
var secretLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\bsecret\s+\S+\s+set\s`) })

// memorable tells whether a line goes into the history, which is a file.
func memorable(line string) bool {
	return strings.TrimSpace(line) != "" && !secretLine().MatchString(line)
}

// page shows a text that does not fit on the screen in the user's pager.
func page(sh *level.Shell, text string) bool {
	if strings.Count(text, "\n") < term.Height() {
		return false
	}
	pager, _ := sh.Options.Get("core.pager")
	if pager == "" {
		pager = cmp.Or(sh.Env.Getenv("PAGER"), "less -FRX")
	}
	words, err := syntax.Words(pager)
	if err != nil || len(words) == 0 {
		return false
	}
	prog, err := exec.LookPath(words[0])
	if err != nil {
		return false
	}
	cmd := exec.Command(prog, words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), os.Stdout, os.Stderr
	// A pager that the user leaves early has done its work.
	_ = sh.Lend(cmd.Run)
	return true
}

// readCommand reads a line and those that continue it.
func readCommand(t *term.Terminal, prompt string) (string, error) {
	var b strings.Builder
	for {
		line, err := t.Line(prompt)
		if err != nil {
			return "", err
		}
		line = strings.TrimRight(line, " \t")
		joined := strings.HasSuffix(line, `\`)
		b.WriteString(strings.TrimSuffix(line, `\`))
		if !joined {
			return b.String(), nil
		}
		prompt = "   > "
	}
}

func historyFile(env applet.Env) string {
	dir := env.Getenv("XDG_CACHE_HOME")
	if dir == "" {
		home := env.Getenv("HOME")
		if home == "" {
			return ""
		}
		dir = filepath.Join(home, ".cache")
	}
	return filepath.Join(dir, "crm", "history")
}

// compgen prints completions for the shell that the user types crm in: `crm --compgen POINT LINE`.
func compgen(env applet.Env) exitcode.Code {
	if len(env.Args) != 3 {
		return misuse
	}
	point, err := strconv.Atoi(env.Args[1])
	line := env.Args[2]
	if err != nil || point < 0 || point > len(line) {
		return misuse
	}
	sh, code := newShell(applet.Env{Name: env.Name, Stdin: env.Stdin, Stdout: io.Discard, Stderr: io.Discard, Getenv: env.Getenv,
		Environ: env.Environ, Now: env.Now, Places: env.Places, Context: env.Context}, &arguments{})
	if code != exitcode.OK {
		return code
	}
	_, rest, found := strings.Cut(line[:point], " ")
	if !found {
		return exitcode.OK
	}
	words, _ := complete.Line(sh, strings.TrimLeft(rest, " "))
	for _, w := range words {
		fmt.Fprintln(env.Stdout, w)
	}
	return exitcode.OK
}
