package rule

import (
	"strconv"
	"strings"
	"time"

	"pacer/isotime"
	"pacer/xmltree"
)

func interval(text string) (time.Duration, error) { return isotime.Interval(text) }

// date decides an expression about the time.
func date(e *xmltree.Node, f *Facts) bool {
	op := strings.ToLower(e.Get("operation"))
	read := func(name string) (time.Time, bool) {
		text, ok := e.Lookup(name)
		if !ok {
			return time.Time{}, false
		}
		t, err := isotime.Time(text, f.Now.Location())
		if err != nil {
			f.problem("date_expression %s: %s: %v", e.ID(), name, err)
			return t, false
		}
		return t, true
	}
	start, hasStart := read("start")
	end, hasEnd := read("end")
	switch op {
	case "", "in_range":
		if !hasEnd {
			if d := e.First("duration"); d != nil && hasStart {
				end, hasEnd = span(d).AddTo(start), true
			}
		}
		if !hasStart && !hasEnd {
			f.problem("date_expression %s: in_range needs a start or an end", e.ID())
			return false
		}
		if hasStart && f.Now.Before(start) {
			f.change(start)
			return false
		}
		if hasEnd {
			if f.Now.After(end) {
				return false
			}
			// The range includes its end, so that it changes one second later.
			f.change(end.Add(time.Second))
		}
		return true
	case "gt":
		if hasStart && f.Now.After(start) {
			return true
		}
		if hasStart {
			f.change(start.Add(time.Second))
		}
		return false
	case "lt":
		if hasEnd && f.Now.Before(end) {
			f.change(end)
			return true
		}
		return false
	case "date_spec":
		if s := e.First("date_spec"); s != nil {
			return spec(s, f)
		}
		f.problem("date_expression %s: date_spec is missing", e.ID())
		return false
	}
	f.problem("date_expression %s: operation %q is not known", e.ID(), op)
	return false
}

func span(d *xmltree.Node) isotime.Span {
	n := func(name string) int { v, _ := strconv.Atoi(strings.TrimSpace(d.Get(name))); return v }
	return isotime.Span{Years: n("years"), Months: n("months"), Weeks: n("weeks"), Days: n("days"),
		Hours: n("hours"), Minutes: n("minutes"), Seconds: n("seconds")}
}

// spec decides a date_spec: every range that is given must hold the time's field.
func spec(s *xmltree.Node, f *Facts) bool {
	now := f.Now
	weekYear, week := now.ISOWeek()
	weekday := int(now.Weekday())
	if weekday == 0 {
		weekday = 7
	}
	for _, field := range []struct {
		name  string
		value int
	}{
		{"seconds", now.Second()}, {"minutes", now.Minute()}, {"hours", now.Hour()}, {"monthdays", now.Day()},
		{"months", int(now.Month())}, {"years", now.Year()}, {"yearsdays", now.YearDay()}, {"yeardays", now.YearDay()},
		{"weekyears", weekYear}, {"weeks", week}, {"weekdays", weekday},
	} {
		text, ok := s.Lookup(field.name)
		if ok && !inRange(field.value, text) {
			return false
		}
	}
	return true
}

// inRange tells whether v is in "5", "5-7", "5-" or "-7".
func inRange(v int, text string) bool {
	low, high, isRange := strings.Cut(strings.TrimSpace(text), "-")
	n, err := strconv.Atoi(strings.TrimSpace(low))
	if low != "" && err != nil {
		return false
	}
	if !isRange {
		return low != "" && v == n
	}
	if low != "" && v < n {
		return false
	}
	if high = strings.TrimSpace(high); high == "" {
		return low != ""
	}
	m, err := strconv.Atoi(high)
	return err == nil && v <= m
}
