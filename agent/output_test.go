package agent

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCaptureInPieces(t *testing.T) {
	text := "start\nocf-exit-reason:one\nmore\nocf-exit-reason:the \x01last\xff one\nend"
	for size := 1; size < len(text); size++ {
		c := newCapture()
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			c.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		if c.Reason() != "the last? one" {
			t.Fatalf("pieces of %d: %q", size, c.Reason())
		}
		if !strings.HasPrefix(c.Text(), "start\n") || !strings.HasSuffix(c.Text(), "\nend") {
			t.Fatalf("pieces of %d: %q", size, c.Text())
		}
	}
}

func FuzzCapture(f *testing.F) {
	f.Add([]byte("a\nocf-exit-reason:x\n"), 3)
	f.Add([]byte(strings.Repeat("long ", 9000)), 700)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if size < 1 {
			size = 1
		}
		c := newCapture()
		for rest := data; len(rest) > 0; {
			n := min(size, len(rest))
			c.Write(rest[:n])
			rest = rest[n:]
		}
		if text := c.Text(); !utf8.ValidString(text) || len(text) > 3*(headLimit+tailLimit)+100 {
			t.Fatalf("%d bytes, valid %v", len(text), utf8.ValidString(text))
		}
		if r := c.Reason(); len(r) > reasonLimit || !utf8.ValidString(r) {
			t.Fatalf("reason %q", r)
		}
	})
}
