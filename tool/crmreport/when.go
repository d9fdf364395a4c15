package crmreport

import (
	"fmt"
	"strings"
	"time"

	"pacer/isotime"
)

// dates are the forms of a time beside ISO 8601, as people write them. Those without a day mean today.
var dates = []string{"2006-1-2 15:4:5", "2006-1-2 15:4", "2006-1-2", "2006/1/2 15:4:5", "2006/1/2 15:4", "2006/1/2", "2006-1-2T15:4:5", "2006-1-2T15:4",
	time.RFC3339, time.ANSIC, time.UnixDate, time.RFC1123, time.RFC1123Z, "Jan _2 15:04:05 2006", "2 Jan 2006 15:4:5", "2 Jan 2006"}

var hours = []string{"15:4:5", "15:4", "3:4pm", "3pm"}

// when reads a time as people write it, in the zone of now.
func when(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if strings.EqualFold(text, "now") {
		return now, nil
	}
	for _, layout := range dates {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, nil
		}
	}
	for _, layout := range hours {
		if t, err := time.ParseInLocation(layout, strings.ToLower(text), now.Location()); err == nil {
			y, m, d := now.Date()
			return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, now.Location()), nil
		}
	}
	if t, err := isotime.Time(text, now.Location()); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is no time; write it as \"YYYY-M-D H:M:S\"", text)
}
