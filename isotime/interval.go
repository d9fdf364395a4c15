package isotime

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// The longest lengths of time: what fits into 32 bits of milliseconds, where histories and graphs keep them (49 days; 24 days).
const (
	maxInterval = math.MaxUint32 * time.Millisecond
	maxTimeout  = math.MaxInt32 * time.Millisecond
)

// units are the units of time, of which a longer word may stand for its beginning ("seconds", "minutes").
var units = []struct {
	begins string
	long   time.Duration
}{
	{"s", time.Second}, {"ms", time.Millisecond}, {"us", time.Microsecond}, {"m", time.Minute}, {"h", time.Hour},
}

func unit(text string) (time.Duration, bool) {
	if text == "" {
		return time.Second, true
	}
	for _, u := range units {
		if len(text) >= len(u.begins) && strings.EqualFold(text[:len(u.begins)], u.begins) {
			return u.long, true
		}
	}
	return 0, false
}

// Interval reads a length of time as options and operations have it: a whole number with an optional unit (seconds
// without one), or an ISO 8601 duration ("PT1H30M", a year counting 365 days and a month 30). Decimals are passed over ("1.5s"
// is a second). Negative lengths are errors; lengths over 49 days are cut to that.
func Interval(text string) (time.Duration, error) {
	t := strings.TrimSpace(text)
	if strings.HasPrefix(t, "P") {
		s, err := ParseSpan(t)
		if err != nil {
			return 0, err
		}
		d := s.approximate()
		if d < 0 {
			return 0, fmt.Errorf("%q is not a length of time: it is negative", text)
		}
		return d, nil
	}
	return length(t, maxInterval)
}

// Timeout reads a timeout or a delay, which is no ISO 8601 duration. Lengths over 24 days are cut to that.
func Timeout(text string) (time.Duration, error) { return length(strings.TrimSpace(text), maxTimeout) }

// length reads a number with an optional unit and cuts it to a longest length.
func length(t string, longest time.Duration) (time.Duration, error) {
	n := 0
	if n < len(t) && (t[n] == '+' || t[n] == '-') {
		n++
	}
	for n < len(t) && t[n] >= '0' && t[n] <= '9' {
		n++
	}
	unit, ok := unit(strings.TrimSpace(strings.TrimLeft(t[n:], ".0123456789")))
	if n == 0 || !ok {
		return 0, fmt.Errorf("%q is not a length of time: write a number with a unit (10s, 5min, 500ms) or an ISO 8601 duration", t)
	}
	v, err := strconv.ParseInt(t[:n], 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("%q is not a length of time: %w", t, err)
	}
	if v < 0 {
		return 0, fmt.Errorf("%q is not a length of time: it is negative", t)
	}
	if v > int64(longest/unit) {
		return longest, nil
	}
	return time.Duration(v) * unit, nil
}

// IntervalOr reads an interval and gives other for text that is none.
func IntervalOr(text string, other time.Duration) time.Duration {
	if text == "" {
		return other
	}
	d, err := Interval(text)
	if err != nil {
		return other
	}
	return d
}

// Span is a length of time in the units of the calendar, which differ in length from month to month.
type Span struct{ Years, Months, Weeks, Days, Hours, Minutes, Seconds int }

// AddTo returns the time that is s after t by the calendar. A year leads to the same day counted from New Year, which in and
// after leap years is not the same day of the month: so the cluster's dates have always worked.
func (s Span) AddTo(t time.Time) time.Time {
	if s.Years != 0 {
		year := t.Year() + s.Years
		length := time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
		t = time.Date(year, time.January, min(t.YearDay(), length), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	}
	if s.Months != 0 {
		y, m, d := t.Date()
		first := time.Date(y, m+time.Month(s.Months), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
		last := first.AddDate(0, 1, -1).Day()
		t = first.AddDate(0, 0, min(d, last)-1)
	}
	return t.AddDate(0, 0, s.Weeks*7+s.Days).
		Add(time.Duration(s.Hours)*time.Hour + time.Duration(s.Minutes)*time.Minute + time.Duration(s.Seconds)*time.Second)
}

// approximate is the length in seconds of years of 365 days and months of 30, at most maxInterval; every negative one is -1 s.
func (s Span) approximate() time.Duration {
	days := float64(s.Years)*365 + float64(s.Months)*30 + float64(s.Weeks)*7 + float64(s.Days)
	sec := days*86400 + float64(s.Hours)*3600 + float64(s.Minutes)*60 + float64(s.Seconds)
	return time.Duration(math.Max(-1, math.Min(sec, math.Floor(maxInterval.Seconds())))) * time.Second
}

// maxPart limits each number of a duration.
const maxPart = 1 << 30

// ParseSpan reads an ISO 8601 duration such as "P1Y2M3DT4H5M6S" or "P2W". Numbers may be negative. Errors are of type *Error.
func ParseSpan(text string) (Span, error) {
	var s Span
	wrong := func(why string) (Span, error) { return Span{}, &Error{Kind: Duration, Text: text, Why: why} }
	rest, ok := strings.CutPrefix(text, "P")
	switch {
	case !ok:
		return wrong("it does not start with a 'P'")
	case rest == "":
		return wrong("nothing follows 'P'")
	}
	clock, any := false, false
	for rest != "" {
		if rest[0] == 'T' && !clock {
			clock, rest = true, rest[1:]
			continue
		}
		end := 0
		for end < len(rest) && (rest[end] >= '0' && rest[end] <= '9' || end == 0 && (rest[0] == '-' || rest[0] == '+')) {
			end++
		}
		n, err := strconv.Atoi(rest[:end])
		if err != nil || n > maxPart || n < -maxPart {
			return Span{}, &Error{Kind: Duration, Text: text, At: rest}
		}
		if end == len(rest) {
			return wrong("no units after " + rest[:end])
		}
		field := s.field(rest[end], clock)
		if field == nil {
			return wrong("'" + rest[end:end+1] + "' is not a valid time unit")
		}
		if *field != 0 {
			return wrong("'" + rest[end:end+1] + "' is given twice")
		}
		*field, any, rest = n, true, rest[end+1:]
	}
	if !any {
		return wrong("no amounts and units given")
	}
	return s, nil
}

// field is what a unit counts, behind the T of a duration or not; nil when there is no such unit.
func (s *Span) field(unit byte, clock bool) *int {
	switch {
	case unit == 'Y' && !clock:
		return &s.Years
	case unit == 'M' && !clock:
		return &s.Months
	case unit == 'W' && !clock:
		return &s.Weeks
	case unit == 'D' && !clock:
		return &s.Days
	case unit == 'H':
		return &s.Hours
	case unit == 'M':
		return &s.Minutes
	case unit == 'S': // also without the T before it
		return &s.Seconds
	}
	return nil
}

// Units writes a length of time with units: "10s", "1m30s", "1.040s", "33ms".
func Units(d time.Duration) string {
	ms := d.Milliseconds()
	if ms == 0 {
		return "0s"
	}
	var b strings.Builder
	for _, u := range [...]struct {
		size int64
		name string
	}{{24 * 3600 * 1000, "d"}, {3600 * 1000, "h"}, {60 * 1000, "m"}} {
		if ms >= u.size {
			fmt.Fprintf(&b, "%d%s", ms/u.size, u.name)
			ms %= u.size
		}
	}
	switch {
	case ms >= 1000 && ms%1000 == 0:
		fmt.Fprintf(&b, "%ds", ms/1000)
	case ms >= 1000:
		fmt.Fprintf(&b, "%d.%03ds", ms/1000, ms%1000)
	case ms > 0:
		fmt.Fprintf(&b, "%dms", ms)
	}
	return b.String()
}
