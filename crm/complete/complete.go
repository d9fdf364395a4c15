// Package complete finds the words that may come next on a line of the crm shell, from the same tables that run the line.
//
//	"configure show ty" ──▶ walk the levels ──▶ the command's completer for that argument ──▶ "type:primitive", …
package complete

import (
	"sort"
	"strings"

	"pacer/crm/level"
	"pacer/crm/syntax"
)

// Line returns what may stand in the place of the last word of a line, and where on the line that word begins.
func Line(sh *level.Shell, line string) (words []string, start int) {
	start = strings.LastIndexAny(line, " \t") + 1
	before, err := syntax.Words(line[:start])
	if err != nil {
		return nil, start
	}
	last := line[start:]
	seen := map[string]bool{}
	for _, w := range sh.Candidates(before) {
		w = chunk(w, last)
		if strings.HasPrefix(w, last) && !seen[w] && !strings.HasPrefix(w, "_") {
			seen[w] = true
			words = append(words, w)
		}
	}
	sort.Strings(words)
	return words, start
}

// chunk cuts long names of agents and pairs at the next colon or behind the equals sign, so that they are completed part by
// part.
func chunk(word, typed string) string {
	if !strings.HasPrefix(word, typed) {
		return word
	}
	rest := word[len(typed):]
	if i := strings.IndexByte(rest, ':'); i >= 0 && i < len(rest)-1 && strings.Count(word, ":") > 0 && isAgent(word) {
		return typed + rest[:i+1]
	}
	if i := strings.IndexByte(rest, '='); i >= 0 {
		return typed + rest[:i+1]
	}
	return word
}

func isAgent(word string) bool {
	class, _, ok := strings.Cut(word, ":")
	switch class {
	case "ocf", "lsb", "service", "systemd", "stonith":
		return ok
	}
	return false
}

// Completed puts a chosen word into the line, with a blank behind it when the word is whole.
func Completed(line string, start int, word string) string {
	if strings.HasSuffix(word, ":") || strings.HasSuffix(word, "=") || strings.HasSuffix(word, "/") {
		return line[:start] + word
	}
	return line[:start] + word + " "
}
