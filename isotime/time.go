package isotime

import (
	"strconv"
	"strings"
	"time"
)

// Time reads a point in time: a calendar date (2005-01-20, 20050120), an ordinal date (2005-020, 2005020) or a week date
// (2005-W03-4), alone or followed by a blank or T and a time of day (10:30, 10:30:15, 103015, 24:00) with an optional
// zone (Z, +02:00, +0200, +02). Without a zone it is read in zone. Errors are of type *Error.
func Time(text string, zone *time.Location) (time.Time, error) {
	t := strings.TrimSpace(text)
	if len(t) > 64 {
		return time.Time{}, &Error{Kind: DateTime, Text: t}
	}
	if t == "epoch" {
		return time.Unix(0, 0).UTC(), nil
	}
	date, clock := t, ""
	if i := strings.IndexAny(t, "T "); i >= 0 {
		date, clock = t[:i], strings.TrimSpace(t[i+1:])
	}
	d, err := parseDate(date)
	if err != nil {
		err.Text = t
		return time.Time{}, err
	}
	sec := 0
	if clock != "" {
		if sec, zone, err = parseClock(clock, zone); err != nil {
			return time.Time{}, err
		}
	}
	return time.Date(d.year, d.month, d.day, 0, 0, sec, 0, zone), nil
}

// number reads a part of a date: digits alone.
func number(s string) (int, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// part reads a number that must be within limits, and says what it is when it is not.
func part(s string, least, most int, what string) (int, *Error) {
	n, ok := number(s)
	switch {
	case !ok:
		return 0, &Error{Kind: DateTime}
	case n < least || n > most:
		return 0, &Error{Kind: DateTime, Why: "'" + strconv.Itoa(n) + "' is not a valid " + what}
	}
	return n, nil
}

// calendar is a day; ordinal and week dates come as a day of January beyond 31, which time.Date accepts.
type calendar struct {
	year  int
	month time.Month
	day   int
}

func parseDate(s string) (calendar, *Error) {
	if strings.HasPrefix(s, "-") && len(s) >= 5 {
		if n, ok := number(s[1:5]); ok && n > 0 {
			// It is told as the number without sign that the cluster's logs have always shown.
			return calendar{}, &Error{Kind: DateTime, Why: "'" + strconv.FormatUint(uint64(uint32(-n)), 10) + "' is not a valid year"}
		}
	}
	if len(s) < 7 {
		return calendar{}, &Error{Kind: DateTime}
	}
	if _, long := number(s[:5]); long && strings.Contains(s, "-") {
		return calendar{}, &Error{Kind: DateTime, Why: "the year must have four digits", Range: true}
	}
	year, err := part(s[:4], 1, 9999, "year")
	if err != nil {
		return calendar{}, err
	}
	rest := strings.TrimPrefix(s[4:], "-")
	if week, isWeek := strings.CutPrefix(rest, "W"); isWeek {
		return parseWeek(year, strings.ReplaceAll(week, "-", ""))
	}
	switch rest = strings.Replace(rest, "-", "", 1); len(rest) {
	case 3:
		length := time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
		d, err := part(rest, 1, length, "day of year "+strconv.Itoa(year)+" (1-"+strconv.Itoa(length)+")")
		return calendar{year, time.January, d}, err
	case 4:
		m, err := part(rest[:2], 1, 12, "month")
		if err != nil {
			return calendar{}, err
		}
		d, err := part(rest[2:], 1, time.Date(year, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day(), "day of the month")
		return calendar{year, time.Month(m), d}, err
	}
	return calendar{}, &Error{Kind: DateTime}
}

// parseWeek reads week and day of the week.
func parseWeek(year int, s string) (calendar, *Error) {
	if len(s) != 3 {
		return calendar{}, &Error{Kind: DateTime}
	}
	// The week with December 28 is the last.
	_, weeks := time.Date(year, time.December, 28, 0, 0, 0, 0, time.UTC).ISOWeek()
	w, err := part(s[:2], 1, weeks, "week of year "+strconv.Itoa(year)+" (1-"+strconv.Itoa(weeks)+")")
	if err != nil {
		return calendar{}, err
	}
	d, err := part(s[2:], 1, 7, "day of the week")
	// The week with January 4 is the first; weeks begin on Monday.
	jan4 := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := 4 - (int(jan4.Weekday())+6)%7
	return calendar{year, time.January, monday + (w-1)*7 + d - 1}, err
}

// parseClock gives the second of the day and the zone.
func parseClock(s string, zone *time.Location) (int, *time.Location, *Error) {
	clock, offset := s, ""
	if i := strings.IndexAny(s, "Z+-"); i >= 0 {
		clock, offset = strings.TrimSpace(s[:i]), s[i:]
	}
	hour, minute, second, err := parseHours(clock, 24, s)
	if err != nil {
		return 0, nil, err
	}
	switch {
	case offset == "Z":
		zone = time.UTC
	case offset != "":
		h, m, sec, err := parseHours(offset[1:], 23, offset[1:])
		if err == nil && sec > 0 {
			err = &Error{Kind: Clock, Text: offset[1:]}
		}
		if err != nil {
			return 0, nil, err
		}
		by := h*3600 + m*60
		if offset[0] == '-' {
			by = -by
		}
		zone = time.FixedZone("", by)
	}
	return hour*3600 + minute*60 + second, zone, nil
}

// parseHours reads hh, hh:mm or hh:mm:ss, with or without the colons. The text is what an error tells of.
func parseHours(s string, hours int, text string) (h, m, sec int, err *Error) {
	c := strings.ReplaceAll(s, ":", "")
	switch len(c) {
	case 2:
		c += "0000"
	case 4:
		c += "00"
	}
	if len(c) != 6 {
		return 0, 0, 0, &Error{Kind: Clock, Text: text}
	}
	for i, p := range [...]struct {
		to   *int
		most int
		name string
	}{{&h, hours, "hour"}, {&m, 59, "minute"}, {&sec, 60, "second"}} {
		n, ok := number(c[2*i : 2*i+2])
		if !ok {
			return 0, 0, 0, &Error{Kind: Clock, Text: text}
		}
		if n > p.most {
			return 0, 0, 0, &Error{Kind: Clock, Text: text, Why: strconv.Itoa(n) + " is not a valid " + p.name}
		}
		*p.to = n
	}
	if h == 24 && m+sec > 0 {
		return 0, 0, 0, &Error{Kind: Clock, Text: text, Why: "24 is not a valid hour"}
	}
	return h, m, sec, nil
}
