package score

import (
	"fmt"
	"strconv"
	"strings"

	"pacer/option"
)

// Score is a preference. Larger is better; see Infinity.
type Score int32

// The ends of the scale. Numbers beyond them are cut to them.
const (
	Infinity      Score = 1000000
	MinusInfinity Score = -Infinity
)

// Of cuts a number to the scale.
func Of(n int64) Score {
	switch {
	case n >= int64(Infinity):
		return Infinity
	case n <= int64(MinusInfinity):
		return MinusInfinity
	}
	return Score(n)
}

// Add adds two scores. -Infinity stays -Infinity, whatever is added; otherwise Infinity stays Infinity.
func Add(a, b Score) Score {
	switch {
	case a <= MinusInfinity || b <= MinusInfinity:
		return MinusInfinity
	case a >= Infinity || b >= Infinity:
		return Infinity
	}
	return Of(int64(a) + int64(b))
}

// String prints a score as the tools do: a decimal, INFINITY or -INFINITY.
func (s Score) String() string {
	switch {
	case s >= Infinity:
		return "INFINITY"
	case s <= MinusInfinity:
		return "-INFINITY"
	}
	return strconv.Itoa(int(s))
}

// Parse reads a score: a whole number, or INFINITY with an optional sign in any case, or the health words red, yellow
// and green with the values that they have without configuration. Numbers beyond the scale are cut.
func Parse(text string) (Score, error) {
	t := strings.TrimSpace(text)
	switch {
	case strings.EqualFold(t, "INFINITY"), strings.EqualFold(t, "+INFINITY"):
		return Infinity, nil
	case strings.EqualFold(t, "-INFINITY"), strings.EqualFold(t, "red"):
		return MinusInfinity, nil
	case strings.EqualFold(t, "yellow"), strings.EqualFold(t, "green"):
		return 0, nil
	}
	if whole, fraction, ok := strings.Cut(t, "."); ok && strings.Trim(fraction, "0123456789") == "" {
		t = whole // Old configurations have "2.0"; only the whole part counts.
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(t, "+"), 10, 64)
	if err != nil {
		if ne, ok := err.(*strconv.NumError); ok && ne.Err == strconv.ErrRange {
			return Of(n), nil
		}
		return 0, fmt.Errorf("score %q is neither a whole number nor INFINITY", text)
	}
	return Of(n), nil
}

// Read reads a score as the configuration means it: INFINITY with an optional sign, or the whole number that the text begins
// with ("1.5" is 1, "5 or so" is 5). The health words have no value of their own here. ok is false for other text.
func Read(text string) (s Score, ok bool) {
	switch text {
	case "INFINITY", "+INFINITY":
		return Infinity, true
	case "-INFINITY":
		return MinusInfinity, true
	}
	if strings.EqualFold(text, "red") || strings.EqualFold(text, "yellow") || strings.EqualFold(text, "green") {
		return 0, true
	}
	n, ok := option.Number(text)
	return Of(n), ok
}

// ParseOr reads a score as Read does and gives other for text that is none.
func ParseOr(text string, other Score) Score {
	if s, ok := Read(text); ok {
		return s
	}
	return other
}
