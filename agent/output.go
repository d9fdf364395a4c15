package agent

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of what is kept of an agent's output.
const (
	headLimit   = 4 << 10
	tailLimit   = 12 << 10
	reasonLimit = 500
)

// exitReasonPrefix marks the line of stderr that says why an agent failed (OCF 1.1, OCF_EXIT_REASON_PREFIX).
const exitReasonPrefix = "ocf-exit-reason:"

// capture keeps the beginning and the end of a stream, and the last exit reason in it, in bounded memory.
type capture struct {
	head, tail []byte
	keepHead   int
	keepTail   int
	total      int64
	line       []byte // the present line, cut
	reason     string
}

func newCapture() *capture { return &capture{keepHead: headLimit, keepTail: tailLimit} }

// newWholeCapture keeps everything up to a limit: for documents.
func newWholeCapture(limit int) *capture { return &capture{keepHead: limit} }

// Write implements io.Writer; it never fails.
func (c *capture) Write(p []byte) (int, error) {
	n := len(p)
	c.total += int64(n)
	c.scan(p)
	if room := c.keepHead - len(c.head); room > 0 {
		k := min(room, len(p))
		c.head = append(c.head, p[:k]...)
		p = p[k:]
	}
	if len(p) > c.keepTail {
		p = p[len(p)-c.keepTail:]
	}
	// The tail may grow to twice its size, so that many small pieces do not move it each time.
	if len(c.tail)+len(p) > 2*c.keepTail {
		c.tail = append(c.tail[:0], c.tail[max(len(c.tail)-c.keepTail, 0):]...)
	}
	c.tail = append(c.tail, p...)
	return n, nil
}

// scan looks for the exit reason line by line, whatever the pieces that the stream comes in.
func (c *capture) scan(p []byte) {
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		part := p
		if i >= 0 {
			part = p[:i]
		}
		if room := len(exitReasonPrefix) + reasonLimit + 200 - len(c.line); room > 0 {
			c.line = append(c.line, part[:min(room, len(part))]...)
		}
		if i < 0 {
			return
		}
		c.endLine()
		p = p[i+1:]
	}
}

func (c *capture) endLine() {
	if _, after, ok := bytes.Cut(c.line, []byte(exitReasonPrefix)); ok {
		c.reason = clean(string(after), reasonLimit)
	}
	c.line = c.line[:0]
}

// Text returns what was kept; a gap says how much was left out.
func (c *capture) Text() string {
	c.endLine()
	c.tail = c.tail[max(len(c.tail)-c.keepTail, 0):]
	left := c.total - int64(len(c.head)) - int64(len(c.tail))
	s := string(c.head)
	if left > 0 {
		s += fmt.Sprintf("\n[… %d bytes left out …]\n", left)
	}
	return clean(s+string(c.tail), 1<<30)
}

// Reason returns the last exit reason, "" for none.
func (c *capture) Reason() string {
	c.endLine()
	return c.reason
}

// clean makes text that fits into an XML attribute: valid UTF-8 without control characters but line ends and tabs.
func clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if r < 0x20 || r == 0x7f || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	s = strings.TrimSpace(s)
	for len(s) > limit {
		s = s[:limit]
		for len(s) > 0 && !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
	}
	return s
}

// lastLine returns the last line that is not blank.
func lastLine(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		s = s[i+1:]
	}
	return clean(s, reasonLimit)
}
