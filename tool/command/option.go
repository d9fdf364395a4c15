package command

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"pacer/isotime"
)

// Arg says whether an option has a value.
type Arg uint8

// The kinds of options.
const (
	No       Arg = iota // no value
	Required            // a value: --x=v, --x v, -x v
	Optional            // a value unless the next word looks like an option
)

// Option is one option of a command.
type Option struct {
	Long  string
	Short byte // 0 for none
	Arg   Arg
	// Value names the value in the help.
	Value string
	Help  string
	// Group is the key of the option's group; empty puts it into the application options.
	Group string
	// Hidden options are read but not shown.
	Hidden bool
	// Set is called each time the option is met, in the order of the words. For Optional, given tells whether there was a
	// value.
	Set func(value string, given bool) error
}

// Flag makes an option that sets p.
func Flag(p *bool, long string, short byte, help string) Option {
	return Option{Long: long, Short: short, Help: help, Set: func(string, bool) error { *p = true; return nil }}
}

// Do makes an option without value that calls f.
func Do(f func(), long string, short byte, help string) Option {
	return Option{Long: long, Short: short, Help: help, Set: func(string, bool) error { f(); return nil }}
}

// Text makes an option whose value goes to p.
func Text(p *string, long string, short byte, value, help string) Option {
	return Option{Long: long, Short: short, Arg: Required, Value: value, Help: help,
		Set: func(v string, _ bool) error { *p = v; return nil }}
}

// OptionalText makes an option whose value may be left out: p becomes "" without a value. Given tells that the option was there.
func OptionalText(p *string, there *bool, long string, short byte, value, help string) Option {
	return Option{Long: long, Short: short, Arg: Optional, Value: value, Help: help,
		Set: func(v string, _ bool) error { *p, *there = v, true; return nil }}
}

// Number makes an option with a decimal integer value.
func Number(p *int, long string, short byte, value, help string) Option {
	return Option{Long: long, Short: short, Arg: Required, Value: value, Help: help,
		Set: func(v string, _ bool) error {
			n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
			if err != nil {
				return fmt.Errorf("Cannot parse integer value “%s” for --%s", v, long)
			}
			if n > math.MaxInt32 || n < math.MinInt32 {
				return fmt.Errorf("Integer value “%s” for --%s out of range", v, long)
			}
			*p = int(n)
			return nil
		}}
}

// Length reads a length of time that somebody typed, as isotime.Interval does; but a number that 64 bits do not hold is an error
// and no very long time.
func Length(text string) (time.Duration, error) {
	t := strings.TrimSpace(text)
	digits := t[:len(t)-len(strings.TrimLeft(t, "0123456789"))]
	if digits != "" {
		if _, err := strconv.ParseInt(digits, 10, 64); err != nil {
			return 0, fmt.Errorf("%q is not a length of time: the number is out of range", text)
		}
	}
	return isotime.Interval(text)
}

// With makes an option with a value that f takes.
func With(f func(value string) error, long string, short byte, value, help string) Option {
	return Option{Long: long, Short: short, Arg: Required, Value: value, Help: help,
		Set: func(v string, _ bool) error { return f(v) }}
}

// In puts options into a group.
func In(group string, options ...Option) []Option {
	for i := range options {
		options[i].Group = group
	}
	return options
}

// Hide hides options from the help.
func Hide(options ...Option) []Option {
	for i := range options {
		options[i].Hidden = true
	}
	return options
}
