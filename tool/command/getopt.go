package command

import (
	"fmt"
	"strings"
)

// Getopt reads options as the C library's getopt_long does for programs that are no tools of Pacemaker: options and words may be
// mixed, -- ends the options, values may be glued to short options, and long options may be shortened. It returns the words that
// are no options. Errors are worded as getopt's.
func Getopt(args []string, options []Option) (words []string, err error) {
	for len(args) > 0 {
		w := args[0]
		args = args[1:]
		switch {
		case w == "--":
			return append(words, args...), nil
		case strings.HasPrefix(w, "--"):
			if args, err = getoptLong(w[2:], args, options); err != nil {
				return words, err
			}
		case strings.HasPrefix(w, "-") && w != "-":
			if args, err = getoptShort(w[1:], args, options); err != nil {
				return words, err
			}
		default:
			words = append(words, w)
		}
	}
	return words, nil
}

// getoptLong reads one long option, given without its dashes, and returns the arguments that are left.
func getoptLong(w string, args []string, options []Option) ([]string, error) {
	name, value, glued := strings.Cut(complete(w, options), "=")
	for _, o := range options {
		if o.Long != name || name == "" {
			continue
		}
		switch {
		case o.Arg == No && glued:
			return args, fmt.Errorf("option '--%s' doesn't allow an argument", name)
		case o.Arg == Required && !glued && len(args) == 0:
			return args, fmt.Errorf("option '--%s' requires an argument", name)
		case o.Arg == Required && !glued:
			return args[1:], o.Set(args[0], true)
		}
		return args, o.Set(value, glued)
	}
	return args, fmt.Errorf("unrecognized option '--%s'", name)
}

// getoptShort reads a bundle of short options, given without the dash, and returns the arguments that are left.
func getoptShort(bundle string, args []string, options []Option) ([]string, error) {
	for i := 0; i < len(bundle); i++ {
		o, ok := short(bundle[i], options)
		if !ok {
			return args, fmt.Errorf("invalid option -- '%c'", rune(bundle[i]))
		}
		rest := bundle[i+1:]
		switch {
		case o.Arg == No:
			if err := o.Set("", false); err != nil {
				return args, err
			}
			continue
		case rest != "":
			return args, o.Set(rest, true)
		case o.Arg == Optional:
			return args, o.Set("", false)
		case len(args) == 0:
			return args, fmt.Errorf("option requires an argument -- '%c'", rune(bundle[i]))
		}
		return args[1:], o.Set(args[0], true)
	}
	return args, nil
}
