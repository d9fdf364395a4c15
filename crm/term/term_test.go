package term

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestLastLines(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{{"a\nb\nc\n", 2, "b\nc\n"}, {"a\nb\n", 2, "a\nb\n"}, {"a\n", 5, "a\n"}, {"", 3, ""}, {"\n\n\n", 1, "\n"}} {
		if got := string(lastLines([]byte(c.text), c.n)); got != c.want {
			t.Errorf("%q, %d: got %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

func TestReadAnswer(t *testing.T) {
	r := strings.NewReader("yes\nno")
	if a, err := ReadAnswer(r); a != "yes" || err != nil {
		t.Errorf("%q, %v", a, err)
	}
	if a, err := ReadAnswer(r); a != "no" || !errors.Is(err, io.EOF) {
		t.Errorf("%q, %v", a, err)
	}
	if a, _ := ReadAnswer(strings.NewReader(strings.Repeat("x", 5000))); len(a) != 1000 {
		t.Errorf("%d bytes", len(a))
	}
}
