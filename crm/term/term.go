// Package term reads lines from a terminal, with editing, history and completion. It is the only place that knows the line
// editing library.
//
//	Terminal.Line(prompt) ──▶ one line, edited; ErrInterrupted on Ctrl-C, io.EOF on Ctrl-D
package term

import (
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
}

// IsTerminal tells whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && xterm.IsTerminal(int(f.Fd()))
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
	t := &Terminal{state: liner.NewLiner(), file: history}
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
	f, err := os.OpenFile(t.file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = t.state.WriteHistory(&lastLines{w: f})
	return errors.Join(err, f.Close())
}

// lastLines passes on no more lines than the history keeps. The library writes the oldest first, one line at a time.
type lastLines struct {
	w     io.Writer
	lines int
}

func (l *lastLines) Write(p []byte) (int, error) {
	l.lines++
	if l.lines > 10*historyLines {
		return len(p), nil
	}
	return l.w.Write(p)
}
