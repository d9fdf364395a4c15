package crmsimulate

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"pacer/client"
	"pacer/exitcode"
	"pacer/scheduler"
	"pacer/tool/command"
)

// profileDir measures how much processor time the decisions on each XML file of a directory take. Files that nobody can
// decide on are told and left out.
func (s *settings) profileDir(c *command.Call) error {
	list, err := os.ReadDir(s.profile)
	if err != nil {
		code := exitcode.Error
		if client.IsMissing(err) {
			code = exitcode.NoSuch
		}
		return command.Fail(code, "Could not read %s: %s", s.profile, client.Reason(err))
	}
	list = slices.DeleteFunc(list, func(f os.DirEntry) bool {
		return strings.HasPrefix(f.Name(), ".") || filepath.Ext(f.Name()) != ".xml" || f.IsDir()
	})
	if len(list) == 0 {
		return nil
	}
	c.Out.Begin("Timings")
	c.Out.Push("timings")
	for _, f := range list {
		s.profileFile(c, filepath.Join(s.profile, f.Name()))
	}
	c.Out.Pop()
	c.Out.End()
	return nil
}

func (s *settings) profileFile(c *command.Call, path string) {
	doc, err := readFile(c, path, path)
	if err == nil {
		doc, err = usable(c, doc, path)
	}
	if err != nil {
		c.Out.Err("%s is left out: %s", path, err)
		return
	}
	began := processorTime()
	for range s.repeat {
		if s.o.DateText != "" {
			c.Out.Line("Setting effective cluster time: %s", s.o.DateText)
		}
		s.o.Now = c.Env.Now()
		scheduler.Schedule(scheduler.Input{CIB: doc.Root(), Now: s.o.Time(doc.Root()), ShowScores: s.o.Scores,
			ShowUtilization: s.o.Utilization, Sanitized: s.o.Sanitized})
	}
	seconds := (processorTime() - began).Seconds()
	c.Out.Item("Testing %s ... %.2f secs", path, seconds)
	c.Out.Push("timing", "file", path, "duration", fmt.Sprintf("%f", seconds))
	c.Out.Pop()
}

// processorTime is how long this process has computed so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
