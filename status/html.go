package status

import (
	"html"
	"strconv"
	"strings"
)

// Page says how an HTML page is framed.
type Page struct {
	Title      string
	Stylesheet string // address of a further style sheet
	Refresh    int    // seconds after which a browser asks again; 0: never
}

// style colours the page. Class names are those that style sheets for crm_mon use.
const style = `.bold { font-weight: bold }
.online { color: green }
.offline { color: red }
.maint { color: blue }
.standby { color: blue }
.rsc-failed { color: red }
.rsc-managed { color: blue }
.rsc-ok { color: green }
.warning { color: red; font-weight: bold }`

// HTML prints the picture as a page: the lists of the text, with a class on each line that says how things are.
func (st *Status) HTML(dst []byte, d Dress, p Page) []byte {
	var b strings.Builder
	title := p.Title
	if title == "" {
		title = "Cluster Status"
	}
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>" + html.EscapeString(title) + "</title>\n<meta charset=\"utf-8\">\n")
	if p.Refresh > 0 {
		b.WriteString("<meta http-equiv=\"refresh\" content=\"" + itoa(p.Refresh) + "\">\n")
	}
	if p.Stylesheet != "" {
		b.WriteString("<link rel=\"stylesheet\" href=\"" + html.EscapeString(p.Stylesheet) + "\">\n")
	}
	b.WriteString("<style>" + style + "</style>\n</head>\n<body>\n")
	depth := 0
	close := func(to int) {
		for ; depth > to; depth-- {
			b.WriteString("</ul>\n")
		}
	}
	for line := range strings.Lines(string(st.Text(nil, d))) {
		line = strings.TrimSuffix(line, "\n")
		rest := strings.TrimLeft(line, " ")
		level := (len(line) - len(rest)) / 2
		item, isItem := strings.CutPrefix(rest, "* ")
		switch {
		case rest == "":
		case strings.Contains(rest, "***") || level > 0 && !isItem:
			close(0)
			b.WriteString("<p class=\"warning\">" + html.EscapeString(strings.Trim(rest, "* ")) + "</p>\n")
		case !isItem:
			close(0)
			b.WriteString("<h2>" + html.EscapeString(strings.TrimSuffix(rest, ":")) + "</h2>\n")
		default:
			close(level)
			for ; depth < level; depth++ {
				b.WriteString("<ul>\n")
			}
			text := html.EscapeString(item)
			if c := lineClass(item); c != "" {
				text = "<span class=\"" + c + "\">" + text + "</span>"
			}
			b.WriteString("<li>" + text + "</li>\n")
		}
	}
	close(0)
	b.WriteString("</body>\n</html>\n")
	return append(dst, b.String()...)
}

func itoa(n int) string { return strconv.Itoa(n) }

// lineClass is how the line of a list is coloured, "" for not at all.
func lineClass(line string) string {
	has := func(s string) bool { return strings.Contains(line, s) }
	switch {
	case strings.HasPrefix(line, "Online:"), strings.HasPrefix(line, "GuestOnline:"), strings.HasPrefix(line, "RemoteOnline:"):
		return "online"
	case strings.HasPrefix(line, "OFFLINE:"), strings.HasPrefix(line, "RemoteOFFLINE:"), has("UNCLEAN"), has(": OFFLINE"):
		return "offline"
	case strings.HasPrefix(line, "Unsafe:"), strings.HasPrefix(line, "Storage:"), has("WITHOUT quorum"):
		return "warning"
	case has("FAILED"), has("(blocked)"):
		return "rsc-failed"
	case has("standby"):
		return "standby"
	case has("maintenance"), has("unmanaged"):
		return "maint"
	case has("Stopped"):
		return "rsc-managed"
	case has("):\t") || strings.HasPrefix(line, "Started:") || strings.HasPrefix(line, "Promoted:") || strings.HasPrefix(line, "Unpromoted:"):
		return "rsc-ok"
	}
	return ""
}

// Colour gives the ANSI colour for a line of the text form: the number of a "set colour" sequence, 0 for none.
func Colour(line string) int {
	if line != "" && line[0] != ' ' && strings.HasSuffix(line, ":") {
		return 1 // bold headings
	}
	switch lineClass(strings.TrimPrefix(strings.TrimLeft(line, " "), "* ")) {
	case "online", "rsc-ok":
		return 32
	case "offline", "rsc-failed", "warning":
		return 31
	case "standby", "maint", "rsc-managed":
		return 33
	}
	if strings.Contains(line, "*** ") {
		return 33
	}
	return 0
}
