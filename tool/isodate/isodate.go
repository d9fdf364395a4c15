// Package isodate is iso8601: dates, periods and durations as rules read them, shown in the forms of ISO 8601.
package isodate

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pacer/applet"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is iso8601.
var Applet = applet.Applet{
	Names: []string{"iso8601"}, Run: Run,
	Summary: "show and calculate dates", SummaryJapanese: "日時の表示と計算",
}

type settings struct {
	now                                     bool
	date, period, duration, expected        string
	hasDate, hasPeriod, hasDuration         bool
	hasExpected                             bool
	seconds, epoch, local, ordinal, weekday bool
}

// Run is iso8601.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	text := func(p *string, there *bool, long string, short byte, help string) command.Option {
		return command.Option{Long: long, Short: short, Arg: command.Required, Value: strings.ToUpper(long), Help: help,
			Set: func(v string, _ bool) error { *p, *there = v, true; return nil }}
	}
	options := command.In("commands",
		command.Do(func() { s.now, s.hasDate = true, false }, "now", 'n', "Show the time"),
		command.With(func(v string) error { s.date, s.hasDate, s.now = v, true, false; return nil }, "date", 'd', "DATE", "Show this time"),
		text(&s.period, &s.hasPeriod, "period", 'p', "Show this period"),
		text(&s.duration, &s.hasDuration, "duration", 'D', "Show this duration; with -d add it"),
		text(&s.expected, &s.hasExpected, "expected", 'E', "End with 1 when the result is shown otherwise"))
	options = append(options, command.In("modifiers",
		command.Flag(&s.seconds, "seconds", 's', "As seconds since the beginning of the year 1"),
		command.Flag(&s.epoch, "epoch", 'S', "As seconds since 1970"),
		command.Flag(&s.local, "local", 'L', "In the local time zone"),
		command.Flag(&s.ordinal, "ordinal", 'O', "As year and day"),
		command.Flag(&s.weekday, "week", 'W', "As year, week and day"))...)
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "iso8601", OutputCode: exitcode.NoSuch, Summary: "iso8601 - show and calculate dates of ISO 8601",
		Groups: []command.Group{
			{Key: "commands", Title: "Commands:", Description: "command help"},
			{Key: "modifiers", Title: "Output modifiers:", Description: "output help"},
		},
		Options: options,
	}, s.run)
}

func (s *settings) run(c *command.Call) error {
	if !s.now && !s.hasDate && !s.hasPeriod && !s.hasDuration {
		c.Out.Err("iso8601: Nothing was asked: use -n, -d, -p or -D")
		return nil
	}
	zone := c.Env.Now().Location()
	var date time.Time
	switch {
	case s.now:
		date = c.Env.Now()
		s.show(c, "Current date/time", date)
	case s.hasDate:
		var err error
		if date, err = isotime.Time(s.date, zone); err != nil {
			return invalid(c, err, "Invalid date/time specified: %s", s.date)
		}
		s.show(c, "Date", date)
	}
	if s.hasDuration {
		d, err := parseDuration(s.duration)
		if err == nil && d == (duration{}) {
			err = &isotime.Error{Kind: isotime.Duration, Text: s.duration, Why: "no amounts and units given"}
		}
		if err != nil {
			return invalid(c, err, "Invalid duration specified: %s", s.duration)
		}
		c.Out.Line("Duration: %s", d)
		c.Out.Add(textNode("duration", d.String()))
		date = d.addTo(date)
	}
	if s.hasPeriod {
		start, end, err := period(s.period, zone)
		if err != nil {
			return invalid(c, err, "Invalid interval specified: %s", s.period)
		}
		c.Out.Line("Period: %s to %s", s.form(start.UTC()), s.form(end.UTC()))
		c.Out.Push("period")
		c.Out.Add(textNode("start", s.form(start.UTC())), textNode("end", s.form(end.UTC())))
		c.Out.Pop()
	}
	if !s.now && !s.hasDate {
		return nil
	}
	if s.hasDuration {
		s.showEnd(c, date)
	}
	if shown := s.form(s.shown(date)); s.hasExpected && s.expected != shown {
		c.Log("error", fmt.Sprintf("the result is %s, not %s as expected with -E", shown, s.expected))
		return command.Exit(exitcode.Error)
	}
	return nil
}

// invalid ends the command for a text that cannot be read; what is wrong in it goes where logs go.
func invalid(c *command.Call, err error, format, text string) error {
	c.Log("error", err.Error())
	return command.Fail(exitcode.InvalidParam, format, text)
}

func textNode(name, text string) *xmltree.Node {
	return xmltree.New(name).Add(&xmltree.Node{Kind: xmltree.Text, Text: text})
}

func (s *settings) show(c *command.Call, label string, t time.Time) {
	t = s.shown(t)
	c.Out.Line("%s: %s", label, s.form(t))
	c.Out.Add(textNode("date", s.form(t)))
}

// shown is a time in the zone in which it is shown.
func (s *settings) shown(t time.Time) time.Time {
	if s.local {
		return t
	}
	return t.UTC()
}

func (s *settings) showEnd(c *command.Call, t time.Time) {
	c.Out.Line("Duration ends at: %s", s.form(t))
	c.Out.Add(textNode("duration_ends", s.form(t)))
}

// form writes a time in the form that was asked for.
func (s *settings) form(t time.Time) string {
	clock := t.Format("15:04:05")
	if _, offset := t.Zone(); offset == 0 {
		clock += "Z"
	} else {
		clock += t.Format(" -07:00")
	}
	switch {
	case s.epoch:
		return strconv.FormatInt(t.Unix(), 10)
	case s.seconds:
		return strconv.FormatInt(t.Unix()-time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), 10)
	case s.ordinal:
		return fmt.Sprintf("%04d-%03d %s", t.Year(), t.YearDay(), clock)
	case s.weekday:
		year, week := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d-%d %s", year, week, (int(t.Weekday())+6)%7+1, clock)
	}
	return t.Format("2006-01-02 ") + clock
}

// period reads START/END, START/DURATION or DURATION/END. Errors are of type *isotime.Error.
func period(text string, zone *time.Location) (start, end time.Time, err error) {
	left, right, ok := strings.Cut(text, "/")
	wrong := func(why string) (time.Time, time.Time, error) {
		return start, end, &isotime.Error{Kind: isotime.Period, Text: text, Why: why}
	}
	lasting := func(s string) bool { return strings.HasPrefix(s, "P") }
	var length duration
	switch {
	case text == "":
		return wrong("")
	case lasting(left):
		length, err = parseDuration(left)
	default:
		start, err = isotime.Time(left, zone)
	}
	var e *isotime.Error
	switch {
	case errors.As(err, &e) && e.Range:
		return start, end, &isotime.Error{Kind: isotime.Period, Text: right,
			Why: "the start is invalid (must be between 0001-01-01T00:00:00 and 9999-12-31T23:59:59)"}
	case e != nil && ok:
		return start, end, e.Before("/" + right)
	case e != nil:
		return start, end, e
	case !ok:
		return wrong("it has no duration or ending time")
	case lasting(left) && lasting(right):
		return wrong("it has two durations")
	case lasting(left):
		end, err = isotime.Time(right, zone)
		return length.times(-1).addTo(end), end, err
	case lasting(right):
		length, err = parseDuration(right)
		return start, length.addTo(start), err
	}
	end, err = isotime.Time(right, zone)
	return start, end, err
}

// duration is a length of time by the calendar; parts may be negative.
type duration struct{ years, months, days, seconds int }

func parseDuration(text string) (duration, error) {
	s, err := isotime.ParseSpan(text)
	return duration{s.Years, s.Months, 7*s.Weeks + s.Days, 3600*s.Hours + 60*s.Minutes + s.Seconds}, err
}

func (d duration) times(n int) duration {
	return duration{d.years * n, d.months * n, d.days * n, d.seconds * n}
}

func (d duration) addTo(t time.Time) time.Time {
	return isotime.Span{Years: d.years, Months: d.months, Days: d.days, Seconds: d.seconds}.AddTo(t)
}

// String shows the parts that are not zero, years, months and days in columns.
func (d duration) String() string {
	var b strings.Builder
	add := func(format string, n int, unit string) {
		if n == 0 {
			return
		}
		if n != 1 {
			unit += "s"
		}
		fmt.Fprintf(&b, format, n, unit)
	}
	add("%4d %s ", d.years, "year")
	add("%2d %s ", d.months, "month")
	add("%2d %s ", d.days, "day")
	add("%d %s", d.seconds, "second")
	if rest := max(d.seconds, -d.seconds); rest >= 60 {
		b.WriteString(" (")
		between := ""
		for _, u := range []struct {
			size int
			name string
		}{{3600, "hour"}, {60, "minute"}, {1, "second"}} {
			n := rest / u.size
			rest %= u.size
			if n > 1 || u.size == 1 { // One second is "1 seconds" here, as always.
				u.name += "s"
			}
			if n > 0 {
				fmt.Fprintf(&b, "%s%d %s", between, n, u.name)
				between = " "
			}
		}
		b.WriteString(")")
	}
	return b.String()
}
