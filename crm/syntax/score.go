package syntax

import "strings"

var scoreForm = form(`(?i)^(?:[+-]?(?:inf|infinity|\d+)|mandatory|advisory)$`)

// isScore tells whether a word is a score rather than the name of an attribute that holds one.
func isScore(s string) bool { return scoreForm().MatchString(s) }

// canonicalScore gives a score as it is stored.
func canonicalScore(s string) string {
	sign, word := "", s
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
		sign, word = s[:1], s[1:]
	}
	switch strings.ToLower(word) {
	case "inf", "infinity":
		return sign + "INFINITY"
	case "mandatory":
		return "INFINITY"
	case "advisory":
		return "0"
	}
	return s
}

// shortScore gives a score as it is shown.
func shortScore(s string) string { return strings.Replace(s, "INFINITY", "inf", 1) }

// takeScore takes `SCORE:` and returns its text as stored.
func (p *parser) takeScore() (string, bool) {
	s, ok := strings.CutSuffix(p.peek(), ":")
	if !ok || s == "" {
		return "", false
	}
	p.i++
	if isScore(s) {
		return canonicalScore(s), true
	}
	return s, true
}
