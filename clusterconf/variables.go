package clusterconf

import "strings"

// Variables reads a file of environment variables, as systemd (EnvironmentFile=) and the shell read /etc/sysconfig/pacemaker: lines
// NAME=value, the value perhaps in quotation marks, perhaps with "export" in front. Of several lines for a name the last counts. What
// is no such line is left alone: older files hold pieces of shell.
func Variables(data []byte) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "export"); ok && strings.HasPrefix(rest, " ") {
			line = strings.TrimSpace(rest)
		}
		name, value, ok := strings.Cut(line, "=")
		if ok && isName(name) {
			out[name] = unquoted(value)
		}
	}
	return out
}

// isName tells whether a text can name an environment variable.
func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// unquoted takes a value out of its quotation marks; without them it ends before a comment.
func unquoted(s string) string {
	s = strings.TrimSpace(s)
	for _, mark := range []string{`"`, `'`} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			inner, _, closed := strings.Cut(rest, mark)
			if closed {
				return inner
			}
		}
	}
	if i := strings.Index(s, " #"); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	return s
}
