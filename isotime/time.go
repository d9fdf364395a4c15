package isotime

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Time reads a point in time: a calendar date (2005-01-20, 20050120), an ordinal date (2005-020, 2005020) or a week date
// (2005-W03-4), alone or followed by a blank or T and a time of day (10:30, 10:30:15, 103015, 24:00) with an optional
// zone (Z, +02:00, +0200, +02). Without a zone it is read in zone.
func Time(text string, zone *time.Location) (time.Time, error) {
	t := strings.TrimSpace(text)
	bad := func() (time.Time, error) {
		return time.Time{}, fmt.Errorf("%q is not an ISO 8601 date and time", text)
	}
	if len(t) > 64 {
		return bad()
	}
	if t == "epoch" {
		return time.Unix(0, 0).UTC(), nil
	}
	date, clock := t, ""
	if i := strings.IndexAny(t, "T "); i >= 0 {
		date, clock = t[:i], strings.TrimSpace(t[i+1:])
	}
	if date == "" {
		return bad()
	}
	year, month, day, ok := parseDate(date)
	if !ok {
		return bad()
	}
	sec := 0
	if clock != "" {
		if sec, zone, ok = parseClock(clock, zone); !ok {
			return bad()
		}
	}
	return time.Date(year, month, day, 0, 0, sec, 0, zone), nil
}

func number(s string, least, most int) (int, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= least && n <= most
}

// parseDate gives year, month and day; ordinal dates come as a day of January beyond 31, which time.Date accepts.
func parseDate(s string) (int, time.Month, int, bool) {
	if len(s) < 7 {
		return 0, 0, 0, false
	}
	year, ok := number(s[:4], 1, 9999)
	if !ok {
		return 0, 0, 0, false
	}
	rest := strings.TrimPrefix(s[4:], "-")
	if week, isWeek := strings.CutPrefix(rest, "W"); isWeek {
		week = strings.ReplaceAll(week, "-", "")
		if len(week) != 3 {
			return 0, 0, 0, false
		}
		w, ok1 := number(week[:2], 1, 53)
		d, ok2 := number(week[2:], 1, 7)
		// The week with January 4 is the first; weeks begin on Monday.
		jan4 := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
		monday := 4 - (int(jan4.Weekday())+6)%7
		return year, time.January, monday + (w-1)*7 + d - 1, ok1 && ok2
	}
	switch rest = strings.Replace(rest, "-", "", 1); len(rest) {
	case 3:
		d, ok := number(rest, 1, 366)
		return year, time.January, d, ok
	case 4:
		m, ok1 := number(rest[:2], 1, 12)
		d, ok2 := number(rest[2:], 1, 31)
		if !ok1 || !ok2 || d > time.Date(year, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
			return 0, 0, 0, false
		}
		return year, time.Month(m), d, true
	}
	return 0, 0, 0, false
}

// parseClock gives the second of the day and the zone.
func parseClock(s string, zone *time.Location) (int, *time.Location, bool) {
	clock, offset := s, ""
	if i := strings.IndexAny(s, "Z+-"); i >= 0 {
		clock, offset = strings.TrimSpace(s[:i]), s[i:]
	}
	c := strings.ReplaceAll(clock, ":", "")
	if len(c) == 4 {
		c += "00"
	}
	if len(c) == 2 {
		c += "0000"
	}
	if len(c) != 6 {
		return 0, nil, false
	}
	h, ok1 := number(c[:2], 0, 24)
	m, ok2 := number(c[2:4], 0, 59)
	sec, ok3 := number(c[4:], 0, 60)
	if !ok1 || !ok2 || !ok3 || h == 24 && m+sec > 0 {
		return 0, nil, false
	}
	switch {
	case offset == "Z":
		zone = time.UTC
	case offset != "":
		o := strings.ReplaceAll(offset[1:], ":", "")
		if len(o) == 2 {
			o += "00"
		}
		if len(o) != 4 {
			return 0, nil, false
		}
		oh, ok1 := number(o[:2], 0, 23)
		om, ok2 := number(o[2:], 0, 59)
		if !ok1 || !ok2 {
			return 0, nil, false
		}
		by := oh*3600 + om*60
		if offset[0] == '-' {
			by = -by
		}
		zone = time.FixedZone("", by)
	}
	return h*3600 + m*60 + sec, zone, true
}
