package exitcode

import (
	"errors"
	"fmt"
	"testing"
)

type coded struct{ c Code }

func (c coded) Error() string  { return "x" }
func (c coded) ExitCode() Code { return c.c }

func TestOf(t *testing.T) {
	for _, c := range []struct {
		err  error
		want Code
	}{
		{nil, OK},
		{errors.New("plain"), Error},
		{coded{NoSuch}, NoSuch},
		{fmt.Errorf("wrapped: %w", coded{Old}), Old},
	} {
		if got := Of(c.err); got != c.want {
			t.Errorf("Of(%v) = %d, want %d", c.err, got, c.want)
		}
	}
}

func TestTableIsOrderedAndTold(t *testing.T) {
	last := Code(-1)
	for _, c := range All() {
		if c <= last {
			t.Errorf("%d after %d", c, last)
		}
		last = c
		if c.Text() == "" || c.Name() == "" {
			t.Errorf("%d has no name or text", c)
		}
	}
	if Code(42).Known() || Code(42).Text() != "Unknown exit status" {
		t.Error("42 is unknown")
	}
}
