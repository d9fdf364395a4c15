package xmltree

import "math/bits"

// The bytes of a text by what they may be.
const (
	nameStart uint8 = 1 << iota // the first of a name
	nameOther                   // a later one of a name
	white
	// unplain bytes end what a text or value may hold without being looked at: markup, control characters, the white
	// space that is changed on reading, and all that is not ASCII.
	unplain
)

var classes = func() (c [256]uint8) {
	for i := range c {
		b := byte(i)
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', b == '_', b == ':':
			c[i] = nameStart | nameOther
		case '0' <= b && b <= '9', b == '-', b == '.':
			c[i] = nameOther
		case b == ' ':
			c[i] = white
		case b == '\t', b == '\n', b == '\r':
			c[i] = white | unplain
		case b < ' ', b >= 0x80, b == '<', b == '&', b == ']':
			c[i] = unplain
		}
	}
	return c
}()

func isSpace(c byte) bool { return classes[c]&white != 0 }

const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// eight reads eight bytes at i, the first one lowest; there must be as many.
func eight(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// plainValue returns the first place from i on that holds ", &, <, a control character or a byte that is not ASCII; len(s)
// when there is none. It looks at eight bytes at a time: the lowest high bit that is set in the sum marks the first such
// byte; bits above it may be wrong, because subtracting borrows upwards.
func plainValue(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		w := eight(s, i)
		quote := w&^(('"'^'&')*lows) ^ '"'*lows // Zero bytes are " and &, which differ in one bit.
		less := w ^ '<'*lows
		if found := ((quote-lows)&^quote | (less-lows)&^less | (w-' '*lows)&^w | w) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c == '"' || classes[c]&unplain != 0 && c != ']' {
			return i
		}
	}
	return i
}

// printable returns the first place from i on that holds a control character or a byte that is not ASCII; len(s) when there
// is none.
func printable(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		w := eight(s, i)
		if found := ((w-' '*lows)&^w | w) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s) && s[i] >= ' ' && s[i] < 0x80; i++ {
	}
	return i
}
