package cluster

import (
	"strings"
)

// CompareNames compares names without regard to letter case, runs of digits as numbers: node9 < node10.
func CompareNames(a, b string) int {
	for a != "" && b != "" {
		if digit(a[0]) && digit(b[0]) {
			x, restA := run(a)
			y, restB := run(b)
			if len(x) != len(y) {
				return len(x) - len(y)
			}
			if x != y {
				if x < y {
					return -1
				}
				return 1
			}
			a, b = restA, restB
			continue
		}
		if x, y := lower(a[0]), lower(b[0]); x != y {
			return int(x) - int(y)
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// run cuts the leading digits off, without leading zeros.
func run(s string) (number, rest string) {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	number, rest = s[:n], s[n:]
	for len(number) > 1 && number[0] == '0' {
		number = number[1:]
	}
	return number, rest
}

// baseName cuts an instance number off: "web:0" is "web".
func baseName(name string) string {
	i := strings.LastIndexByte(name, ':')
	if i <= 0 || strings.Trim(name[i+1:], "0123456789") != "" {
		return name
	}
	return name[:i]
}
