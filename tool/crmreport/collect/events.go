package collect

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/xmltree"
)

// eventIDs are the notes of Pacer that tell what happened to the cluster, by the parts that they come from.
var eventIDs = [...]struct {
	part string
	ids  []string
}{
	{"membership.", []string{"node-lost", "node-left", "node-joined", "link-down", "link-up", "manager-detached", "manager-attached"}},
	{"quorum.", []string{"changed"}},
	{"manager.", []string{"dc", "shutdown", "engine-lost", "stopping-here"}},
	{"scheduler.", []string{"panicked"}},
	{"storage.", []string{"damaged", "writes-lost", "failing"}},
	{"service.", []string{"manager-died", "manager-hung", "messaging-died", "gives-up", "cannot-serve", "cannot-reload", "told-to-stop", "cleaning-failed"}},
	{"fencing.", []string{"begun", "done", "failed", "cancelled", "by-hand"}},
	{"resource.", []string{"failed", "action-failed", "agent-killed"}},
}

// eventLines are what others write when something happens, each with a word that such a line has: looking for a word is much
// faster.
var eventLines = [...]struct {
	word    string
	matches func() *regexp.Regexp
}{
	{"Quorum ", pattern(`Quorum (?:acquired|lost|retained)`)},
	{" state is now", pattern(`[Nn]ode .* state is now`)},
	{"Result of ", pattern(`Result of (?:start|stop|promote|demote|migrate_\w+) operation`)},
	{"encing ", pattern(`[Ff]encing .* (?:succeeded|failed)`)},
	{"Operation '", pattern(`Operation '(?:reboot|off|on)'`)},
	{"pause detect", pattern(`pause detected`)},
	{"Out of memory", pattern(`Out of memory`)},
	{"Kernel panic", pattern(`Kernel panic`)},
}

func isEvent(line []byte) bool {
	for _, e := range eventIDs {
		if _, rest, ok := bytes.Cut(line, []byte(e.part)); ok {
			id, _, ended := bytes.Cut(rest, []byte(":"))
			if ended && slices.Contains(e.ids, string(id)) {
				return true
			}
		}
	}
	for _, e := range eventLines {
		if bytes.Contains(line, []byte(e.word)) && e.matches().Match(line) {
			return true
		}
	}
	return false
}

// alarmWords are what is listed for a reader who does not know where to begin.
var alarmWords = [][]byte{[]byte("CRIT:"), []byte("ERROR:"), []byte(" alarm "), []byte(" crit: "), []byte(" error: ")}

// isAlarm makes a test of lines with more expressions.
func isAlarm(patterns []string) (func([]byte) bool, error) {
	var more *regexp.Regexp
	if len(patterns) > 0 {
		var err error
		if more, err = regexp.Compile(strings.Join(patterns, "|")); err != nil {
			return nil, fmt.Errorf("a pattern is no regular expression: %w", err)
		}
	}
	return func(line []byte) bool {
		return slices.ContainsFunc(alarmWords, func(w []byte) bool { return bytes.Contains(line, w) }) || more != nil && more.Match(line)
	}, nil
}

// logLine is a line of a log with its time.
type logLine struct {
	at   time.Time
	text string
}

// maxEvents and maxAlarms limit the lists; the last ones are kept.
const (
	maxEvents = 20000
	maxAlarms = 2000
)

// picked are the lines that are wanted, with their times.
func picked(log []byte, wanted func([]byte) bool, newest time.Time) []logLine {
	var out []logLine
	var at time.Time
	for line := range bytes.Lines(log) {
		if wanted(line) {
			if t, ok := TimeOf(line, newest); ok {
				at = t
			}
			out = append(out, logLine{at, strings.TrimRight(string(line), "\r\n")})
		}
	}
	return out
}

// operations are the results of actions on a node that the CIB remembers and that are from the time between from and to.
func operations(cib *xmltree.Node, node string, from, to time.Time) []logLine {
	var out []logLine
	for state := range cib.First("status").Elements("node_state") {
		if state.Get("uname") != node {
			continue
		}
		state.Path("lrm", "lrm_resources").Walk(func(n *xmltree.Node) bool {
			seconds, err := strconv.ParseInt(n.Get("last-rc-change"), 10, 64)
			at := time.Unix(seconds, 0).In(from.Location())
			if n.Name != "lrm_rsc_op" || err != nil || at.Before(from) || at.After(to) {
				return true
			}
			text := fmt.Sprintf("%s %s history: %s rc-code=%s op-status=%s", at.Format(time.RFC3339), node, n.Get("operation_key"), n.Get("rc-code"), n.Get("op-status"))
			if why := n.Get("exit-reason"); why != "" {
				text += " (" + why + ")"
			}
			out = append(out, logLine{at, text})
			return true
		})
	}
	return out
}

// sorted puts lines into the order of time and drops those that are there twice.
func sorted(lines []logLine, limit int) []byte {
	slices.SortStableFunc(lines, func(a, b logLine) int { return a.at.Compare(b.at) })
	seen := map[string]bool{}
	var texts []string
	for _, l := range lines {
		if !seen[l.text] {
			seen[l.text] = true
			texts = append(texts, l.text)
		}
	}
	texts = texts[max(0, len(texts)-limit):]
	if len(texts) == 0 {
		return nil
	}
	return []byte(strings.Join(texts, "\n") + "\n")
}
