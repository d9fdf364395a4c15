package level

import (
	"strings"
)

// Skill is how much an administrator wants to see; commands above the chosen level are refused.
type Skill int

// The skill levels.
const (
	Operator Skill = iota
	Administrator
	Expert
)

var skillNames = []string{"operator", "administrator", "expert"}

// Completer lists what may stand in the place of an argument, given those before it.
type Completer func(sh *Shell, before []string) []string

// Command is one command of a level.
type Command struct {
	Name string
	// Aliases mean the same and are not told apart; Old ones are answered with a warning that names Name.
	Aliases, Old []string
	// Min and Max bound the number of arguments; Max < 0 is any number.
	Min, Max int
	// Usage is what stands behind the name, Summary one sentence, for help.
	Usage, Summary string
	Skill          Skill
	// Waits says that -w waits for the cluster after it.
	Waits bool
	// Complete are completers by the position of the argument; the last one serves all further positions.
	Complete []Completer
	Run      func(sh *Shell, args []string) error
}

// Level is one level of the shell.
type Level struct {
	Name     string
	Summary  string
	Skill    Skill
	Commands []Command
	Levels   []*Level
	// Enter runs when the level is entered, Leave when it is left; a failing Leave keeps an interactive shell there.
	Enter func(sh *Shell) error
	Leave func(sh *Shell) error
}

// entry is what a word of a level means: a command or a level.
type entry struct {
	name    string // as it is listed
	command *Command
	level   *Level
	old     bool
}

// entries lists all words of a level, the common ones too.
func (l *Level) entries(root bool) []entry {
	var out []entry
	add := func(c *Command) {
		out = append(out, entry{name: c.Name, command: c})
		for _, a := range c.Aliases {
			out = append(out, entry{name: a, command: c})
		}
		for _, a := range c.Old {
			out = append(out, entry{name: a, command: c, old: true})
		}
	}
	for i := range l.Commands {
		add(&l.Commands[i])
	}
	for _, sub := range l.Levels {
		out = append(out, entry{name: sub.Name, level: sub})
	}
	for i := range common {
		if !root || common[i].Name != "up" {
			add(&common[i])
		}
	}
	return out
}

// Names lists the words of a level that are offered for completion.
func (l *Level) Names(root bool) []string {
	var out []string
	for _, e := range l.entries(root) {
		if !strings.HasPrefix(e.name, "_") && !e.old {
			out = append(out, e.name)
		}
	}
	return out
}

// lookup finds what a word means: exactly; else the only name that begins with it; else the only name that contains its letters
// in their order, beginning with the first.
func (l *Level) lookup(word string, root bool) (entry, bool) {
	all := l.entries(root)
	for _, e := range all {
		if e.name == word {
			return e, true
		}
	}
	lower := strings.ToLower(word)
	for _, fits := range []func(string) bool{
		func(name string) bool { return strings.HasPrefix(strings.ToLower(name), lower) },
		func(name string) bool { return fuzzy(strings.ToLower(name), lower) },
	} {
		var found entry
		n := 0
		for _, e := range all {
			if strings.HasPrefix(e.name, "_") || e.old || !fits(e.name) || n > 0 && same(e, found) {
				continue
			}
			found = e
			n++
		}
		if n == 1 {
			return found, true
		}
		if n > 1 {
			return entry{}, false
		}
	}
	return entry{}, false
}

func same(a, b entry) bool { return a.command == b.command && a.level == b.level }

func fuzzy(name, word string) bool {
	if word == "" || name == "" || name[0] != word[0] {
		return false
	}
	i := 0
	for j := 0; j < len(name) && i < len(word); j++ {
		if name[j] == word[i] {
			i++
		}
	}
	return i == len(word)
}
