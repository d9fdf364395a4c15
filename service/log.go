package service

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"pacer/note"
)

// Log writes notes as lines: time, severity, node, id, sentence. It never blocks the caller for longer than a write to an
// open file takes.
type Log struct {
	mu   sync.Mutex
	out  io.Writer
	node string
	lang note.Language
}

// NewLog returns a log to out; node is the name that every line carries.
func NewLog(out io.Writer, node string, lang note.Language) *Log {
	return &Log{out: out, node: node, lang: lang}
}

// Tell writes one note. Details (Debug) are left out.
func (l *Log) Tell(at time.Time, n note.Note) {
	if note.SeverityOf(n) == note.Debug {
		return
	}
	l.line(at, note.SeverityOf(n).String(), n.ID(), note.Sentence(n, l.lang))
}

// Problem writes what went wrong with something outside.
func (l *Log) Problem(at time.Time, doing string, err error) {
	l.line(at, note.Warning.String(), "service.problem", doing+": "+err.Error())
}

func (l *Log) line(at time.Time, severity, id, text string) {
	text = strings.ReplaceAll(text, "\n", " ")
	l.mu.Lock()
	defer l.mu.Unlock()
	// A log that cannot be written must not stop a cluster.
	_, _ = fmt.Fprintf(l.out, "%s %-7s %s %s: %s\n", at.Format("2006-01-02T15:04:05.000Z07:00"), severity, l.node, id, text)
}
