package collect

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pacer/client"
)

// journalTime limits the wait for the journal.
const journalTime = 40 * time.Second

// logFileLine is where a configuration names a log.
var logFileLine = pattern(`(?m)^[ \t]*(?:logfile|debugfile)[ \t]*:?[ \t]+(/\S+)`)

// logFiles are the logs that are known, and those that the configurations name.
func (n *node) logFiles() []string {
	p := n.env.Places
	files := []string{p.LogFile()}
	for _, name := range []string{"pacer.log", "corosync/corosync.log", "cluster/corosync.log", "ha-log", "ha-debug", "messages", "syslog"} {
		files = append(files, filepath.Join(filepath.Dir(filepath.Dir(p.LogFile())), name))
	}
	for _, conf := range []string{p.CorosyncConf(), p.HACf()} {
		text, _, err := read(conf, maxFile)
		if err != nil {
			continue
		}
		for _, m := range logFileLine().FindAllSubmatch(text, -1) {
			files = append(files, filepath.Join("/", p.Root, string(m[1])))
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// logs takes what is from the time in question out of the logs and out of the journal.
func (n *node) logs() {
	var files []string
	found := 0
	if !n.r.NoSearch {
		files = n.logFiles()
		if n.journal() {
			found++
		}
	}
	for _, path := range append(files, n.r.Logs...) {
		named := slices.Contains(n.r.Logs, path)
		matches := []string{path}
		if !named {
			rotated, _ := filepath.Glob(path + "?*")
			matches = append(rotated, matches...)
		}
		for _, m := range matches {
			if n.log(m, named) {
				found++
			}
		}
	}
	if found == 0 {
		n.tell("neither the journal nor a log file has lines from the time in question; add one with --logfile where logs lie elsewhere")
	}
}

// log takes one log; that one which nobody has named is not there, is worth no word.
func (n *node) log(path string, named bool) bool {
	f, in, st, err := open(path)
	if err != nil {
		if named || !errors.Is(err, os.ErrNotExist) {
			n.tell("log %s: %s", path, client.Reason(err))
		}
		return false
	}
	defer f.Close()
	newest := st.ModTime().In(n.r.From.Location())
	if newest.Before(n.r.From) {
		return false
	}
	text, cut, err := window(in, n.r.From, n.r.To, newest, maxFile)
	if err != nil {
		n.tell("log %s: %s", path, err)
	}
	if cut {
		n.tell("log %s: only the last %d bytes of the time in question are here", path, maxFile)
	}
	name := strings.TrimPrefix(strings.TrimPrefix(path, n.env.Places.Root), "/var/log/")
	n.take("logs/"+strings.ReplaceAll(strings.Trim(name, "/"), "/", "_"), text, newest)
	return len(text) > 0
}

// take adds a log and lists what is remarkable in it.
func (n *node) take(name string, text []byte, newest time.Time) {
	text = n.mask.Text(text)
	n.put(name, newest, text)
	n.events = append(n.events, picked(text, isEvent, newest)...)
	n.alarms = append(n.alarms, picked(text, n.alarm, newest)...)
}

// journal takes the journal of systemd, where there is one, and tells whether it has something.
func (n *node) journal() bool {
	path, err := exec.LookPath("journalctl")
	if err != nil {
		n.tell("there is no journalctl here")
		return false
	}
	ctx, cancel := context.WithTimeout(n.env.Context, journalTime)
	defer cancel()
	const layout = "2006-01-02 15:04:05"
	var problems bytes.Buffer
	cmd := exec.CommandContext(ctx, path, "--no-pager", "--quiet", "--output=short-iso-precise",
		"--since="+n.r.From.Local().Format(layout), "--until="+n.r.To.Local().Add(time.Second).Format(layout))
	cmd.Stderr, cmd.WaitDelay = &problems, time.Second
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		n.tell("journal: %s", err)
		return false
	}
	text, cut, readErr := window(out, n.r.From, n.r.To, n.r.To, maxFile)
	if err := errors.Join(readErr, cmd.Wait()); err != nil {
		n.tell("journal: %s: %s", err, strings.TrimSpace(problems.String()))
	}
	if cut {
		n.tell("journal: only the last %d bytes of the time in question are here", maxFile)
	}
	n.take("journal.log", text, n.r.To)
	return len(text) > 0
}
