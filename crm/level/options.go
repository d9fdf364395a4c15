package level

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"pacer/applet"
)

// optionTable are the options of the shell, with their defaults and the values they take (none: any text).
var optionTable = []struct {
	name, value string
	choices     []string
}{
	{"core.editor", "", nil},
	{"core.pager", "", nil},
	{"core.user", "", nil},
	{"core.skill_level", "expert", skillNames},
	{"core.sort_elements", "yes", booleans},
	{"core.check_frequency", "always", []string{"always", "on-verify", "never"}},
	{"core.check_mode", "strict", []string{"strict", "relaxed"}},
	{"core.wait", "no", booleans},
	{"core.add_quotes", "yes", booleans},
	{"core.manage_children", "ask", []string{"ask", "never", "always"}},
	{"core.force", "no", booleans},
	{"core.debug", "no", booleans},
	{"core.dotty", "", nil},
	{"core.dot", "", nil},
	{"core.ignore_missing_metadata", "no", booleans},
	{"core.report_tool_options", "", nil},
	{"core.lock_timeout", "120", nil},
	{"core.obscure_pattern", "passw*", nil},
	{"core.OCF_1_1_SUPPORT", "no", booleans},
	{"color.style", "color", []string{"plain", "color-always", "color", "uppercase"}},
}

var booleans = []string{"yes", "true", "on", "1", "no", "false", "off", "0"}

// Options are the shell's options.
type Options struct {
	values map[string]string
	file   string // where they are saved; "" for nowhere
}

// DefaultOptions are the options without any file.
func DefaultOptions() *Options {
	o := &Options{values: map[string]string{}}
	for _, d := range optionTable {
		o.values[d.name] = d.value
	}
	return o
}

// LoadOptions reads the options of the system and of the user. Unknown names are ignored, so that files of other versions
// work; unreadable files are an error.
func LoadOptions(env applet.Env) (*Options, error) {
	o := DefaultOptions()
	config := env.Getenv("XDG_CONFIG_HOME")
	if config == "" && env.Getenv("HOME") != "" {
		config = filepath.Join(env.Getenv("HOME"), ".config")
	}
	files := []string{filepath.Join("/", env.Places.Root, "etc", "crm", "crm.conf")}
	if config != "" {
		o.file = filepath.Join(config, "crm", "crm.conf")
		files = append(files, o.file)
	}
	if f := env.Getenv("CRM_CONFIG_FILE"); f != "" {
		o.file = f
		files = []string{f}
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return o, err
		}
		section := "core"
		for _, line := range strings.Split(string(data), "\n") {
			line = strings.TrimSpace(line)
			switch {
			case line == "" || line[0] == '#' || line[0] == ';':
			case line[0] == '[':
				section = strings.Trim(line, "[] ")
			default:
				name, value, _ := strings.Cut(line, "=")
				// A wrong value in a file must not make the shell unusable.
				_ = o.Set(section+"."+strings.TrimSpace(name), strings.TrimSpace(value))
			}
		}
	}
	return o, nil
}

// Get returns an option's value.
func (o *Options) Get(name string) (string, bool) {
	v, ok := o.values[name]
	return v, ok
}

// Set gives an option a value.
func (o *Options) Set(name, value string) error {
	for _, d := range optionTable {
		if d.name != name {
			continue
		}
		if d.choices != nil && !oneOf(d.choices, value) {
			return fmt.Errorf("%s: %s is not one of %s", name, value, strings.Join(d.choices, ", "))
		}
		o.values[name] = value
		return nil
	}
	return fmt.Errorf("no such option: %s", name)
}

func oneOf(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// Bool reads an option as yes or no.
func (o *Options) Bool(name string) bool {
	switch strings.ToLower(o.values[name]) {
	case "yes", "true", "on", "1":
		return true
	}
	return false
}

// Skill is the skill level in force.
func (o *Options) Skill() Skill {
	for i, n := range skillNames {
		if o.values["core.skill_level"] == n {
			return Skill(i)
		}
	}
	return Expert
}

// Save writes the options that differ from their defaults to the user's file.
func (o *Options) Save() error {
	if o.file == "" {
		return errors.New("there is no place to save options: HOME is not set")
	}
	bySection := map[string][]string{}
	for _, d := range optionTable {
		if v := o.values[d.name]; v != d.value {
			section, name, _ := strings.Cut(d.name, ".")
			bySection[section] = append(bySection[section], name+" = "+v)
		}
	}
	var sections []string
	for s := range bySection {
		sections = append(sections, s)
	}
	sort.Strings(sections)
	var b strings.Builder
	for _, s := range sections {
		b.WriteString("[" + s + "]\n" + strings.Join(bySection[s], "\n") + "\n\n")
	}
	if err := os.MkdirAll(filepath.Dir(o.file), 0o755); err != nil {
		return err
	}
	tmp := o.file + ".new"
	if err := os.WriteFile(tmp, []byte(b.String()), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, o.file)
}

// apply makes the options known to the session.
func (sh *Shell) apply() {
	sh.Session.Unsorted = !sh.Options.Bool("core.sort_elements")
	sh.Session.Force = sh.Force
	if p, _ := sh.Options.Get("core.obscure_pattern"); p != "" {
		sh.Session.Obscure = strings.Fields(strings.ReplaceAll(p, "|", " "))
	} else {
		sh.Session.Obscure = nil
	}
}

// setOption is `options set` and the older commands that set one option; a single call saves at once.
func setOption(sh *Shell, name, value string) error {
	if err := sh.Options.Set(name, value); err != nil {
		return usage("%v", err)
	}
	sh.apply()
	if sh.Mode == SingleShot {
		return sh.Options.Save()
	}
	return nil
}

func optionNames(*Shell, []string) []string {
	var out []string
	for _, d := range optionTable {
		out = append(out, d.name)
	}
	return out
}

var optionsLevel = &Level{
	Name: "options", Summary: "Options of the shell.",
	Commands: func() []Command {
		cmds := []Command{
			{Name: "set", Min: 2, Max: 2, Usage: "OPTION VALUE", Summary: "Set an option.", Complete: []Completer{optionNames},
				Run: func(sh *Shell, a []string) error { return setOption(sh, a[0], a[1]) }},
			{Name: "show", Max: 1, Usage: "[all | OPTION]", Summary: "Show options that differ from their defaults, all, or one.",
				Complete: []Completer{optionNames}, Run: showOptions},
			{Name: "save", Max: 0, Summary: "Save the options for further sessions.",
				Run: func(sh *Shell, _ []string) error { return sh.Options.Save() }},
			{Name: "reset", Max: 0, Summary: "Go back to the defaults.", Run: func(sh *Shell, _ []string) error {
				file := sh.Options.file
				sh.Options = DefaultOptions()
				sh.Options.file = file
				sh.apply()
				return nil
			}},
		}
		for _, legacy := range [][2]string{{"editor", "core.editor"}, {"pager", "core.pager"}, {"user", "core.user"},
			{"skill-level", "core.skill_level"}, {"output", "color.style"}, {"colorscheme", "color.style"},
			{"check-frequency", "core.check_frequency"}, {"check-mode", "core.check_mode"},
			{"sort-elements", "core.sort_elements"}, {"wait", "core.wait"}, {"add-quotes", "core.add_quotes"},
			{"manage-children", "core.manage_children"}} {
			name := legacy[1]
			cmds = append(cmds, Command{Name: legacy[0], Aliases: []string{strings.ReplaceAll(legacy[0], "-", "_")}[:strings.Count(legacy[0], "-")],
				Min: 1, Max: 1, Usage: "VALUE", Summary: "Set " + name + ".",
				Run: func(sh *Shell, a []string) error { return setOption(sh, name, a[0]) }})
		}
		return cmds
	}(),
}

func showOptions(sh *Shell, args []string) error {
	if len(args) == 1 && args[0] != "all" {
		v, ok := sh.Options.Get(args[0])
		if !ok {
			return usage("no such option: %s", args[0])
		}
		sh.print(args[0] + " = " + v + "\n")
		return nil
	}
	for _, d := range optionTable {
		if v := sh.Options.values[d.name]; len(args) == 1 || v != d.value {
			sh.print(d.name + " = " + v + "\n")
		}
	}
	return nil
}
