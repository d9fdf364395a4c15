package isotime

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestInterval(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"10": 10 * time.Second, "10s": 10 * time.Second, " 5 min": 5 * time.Minute, "500ms": 500 * time.Millisecond,
		"2h": 2 * time.Hour, "PT1H30M": 90 * time.Minute, "P1D": 24 * time.Hour, "P2W": 14 * 24 * time.Hour, "0": 0,
		"99999999999999999999": maxInterval, "1.5s": time.Second, "10 SECONDS": 10 * time.Second, "3 minutes": 3 * time.Minute,
		"3.14.ms": 3 * time.Millisecond, "P9Y": 4294967 * time.Second,
	} {
		got, err := Interval(text)
		if err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "s", "10x", "-5", "P", "PT", "P1D1D"} {
		if d, err := Interval(text); err == nil {
			t.Errorf("%q was read as %v", text, d)
		}
	}
	for _, text := range []string{"PT5M", "", "-1s"} {
		if d, err := Timeout(text); err == nil {
			t.Errorf("timeout %q was read as %v", text, d)
		}
	}
	if d, err := Timeout("9000 h"); err != nil || d != maxTimeout {
		t.Error(d, err)
	}
}

func TestTime(t *testing.T) {
	day := time.Date(2005, 1, 20, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2005-01-20": day, "20050120": day, "2005-020": day, "2005020": day, "2005-W03-4": day, "2005W034": day,
		"2005-020 10:30": day.Add(10*time.Hour + 30*time.Minute), "2005-01-20T10:30:15Z": day.Add(37815 * time.Second),
		"2005-01-20 02:00+02:00": day, "2005-01-20T103015-0100": day.Add(41415 * time.Second), "2005-01-19 24:00": day,
	} {
		got, err := Time(text, time.UTC)
		if err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "2005", "2005-13-01", "2005-02-30", "2005-01-20 25:00", "x", "T10:00"} {
		if got, err := Time(text, time.UTC); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestSpanFollowsTheCalendar(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		span       Span
		from, want time.Time
	}{
		{Span{Months: 1}, day(2004, 1, 31), day(2004, 2, 29)},
		{Span{Months: 14}, day(2023, 11, 14), day(2025, 1, 14)},
		{Span{Years: 1}, day(2022, 11, 14), day(2023, 11, 14)},
		{Span{Years: 1}, day(2023, 11, 14), day(2024, 11, 13)},
		{Span{Years: 1}, day(2024, 12, 31), day(2025, 12, 31)},
		{Span{Years: 1}, day(2024, 2, 29), day(2025, 3, 1)},
		{Span{Years: 1, Months: 2}, day(2023, 11, 14), day(2025, 1, 13)},
	} {
		if got := c.span.AddTo(c.from); !got.Equal(c.want) {
			t.Errorf("%+v after %v: %v, want %v", c.span, c.from, got, c.want)
		}
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	const zone = "T10:00:00"
	for text, want := range map[string]string{
		"":                         "No ISO 8601 date/time specification given",
		"soon":                     "'soon' is not a valid ISO 8601 date/time specification",
		"0000-01-01":               "'0000-01-01' is not a valid ISO 8601 date/time specification because '0' is not a valid year",
		"2019-13-01" + zone:        "'2019-13-01T10:00:00' is not a valid ISO 8601 date/time specification because '13' is not a valid month",
		"2019-02-29":               "'2019-02-29' is not a valid ISO 8601 date/time specification because '29' is not a valid day of the month",
		"2019-366":                 "'2019-366' is not a valid ISO 8601 date/time specification because '366' is not a valid day of year 2019 (1-365)",
		"2019-W53-1":               "'2019-W53-1' is not a valid ISO 8601 date/time specification because '53' is not a valid week of year 2019 (1-52)",
		"2020-W01-8":               "'2020-W01-8' is not a valid ISO 8601 date/time specification because '8' is not a valid day of the week",
		"2019-10-01T24:00:01Z":     "24:00:01Z is not a valid ISO 8601 time specification because 24 is not a valid hour",
		"2019-10-01 10:61":         "10:61 is not a valid ISO 8601 time specification because 61 is not a valid minute",
		"2019-10-01 10:00+25:00":   "25:00 is not a valid ISO 8601 time specification because 25 is not a valid hour",
		"2019-10-01 10:00+01:0030": "01:0030 is not a valid ISO 8601 time specification",
	} {
		_, err := Time(text, time.UTC)
		if err == nil || !strings.HasPrefix(strings.ReplaceAll(err.Error(), "'01:0030'", "01:0030"), want) {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"":      "No ISO 8601 duration given",
		"5":     "'5' is not a valid ISO 8601 duration because it does not start with a 'P'",
		"P":     "'P' is not a valid ISO 8601 duration because nothing follows 'P'",
		"PT":    "'PT' is not a valid ISO 8601 duration because no amounts and units given",
		"P1":    "'P1' is not a valid ISO 8601 duration because no units after 1",
		"P1Z":   "'P1Z' is not a valid ISO 8601 duration because 'Z' is not a valid time unit",
		"P1YM":  "'P1YM' is not a valid ISO 8601 duration because no valid integer at 'M'",
		"P1Y1Y": "'P1Y1Y' is not a valid ISO 8601 duration because 'Y' is given twice",
	} {
		if _, err := ParseSpan(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
	var e *Error
	if _, err := ParseSpan("P1YM"); !errors.As(err, &e) || !strings.HasSuffix(e.Before("/2019").Error(), "'P1YM/2019' is not a valid ISO 8601 duration because no valid integer at 'M/2019'") {
		t.Errorf("with a tail: %v", e)
	}
	if s, err := ParseSpan("P-1Y2M"); err != nil || s.Years != -1 || s.Months != 2 {
		t.Errorf("negative years: %v %v", s, err)
	}
}

func FuzzTime(f *testing.F) {
	f.Add("2005-W03-4T10:00:00+01:00")
	f.Fuzz(func(t *testing.T, s string) {
		_, _ = Time(s, time.UTC)
		if d, err := Interval(s); err == nil && d < 0 {
			t.Errorf("%q is negative: %v", s, d)
		}
	})
}

func TestUnits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 33 * time.Millisecond: "33ms", time.Second: "1s", 10 * time.Second: "10s", 20003 * time.Millisecond: "20.003s",
		time.Minute: "1m", 90 * time.Second: "1m30s", 26 * time.Hour: "1d2h",
	} {
		if got := Units(d); got != want {
			t.Errorf("%d: %s, not %s", d, got, want)
		}
	}
}
