// Package term reads lines from a terminal, with editing, history and completion. It is the only place that knows the line
// editing library.
//
//	Terminal.Line(prompt) ──▶ one line, edited; ErrInterrupted on Ctrl-C, io.EOF on Ctrl-D
package term

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/peterh/liner"
	xterm "golang.org/x/term"
)

// ErrInterrupted is what Line returns after Ctrl-C.
var ErrInterrupted = errors.New("interrupted")

// historyLines is how many lines are remembered across sessions.
const historyLines = 100

// Completer returns the possible lines for what was typed: the common head, the words in the place of the last one, and what
// stands behind the cursor.
type Completer func(line string, cursor int) (head string, words []string, tail string)

// Terminal is a terminal with somebody in front of it.
type Terminal struct {
	state *liner.State
	file  string
	// before is how the terminal was before it was taken, and is lent to other programs; nil when that is not known.
	before liner.ModeApplier
}

// IsTerminal tells whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && xterm.IsTerminal(int(f.Fd()))
}

// Height is the number of lines of the process's terminal, 24 when it does not say.
func Height() int {
	if _, h, err := xterm.GetSize(int(os.Stdout.Fd())); err == nil && h > 0 {
		return h
	}
	return 24
}

// ReadAnswer reads the answer to a question without line editing, up to the end of the line.
func ReadAnswer(r io.Reader) (string, error) {
	var line []byte
	b := make([]byte, 1)
	for len(line) < 1000 {
		n, err := r.Read(b)
		if n == 1 && b[0] == '\n' {
			return string(line), nil
		}
		line = append(line, b[:n]...)
		if err != nil {
			return string(line), err
		}
	}
	return string(line), nil
}

// Open takes the process's terminal. history is the file of earlier lines, "" for none.
func Open(complete Completer, history string) *Terminal {
	t := &Terminal{file: history}
	if mode, err := liner.TerminalMode(); err == nil {
		t.before = mode
	}
	t.state = liner.NewLiner()
	t.state.SetCtrlCAborts(true)
	t.state.SetTabCompletionStyle(liner.TabPrints)
	if complete != nil {
		t.state.SetWordCompleter(func(line string, pos int) (string, []string, string) { return complete(line, pos) })
	}
	if history != "" {
		if f, err := os.Open(history); err == nil {
			// A damaged history is not worth a message.
			_, _ = t.state.ReadHistory(f)
			f.Close()
		}
	}
	return t
}

// Line reads one line.
func (t *Terminal) Line(prompt string) (string, error) {
	line, err := t.state.Prompt(prompt)
	switch {
	case errors.Is(err, liner.ErrPromptAborted):
		return "", ErrInterrupted
	case err != nil:
		return "", io.EOF
	}
	return line, nil
}

// Lend gives the terminal to another program while f runs.
func (t *Terminal) Lend(f func() error) error {
	mine, err := liner.TerminalMode()
	if err != nil || t.before == nil {
		return f()
	}
	return errors.Join(t.before.ApplyMode(), f(), mine.ApplyMode())
}

// Remember adds a line to the history.
func (t *Terminal) Remember(line string) { t.state.AppendHistory(line) }

// Close gives the terminal back and saves the history.
func (t *Terminal) Close() error {
	var saveErr error
	if t.file != "" {
		saveErr = t.save()
	}
	return errors.Join(saveErr, t.state.Close())
}

func (t *Terminal) save() error {
	if err := os.MkdirAll(filepath.Dir(t.file), 0o700); err != nil {
		return err
	}
	var all bytes.Buffer
	if _, err := t.state.WriteHistory(&all); err != nil {
		return err
	}
	return os.WriteFile(t.file, lastLines(all.Bytes(), historyLines), 0o600)
}

// lastLines is the end of a text.
func lastLines(text []byte, n int) []byte {
	at := len(text)
	for range n + 1 {
		at = bytes.LastIndexByte(text[:max(at, 0)], '\n')
	}
	return text[at+1:]
}
