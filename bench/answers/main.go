// Command answers asks every tool for its answers in XML and has xmllint check them against the result format that Pacemaker
// publishes: on recorded configurations, on made-up ones, and on a running cluster of three nodes in namespaces.
//
//	go run ./bench/answers [-published DIR] [-tools DIR] [-n CIBS] [-seed FIRST] [-recorded DIR] [-live=false] [FILE…]
//
// The published format is a folder with api-result.rng and what that refers to. Where it or xmllint is missing, nothing is checked, and a
// line says so. Files, when given, are asked about instead of all the others.
//
// The exit code is 0 when all answers are valid, 1 when some are not, 2 on misuse.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"pacer/demo/world"
	"pacer/internal/randomcib"
	"pacer/xmltree"
)

//go:embed testdata/questions.txt
var questionsText string

type options struct {
	published, tools, recorded string
	count                      int
	seed                       uint64
	live                       bool
	files                      []string
	make                       randomcib.Options
	questions                  []question
}

func main() {
	var o options
	flag.StringVar(&o.published, "published", "/usr/share/pacemaker/api", "the folder of the published result format")
	flag.StringVar(&o.tools, "tools", "bin", "the folder of the tools")
	flag.StringVar(&o.recorded, "recorded", "", "a folder; all configurations in it and below are asked about")
	flag.IntVar(&o.count, "n", 100, "how many configurations to make up")
	flag.Uint64Var(&o.seed, "seed", 1, "the first seed; the others follow")
	flag.BoolVar(&o.live, "live", true, "ask on a running cluster too; needs root")
	from := randomcib.Flags(flag.CommandLine)
	flag.Parse()
	o.files = flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var wrong int
	var err error
	if o.make, err = from(); err == nil {
		wrong, err = o.run(ctx)
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "answers:", err)
		os.Exit(2)
	case wrong > 0:
		os.Exit(1)
	}
}

// run asks all, and returns how many answers are not valid.
func (o *options) run(ctx context.Context) (wrong int, err error) {
	if o.questions, err = parse(questionsText); err != nil {
		return 0, err
	}
	grammar := filepath.Join(o.published, "api-result.rng")
	if _, err := os.Stat(grammar); err != nil {
		fmt.Printf("not run: the published result format is not here (-published names its folder): %v\n", err)
		return 0, nil
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		fmt.Println("not run: there is no xmllint (apt-get install libxml2-utils)")
		return 0, nil
	}
	dir, err := os.MkdirTemp("", "answers")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err == nil && wrong == 0 {
			_ = os.RemoveAll(dir)
		}
	}()
	if o.tools, err = filepath.Abs(o.tools); err != nil {
		return 0, err
	}
	l := newLint(grammar, dir)
	if os.Getenv(world.DirVariable) != "" {
		if err := o.askCluster(ctx, l); err != nil {
			return 0, err
		}
		if err := l.finish(ctx); err != nil {
			return 0, err
		}
		return l.tell(), nil
	}
	if err := o.askFiles(ctx, l); err != nil {
		return 0, err
	}
	fmt.Println("Configurations in files:")
	if wrong = l.tell(); !o.live || len(o.files) > 0 {
		return wrong, nil
	}
	fmt.Println("A running cluster:")
	code, err := world.Enter(ctx, "/proc/self/exe", []string{"-published", o.published, "-tools", o.tools}, os.Stdin, os.Stdout, os.Stderr)
	switch {
	case err != nil:
		return wrong, err
	case code > 1:
		return wrong, errors.New("the cluster could not be asked")
	}
	return wrong + code, nil
}

// subject is a configuration to ask about; "" is none.
type subject struct {
	name string
	text []byte
}

// askFiles asks about all configurations that are kept in files, and about none.
func (o *options) askFiles(ctx context.Context, l *lint) error {
	work := make(chan subject)
	errs := make(chan error, runtime.NumCPU())
	for i := range cap(errs) {
		go func() {
			var err error
			for s := range work {
				if err == nil {
					err = o.askAbout(ctx, l, s, filepath.Join(l.dir, fmt.Sprint("place", i)))
				}
			}
			errs <- err
		}()
	}
	err := o.subjects(func(s subject) { work <- s })
	close(work)
	for range cap(errs) {
		err = errors.Join(err, <-errs)
	}
	if err != nil {
		return err
	}
	return l.finish(ctx)
}

// subjects yields what is to be asked about.
func (o *options) subjects(yield func(subject)) error {
	for _, f := range o.files {
		text, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		yield(subject{f, text})
	}
	if len(o.files) > 0 {
		return nil
	}
	yield(subject{})
	for i := range uint64(max(o.count, 0)) {
		yield(subject{fmt.Sprintf("made up from seed %d", o.seed+i), randomcib.New(o.seed+i, o.make).Append(nil)})
	}
	if o.recorded == "" {
		return nil
	}
	if _, err := os.Stat(o.recorded); err != nil {
		fmt.Printf("recorded configurations are left out: %v\n", err)
		return nil
	}
	return filepath.WalkDir(o.recorded, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".xml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && bytes.Contains(text, []byte("<cib")) {
			yield(subject{path, text})
		}
		return err
	})
}

// askAbout asks about one configuration, in a folder of its own.
func (o *options) askAbout(ctx context.Context, l *lint, s subject, place string) error {
	defer os.RemoveAll(place)
	if err := os.MkdirAll(place, 0o700); err != nil {
		return err
	}
	section, about := "nothing", subjects{}
	cib, box := filepath.Join(place, "cib.xml"), filepath.Join(place, "new")
	env := append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "CIB_") }),
		"LC_ALL=C", "CIB_shadow_dir="+place, "PATH="+o.tools+":/usr/bin:/bin")
	if s.name != "" {
		root, err := xmltree.Parse(s.text)
		if err != nil || root.Name != "cib" {
			return nil // Recorded to be refused.
		}
		section, about = "cluster", subjectsOf(root)
		about["{cib}"], about["{new}"] = []string{cib}, []string{box}
		env = append(env, "CIB_file="+cib)
	}
	for _, q := range o.questions {
		if q.section != section {
			continue
		}
		for _, words := range about.ask(q) {
			if err := os.WriteFile(cib, s.text, 0o600); err != nil {
				return err
			}
			words = inXML(words)
			cmd := exec.CommandContext(ctx, filepath.Join(o.tools, words[0]), words[1:]...)
			cmd.Env, cmd.Dir = env, place
			text, err := cmd.Output()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				return fmt.Errorf("%s: %w", q, err)
			}
			if err := l.add(ctx, answer{q.String(), s.name, words}, text); err != nil {
				return err
			}
		}
	}
	return nil
}
