package level

import (
	"fmt"
	"sort"
	"strings"
)

// common are the commands of every level; up is missing from the root.
var common []Command

func fillCommon() {
	common = []Command{
		{Name: "help", Aliases: []string{"?", "-h", "--help"}, Max: 2, Usage: "[TOPIC]",
			Summary: "Show help for a command or a level.", Run: help,
			Complete: []Completer{func(sh *Shell, _ []string) []string { return sh.At().Names(sh.AtRoot()) }}},
		{Name: "ls", Max: 0, Summary: "List the commands and levels that can be used here.", Run: list},
		{Name: "cd", Max: 1, Usage: "[PATH]", Summary: "Go to another level; without a path one level up.", Run: changeLevel,
			Complete: []Completer{func(sh *Shell, _ []string) []string { return levelNames(sh.At()) }}},
		{Name: "up", Aliases: []string{"back", "end"}, Max: 0, Summary: "Go one level up.", Run: func(sh *Shell, _ []string) error {
			return stay(sh.leave())
		}},
		{Name: "quit", Aliases: []string{"bye", "exit"}, Max: 0, Summary: "Leave the shell.", Run: func(sh *Shell, _ []string) error {
			before := len(sh.stack)
			ok := sh.Finish()
			if before > 1 && len(sh.stack) > 1 {
				return ErrFailed
			}
			sh.done = true
			return stay(ok)
		}},
	}
}

func stay(ok bool) error {
	if !ok {
		return ErrFailed
	}
	return nil
}

func levelNames(l *Level) []string {
	names := []string{".."}
	for _, sub := range l.Levels {
		names = append(names, sub.Name)
	}
	return names
}

// changeLevel follows a path of levels.
func changeLevel(sh *Shell, args []string) error {
	to := ".."
	if len(args) > 0 {
		to = args[0]
	}
	for _, step := range strings.Split(to, "/") {
		switch step {
		case "", ".":
		case "..":
			if !sh.AtRoot() && !sh.leave() {
				return ErrFailed
			}
		default:
			e, ok := sh.At().lookup(step, sh.AtRoot())
			if !ok || e.level == nil {
				return usage("%s not found in %s", step, sh.At().Name)
			}
			if !sh.enter(e.level) {
				return ErrFailed
			}
		}
	}
	return nil
}

// list prints the words of the level in three columns.
func list(sh *Shell, _ []string) error {
	names := sh.At().Names(sh.AtRoot())
	sort.Strings(names)
	const columns = 3
	rows := (len(names) + columns - 1) / columns
	for r := range rows {
		var b strings.Builder
		for c := range columns {
			if i := c*rows + r; i < len(names) {
				fmt.Fprintf(&b, "%-24s", names[i])
			}
		}
		sh.print(strings.TrimRight(b.String(), " ") + "\n")
	}
	return nil
}

// help prints what a level offers, or how one command is used.
func help(sh *Shell, args []string) error {
	l := sh.At()
	root := sh.AtRoot()
	for i, w := range args {
		e, ok := l.lookup(w, root)
		if !ok && i == 0 && !root {
			e, ok = rootLevel.lookup(w, true)
		}
		switch {
		case !ok:
			return usage("no help for '%s'", w)
		case e.level != nil:
			l, root = e.level, false
		default:
			sh.print(helpOf(e.command))
			return nil
		}
	}
	var b strings.Builder
	if l.Summary != "" {
		b.WriteString(l.Summary + "\n\n")
	}
	if len(l.Commands) > 0 {
		b.WriteString("Commands:\n")
		for _, c := range l.Commands {
			if !strings.HasPrefix(c.Name, "_") {
				fmt.Fprintf(&b, "  %-18s %s\n", c.Name, c.Summary)
			}
		}
	}
	if len(l.Levels) > 0 {
		b.WriteString("\nLevels:\n")
		for _, s := range l.Levels {
			fmt.Fprintf(&b, "  %-18s %s\n", s.Name, s.Summary)
		}
	}
	b.WriteString("\nEverywhere:\n")
	for _, c := range common {
		if !root || c.Name != "up" {
			fmt.Fprintf(&b, "  %-18s %s\n", c.Name, c.Summary)
		}
	}
	sh.page(b.String())
	return nil
}

func helpOf(c *Command) string {
	s := c.Name
	if c.Usage != "" {
		s += " " + c.Usage
	}
	s += "\n\n" + c.Summary + "\n"
	if a := append(append([]string(nil), c.Aliases...), c.Old...); len(a) > 0 {
		s += "\nAlso called: " + strings.Join(a, ", ") + "\n"
	}
	return s
}
