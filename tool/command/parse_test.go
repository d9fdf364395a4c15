package command

import (
	"strings"
	"testing"
)

// heard reads words with a small set of options and returns what was set, in order.
func heard(words []string, abbreviate bool) (got []string, rest []string, notices []string, err error) {
	say := func(name string) func(string, bool) error {
		return func(v string, given bool) error {
			if given {
				got = append(got, name+"="+v)
			} else {
				got = append(got, name)
			}
			return nil
		}
	}
	options := []Option{
		{Long: "query", Short: 'Q', Set: say("query")},
		{Long: "quiet", Short: 'q', Set: say("quiet")},
		{Long: "five", Short: '5', Set: say("five")},
		{Long: "name", Short: 'n', Arg: Required, Set: say("name")},
		{Long: "promotion", Short: 'p', Arg: Optional, Set: say("promotion")},
		{Short: 'v', Arg: Required, Set: say("old")},
	}
	rest, err = parse(words, options, abbreviate, func(n string) { notices = append(notices, n) })
	return got, rest, notices, err
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ words, got, rest, err string }{
		{"-Q --quiet", "query quiet", "", ""},
		{"-Qq", "query quiet", "", ""},
		{"-n a", "name=a", "", ""},
		{"-na", "name=a", "", ""},
		{"-Qna", "query name=a", "", ""},
		{"-Qn a -q", "query name=a quiet", "", ""},
		{"--name=a --name b --name=", "name=a name=b name=", "", ""},
		{"-n -INFINITY --name -5", "name=-INFINITY name=-5", "", ""},
		{"-n --quiet", "name=--quiet", "", ""},
		{"-p rsc -Q", "promotion=rsc query", "", ""},
		{"-p -Q", "promotion query", "", ""},
		{"--promotion -Q", "promotion query", "", ""},
		{"--promotion=rsc", "promotion=rsc", "", ""},
		{"-p", "promotion", "", ""},
		{"-5", "five", "", ""},
		{"-12 -INFINITY a", "", "-12 -INFINITY a", ""},
		{"a -Q - b", "query", "a - b", ""},
		{"-Q -- -q --x", "query", "-q --x", ""},
		{"-v 1 -v2", "old=1 old=2", "", ""},
		{"--nam a", "", "", "Unknown option --nam"},
		{"--=a", "", "", "Unknown option --"},
		{"--quiet=1", "quiet", "", ""},
		{"-x", "", "", "Unknown option -x"},
		{"-n", "", "", "Missing argument for -n"},
		{"--name", "", "", "Missing argument for --name"},
	} {
		got, rest, _, err := heard(strings.Fields(c.words), false)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if strings.Join(got, " ") != c.got || strings.Join(rest, " ") != c.rest && err == nil || text != c.err {
			t.Errorf("%q: set %q, rest %q, error %q", c.words, got, rest, text)
		}
	}
}

func TestGluedValuesDrawANotice(t *testing.T) {
	_, _, notices, _ := heard([]string{"-Qna"}, false)
	if len(notices) != 2 || notices[0] != "Deprecated argument format '-na' used." {
		t.Errorf("%q", notices)
	}
}

func TestAbbreviations(t *testing.T) {
	for words, want := range map[string]string{"--nam=a": "name=a", "--que": "query", "--promo": "promotion"} {
		if got, _, _, err := heard([]string{words}, true); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %q, %v", words, got, err)
		}
	}
	if _, _, _, err := heard([]string{"--qu"}, true); err == nil {
		t.Error("--qu may be two options")
	}
}

func TestRequestIsQuoted(t *testing.T) {
	if got := quote("t", []string{"a b", "", "c", "it's"}); got != `t 'a b' '' c 'it\'s'` {
		t.Error(got)
	}
}

// FuzzParse looks for words that the reader cannot stand, and holds it to using every word once.
func FuzzParse(f *testing.F) {
	f.Add("-Q -n a --promotion=x -- y")
	f.Add("-Qnqp - -- --")
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Split(line, " ")
		_, rest, _, err := heard(words, true)
		if err == nil && len(rest) > len(words) {
			t.Errorf("%q left %q", words, rest)
		}
	})
}
