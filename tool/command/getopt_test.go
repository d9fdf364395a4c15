package command

import (
	"strings"
	"testing"
)

func TestGetopt(t *testing.T) {
	for _, c := range []struct{ words, got, rest, err string }{
		{"-s -n 1 word", "s n=1", "word", ""},
		{"word -sn1", "s n=1", "word", ""},
		{"-n -5", "n=-5", "", ""},
		{"-s -- -n", "s", "-n", ""},
		{"--fo --name=x --name y -", "force name=x name=y", "-", ""},
		{"--size", "", "", "option '--size' requires an argument"},
		{"--force=1", "", "", "option '--force' doesn't allow an argument"},
		{"--nothing", "", "", "unrecognized option '--nothing'"},
		{"-sZ", "s", "", "invalid option -- 'Z'"},
		{"-n", "", "", "option requires an argument -- 'n'"},
	} {
		var got []string
		hear := func(o Option, name string) Option {
			o.Set = func(v string, given bool) error {
				if given {
					v = "=" + v
				}
				got = append(got, name+v)
				return nil
			}
			return o
		}
		options := []Option{hear(Option{Short: 's'}, "s"), hear(Option{Short: 'n', Long: "name", Arg: Required}, "n"),
			hear(Option{Long: "force"}, "force"), hear(Option{Long: "size", Arg: Required}, "size")}
		rest, err := Getopt(strings.Fields(c.words), options)
		text := ""
		if err != nil {
			text = err.Error()
		}
		heard := strings.ReplaceAll(strings.Join(got, " "), "name=", "n=")
		if want := strings.ReplaceAll(c.got, "name=", "n="); heard != want || strings.Join(rest, " ") != c.rest || text != c.err {
			t.Errorf("%q: set %q, rest %q, error %q", c.words, heard, rest, text)
		}
	}
}
