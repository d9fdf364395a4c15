package option

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Number reads the whole number that a text begins with, as clusters have always read numbers: blanks before it do not matter,
// nor what follows it ("1.5" is 1). Numbers out of the range of int64 are cut to it. ok is false when there is none.
func Number(text string) (n int64, ok bool) {
	text = strings.TrimLeft(text, " \t\n\v\f\r")
	end := 0
	if end < len(text) && (text[end] == '+' || text[end] == '-') {
		end++
	}
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(text[:end], 10, 64)
	return n, err == nil || errors.Is(err, strconv.ErrRange)
}

// cut tells whether a text begins with a number that is out of the range of int64.
func cut(text string) bool {
	n, _ := Number(text)
	return n == math.MaxInt64 || n == math.MinInt64
}
