package release

import (
	"slices"
	"strconv"
	"strings"
)

// What this program is and can do.
const (
	// Version is Pacer's own version, Pacemaker the one whose behaviour and formats it offers.
	Version   = "0.1.0"
	Pacemaker = "3.0.2"
	Features  = "3.20.5"
	Protocol  = 1
	Oldest    = 1
	Schema    = "pacemaker-4.0"
)

// Others for a program that is built to be tested beside this one, with -ldflags "-X pacer/release.features=3.21.0"; "" for what
// stands above.
var features, protocol, oldest, schema string

// Release is what one program can do.
type Release struct {
	Features string `json:"features,omitempty"`
	// Protocol is the newest language that it speaks, Oldest the oldest that it understands.
	Protocol int `json:"protocol,omitempty"`
	Oldest   int `json:"oldest,omitempty"`
	// Schema is the name of the newest schema that it knows.
	Schema string `json:"schema,omitempty"`
}

// Own is what this program can do.
func Own() Release {
	r := Release{Features: Features, Protocol: Protocol, Oldest: Oldest, Schema: Schema}
	if features != "" {
		r.Features = features
	}
	if n, err := strconv.Atoi(protocol); err == nil {
		r.Protocol = n
	}
	if n, err := strconv.Atoi(oldest); err == nil {
		r.Oldest = n
	}
	if schema != "" {
		r.Schema = schema
	}
	return r
}

// Level is what all members of a view can do.
type Level struct {
	Features string `json:"features,omitempty"`
	Protocol int    `json:"protocol,omitempty"`
	Schema   string `json:"schema,omitempty"`
}

// Level is that of a cluster of programs like this one.
func (r Release) Level() Level { return Level{r.Features, r.Protocol, r.Schema} }

// Least is the level of programs that work together. Schemas are ordered by their numbers.
func Least(list []Release) Level {
	var out Level
	for i, r := range list {
		if i == 0 {
			out = r.Level()
			continue
		}
		if CompareFeatures(r.Features, out.Features) < 0 {
			out.Features = r.Features
		}
		if compareSchemas(r.Schema, out.Schema) < 0 {
			out.Schema = r.Schema
		}
		out.Protocol = min(out.Protocol, r.Protocol)
	}
	return out
}

// CompareFeatures orders feature sets by their numbers; a part that is no number counts as 0.
func CompareFeatures(a, b string) int { return slices.Compare(numbers(a), numbers(b)) }

// Older tells whether a program with feature set a may not work in a cluster that has reached b: the third number does not
// count. A cluster that has reached nothing yet ("") takes all.
func Older(a, b string) bool {
	if b == "" {
		return false
	}
	return slices.Compare(first(a, 2), first(b, 2)) < 0
}

// first are the first n numbers of a feature set.
func first(s string, n int) []int {
	out := append(numbers(s), make([]int, n)...)
	return out[:n]
}

func numbers(s string) []int {
	var out []int
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			n = 0
		}
		out = append(out, n)
	}
	return out
}

func compareSchemas(a, b string) int {
	return CompareFeatures(strings.TrimPrefix(a, "pacemaker-"), strings.TrimPrefix(b, "pacemaker-"))
}
