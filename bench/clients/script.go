package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// step is one command and what is expected of it.
type step struct {
	line    int
	node    string // where it is typed
	command []string
	exit    int
	has     []string // what the output must show
	lacks   []string // what it must not
	stdin   string
	ours    bool // a command of ours that looks at what the client did; not counted as the client's
}

// parse reads a script. A line "NODE$ COMMAND" is typed on a node, "NODE% COMMAND" as well, to look at what came of it with a tool of
// ours. Lines below it that begin with a tab say what is expected: "exit N" (0 if not said), "has TEXT", "lacks TEXT"; "in TEXT" is a line
// of its standard input. Blank lines and lines that begin with # are for the reader. Words are split at blanks, 'quoted words' are not.
func parse(r io.Reader) ([]step, error) {
	var list []step
	in := bufio.NewScanner(r)
	for n := 1; in.Scan(); n++ {
		text := in.Text()
		if strings.TrimSpace(text) == "" || text[0] == '#' {
			continue
		}
		if expectation, ok := strings.CutPrefix(text, "\t"); ok {
			if len(list) == 0 {
				return nil, fmt.Errorf("line %d: an expectation before any command", n)
			}
			if err := list[len(list)-1].expect(expectation); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			continue
		}
		at := strings.IndexAny(text, "$%")
		if at < 1 {
			return nil, fmt.Errorf("line %d: neither NODE$ COMMAND nor an expectation below one: %q", n, text)
		}
		command, err := words(text[at+1:])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		list = append(list, step{line: n, node: text[:at], command: command, ours: text[at] == '%'})
	}
	return list, in.Err()
}

func (s *step) expect(text string) (err error) {
	kind, rest, _ := strings.Cut(text, " ")
	switch kind {
	case "exit":
		s.exit, err = strconv.Atoi(rest)
	case "has":
		s.has = append(s.has, rest)
	case "lacks":
		s.lacks = append(s.lacks, rest)
	case "in":
		s.stdin += rest + "\n"
	default:
		err = fmt.Errorf("%q is none of exit, has, lacks, in", kind)
	}
	return err
}

// words splits a command.
func words(text string) (list []string, err error) {
	var word strings.Builder
	quoted, begun := false, false
	end := func() {
		if begun {
			list = append(list, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, c := range text {
		switch {
		case c == '\'':
			quoted, begun = !quoted, true
		case c == ' ' && !quoted:
			end()
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	end()
	switch {
	case quoted:
		return nil, fmt.Errorf("a quotation is not closed: %q", text)
	case len(list) == 0:
		return nil, fmt.Errorf("no command: %q", text)
	}
	return list, nil
}

// judge lists what is wrong with an answer.
func (s *step) judge(output string, exit int) (wrong []string) {
	if exit != s.exit {
		wrong = append(wrong, fmt.Sprintf("exit code %d, not %d", exit, s.exit))
	}
	for _, t := range s.has {
		if !strings.Contains(squeeze(output), squeeze(t)) {
			wrong = append(wrong, fmt.Sprintf("%q is missing", t))
		}
	}
	for _, t := range s.lacks {
		if strings.Contains(squeeze(output), squeeze(t)) {
			wrong = append(wrong, fmt.Sprintf("%q should not be there", t))
		}
	}
	return wrong
}

// squeeze makes all white space single blanks: columns are no promise.
func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }
