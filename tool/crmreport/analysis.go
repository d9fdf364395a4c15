package crmreport

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"pacer/tool/crmreport/collect"
)

// compared are the files that should be the same on all nodes.
var compared = []string{"members.txt", "nodes.txt", "quorum.txt", "cib.xml", "crm_mon.txt", "corosync.conf", "ha.cf", "haresources", "sysinfo.txt", "secrets.txt"}

// maxShown limits the lines of one difference.
const maxShown = 60

// conclude writes what only all nodes together show.
func (r *report) conclude() error {
	var b bytes.Buffer
	for _, file := range compared {
		r.compare(&b, file)
	}
	for _, n := range r.have {
		if text, err := r.root.ReadFile(path.Join(n, "analysis.txt")); err == nil {
			fmt.Fprintf(&b, "\n%s", text)
		}
		if text, err := r.root.ReadFile(path.Join(n, "report.out")); err == nil {
			fmt.Fprintf(&b, "\nWhat is missing from %s:\n%s", n, text)
		}
	}
	out := into(r.root)
	now := r.Env.Now()
	events, err := r.merge()
	return errors.Join(err, out("analysis.txt", now, b.Bytes()), out("events.txt", now, events), out("report.summary", now, []byte(r.told.String())))
}

// compare tells how a file differs between the first node that has it and the others.
func (r *report) compare(b *bytes.Buffer, file string) {
	first, reference := "", []string(nil)
	differs := false
	var missing []string
	for _, n := range r.have {
		text, err := r.root.ReadFile(path.Join(n, file))
		if err != nil {
			missing = append(missing, n)
			continue
		}
		lines := comparable(file, string(text))
		if first == "" {
			first, reference = n, lines
			continue
		}
		gone, come := difference(reference, lines)
		if len(gone)+len(come) == 0 {
			continue
		}
		if !differs {
			fmt.Fprintf(b, "Diff %s... differs\n", file)
		}
		differs = true
		fmt.Fprintf(b, "--- %s\n+++ %s\n", path.Join(first, file), path.Join(n, file))
		show(b, "-", gone)
		show(b, "+", come)
	}
	switch {
	case first == "" && (file == "ha.cf" || file == "haresources" || file == "secrets.txt" || file == "corosync.conf"):
	case first == "":
		fmt.Fprintf(b, "Diff %s... no %s/%s :/\n", file, "*", file)
	case !differs && len(missing) == 0:
		fmt.Fprintf(b, "Diff %s... OK\n", file)
	case !differs:
		fmt.Fprintf(b, "Diff %s... OK where it is; missing on %s\n", file, strings.Join(missing, " "))
	case len(missing) > 0:
		fmt.Fprintf(b, "(missing on %s)\n", strings.Join(missing, " "))
	}
}

func show(b *bytes.Buffer, sign string, lines []string) {
	for _, l := range lines[:min(len(lines), maxShown)] {
		fmt.Fprintln(b, sign+l)
	}
	if more := len(lines) - maxShown; more > 0 {
		fmt.Fprintf(b, "%s… %d more lines\n", sign, more)
	}
}

// comparable are the lines of a file without those that differ for no reason: when and where it was made.
func comparable(file, text string) []string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSuffix(l, " (local)")
	}
	return slices.DeleteFunc(lines, func(l string) bool {
		switch file {
		case "crm_mon.txt":
			return strings.Contains(l, "Last updated:")
		case "quorum.txt":
			return strings.HasPrefix(l, "Date:") || strings.HasPrefix(l, "Node ID:")
		}
		return false
	})
}

// difference are the lines that only a has, and those that only b has, in their order.
func difference(a, b []string) (gone, come []string) {
	count := map[string]int{}
	for _, l := range b {
		count[l]++
	}
	for _, l := range a {
		if count[l] > 0 {
			count[l]--
		} else {
			gone = append(gone, l)
		}
	}
	for _, l := range slices.Backward(b) {
		if count[l] > 0 {
			count[l]--
			come = append(come, l)
		}
	}
	slices.Reverse(come)
	return gone, come
}

// merge puts the events of all nodes into one order of time. Lines without a time stay behind the one before them.
func (r *report) merge() ([]byte, error) {
	type event struct {
		at   time.Time
		text string
	}
	var all []event
	for _, n := range r.have {
		text, err := r.root.ReadFile(path.Join(n, "events.txt"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var at time.Time
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			if t, ok := collect.TimeOf(lines.Bytes(), r.request.To); ok {
				at = t
			}
			line := lines.Text()
			if !strings.Contains(line, n) {
				line = n + ": " + line
			}
			all = append(all, event{at, line})
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	var b bytes.Buffer
	for _, e := range all {
		fmt.Fprintln(&b, e.text)
	}
	return b.Bytes(), nil
}
