package option

import (
	"iter"
	"slices"
	"strings"

	"pacer/isotime"
)

// Find returns the option of a table with that name, new or old, or nil.
func Find(table []Option, name string) *Option {
	for i := range table {
		if table[i].Name == name {
			return &table[i]
		}
	}
	for i := range table {
		for old := range table[i].formerly() {
			if old == name {
				return &table[i]
			}
		}
	}
	return nil
}

// formerly are all former names, newest first.
func (o *Option) formerly() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, list := range [...][]string{o.Old, o.Older} {
			for _, name := range list {
				if !yield(name) {
					return
				}
			}
		}
	}
}

// Value returns what is configured for an option under its new or an older name and is valid, else the default. get
// looks a name up in the configuration.
func Value(o *Option, get func(string) (string, bool)) string {
	if v, ok := get(o.Name); ok && o.Valid(v) {
		return v
	}
	for old := range o.formerly() {
		if v, ok := get(old); ok && o.Valid(v) {
			return v
		}
	}
	return o.Default
}

// Valid tells whether a value suits the option, as far as its kind says.
func (o *Option) Valid(v string) bool {
	switch o.Kind {
	case Duration:
		_, err := isotime.Interval(v)
		return err == nil && !cut(v)
	case Whole:
		_, ok := Number(v)
		return ok && !cut(v)
	case Score:
		_, ok := Number(v)
		return ok || strings.TrimLeft(v, "+-") == "INFINITY" && len(v) <= len("-INFINITY")
	case Bool:
		_, ok := ParseBool(v)
		return ok
	case Choice:
		means := func(c string) bool { return c == v || !o.Exact && strings.EqualFold(c, v) }
		return slices.ContainsFunc(o.Choices, means) || slices.ContainsFunc(o.Also, means)
	}
	return true
}

// ParseBool reads true, yes, on, y, 1 and false, no, off, n, 0 in any letter case.
func ParseBool(v string) (value, ok bool) {
	switch strings.ToLower(v) {
	case "true", "yes", "on", "y", "1":
		return true, true
	case "false", "no", "off", "n", "0":
		return false, true
	}
	return false, false
}

// True tells whether a text is one of the words for yes.
func True(v string) bool {
	b, _ := ParseBool(v)
	return b
}
