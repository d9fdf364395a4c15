// Command clients lets the unmodified crmsh and pcs of Debian work with a cluster of three Pacer nodes, in namespaces, by scripts
// (testdata/*.txt; see parse for their form), and lists what worked.
//
//	go run ./bench/clients [-pacer PROGRAM] [-v] [SCRIPT…]
//
// The exit code is 0 when everything worked, 1 when something did not, 2 when there is nothing to play or on misuse. Needs
// root, and the packages whose programs it plays; a script whose program is not installed is left out, and that is said.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"strings"
	"syscall"
	"time"

	"pacer/demo/world"
)

//go:embed testdata/*.txt
var scripts embed.FS

// client is a program that scripts play.
type client struct {
	name    string
	pack    string // the package
	program string // where its package puts it
	at      string // where a node has it, beside our own tool of that name; "" where there is none
}

var clients = []client{
	{name: "crmsh", pack: "crmsh", program: "/usr/sbin/crm", at: "/usr/local/bin/crmsh"},
	{name: "pcs", pack: "pcs", program: "/usr/sbin/pcs"},
}

type options struct {
	pacer   string
	verbose bool
	scripts []string
}

func main() {
	var o options
	flag.StringVar(&o.pacer, "pacer", "bin/pacer", "the program that makes the nodes")
	flag.BoolVar(&o.verbose, "v", false, "show what every command prints")
	flag.Parse()
	o.scripts = flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var failed int
	var err error
	if os.Getenv(world.DirVariable) == "" {
		failed, err = o.each(ctx)
	} else {
		failed, err = o.one(ctx)
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "clients:", err)
		os.Exit(2)
	case failed > 0:
		os.Exit(1)
	}
}

// each plays all scripts that are asked for, each in a world of its own, and returns how many did not go through.
func (o *options) each(ctx context.Context) (failed int, err error) {
	if len(o.scripts) == 0 {
		if o.scripts, err = fs.Glob(scripts, "testdata/*.txt"); err != nil {
			return 0, err
		}
	}
	for _, name := range o.scripts {
		args := []string{"-pacer", o.pacer, name}
		if o.verbose {
			args = append([]string{"-v"}, args...)
		}
		code, err := world.Enter(ctx, "/proc/self/exe", args, os.Stdin, os.Stdout, os.Stderr)
		switch {
		case err != nil:
			return failed, err
		case code == 1:
			failed++
		case code != 0:
			return failed, errors.New(name + " could not be played")
		}
	}
	return failed, nil
}

// one plays a script in the world that was made for it, and returns how many commands failed.
func (o *options) one(ctx context.Context) (failed int, err error) {
	name := o.scripts[0]
	data, err := o.read(name)
	if err != nil {
		return 0, err
	}
	steps, err := parse(strings.NewReader(data))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	title, _, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".txt"), "-")
	c, err := clientOf(title)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	version, err := c.version(ctx)
	if err != nil {
		fmt.Printf("%s: left out: %v\n", name, err)
		return 0, nil
	}
	if failed, err = o.play(ctx, c, fmt.Sprintf("%s (%s %s)", name, c.pack, version), steps); err != nil {
		return failed, fmt.Errorf("%s: %w", name, err)
	}
	return failed, nil
}

// read reads a script: one of ours by its name, or a file.
func (o *options) read(name string) (string, error) {
	data, err := scripts.ReadFile(name)
	if err != nil {
		data, err = os.ReadFile(name)
	}
	return string(data), err
}

// clientOf finds the client that a script is for: its name begins with the client's.
func clientOf(title string) (client, error) {
	for _, c := range clients {
		if c.name == title {
			return c, nil
		}
	}
	return client{}, fmt.Errorf("%q is no client that is known here", title)
}

// version is the version of the client's package.
func (c client) version(ctx context.Context) (string, error) {
	if _, err := os.Stat(c.program); err != nil {
		return "", fmt.Errorf("there is no %s: install the package %s", c.program, c.pack)
	}
	out, err := exec.CommandContext(ctx, "dpkg-query", "-W", "-f", "${Version}", c.pack).Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.pack, err)
	}
	return string(out), nil
}

// play boots a cluster, types the script and prints what came of every command. It returns the number of those that did not do their work.
func (o *options) play(ctx context.Context, c client, title string, steps []step) (failed int, err error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	config := world.Config{Nodes: 3, Program: o.pacer, NodeArgs: []string{"demo-node"}, Stock: true, Address: "192.168.0.100", Port: 80}
	config.Files = map[string]world.File{"/etc/hosts": {Text: hosts(config.Nodes), Mode: 0o644}}
	if c.at != "" {
		text, err := os.ReadFile(c.program)
		if err != nil {
			return 0, err
		}
		config.Files[c.at] = world.File{Text: string(text), Mode: 0o755}
	}
	w, err := world.New(config)
	if err != nil {
		return 0, err
	}
	defer w.Close()
	for _, n := range w.Nodes() {
		if err := n.PowerOn(ctx); err != nil {
			return 0, err
		}
	}
	fmt.Println(title)
	worked, all := 0, 0
	for i := range steps {
		s := &steps[i]
		n := w.Node(s.node)
		if n == nil {
			return failed, fmt.Errorf("line %d: there is no node %s", s.line, s.node)
		}
		begun := time.Now()
		output, exit, err := n.Run(ctx, s.stdin, s.command...)
		if err != nil {
			return failed, fmt.Errorf("line %d: %w", s.line, err)
		}
		wrong := s.judge(output, exit)
		if !s.ours {
			all++
			if len(wrong) == 0 {
				worked++
			}
		}
		if len(wrong) > 0 {
			failed++
		}
		o.tell(s, wrong, output, time.Since(begun))
	}
	fmt.Printf("  %d of %d commands of %s did their work\n", worked, all, c.name)
	return failed, nil
}

// hosts are the names of the nodes, which clients look up.
func hosts(nodes int) string {
	text := "127.0.0.1 localhost\n"
	for i := range nodes {
		n := world.Number(i + 1)
		text += n.Address(0) + " " + n.Name() + "\n"
	}
	return text
}

// tell prints what came of a command.
func (o *options) tell(s *step, wrong []string, output string, took time.Duration) {
	mark := "ok  "
	if len(wrong) > 0 {
		mark = "FAIL"
	}
	if len(wrong) > 0 || o.verbose || !s.ours {
		fmt.Printf("  %s %6d ms  %s$ %s\n", mark, took.Milliseconds(), s.node, strings.Join(s.command, " "))
	}
	for _, w := range wrong {
		fmt.Printf("         line %d: %s\n", s.line, w)
	}
	if len(wrong) > 0 || o.verbose {
		for line := range strings.Lines(output) {
			fmt.Print("         | ", strings.TrimRight(line, "\n"), "\n")
		}
	}
}
