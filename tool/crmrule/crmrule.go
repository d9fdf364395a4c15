// Package crmrule is crm_rule: whether rules with a date are in effect, now or at another time.
package crmrule

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"pacer/applet"
	"pacer/client"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is crm_rule.
var Applet = applet.Applet{
	Names: []string{"crm_rule"}, Run: Run, Brief: true,
	Summary: "tell whether rules are in effect", SummaryJapanese: "ルールの有効性の確認",
}

type settings struct {
	check bool
	rules []string
	date  string
	dated bool
	text  string
	given bool
}

// Run is crm_rule.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	options := command.In("modes", command.Flag(&s.check, "check", 'c', "Tell whether rules are in effect"))
	options = append(options, command.In("additional",
		command.With(func(v string) error { s.date, s.dated = v, true; return nil }, "date", 'd', "DATE", "At this time instead of now"),
		command.With(func(v string) error { s.rules = append(s.rules, v); return nil }, "rule", 'r', "ID", "A rule (may be repeated)"))...)
	options = append(options, command.In("data",
		command.Option{Long: "xml-text", Short: 'X', Arg: command.Required, Value: "XML", Help: "Look for the rules here (- is stdin), not in the CIB",
			Set: func(v string, _ bool) error { s.text, s.given = v, true; return nil }})...)
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "crm_rule", Summary: "crm_rule - whether rules with a date are in effect",
		Groups: []command.Group{
			{Key: "modes", Title: "Modes (mutually exclusive):", Description: "modes of operation"},
			{Key: "data", Title: "Data:", Description: "data options"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
		},
		Options: options,
	}, s.run)
}

func (s *settings) run(c *command.Call) error {
	if !s.check {
		return command.Fail(exitcode.Usage, "No mode operation given")
	}
	if len(s.rules) == 0 {
		return command.Fail(exitcode.Usage, "--check requires use of --rule=")
	}
	now := c.Env.Now()
	if s.dated {
		var err error
		if now, err = isotime.Time(s.date, now.Location()); err != nil {
			return command.Fail(exitcode.DataErr, "Invalid date '%s' specified", s.date)
		}
	}
	root, err := s.document(c)
	if err != nil {
		return err
	}
	code := exitcode.OK
	for _, id := range s.rules {
		code = s.checkRule(c, root, id, now)
	}
	return command.Exit(code)
}

func (s *settings) document(c *command.Call) (*xmltree.Node, error) {
	if !s.given {
		cluster, err := c.Open()
		if err != nil {
			c.Out.Err("Could not connect to the CIB: %s", command.Reason(err))
			return nil, command.Exit(exitcode.Of(err))
		}
		defer cluster.Close()
		doc, err := cluster.CIB(c.Env.Context)
		if err != nil {
			return nil, command.Fail(exitcode.Of(err), "Error performing operation: %s", command.Reason(err))
		}
		// A rule is judged as it is written, wherever it is: raising the CIB takes some away together with what they were for.
		return doc.Root(), nil
	}
	text := s.text
	if text == "-" {
		data, err := io.ReadAll(io.LimitReader(c.Env.Stdin, client.MaxCIB))
		if err != nil {
			return nil, command.Fail(exitcode.IOErr, "Couldn't read STDIN: %s", err)
		}
		text = string(data)
	}
	root, err := xmltree.ParseString(text)
	if err != nil {
		c.LogSyntax(text, err)
	}
	switch {
	case err != nil && s.text == "-":
		return nil, command.Fail(exitcode.DataErr, "Couldn't parse input from STDIN")
	case err != nil:
		return nil, command.Fail(exitcode.DataErr, "Couldn't parse input string: %s", s.text)
	}
	return root, nil
}

// Why a rule cannot be judged.
var (
	errNotFound = errors.New("Rule not found")
	errSeveral  = errors.New("Rule has more than one date expression")
	errNone     = errors.New("Rule does not have a date expression")
	errSpec     = errors.New("Rule must either not use date_spec, or use date_spec with years=")
	errUnknown  = errors.New("Result undetermined")
)

// checkRule tells of one rule and returns its code.
func (s *settings) checkRule(c *command.Call, root *xmltree.Node, id string, now time.Time) exitcode.Code {
	code, text, err := judge(root, id, now)
	c.Out.Add(xmltree.New("rule-check", "rule-id", id, "rc", strconv.Itoa(int(code))))
	if err != nil {
		c.Out.Err("Could not determine whether rule %s is in effect: %s", id, err)
		return code
	}
	c.Out.Line("Rule %s %s", id, text)
	return code
}

func judge(root *xmltree.Node, id string, now time.Time) (exitcode.Code, string, error) {
	var rule *xmltree.Node
	root.Walk(func(n *xmltree.Node) bool {
		if n.Name == "rule" && n.ID() == id {
			rule = n
		}
		return rule == nil
	})
	if rule == nil {
		return exitcode.NoSuch, "", errNotFound
	}
	var dates []*xmltree.Node
	for d := range rule.Elements("date_expression") {
		dates = append(dates, d)
	}
	switch {
	case len(dates) > 1:
		return exitcode.Unimplemented, "", errSeveral
	case len(dates) == 0:
		return exitcode.Unimplemented, "", errNone
	}
	return judgeDate(dates[0], now)
}

const (
	inEffect = "is still in effect"
	expired  = "is expired"
	notYet   = "has not yet taken effect"
)

func judgeDate(d *xmltree.Node, now time.Time) (exitcode.Code, string, error) {
	if d.Get("operation") == "date_spec" || d.First("date_spec") != nil && d.Get("start") == "" && d.Get("end") == "" {
		return judgeSpec(d.First("date_spec"), now)
	}
	start, hasStart, err := bound(d, "start", now)
	if err != nil {
		return exitcode.Indeterminate, "", errUnknown
	}
	end, hasEnd, err := bound(d, "end", now)
	if err != nil {
		return exitcode.Indeterminate, "", errUnknown
	}
	if span := d.First("duration"); span != nil && hasStart && !hasEnd {
		end, hasEnd = addDuration(start, span), true
	}
	operation := d.Get("operation")
	if operation == "" {
		operation = "in_range"
	}
	switch {
	case operation == "lt" && hasEnd:
		if now.Before(end) {
			return exitcode.OK, inEffect, nil
		}
		return exitcode.Expired, expired, nil
	case operation == "gt" && hasStart:
		if now.After(start) {
			return exitcode.OK, inEffect, nil
		}
		return exitcode.NotYetInEffect, notYet, nil
	case operation == "in_range" && (hasStart || hasEnd):
		switch {
		case hasStart && now.Before(start):
			return exitcode.NotYetInEffect, notYet, nil
		case hasEnd && now.After(end):
			return exitcode.Expired, expired, nil
		}
		return exitcode.OK, inEffect, nil
	}
	return exitcode.Indeterminate, "", errUnknown
}

func bound(d *xmltree.Node, name string, now time.Time) (time.Time, bool, error) {
	v, ok := d.Lookup(name)
	if !ok {
		return time.Time{}, false, nil
	}
	t, err := isotime.Time(v, now.Location())
	return t, true, err
}

func addDuration(t time.Time, d *xmltree.Node) time.Time {
	n := func(name string) int { v, _ := strconv.Atoi(d.Get(name)); return v }
	return isotime.Span{Years: n("years"), Months: n("months"), Weeks: n("weeks"), Days: n("days"), Hours: n("hours"),
		Minutes: n("minutes"), Seconds: n("seconds")}.AddTo(t)
}

// judgeSpec judges date_spec by its years: other parts come round again, and what they say cannot be "expired".
func judgeSpec(spec *xmltree.Node, now time.Time) (exitcode.Code, string, error) {
	years := spec.Get("years")
	if years == "" {
		return exitcode.Unimplemented, "", errSpec
	}
	first, last, ok := strings.Cut(years, "-")
	if !ok {
		last = first
	}
	low, err1 := strconv.Atoi(first)
	high, err2 := strconv.Atoi(last)
	if last == "" {
		high, err2 = 9999, nil
	}
	switch {
	case err1 != nil || err2 != nil:
		return exitcode.Indeterminate, "", errUnknown
	case now.Year() < low:
		return exitcode.NotYetInEffect, notYet, nil
	case now.Year() > high:
		return exitcode.Expired, expired, nil
	}
	for _, part := range []struct {
		name  string
		value int
	}{{"months", int(now.Month())}, {"monthdays", now.Day()}, {"weekdays", (int(now.Weekday())+6)%7 + 1}, {"yeardays", now.YearDay()},
		{"hours", now.Hour()}, {"minutes", now.Minute()}, {"seconds", now.Second()}} {
		if v := spec.Get(part.name); v != "" && !inRanges(v, part.value) {
			return exitcode.Unsatisfied, "does not satisfy conditions", nil
		}
	}
	return exitcode.OK, "satisfies conditions", nil
}

// inRanges reads "1,3-5,9-".
func inRanges(list string, n int) bool {
	for _, r := range strings.Split(list, ",") {
		first, last, ok := strings.Cut(strings.TrimSpace(r), "-")
		low, err := strconv.Atoi(first)
		high := low
		if ok {
			high = 1 << 30
			if last != "" {
				high, err = strconv.Atoi(last)
			}
		}
		if err == nil && n >= low && n <= high {
			return true
		}
	}
	return false
}
