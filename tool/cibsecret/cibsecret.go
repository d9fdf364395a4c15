package cibsecret

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"

	"golang.org/x/term"

	"pacer/applet"
	"pacer/client"
	"pacer/exitcode"
	"pacer/secret"
	"pacer/tool/command"
	"pacer/tool/crmresource"
)

// Applet is cibsecret.
var Applet = applet.Applet{
	Names: []string{"cibsecret"}, Run: Run,
	Summary: "keep values of parameters out of the configuration", SummaryJapanese: "パラメータの秘密の値を設定の外に保管",
}

type run struct {
	*command.Call
	noCIB, stdin bool
	store        secret.Store
	name         secret.Name
}

// verbs are the sub-commands with what they take, and what they do.
var verbs = []struct {
	name string
	args string
	help string
	do   func(*run, []string) error
}{
	{"check", " <resource-id> <resource-parameter>", "Compare the value stored on this node with its checksum.", (*run).check},
	{"delete", " <resource-id> <resource-parameter>", "Forget the value on all nodes, and take the parameter out of the configuration.", (*run).delete},
	{"get", " <resource-id> <resource-parameter>", "Print the value stored on this node.", (*run).get},
	{"set", " <resource-id> <resource-parameter> <value>", "Store a value on all nodes. With --stdin it is read from standard input, where no list of\n" +
		"\tprocesses shows it; at a terminal it is asked for.", (*run).set},
	{"stash", " <resource-id> <resource-parameter>", "Move a value out of the configuration to the files of the nodes. Not with -C.", (*run).stash},
	{"sync", "", "Copy all values stored on this node to all other nodes.", (*run).sync},
	{"unstash", " <resource-id> <resource-parameter>", "Move a value back into the configuration, for everybody to read. Not with -C.", (*run).unstash},
}

// Run is cibsecret.
func Run(env applet.Env) exitcode.Code {
	r := &run{}
	return command.Run(env, command.Spec{
		Name: "cibsecret", Summary: summary(), Synopsis: "<subcommand> [options]", TakesWords: true,
		Options: []command.Option{
			command.Flag(&r.noCIB, "no-cib", 'C', "Don't read or write the CIB"),
			command.Flag(&r.stdin, "stdin", 0, "Read the value of set from standard input"),
		},
	}, func(c *command.Call) error {
		r.Call, r.store = c, secret.Store{Dir: c.Env.Places.Secrets()}
		return r.run()
	})
}

func summary() string {
	var b strings.Builder
	b.WriteString("cibsecret - manage sensitive information in Pacemaker CIB\n\n" +
		"The configuration is readable for many. With this command it holds a mark in the\nplace of a value, and the value is in a file on every node that only root can read.\n\n" +
		"Commands and their parameters:\n")
	for _, v := range verbs {
		b.WriteString("\n" + v.name + v.args + "\n\t" + v.help + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (r *run) run() error {
	if len(r.Words) == 0 {
		return command.Fail(exitcode.Usage, "Must specify a command option")
	}
	var names []string
	for _, v := range verbs {
		names = append(names, v.name)
		if v.name != r.Words[0] {
			continue
		}
		words := r.Words[1:]
		wanted := strings.Count(v.args, "<")
		if v.name == "set" && r.stdin {
			wanted--
		} else if r.stdin {
			return command.Fail(exitcode.Usage, "--stdin goes with set only")
		}
		if len(words) != wanted {
			return command.Fail(exitcode.Usage, "Usage: %s%s", v.name, v.args)
		}
		if r.noCIB && strings.HasSuffix(v.name, "stash") {
			return r.told(exitcode.Usage, "No access to Pacemaker, %s not supported", v.name)
		}
		if len(words) > 0 {
			r.name = secret.Name{Resource: words[0], Parameter: words[1]}
			if err := r.name.Check(); err != nil {
				return command.Fail(exitcode.NoSuch, "%s", err)
			}
		}
		return v.do(r, words)
	}
	return command.Fail(exitcode.Usage, "Invalid subcommand given; valid subcommands: %s", strings.Join(names, ", "))
}

// told ends the command with a message without the command's name.
func (r *run) told(code exitcode.Code, format string, args ...any) error {
	r.Out.Err(format, args...)
	return command.Exit(code)
}

// resource runs crm_resource on the resource in this process and returns what it prints.
func (r *run) resource(args ...string) (string, exitcode.Code, string) {
	env := r.Env
	var out, problems bytes.Buffer
	env.Name, env.Args, env.Stdout, env.Stderr = "crm_resource", append([]string{"--resource", r.name.Resource}, args...), &out, &problems
	code := crmresource.Run(env)
	return strings.TrimSuffix(out.String(), "\n"), code, strings.TrimSpace(problems.String())
}

// current is what the configuration holds, "" when nothing or when it is not to be asked.
func (r *run) current() (string, error) {
	if r.noCIB {
		return "", nil
	}
	value, code, problem := r.resource("--get-parameter", r.name.Parameter)
	if code != exitcode.OK {
		return "", r.told(exitcode.NoSuch, "%s", problem)
	}
	return value, nil
}

// configure puts a value, or the mark, into the configuration.
func (r *run) configure(value string) error {
	if _, code, problem := r.resource("--set-parameter", r.name.Parameter, "--parameter-value", value); code != exitcode.OK {
		return r.told(code, "%s", problem)
	}
	return nil
}

// value takes the value from the arguments or from standard input, without the line end there.
func (r *run) value(words []string) (string, error) {
	if !r.stdin {
		return words[2], nil
	}
	var text []byte
	var err error
	if f, ok := r.Env.Stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		_, _ = io.WriteString(r.Env.Stderr, "Value: ")
		text, err = term.ReadPassword(int(f.Fd()))
		_, _ = io.WriteString(r.Env.Stderr, "\n")
	} else if r.Env.Stdin != nil {
		text, err = io.ReadAll(io.LimitReader(r.Env.Stdin, secret.MaxValue+2))
	}
	if err != nil {
		return "", command.Fail(exitcode.NoInput, "Could not read the value: %s", client.Reason(err))
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), nil
}

func (r *run) set(words []string) error {
	value, err := r.value(words)
	if err != nil {
		return err
	}
	current, err := r.current()
	if err != nil {
		return err
	}
	if current != "" && current != secret.Mark && current != value {
		return r.told(exitcode.Config, "CIB value <%s> different for %s rsc parameter %s; please delete it first", current, r.name.Resource, r.name.Parameter)
	}
	return r.hide(current, value)
}

// hide stores the value on all nodes and then puts the mark into the configuration.
func (r *run) hide(current, value string) error {
	v := secret.Value{Name: r.name, Value: value}
	if err := v.Check(); err != nil {
		return command.Fail(exitcode.DataErr, "%s", err)
	}
	if err := r.spread([]secret.Value{v}, nil); err != nil {
		return err
	}
	if r.noCIB || current == secret.Mark {
		return nil
	}
	return r.configure(secret.Mark)
}

func (r *run) stash([]string) error {
	current, err := r.current()
	switch {
	case err != nil:
		return err
	case current == "":
		return r.told(exitcode.NoSuch, "Nothing to stash for resource %s parameter %s", r.name.Resource, r.name.Parameter)
	case current == secret.Mark:
		return r.told(exitcode.Exists, "Resource %s parameter %s already set as secret", r.name.Resource, r.name.Parameter)
	}
	return r.hide(current, current)
}

func (r *run) unstash([]string) error {
	value, err := r.store.Get(r.name)
	if errors.Is(err, secret.ErrMissing) {
		return r.told(exitcode.NoSuch, "Nothing to unstash for resource %s parameter %s", r.name.Resource, r.name.Parameter)
	}
	if err != nil {
		return r.unreadable(err)
	}
	current, err := r.current()
	if err != nil {
		return err
	}
	if current != secret.Mark {
		r.Out.Err("Resource %s parameter %s is not set as secret, but we have a local value so proceeding anyway", r.name.Resource, r.name.Parameter)
	}
	if err := r.configure(value); err != nil {
		return err
	}
	return r.spread(nil, []secret.Name{r.name})
}

func (r *run) get([]string) error {
	value, err := r.marked()
	if err == nil {
		r.Out.Line("%s", value)
	}
	return err
}

func (r *run) check([]string) error {
	_, err := r.marked()
	return err
}

// marked reads the value on this node of a parameter for which the configuration has the mark.
func (r *run) marked() (string, error) {
	current, err := r.current()
	if err != nil {
		return "", err
	}
	if current != secret.Mark {
		return "", r.told(exitcode.Config, "Resource %s parameter %s not set as secret, nothing to check", r.name.Resource, r.name.Parameter)
	}
	value, err := r.store.Get(r.name)
	if err != nil {
		return "", r.unreadable(err)
	}
	return value, nil
}

func (r *run) unreadable(err error) error {
	switch {
	case errors.Is(err, secret.ErrMissing), errors.Is(err, secret.ErrUnsigned):
		return r.told(exitcode.NoSuch, "No checksum for resource %s parameter %s", r.name.Resource, r.name.Parameter)
	case errors.Is(err, secret.ErrMismatch):
		return r.told(exitcode.Digest, "Checksum mismatch for resource %s parameter %s", r.name.Resource, r.name.Parameter)
	}
	return r.filed("read", err)
}

// filed tells what the file system has against it.
func (r *run) filed(what string, err error) error {
	code := exitcode.Error
	var errno syscall.Errno
	if errors.As(err, &errno) {
		code = exitcode.OfErrno(errno)
	}
	return r.told(code, "Could not %s the secret of resource %s parameter %s: %s", what, r.name.Resource, r.name.Parameter, err)
}

func (r *run) delete([]string) error {
	current, err := r.current()
	if err != nil {
		return err
	}
	if current != "" {
		if _, code, problem := r.resource("--delete-parameter", r.name.Parameter); code != exitcode.OK {
			return r.told(exitcode.Error, "%s", problem)
		}
	}
	err = r.spread(nil, []secret.Name{r.name})
	if err == nil && current == "" && !r.noCIB {
		return r.told(exitcode.Error, "Resource %s has no parameter %s", r.name.Resource, r.name.Parameter)
	}
	return err
}

func (r *run) sync([]string) error {
	values, problems := r.store.All()
	for _, p := range problems {
		r.Out.Err("%s", p)
	}
	if len(values) > 0 || r.live() {
		if err := r.spread(values, nil); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return command.Exit(exitcode.Digest)
	}
	return nil
}
