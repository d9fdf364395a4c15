package syntax

import (
	"slices"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	got := Lines("# one\n\n  a b \\\n\tc\\\nd\n\\\n\nlast \\")
	want := []Line{{1, "# one"}, {3, "a b cd"}, {8, "last"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !got[0].IsComment() || got[1].IsComment() {
		t.Error("the first line is the only comment")
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{`a  b	c`, []string{"a", "b", "c"}},
		{`x="a b" y='c "d"'`, []string{"x=a b", `y=c "d"`}},
		{`a"b c"d`, []string{"ab cd"}},
		{`"a\"b\\c\d"`, []string{`a"b\c\d`}},
		{`a\ b \"`, []string{"a b", `"`}},
		{`'' ""`, []string{"", ""}},
		{`$x #y ;z |`, []string{"$x", "#y", ";z", "|"}},
		{`ü=日本`, []string{"ü=日本"}},
	} {
		got, err := Words(c.line)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v, want %q", c.line, got, err, c.want)
		}
	}
	for _, bad := range []string{`a "b`, `'`, strings.Repeat("x", MaxLine+1)} {
		if _, err := Words(bad); err == nil {
			t.Errorf("%.20q is accepted", bad)
		}
	}
}

func TestJoinIsUndoneByWords(t *testing.T) {
	for _, args := range [][]string{{"a", "b c", `d "e" f`, "it's me", ""}, {"$id=x", "fake=a b"}} {
		got, err := Words(Join(args))
		if err != nil || !slices.Equal(got, args) {
			t.Errorf("%q: got %q, %v", args, got, err)
		}
	}
}

func TestRejoinIsUndoneByWords(t *testing.T) {
	args := []string{`a"b\`, "x y", `'`, "", `c\\d`, "\u00a0"}
	got, err := Words(rejoin(args))
	if err != nil || !slices.Equal(got, args) {
		t.Errorf("%q: got %q, %v", args, got, err)
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{"a-b_c.1": "a-b_c.1", "": `""`, "a b": `"a b"`, `x"y`: `"x\"y"`, "日本": "日本", "a:b": `"a:b"`} {
		if got := Quote(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}
