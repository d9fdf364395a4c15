package rule

import (
	"strconv"
	"strings"
)

// whole reads the integer that a text begins with: of a number with decimals the whole part. What follows does not count.
func whole(text string) (int64, error) {
	text = strings.TrimSpace(text)
	return strconv.ParseInt(text[:integerEnd(text)], 10, 64)
}

// number reads the number that a text begins with: of an address its first two parts.
func number(text string) (float64, error) {
	text = strings.TrimSpace(text)
	return strconv.ParseFloat(text[:numberEnd(text)], 64)
}

// integerEnd is how long the integer at the beginning of a text is, 0 without one.
func integerEnd(text string) int {
	first := signEnd(text)
	if end := first + digits(text[first:]); end > first {
		return end
	}
	return 0
}

// numberEnd is how long the number at the beginning of a text is: with decimals and exponent, infinite, or none at all ("nan").
func numberEnd(text string) int {
	first := signEnd(text)
	for _, word := range [...]string{"infinity", "inf", "nan"} {
		if rest := text[first:]; len(rest) >= len(word) && strings.EqualFold(rest[:len(word)], word) {
			return first + len(word)
		}
	}
	before := digits(text[first:])
	end, after := first+before, 0
	if strings.HasPrefix(text[end:], ".") {
		if after = digits(text[end+1:]); before+after > 0 {
			end += 1 + after
		}
	}
	if before+after == 0 {
		return 0
	}
	if end < len(text) && (text[end] == 'e' || text[end] == 'E') {
		if n := integerEnd(text[end+1:]); n > 0 {
			end += 1 + n
		}
	}
	return end
}

func signEnd(text string) int {
	if text != "" && (text[0] == '-' || text[0] == '+') {
		return 1
	}
	return 0
}

// digits counts the digits that a text begins with.
func digits(text string) int {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
