package secret

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pacer/operation"
)

// Reveal puts values in the places of their marks. The parameters that it was given are not changed, so that digests and
// records see the marks. An instance of a clone ("name:3") has the secrets of its resource unless it has its own. With an
// error, the marks that could not be replaced stay.
func (s Store) Reveal(resource string, params []operation.Param) ([]operation.Param, error) {
	var problems []error
	out := params
	for i, p := range params {
		if p.Value != Mark {
			continue
		}
		n := Name{resource, p.Name}
		value, err := s.Get(n)
		if base, _, instance := strings.Cut(resource, ":"); instance && errors.Is(err, ErrMissing) {
			value, err = s.Get(Name{base, p.Name})
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("the secret of %s: %w", n, err))
			continue
		}
		if &out[0] == &params[0] {
			out = slices.Clone(params)
		}
		out[i].Value = value
	}
	return out, errors.Join(problems...)
}

// minHidden is how long a value must be for being hidden in text: shorter ones are parts of other words.
const minHidden = 4

// Revealed are the values that Reveal has put into parameters and that Hide can hide.
func Revealed(before, after []operation.Param) []string {
	var out []string
	for i := range min(len(before), len(after)) {
		if before[i].Value == Mark && after[i].Value != Mark && len(after[i].Value) >= minHidden {
			out = append(out, after[i].Value)
		}
	}
	return out
}

// Hide takes values out of what somebody who knows them has said, for it may be shown to others.
func Hide(text string, values []string) string {
	for _, v := range values {
		text = strings.ReplaceAll(text, v, "****")
	}
	return text
}
