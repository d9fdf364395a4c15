package isotime

// Error is why a text is no date, time of day, duration or period.
type Error struct {
	Kind Kind
	// Text is what was read, from where this kind of thing began to the end of all.
	Text string
	// Why is what is wrong in it, "" when it has another form altogether.
	Why string
	// At is where a number was looked for and not found, to the end of Text.
	At string
	// Range tells that it is a date outside of the years 1 to 9999.
	Range bool
}

// Before is the error for a text that goes on behind the part which was read.
func (e *Error) Before(tail string) *Error {
	out := *e
	out.Text += tail
	if out.At != "" {
		out.At += tail
	}
	return &out
}

// Kind is what a text should have been.
type Kind string

// The kinds.
const (
	DateTime Kind = "date/time specification"
	Clock    Kind = "time specification"
	Duration Kind = "duration"
	Period   Kind = "time period"
)

// Error says it as people know it from the log of a cluster.
func (e *Error) Error() string {
	why := e.Why
	if e.At != "" {
		why = "no valid integer at '" + e.At + "'"
	}
	switch {
	case e.Text == "":
		return "No ISO 8601 " + string(e.Kind) + " given"
	case why == "":
		return "'" + e.Text + "' is not a valid ISO 8601 " + string(e.Kind)
	case e.Kind == Clock:
		return e.Text + " is not a valid ISO 8601 " + string(e.Kind) + " because " + why
	}
	return "'" + e.Text + "' is not a valid ISO 8601 " + string(e.Kind) + " because " + why
}
