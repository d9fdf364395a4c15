package upgrade

import "fmt"

// Level says how much a Note matters.
type Level uint8

// The levels, in the words of the logs. A note without level is told as it is.
const (
	Plain Level = iota
	Debug
	Info
	Warning
)

func (l Level) String() string { return [...]string{"", "DEBUG", "INFO", "WARNING"}[l] }

// Note is something that an upgrade tells about what it did. The words are those that the tools print.
type Note struct {
	Level Level
	Text  string
}

func (n Note) String() string {
	if n.Level == Plain {
		return n.Text
	}
	return n.Level.String() + ": " + n.Text
}

// notes collects what the steps tell.
type notes struct{ list []Note }

func (n *notes) tell(level Level, format string, args ...any) {
	n.list = append(n.list, Note{level, fmt.Sprintf(format, args...)})
}
