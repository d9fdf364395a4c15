package command

import (
	"fmt"
	"strings"
)

// maxWord limits one word of the command line; the kernel allows more, no option needs it.
const maxWord = 16 << 20

// parse reads the words, calls Set of every option met and returns the words that belong to no option. notice is told of
// deprecated spellings.
func parse(words []string, options []Option, abbreviate bool, notice func(string)) ([]string, error) {
	var rest []string
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case len(w) > maxWord:
			return nil, fmt.Errorf("Argument of %d bytes is too long", len(w))
		case w == "--":
			return append(rest, words[i+1:]...), nil
		case strings.HasPrefix(w, "--"):
			w = w[2:]
			if abbreviate {
				w = complete(w, options)
			}
			n, err := parseLong(w, words[i+1:], options)
			if err != nil {
				return nil, err
			}
			i += n
		case len(w) > 1 && w[0] == '-' && !isValue(w, options):
			n, err := parseBundle(w[1:], words[i+1:], options, notice)
			if err != nil {
				return nil, err
			}
			i += n
		default:
			rest = append(rest, w)
		}
	}
	return rest, nil
}

// isValue tells words that begin with a minus sign and are values all the same: negative numbers and scores.
func isValue(w string, options []Option) bool {
	if w == "-INFINITY" {
		return true
	}
	if len(w) > 1 {
		if _, ok := short(w[1], options); ok {
			return false
		}
	}
	if len(w) < 2 || w[0] != '-' || w[1] < '1' || w[1] > '9' {
		return false
	}
	for _, c := range w[1:] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// parseLong handles one long option without its dashes and returns how many of the next words it has used up.
func parseLong(w string, next []string, options []Option) (int, error) {
	name, value, glued := strings.Cut(w, "=")
	for _, o := range options {
		if o.Long != name || name == "" {
			continue
		}
		switch {
		case o.Arg == No && glued && o.Group == "help": // what is asked about goes into the name
			return 0, fmt.Errorf("Unknown option --%s", w)
		case o.Arg == No: // a value glued to it is not looked at
			return 0, o.Set("", false)
		case glued:
			return 0, o.Set(value, true)
		case o.Arg == Required && len(next) == 0:
			return 0, fmt.Errorf("Missing argument for --%s", name)
		case o.Arg == Required || len(next) > 0 && !looksLikeOption(next[0]):
			return 1, o.Set(next[0], true)
		default:
			return 0, o.Set("", false)
		}
	}
	return 0, fmt.Errorf("Unknown option --%s", name)
}

// parseBundle handles a word of short options and returns how many of the next words it has used up.
func parseBundle(bundle string, next []string, options []Option, notice func(string)) (int, error) {
	used := 0
	for j := 0; j < len(bundle); j++ {
		o, ok := short(bundle[j], options)
		if !ok {
			return 0, fmt.Errorf("Unknown option -%c", rune(bundle[j]))
		}
		if o.Arg == No {
			if err := o.Set("", false); err != nil {
				return 0, err
			}
			continue
		}
		if tail := bundle[j+1:]; tail != "" {
			notice(fmt.Sprintf("Deprecated argument format '-%c%s' used.", bundle[j], tail))
			notice(fmt.Sprintf("Please use '-%c %s' instead.  Support will be removed in a future release.", bundle[j], tail))
			return used, o.Set(tail, true)
		}
		switch {
		case o.Arg == Required && len(next) == used:
			return 0, fmt.Errorf("Missing argument for -%c", rune(bundle[j]))
		case o.Arg == Required || len(next) > used && !looksLikeOption(next[used]):
			used++
			return used, o.Set(next[used-1], true)
		default:
			return used, o.Set("", false)
		}
	}
	return used, nil
}

func looksLikeOption(w string) bool { return strings.HasPrefix(w, "-") }

func short(c byte, options []Option) (Option, bool) {
	for _, o := range options {
		if o.Short == c && c != 0 {
			return o, true
		}
	}
	return Option{}, false
}

// complete spells an abbreviated long option out, when only one begins so, as getopt does.
func complete(w string, options []Option) string {
	name, value, glued := strings.Cut(w, "=")
	found := ""
	for _, o := range options {
		if o.Long == name {
			return w
		}
		if name != "" && strings.HasPrefix(o.Long, name) {
			if found != "" {
				return w
			}
			found = o.Long
		}
	}
	switch {
	case found == "":
		return w
	case glued:
		return found + "=" + value
	}
	return found
}
