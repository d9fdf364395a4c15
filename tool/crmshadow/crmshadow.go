// Package crmshadow is crm_shadow: a copy of the configuration to play with, and its way back into the cluster.
//
//	cluster or CIB_file ──create, reset──▶ shadow.NAME ──commit──▶ cluster or CIB_file
//
// The environment variable CIB_shadow makes all commands work on the copy; crm_shadow itself looks at both sides.
package crmshadow

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"

	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is crm_shadow.
var Applet = applet.Applet{
	Names: []string{"crm_shadow"}, Run: Run,
	Summary: "try configuration changes on a copy", SummaryJapanese: "構成変更をコピー上で試す",
}

type settings struct {
	verb              byte
	name              string
	force, batch, all bool
	schema            string
}

// Run is crm_shadow.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	do := func(v byte, long, help string) command.Option {
		return command.Do(func() { s.verb = v }, long, v, help)
	}
	with := func(v byte, long, help string) command.Option {
		return command.With(func(name string) error { s.verb, s.name = v, name; return nil }, long, v, "NAME", help)
	}
	options := command.In("queries",
		do('w', "which", "Print the name of the active copy"),
		do('p', "display", "Print what is in it"),
		do('d', "diff", "Show how it differs from the cluster"),
		do('F', "file", "Print its file name"))
	options = append(options, command.In("commands",
		with('c', "create", "Make a copy of the cluster's configuration"),
		with('e', "create-empty", "Make a copy with nothing in it"),
		with('C', "commit", "Bring the copy into the cluster (needs --force)"),
		with('D', "delete", "Remove the copy (needs --force)"),
		do('E', "edit", "Edit the active copy with $EDITOR"),
		with('r', "reset", "Copy the cluster's configuration anew (needs --force)"),
		with('s', "switch", "Use another copy"))...)
	options = append(options, command.In("additional",
		command.Flag(&s.force, "force", 'f', "Do it all the same"),
		command.Flag(&s.batch, "batch", 'b', "Do not start a shell"),
		command.Flag(&s.all, "all", 'a', "With --commit: the status, too"),
		command.Text(&s.schema, "validate-with", 'v', "SCHEMA", "With --create-empty: the schema to use"))...)
	return command.Run(env, command.Spec{
		Name: "crm_shadow", Summary: "crm_shadow - try configuration changes on a copy, then keep or drop them",
		Groups: []command.Group{
			{Key: "queries", Title: "Queries:", Description: "query help"},
			{Key: "commands", Title: "Commands:", Description: "command help"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
		},
		Options: options,
	}, func(c *command.Call) error { return (&run{s, c, env.Getenv("CIB_shadow")}).do() })
}

type run struct {
	*settings
	*command.Call
	active string // the copy that is in use, "" for none
}

func (r *run) source() client.Source {
	return client.Source{Getenv: r.Env.Getenv, Stdin: r.Env.Stdin, Places: r.Env.Places, Now: r.Env.Now, Program: r.Name}
}

// real opens what the copy is a copy of.
func (r *run) real() (client.Cluster, error) {
	s := r.source()
	s.Getenv = func(name string) string {
		if name == "CIB_shadow" {
			return ""
		}
		return r.Env.Getenv(name)
	}
	cluster, err := client.Open(s)
	if err != nil {
		reason := command.Reason(err)
		if client.IsMissing(err) {
			reason = "No such device or address"
		}
		return nil, command.Fail(exitcode.Of(err), "Could not connect to CIB: %s", reason)
	}
	return cluster, nil
}

func (r *run) do() error {
	switch r.verb {
	case 0:
		return command.Fail(exitcode.Usage, "No command was given; --help lists them")
	case 'c', 'e', 'C', 'D', 'r', 's':
	default:
		if r.active == "" {
			return command.Fail(exitcode.NoSuch, "No active shadow configuration defined")
		}
		r.name = r.active
	}
	path, err := client.ShadowPath(r.source(), r.name)
	if err != nil {
		return err
	}
	switch r.verb {
	case 'w':
		r.Out.Line("%s", r.name)
		r.Out.Add(xmltree.New("shadow", "instance", r.name))
	case 'F':
		r.Out.Line("%s", path)
		r.Out.Add(xmltree.New("shadow", "instance", r.name, "file", path))
	case 'p':
		return r.display(path)
	case 'd':
		return r.diff(path)
	case 'c', 'e':
		return r.create(path)
	case 'C':
		return r.commit(path)
	case 'D':
		return r.delete(path)
	case 'r':
		return r.reset(path)
	case 's':
		if _, err := r.read(path); err != nil {
			return err
		}
		return r.use("To switch to the named shadow instance, enter the following into your shell:")
	case 'E':
		return r.edit(path)
	}
	return nil
}

// read loads the copy.
func (r *run) read(path string) (*cib.Document, error) {
	doc, err := client.ReadCIB(path, nil)
	if err != nil {
		return nil, command.Fail(exitcode.Of(err), "Could not access shadow instance '%s': %s", r.name, err)
	}
	return doc, nil
}

func (r *run) display(path string) error {
	doc, err := r.read(path)
	if err != nil {
		return err
	}
	text := string(doc.Bytes())
	r.Out.Raw(text)
	if r.Out.XML() {
		r.Out.Push("shadow", "instance", r.name)
		r.Out.CDATA("content", text)
		r.Out.Pop()
	}
	return nil
}

// readBeside reads the copy and opens the cluster that it is a copy of.
func (r *run) readBeside(path string) (*cib.Document, client.Cluster, error) {
	doc, err := r.read(path)
	if err != nil {
		return nil, nil, err
	}
	cluster, err := r.real()
	return doc, cluster, err
}

// diff shows the difference; it ends with 1 when there is one.
func (r *run) diff(path string) error {
	doc, cluster, err := r.readBeside(path)
	if err != nil {
		return err
	}
	defer cluster.Close()
	old, err := cluster.CIB(r.Env.Context)
	if err != nil {
		return command.Fail(exitcode.Of(err), "Could not connect to CIB: %s", command.Reason(err))
	}
	patch := cib.Diff(old, doc)
	r.Out.Push("shadow", "instance", r.name)
	defer r.Out.Pop()
	if patch == nil || patch.Empty() {
		return nil
	}
	r.Out.Raw(command.PatchText(patch))
	r.Out.CDATA("xml-patchset", string(patch.XML().Pretty(nil)))
	return command.Exit(exitcode.Error)
}

// guard refuses what would destroy something, unless it is forced.
func (r *run) guard(first, what string) error {
	if r.force {
		return nil
	}
	text := first
	if r.active != "" && r.active != r.name {
		text += fmt.Sprintf("\nAdditionally, the supplied shadow instance (%s) is not the same as the active one (%s).", r.name, r.active)
	}
	return command.Fail(exitcode.Usage, "%s\nTo prevent accidental destruction of the %s, the --force flag is required in order to proceed.", text, what)
}

func (r *run) create(path string) error {
	if _, err := os.Lstat(path); err == nil && !r.force {
		return command.Fail(exitcode.CantCreate, "A shadow instance '%s' already exists.\n"+
			"To prevent accidental destruction of the shadow file, the --force flag is required in order to proceed.", r.name)
	}
	if r.verb == 'c' {
		return r.copy(path)
	}
	root := cib.Empty().Root().Clone()
	if r.schema != "" {
		root.Set("validate-with", r.schema)
	}
	root.Set("epoch", "1")
	if err := r.write(path, cib.New(root)); err != nil {
		return err
	}
	r.Out.Line("Created new %s configuration", root.Get("validate-with"))
	return r.began()
}

func (r *run) copy(path string) error {
	cluster, err := r.real()
	if err != nil {
		return err
	}
	defer cluster.Close()
	doc, err := cluster.CIB(r.Env.Context)
	if err != nil {
		return command.Fail(exitcode.Of(err), "Could not connect to CIB: %s", command.Reason(err))
	}
	if err := r.write(path, doc); err != nil {
		return err
	}
	return r.began()
}

func (r *run) write(path string, doc *cib.Document) error {
	if err := client.WriteFile(path, doc.Bytes()); err != nil {
		return command.Fail(exitcode.CantCreate, "Could not create the shadow instance '%s': %s", r.name, err)
	}
	return nil
}

func (r *run) began() error {
	return r.use("A new shadow instance was created. To begin using it, enter the following into your shell:")
}

// use tells how to use a copy, or starts a shell that does.
func (r *run) use(how string) error {
	text := how + "\n\texport CIB_shadow=" + r.name
	if r.batch || !command.IsTerminal(r.Env.Stdin) {
		r.Out.Line("%s", text)
		if r.Out.XML() {
			r.Out.Push("instruction").Add(&xmltree.Node{Kind: xmltree.Text, Text: text})
			r.Out.Pop()
		}
		return nil
	}
	shell := r.Env.Getenv("SHELL")
	if shell == "" {
		shell = "/bin/sh"
	}
	r.Out.Line("Type Ctrl-D to exit the crm_shadow shell")
	r.Out.Flush()
	return r.child(shell, "CIB_shadow="+r.name, "PS1=shadow["+r.name+"] # ")
}

// child runs a program of the user's choice on the terminal.
func (r *run) child(program string, env ...string) error {
	cmd := exec.CommandContext(r.Env.Context, program)
	return r.finish(cmd, env)
}

func (r *run) finish(cmd *exec.Cmd, env []string) error {
	cmd.Env = append(r.Env.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r.Env.Stdin, r.Env.Stdout, r.Env.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return command.Fail(exitcode.OSErr, "Could not start %s: %s", cmd.Path, err)
	}
	return nil
}

func (r *run) edit(path string) error {
	if _, err := r.read(path); err != nil {
		return err
	}
	editor := r.Env.Getenv("EDITOR")
	if editor == "" {
		return command.Fail(exitcode.NotConfigured, "No value for EDITOR defined")
	}
	return r.finish(exec.CommandContext(r.Env.Context, editor, path), nil)
}

// commit brings the copy into the cluster: the configuration, or with --all everything.
func (r *run) commit(path string) error {
	if err := r.guard("The commit command overwrites the active cluster configuration.", "cluster"); err != nil {
		return err
	}
	doc, cluster, err := r.readBeside(path)
	if err != nil {
		return err
	}
	defer cluster.Close()
	op := cib.Op{Kind: cib.OpReplace, Section: "configuration", Data: doc.Configuration(), Force: r.force}
	if r.all {
		op.Section, op.Data = "", doc.Root()
	}
	if _, err := cluster.Apply(r.Env.Context, op); err != nil {
		return command.Fail(exitcode.Of(err), "Could not commit shadow instance '%s' to the CIB: %s", r.name, command.Reason(err))
	}
	return nil
}

func (r *run) delete(path string) error {
	if err := r.guard("The delete command removes the specified shadow file.", "shadow file"); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return command.Fail(exitcode.OSFile, "Could not remove shadow instance '%s': %s", r.name, client.Reason(err))
	}
	if r.active == r.name {
		text := "Remember to unset the CIB_shadow variable by entering the following into your shell:\n\tunset CIB_shadow"
		r.Out.Line("%s", text)
		if r.Out.XML() {
			r.Out.Push("instruction").Add(&xmltree.Node{Kind: xmltree.Text, Text: text})
			r.Out.Pop()
		}
	}
	return nil
}

func (r *run) reset(path string) error {
	if err := r.guard("The reset command overwrites the active shadow configuration.", "shadow file"); err != nil {
		return err
	}
	return r.copy(path)
}
