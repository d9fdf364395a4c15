package level

import (
	"errors"
	"fmt"
	"strings"

	"pacer/crm/session"
	"pacer/crm/syntax"
	"pacer/exitcode"
	"pacer/option"
)

// configureLevel edits the configuration.
var configureLevel = &Level{
	Name: "configure", Summary: "Change the configuration of the cluster.",
	Enter: func(sh *Shell) error { sh.apply(); return nil },
	Leave: leaveConfigure,
}

func fillConfigure() {
	objects := []struct {
		kind    syntax.Kind
		aliases []string
		usage   string
		summary string
		skill   Skill
		comp    []Completer
	}{
		{syntax.Node, nil, "[ID:] NAME[:TYPE] [attributes …] [utilization …]",
			"Define a node and its attributes.", Administrator,
			[]Completer{nodeNames, constants("attributes", "utilization")}},
		{syntax.Primitive, []string{"resource"}, "ID [CLASS:[PROVIDER:]]TYPE|@TEMPLATE [params …] [meta …] [op NAME …]",
			"Define a resource.", Administrator,
			[]Completer{nothing, agentNames, primitiveWords}},
		{syntax.Template, nil, "ID [CLASS:[PROVIDER:]]TYPE [params …] [meta …] [op NAME …]",
			"Define a template for resources.", Administrator,
			[]Completer{nothing, agentNames, primitiveWords}},
		{syntax.Bundle, nil, "ID docker|rkt|podman … [network …] [storage …] [primitive ID] [meta …]",
			"Define a container bundle.", Administrator,
			[]Completer{nothing, constants("docker", "rkt", "podman"), constants("network", "storage", "primitive", "meta")}},
		{syntax.Group, nil, "ID MEMBER… [params …] [meta …]",
			"Define a group: members on one node, started in order.", Administrator,
			[]Completer{nothing, freePrimitives}},
		{syntax.Clone, nil, "ID RESOURCE [meta …]",
			"Define a clone: the resource on several nodes.", Administrator,
			[]Completer{nothing, cloneable, constants("meta", "params")}},
		{syntax.Master, []string{"master"}, "ID RESOURCE [meta …]",
			"Define a promotable clone in the form of old.", Administrator,
			[]Completer{nothing, cloneable, constants("meta", "params")}},
		{syntax.Location, nil, "ID RESOURCE SCORE: NODE | rule …",
			"Say where a resource prefers to run.", Administrator,
			[]Completer{nothing, resourceIDs, constants("inf:", "-inf:", "rule"), nodeNames}},
		{syntax.Colocation, []string{"collocation"}, "ID SCORE: RESOURCE[:ROLE] RESOURCE[:ROLE]…",
			"Say which resources run together or apart.", Administrator,
			[]Completer{nothing, constants("inf:", "-inf:"), resourceIDs}},
		{syntax.Order, nil, "ID [KIND:] RESOURCE[:ACTION] RESOURCE[:ACTION]… [symmetrical=BOOL]",
			"Say which action comes first.", Administrator,
			[]Completer{nothing, constants("Mandatory:", "Optional:", "Serialize:"), resourceIDs}},
		{syntax.Ticket, nil, "ID TICKET: RESOURCE[:ROLE]… [loss-policy=…]",
			"Make resources depend on a ticket.", Administrator,
			[]Completer{nothing, nothing, resourceIDs}},
		{syntax.Property, nil, "[ID:] NAME=VALUE…",
			"Set cluster properties.", Administrator,
			[]Completer{optionPairs(option.Cluster)}},
		{syntax.RscDefaults, nil, "[ID:] NAME=VALUE…",
			"Set defaults of meta attributes.", Administrator,
			[]Completer{optionPairs(option.Resource)}},
		{syntax.OpDefaults, nil, "[ID:] NAME=VALUE…",
			"Set defaults of operations.", Administrator,
			[]Completer{constants("timeout=", "on-fail=", "interval=", "record-pending=", "enabled=")}},
		{syntax.Fencing, nil, "[NODE: | attr:A=V | pattern:RE] DEVICE…",
			"Say which fencing devices are tried for which nodes.", Administrator,
			[]Completer{fencingDevices}},
		{syntax.Monitor, nil, "RESOURCE[:ROLE] INTERVAL[:TIMEOUT]",
			"Add a monitor operation to a resource.", Administrator,
			[]Completer{primitiveIDs}},
		{syntax.ACLUser, nil, "ID role:ROLE… | RULE…",
			"Define an ACL user of schemas before 2.0.", Expert,
			nil},
		{syntax.Role, nil, "ID read|write|deny TARGET…",
			"Define an ACL role.", Expert,
			nil},
		{syntax.ACLTarget, nil, "USER ROLE…",
			"Give a user ACL roles.", Expert,
			nil},
		{syntax.ACLGroup, nil, "GROUP ROLE…",
			"Give a group of users ACL roles.", Expert,
			nil},
		{syntax.Tag, nil, "ID [:] OBJECT…",
			"Give several objects a common name.", Administrator,
			[]Completer{nothing, objectIDs}},
		{syntax.Alert, nil, "ID PATH [select …] [attributes …] to RECIPIENT…",
			"Define an alert.", Administrator,
			nil},
	}
	for _, o := range objects {
		kind := o.kind
		configureLevel.Commands = append(configureLevel.Commands, Command{
			Name: kind.Word(), Aliases: o.aliases, Max: -1, Usage: o.usage, Summary: o.summary, Skill: o.skill, Complete: o.comp,
			Run: editing(func(sh *Shell, args []string) error { return createObject(sh, kind, args) }),
		})
	}
	configureLevel.Commands = append(configureLevel.Commands,
		Command{Name: "xml", Min: 1, Max: -1, Usage: "XML", Summary: "Define an object by its XML.", Skill: Administrator,
			Run: editing(createXML)},
		Command{Name: "show", Max: -1, Usage: "[xml] [ID… | type:T | tag:T | related:X | changed]", Summary: "Show objects, or all.",
			Complete: []Completer{selections}, Run: reading(show)},
		Command{Name: "get_property", Old: []string{"get-property"}, Max: -1, Usage: "[-t|--true] NAME…",
			Summary: "Print properties or their defaults.", Complete: []Completer{optionNamesOf(option.Cluster)}, Run: reading(getProperty)},
		Command{Name: "set", Min: 2, Max: 2, Usage: "ID.[OP.][INTERVAL.]NAME VALUE", Summary: "Change one attribute.", Skill: Administrator,
			Run: editing(func(sh *Shell, a []string) error { return asUsage(sh.Session.Set(a[0], a[1])) })},
		Command{Name: "edit", Max: -1, Usage: "[xml] [ID…]", Summary: "Edit objects in an editor.", Skill: Administrator,
			Complete: []Completer{selections}, Run: editing(edit)},
		Command{Name: "filter", Min: 1, Max: -1, Usage: "PROGRAM [xml] [ID…]", Summary: "Let a program change the text of objects.",
			Skill: Administrator, Run: editing(filter)},
		Command{Name: "delete", Aliases: []string{"rm"}, Min: 1, Max: -1, Usage: "[--force] ID…", Summary: "Delete objects.", Skill: Administrator,
			Complete: []Completer{objectIDs}, Run: editing(deleteObjects)},
		Command{Name: "rename", Min: 2, Max: 2, Usage: "OLD NEW", Summary: "Give an object another id.", Skill: Administrator,
			Complete: []Completer{objectIDs, nothing}, Run: editing(rename)},
		Command{Name: "modgroup", Min: 3, Max: 5, Usage: "GROUP add RESOURCE [after|before MEMBER] | GROUP remove RESOURCE",
			Summary: "Change the members of a group.", Skill: Administrator,
			Complete: []Completer{groupIDs, constants("add", "remove"), primitiveIDs, constants("after", "before"), primitiveIDs},
			Run:      editing(modGroup)},
		Command{Name: "refresh", Max: 1, Summary: "Read the configuration anew and drop changes.", Skill: Administrator, Run: refresh},
		Command{Name: "erase", Max: 1, Usage: "[nodes]", Summary: "Remove everything but the nodes, or only the nodes.", Skill: Expert,
			Complete: []Completer{constants("nodes")}, Run: editing(erase)},
		Command{Name: "verify", Max: 0, Summary: "Check the configuration.", Skill: Administrator, Run: reading(verify)},
		Command{Name: "default-timeouts", Aliases: []string{"default_timeouts"}, Min: 1, Max: -1, Usage: "ID…",
			Summary: "Set the timeouts of operations that the agents advise.", Skill: Administrator, Complete: []Completer{primitiveIDs},
			Run: editing(func(sh *Shell, a []string) error { return sh.Session.DefaultTimeouts(a) })},
		Command{Name: "save", Min: 1, Max: -1, Usage: "[xml] [ID…] FILE", Summary: "Save objects, or all, to a file.", Run: reading(save),
			Complete: []Completer{selections}},
		Command{Name: "load", Min: 2, Max: 3, Usage: "[xml] {update|replace|push} {FILE|-}", Summary: "Load objects from a file.",
			Skill: Administrator, Complete: []Completer{constants("update", "replace", "push", "xml"), files}, Run: editing(load)},
		Command{Name: "commit", Max: 2, Usage: "[force] [replace]", Summary: "Send the changes to the cluster.", Skill: Administrator, Waits: true,
			Complete: []Completer{constants("force", "replace")}, Run: reading(commit)},
		Command{Name: "schema", Max: 1, Usage: "[NAME]", Summary: "Show or change the schema.", Skill: Administrator, Run: reading(schema)},
		Command{Name: "upgrade", Max: 1, Usage: "[force]", Summary: "Go to the newest schema.", Skill: Administrator,
			Complete: []Completer{constants("force")}, Run: reading(upgrade)},
		Command{Name: "simulate", Aliases: []string{"ptest"}, Max: -1, Usage: "[nograph] [scores] [utilization] [actions]",
			Summary: "Show what the changes would do.", Complete: []Completer{constants("nograph", "scores", "utilization", "actions")},
			Run: reading(simulate)},
	)
	configureLevel.Levels = []*Level{raLevel, cibLevel, assistLevel}
}

// reading makes sure that the configuration was read before the command.
func reading(run func(*Shell, []string) error) func(*Shell, []string) error {
	return func(sh *Shell, args []string) error {
		if err := sh.Session.Ensure(sh.Ctx, sh.Mode == Interactive); err != nil {
			return err
		}
		return run(sh, args)
	}
}

// editing is reading for commands that change the working copy.
func editing(run func(*Shell, []string) error) func(*Shell, []string) error { return reading(run) }

// asUsage makes a command error of an error.
func asUsage(err error) error {
	if err == nil {
		return nil
	}
	return &CommandError{err.Error()}
}

func (sh *Shell) parseOptions() syntax.Options {
	return syntax.Options{SingleShot: true, Provider: sh.Session.Agents.Provider}
}

func createObject(sh *Shell, kind syntax.Kind, args []string) error {
	o, err := syntax.ParseWords(append([]string{kind.Word()}, args...), sh.parseOptions())
	if err != nil {
		return err
	}
	// Without an id the set that is there is meant.
	if kind.IsAttributeSet() && o.ID == kind.DefaultID() && !(len(args) > 0 && (strings.HasSuffix(args[0], ":") || strings.HasPrefix(args[0], "$"))) {
		o.ID = sh.Session.LastSet(kind)
		o.Node.Set("id", o.ID)
	}
	return sh.Session.Create(o)
}

func createXML(sh *Shell, args []string) error {
	// The XML is one argument when it came as a line, several when the words of a command line were joined.
	o, err := syntax.Parse(syntax.Line{Text: "xml " + strings.Join(args, " ")}, sh.parseOptions())
	if err != nil {
		return err
	}
	return sh.Session.Create(o)
}

// takeXML tells whether the first word is xml, and returns the others.
func takeXML(args []string) (bool, []string) {
	if len(args) > 0 && args[0] == "xml" {
		return true, args[1:]
	}
	return false, args
}

func show(sh *Shell, args []string) error {
	xml, args := takeXML(args)
	var words []string
	obscure := sh.Session.Obscure
	defer func() { sh.Session.Obscure = obscure }()
	for _, a := range args {
		if g, ok := strings.CutPrefix(a, "obscure:"); ok {
			sh.Session.Obscure = append(append([]string(nil), obscure...), g)
			continue
		}
		words = append(words, a)
	}
	objs, err := sh.Session.Select(words)
	if err != nil {
		return err
	}
	if xml {
		sh.page(sh.Session.XML(objs, false))
	} else {
		sh.page(sh.Session.Text(objs, false))
	}
	return nil
}

func getProperty(sh *Shell, args []string) error {
	truth := false
	if len(args) > 0 && (args[0] == "-t" || args[0] == "--true") {
		truth, args = true, args[1:]
	}
	if len(args) == 0 {
		for _, o := range option.Cluster {
			sh.print(o.Name + "\n")
		}
		return nil
	}
	for _, name := range args {
		value, ok := sh.Session.Property(name)
		if !ok {
			o := option.Find(option.Cluster, name)
			if o == nil {
				return usage("%s: Property not set", name)
			}
			value = o.Default
		}
		if truth {
			value = fmt.Sprint(option.True(value))
		}
		sh.print(value + "\n")
	}
	return nil
}

func deleteObjects(sh *Shell, args []string) error {
	force := sh.Force
	var ids []string
	for _, a := range args {
		if a == "--force" || a == "-f" {
			force = true
			continue
		}
		ids = append(ids, a)
	}
	if len(ids) == 0 {
		return usage("Expected at least one id")
	}
	if sh.live() {
		for _, id := range ids {
			if where := sh.Session.Running(id); len(where) > 0 && !force {
				return usage("resource %s is running on %s: stop it first, or delete with --force", id, strings.Join(where, ", "))
			}
		}
	}
	return sh.Session.Delete(ids, force)
}

// live tells whether the shell works on a running cluster rather than on a file.
func (sh *Shell) live() bool {
	return sh.shadow == "" && sh.Env.Getenv("CIB_file") == "" && sh.Env.Getenv(shadowVariable) == ""
}

func rename(sh *Shell, a []string) error {
	if sh.live() && !sh.Force {
		if where := sh.Session.Running(a[0]); len(where) > 0 {
			return usage("resource %s is running on %s: stop it first", a[0], strings.Join(where, ", "))
		}
	}
	return sh.Session.Rename(a[0], a[1])
}

func modGroup(sh *Shell, a []string) error {
	var before, after string
	switch {
	case a[1] != "add" && a[1] != "remove":
		return usage("Expected add or remove (found '%s')", a[1])
	case len(a) == 3:
	case a[1] == "remove" || len(a) == 4:
		return usage("Expected GROUP add RESOURCE [after|before MEMBER] or GROUP remove RESOURCE")
	case a[3] == "before":
		before = a[4]
	case a[3] == "after":
		after = a[4]
	default:
		return usage("Expected after or before (found '%s')", a[3])
	}
	return asUsage(sh.Session.ModGroup(a[0], a[1] == "add", a[2], before, after))
}

func erase(sh *Shell, a []string) error {
	if len(a) > 0 && a[0] != "nodes" {
		return usage("Expected 'nodes' (found '%s')", a[0])
	}
	sh.Session.Erase(len(a) > 0)
	return nil
}

func refresh(sh *Shell, a []string) error {
	if sh.Session.Changed() && sh.Mode == Interactive && len(a) == 0 &&
		!sh.Ask("All changes will be dropped. Do you want to proceed") {
		return ErrFailed
	}
	return sh.Session.Refresh(sh.Ctx)
}

func verify(sh *Shell, _ []string) error {
	failed := false
	for _, f := range sh.Session.Verify(true) {
		sh.say(f.Level, f.Text)
		failed = failed || f.Level == session.Error
	}
	return stay(!failed)
}

func commit(sh *Shell, args []string) error {
	force, replace := sh.Force || sh.Options.Bool("core.force"), false
	for _, a := range args {
		switch a {
		case "force", "--force", "-f":
			force = true
		case "replace":
			replace = true
		default:
			return fmt.Errorf("syntax: unexpected '%s', expected force or replace parsing 'commit %s'", a, strings.Join(args, " "))
		}
	}
	if !sh.Session.Changed() {
		sh.Info("apparently there is nothing to commit")
		sh.Info("try changing something first")
		return nil
	}
	return sh.commitChanges(force, replace)
}

// commitChanges checks and sends what is pending.
func (sh *Shell) commitChanges(force, replace bool) error {
	if frequency, _ := sh.Options.Get("core.check_frequency"); frequency != "never" {
		relaxed, _ := sh.Options.Get("core.check_mode")
		fatal, errs := false, false
		for _, f := range sh.Session.Verify(false) {
			if relaxed == "relaxed" && !f.Fatal && f.Level == session.Error {
				f.Level = session.Warning
			}
			sh.say(f.Level, f.Text)
			fatal = fatal || f.Fatal
			errs = errs || f.Level == session.Error
		}
		switch {
		case fatal:
			sh.Error("the configuration is not valid: nothing was committed")
			return ErrFailed
		case errs && force:
			sh.Info("commit forced")
		case errs && !sh.Ask("Do you still want to commit"):
			sh.Error("nothing was committed; commit force would do it in spite of these errors")
			return ErrFailed
		}
	}
	if replace {
		return sh.Session.CommitReplace(sh.Ctx)
	}
	err := sh.Session.Commit(sh.Ctx, force)
	var conflict *session.ConflictError
	if errors.As(err, &conflict) && sh.Mode == Interactive && sh.Ask(fmt.Sprintf("%v. Overwrite their change", conflict)) {
		return sh.Session.Commit(sh.Ctx, true)
	}
	return err
}

// leaveConfigure commits what is pending, or asks what to do with it.
func leaveConfigure(sh *Shell) error {
	if !sh.Session.Changed() {
		return nil
	}
	if sh.Mode != Interactive {
		err := sh.commitChanges(sh.Force || sh.Options.Bool("core.force"), false)
		if err != nil {
			if r := sh.Session.Refresh(sh.Ctx); r != nil {
				err = errors.Join(err, r)
			}
		}
		return err
	}
	for range 10 {
		answer := "y"
		if !sh.Force {
			a, err := sh.ReadLine("There are changes pending. Do you want to commit them (y/n/c)? ")
			if err != nil {
				// The terminal is gone: the changes must not go with it unnoticed.
				sh.print("\n")
				sh.Error("uncommitted changes are dropped:")
				fmt.Fprint(sh.Env.Stderr, sh.Session.Difference())
				return ErrFailed
			}
			answer = strings.ToLower(strings.TrimSpace(a))
		}
		switch answer {
		case "y", "yes":
			if err := sh.commitChanges(sh.Force, false); err != nil {
				sh.tellUnlessTold(err)
				return errStay
			}
			return nil
		case "n", "no":
			return sh.Session.Refresh(sh.Ctx)
		case "c", "cancel":
			return errStay
		case "d", "diff":
			sh.print(sh.Session.Difference())
		}
	}
	return errStay
}

func (sh *Shell) tellUnlessTold(err error) {
	if !errors.Is(err, ErrFailed) {
		sh.tell(err)
	}
}

func schema(sh *Shell, args []string) error {
	root := sh.Session.Base().Root()
	if len(args) == 0 {
		sh.print(root.Get("validate-with") + "\n")
		return nil
	}
	return sh.Session.SetSchema(sh.Ctx, args[0])
}

func upgrade(sh *Shell, args []string) error {
	if len(args) > 0 && args[0] != "force" {
		return usage("Expected 'force' (found '%s')", args[0])
	}
	if len(args) == 0 && !sh.Force {
		sh.Info("'force' is required to upgrade the schema")
		return nil
	}
	return sh.Session.Upgrade(sh.Ctx)
}

func simulate(sh *Shell, args []string) error {
	tool := []string{"-x", "-", "-S"}
	for _, a := range args {
		switch a {
		case "scores":
			tool = append(tool, "-s")
		case "utilization":
			tool = append(tool, "-U")
		case "nograph", "actions":
		default:
			if strings.Trim(a, "v") != "" {
				return usage("Unexpected '%s'", a)
			}
		}
	}
	return sh.toolWithInput("crm_simulate", string(sh.Session.Document().Bytes()), tool...)
}

// toolWithInput runs a drop-in command with a text on its standard input.
func (sh *Shell) toolWithInput(name, input string, args ...string) error {
	a, ok := sh.Tools.Lookup(name)
	if !ok {
		return fmt.Errorf("%s is not available", name)
	}
	env := sh.clusterEnv()
	env.Name, env.Args, env.Stdin = name, args, strings.NewReader(input)
	if a.Run(env) != exitcode.OK {
		return ErrFailed
	}
	return nil
}
