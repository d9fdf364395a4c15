package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of one logical line. They are far above what people write and keep a wrong file from eating the memory.
const (
	MaxLine  = 1 << 20
	MaxWords = 1 << 16
)

// Line is one logical line: continuation lines are joined, blanks at both ends are cut.
type Line struct {
	No   int // of its first line in the text, from 1
	Text string
}

// IsComment tells whether the line is a comment; comments belong to the object that follows them.
func (l Line) IsComment() bool { return strings.HasPrefix(l.Text, "#") }

// Lines splits a text into its logical lines. Empty lines vanish; a backslash at the end of a line joins the next one, with
// nothing between them.
func Lines(text string) []Line {
	var out []Line
	var b strings.Builder
	start := 0
	flush := func() {
		if s := strings.TrimSpace(b.String()); s != "" {
			out = append(out, Line{No: start, Text: s})
		}
		b.Reset()
		start = 0
	}
	for no, raw := range strings.Split(text, "\n") {
		s := strings.TrimSpace(raw)
		if start == 0 {
			start = no + 1
		}
		joined := strings.HasSuffix(s, `\`)
		b.WriteString(strings.TrimSuffix(s, `\`))
		if !joined {
			flush()
		}
	}
	flush()
	return out
}

// Words splits a line as a POSIX shell does, without any expansion: blanks separate, '…' is literal, in "…" a backslash
// escapes only itself and the double quote, elsewhere it escapes any character.
func Words(line string) ([]string, error) {
	if len(line) > MaxLine {
		return nil, fmt.Errorf("the line is longer than %d bytes", MaxLine)
	}
	var words []string
	var b strings.Builder
	in := false // inside a word
	flush := func() {
		if in {
			words = append(words, b.String())
			b.Reset()
			in = false
		}
	}
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		i += size
		switch {
		case unicode.IsSpace(r):
			flush()
		case r == '\'':
			in = true
			end := strings.IndexByte(line[i:], '\'')
			if end < 0 {
				return nil, errUnclosed
			}
			b.WriteString(line[i : i+end])
			i += end + 1
		case r == '"':
			in = true
			closed := false
			for i < len(line) && !closed {
				c := line[i]
				i++
				switch {
				case c == '"':
					closed = true
				case c == '\\' && i < len(line) && (line[i] == '"' || line[i] == '\\'):
					b.WriteByte(line[i])
					i++
				default:
					b.WriteByte(c)
				}
			}
			if !closed {
				return nil, errUnclosed
			}
		case r == '\\' && i < len(line):
			in = true
			_, size = utf8.DecodeRuneInString(line[i:])
			b.WriteString(line[i : i+size])
			i += size
		default:
			in = true
			b.WriteString(line[i-size : i])
		}
		if len(words) > MaxWords {
			return nil, fmt.Errorf("the line has more than %d words", MaxWords)
		}
	}
	flush()
	return words, nil
}

var errUnclosed = fmt.Errorf("syntax: No closing quotation")

// Join makes one line of a command's arguments, so that Words gives them back: an argument with a blank is put in double
// quotes, or in single quotes when it contains a double quote.
func Join(args []string) string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = a
		switch {
		case a == "":
			out[i] = `""`
		case !strings.ContainsFunc(a, unicode.IsSpace):
		case !strings.Contains(a, `"`):
			out[i] = `"` + a + `"`
		case !strings.Contains(a, `'`):
			out[i] = `'` + a + `'`
		}
	}
	return strings.Join(out, " ")
}

// Quote prints a value: as it is when it consists of letters, digits, dots, dashes and underscores, else in double quotes.
func Quote(v string) string {
	if v != "" && strings.IndexFunc(v, func(r rune) bool {
		return r != '_' && r != '.' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) < 0 {
		return v
	}
	return `"` + strings.ReplaceAll(v, `"`, `\"`) + `"`
}

// QuoteWord prints a word that need not be a value, such as the name of an object: quotes only where Words would need them.
func QuoteWord(v string) string {
	if v != "" && !strings.ContainsAny(v, " \t\r\n\"'\\") {
		return v
	}
	return Quote(v)
}
