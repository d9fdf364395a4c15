package level

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pacer/cib"
	"pacer/client"
	"pacer/crm/session"
)

// cibLevel handles shadow configurations: copies that can be changed without touching the cluster.
var cibLevel = &Level{Name: "cib", Summary: "Shadow configurations."}

func fillCIB() {
	cibLevel.Commands = []Command{
		{Name: "new", Min: 1, Max: 4, Usage: "NAME [withstatus] [force] [empty]", Summary: "Make a shadow configuration and use it.",
			Skill: Administrator, Run: newShadow},
		{Name: "delete", Min: 1, Max: 1, Usage: "NAME", Summary: "Delete a shadow configuration.", Skill: Administrator,
			Complete: []Completer{shadowNames}, Run: deleteShadow},
		{Name: "reset", Min: 1, Max: 1, Usage: "NAME", Summary: "Copy the live configuration into a shadow.", Skill: Administrator,
			Complete: []Completer{shadowNames}, Run: func(sh *Shell, a []string) error { return sh.writeShadow(a[0], false, true) }},
		{Name: "commit", Max: 1, Usage: "[NAME]", Summary: "Make a shadow the live configuration.", Skill: Administrator, Waits: true,
			Complete: []Completer{shadowNames}, Run: commitShadow},
		{Name: "use", Max: 2, Usage: "[NAME|live] [withstatus]", Summary: "Work on a shadow, or on the live configuration.", Skill: Administrator,
			Complete: []Completer{shadowNames}, Run: useShadow},
		{Name: "diff", Max: 0, Summary: "Show how the shadow in use differs from the live configuration.", Skill: Administrator, Run: diffShadow},
		{Name: "list", Max: 0, Summary: "List the shadow configurations.", Skill: Administrator, Run: func(sh *Shell, _ []string) error {
			for _, n := range shadowNames(sh, nil) {
				sh.print(n + "\n")
			}
			return nil
		}},
	}
}

func (sh *Shell) source() client.Source {
	return client.Source{Getenv: sh.Env.Getenv, Stdin: sh.Env.Stdin, Places: sh.Env.Places, Now: sh.Env.Now, Program: "crm"}
}

func (sh *Shell) shadowPath(name string) (string, error) { return client.ShadowPath(sh.source(), name) }

func shadowNames(sh *Shell, _ []string) []string {
	probe, err := sh.shadowPath("x")
	if err != nil {
		return nil
	}
	list, err := os.ReadDir(filepath.Dir(probe))
	if err != nil {
		return nil
	}
	var out []string
	for _, f := range list {
		if name, ok := strings.CutPrefix(f.Name(), "shadow."); ok {
			out = append(out, name)
		}
	}
	return out
}

// liveCluster opens what lies behind all shadows.
func (sh *Shell) liveCluster() (Cluster, error) {
	env := sh.Env
	get := env.Getenv
	env.Getenv = func(name string) string {
		if name == shadowVariable {
			return ""
		}
		return get(name)
	}
	return sh.Open(env)
}

// writeShadow copies the live configuration into a shadow file.
func (sh *Shell) writeShadow(name string, empty, overwrite bool) error {
	path, err := sh.shadowPath(name)
	if err != nil {
		return usage("%v", err)
	}
	if _, err := os.Stat(path); err == nil && !overwrite {
		return usage("shadow %s exists already; say force to overwrite it", name)
	}
	doc := cib.Empty()
	if !empty {
		live, err := sh.liveCluster()
		if err != nil {
			return err
		}
		if doc, err = live.CIB(sh.Ctx); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	tmp := path + ".new"
	if err := os.WriteFile(tmp, doc.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

func newShadow(sh *Shell, a []string) error {
	force, empty := sh.Force, false
	for _, w := range a[1:] {
		switch w {
		case "force", "--force":
			force = true
		case "empty":
			empty = true
		case "withstatus":
		default:
			return usage("Unexpected '%s'", w)
		}
	}
	if err := sh.writeShadow(a[0], empty, force); err != nil {
		return err
	}
	sh.Info("%s shadow CIB created", a[0])
	return sh.switchShadow(a[0])
}

func deleteShadow(sh *Shell, a []string) error {
	if a[0] == sh.shadow {
		return usage("%s shadow CIB is in use", a[0])
	}
	path, err := sh.shadowPath(a[0])
	if err != nil {
		return usage("%v", err)
	}
	if err := os.Remove(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return usage("%s shadow CIB does not exist", a[0])
		}
		return err
	}
	sh.Info("%s shadow CIB deleted", a[0])
	return nil
}

func commitShadow(sh *Shell, a []string) error {
	name := sh.shadow
	if len(a) > 0 {
		name = a[0]
	}
	if name == "" {
		return usage("cannot commit the live configuration: name a shadow")
	}
	if sh.Session.Changed() {
		return usage("there are uncommitted changes: commit or refresh them first")
	}
	path, err := sh.shadowPath(name)
	if err != nil {
		return usage("%v", err)
	}
	doc, err := client.ReadCIB(path, nil)
	if err != nil {
		return fmt.Errorf("shadow %s: %w", name, err)
	}
	live, err := sh.liveCluster()
	if err != nil {
		return err
	}
	if _, err := live.Apply(sh.Ctx, cib.Op{Kind: cib.OpReplace, Section: "configuration", Data: doc.Configuration()}); err != nil {
		return err
	}
	sh.Info("committed '%s' shadow CIB to the cluster", name)
	sh.cluster = nil
	return sh.Session.Refresh(sh.Ctx)
}

func useShadow(sh *Shell, a []string) error {
	name := ""
	if len(a) > 0 && a[0] != "live" {
		name = a[0]
	}
	return sh.switchShadow(name)
}

// switchShadow changes what the shell works on. Pending changes are dropped only when the user agrees.
func (sh *Shell) switchShadow(name string) error {
	if name == sh.shadow {
		return nil
	}
	if sh.Session.Changed() && !sh.Ask("All changes will be dropped. Do you want to proceed") {
		return usage("there are uncommitted changes: commit or refresh them first")
	}
	if name != "" {
		path, err := sh.shadowPath(name)
		if err != nil {
			return usage("%v", err)
		}
		if _, err := os.Stat(path); err != nil {
			return usage("%s: no such shadow CIB", name)
		}
	}
	sh.UseShadow(name)
	sh.Session = sh.newSession()
	return nil
}

// StartShadow is the -c option.
func (sh *Shell) StartShadow(name string) error { return sh.switchShadow(name) }

func (sh *Shell) newSession() *session.Session {
	s := session.New(lazy{sh})
	s.Say = sh.say
	s.Agents = sh.Session.Agents
	old := sh.Session
	sh.Session = s
	sh.apply()
	s.Force = old.Force
	return s
}

func diffShadow(sh *Shell, _ []string) error {
	if sh.shadow == "" {
		return usage("no shadow is in use")
	}
	live, err := sh.liveCluster()
	if err != nil {
		return err
	}
	doc, err := live.CIB(sh.Ctx)
	if err != nil {
		return err
	}
	text, err := sh.Session.DifferenceFrom(sh.Ctx, doc)
	if err != nil {
		return err
	}
	sh.print(text)
	return nil
}
