package applet

import (
	"context"
	"io"
	"path/filepath"
	"time"

	"pacer/exitcode"
	"pacer/place"
)

// Env is the world of one run of a command.
type Env struct {
	// Name is the name by which the command was called, without a path.
	Name string
	// Args are the arguments after the name.
	Args   []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	// Getenv and Environ answer for the environment.
	Getenv  func(string) string
	Environ func() []string
	Now     func() time.Time
	Places  place.Places
	// Describe, when set, is told what the command reads; the command then ends without doing anything.
	Describe func(Description)
	// EndSoon, when set, is told by a command that is not always brief that it is this time, and which files it will read, as far as
	// it knows: see Applet.Brief.
	EndSoon func(files ...string)
	// Context ends on SIGINT and SIGTERM when the applet is Graceful.
	Context context.Context
}

// Applet is one command.
type Applet struct {
	// Names are the names under which it answers; the first is its own.
	Names []string
	// Summary is one line for the list of commands, in English and in Japanese; an applet without one is not listed.
	Summary         string
	SummaryJapanese string
	// Graceful applets watch Env.Context and end by themselves; others are ended by the signal as usual.
	Graceful bool
	// Brief applets read, answer and end, so that they may use much memory for a moment: what they drop is collected late.
	Brief bool
	// Internal applets are reached as "pacer NAME" only; no link is made for them.
	Internal bool
	// Described internal applets read options by a table, like the others: they have a page (pacer-NAME) and can be completed.
	Described bool
	Run       func(Env) exitcode.Code
}

// Table is the list of all applets.
type Table []Applet

// Lookup finds the applet with that name; a path before the name is ignored.
func (t Table) Lookup(name string) (Applet, bool) {
	name = filepath.Base(name)
	for _, a := range t {
		for _, n := range a.Names {
			if n == name {
				return a, true
			}
		}
	}
	return Applet{}, false
}
