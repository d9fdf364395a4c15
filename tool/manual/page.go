package manual

import (
	"fmt"
	"strings"

	"pacer/applet"
	"pacer/release"
)

// pageName is the name of a command's page: "pacer why" has pacer-why.
func pageName(d applet.Description) string { return strings.ReplaceAll(d.Name, " ", "-") }

// page is a manual page of section 8.
func page(d applet.Description) string {
	var b strings.Builder
	head(&b, pageName(d), sentence(d.Summary))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(d.Name))
	if d.Synopsis == "" || !strings.HasPrefix(d.Synopsis, "[") {
		b.WriteString("[\\fIOPTION\\fR]...\n")
	}
	if d.Synopsis != "" {
		fmt.Fprintf(&b, "%s\n", roff(d.Synopsis))
	}
	b.WriteString(".SH DESCRIPTION\n" + description(d.Summary))
	b.WriteString(".SH OPTIONS\n")
	for _, s := range d.Sections {
		fmt.Fprintf(&b, ".SS %s\n", quoted(s.Title))
		for _, o := range s.Options {
			fmt.Fprintf(&b, ".TP\n%s\n", heading(o))
			for _, line := range strings.Split(o.Help, "\n") {
				fmt.Fprintf(&b, "%s\n", roff(strings.TrimSpace(line)))
			}
		}
	}
	b.WriteString(".SH \"EXIT STATUS\"\n0 when all went well;\n.BR crm_error (8)\n.RB ( \"crm_error \\-X\" )\ntells what another number means.\n")
	b.WriteString(".SH \"SEE ALSO\"\n.BR pacer (8)\n")
	return b.String()
}

// overview is the page of the program itself.
func overview(table applet.Table) string {
	var b strings.Builder
	head(&b, "pacer", "keep services running across machines")
	b.WriteString(".SH SYNOPSIS\n.B pacer\n\\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n")
	b.WriteString(".SH DESCRIPTION\nOne program with many names: called by the name of a command, or with it as the first word, it is that command.\n.SH COMMANDS\n")
	for _, a := range table {
		if a.Summary != "" {
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR\n%s\n", roff(a.Names[0]), roff(capital(a.Summary)+"."))
		}
	}
	return b.String()
}

// description is a summary in paragraphs. One of several lines is shown as it is laid out.
func description(summary string) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(strings.TrimSpace(summary), "\n\n") {
		lines := strings.Split(strings.Trim(paragraph, "\n"), "\n")
		switch {
		case i == 0:
			lines[0] = capital(lines[0])
			if !strings.HasSuffix(lines[len(lines)-1], ".") {
				lines[len(lines)-1] += "."
			}
		default:
			b.WriteString(".PP\n")
		}
		laidOut := i > 0 && len(lines) > 1
		if laidOut {
			b.WriteString(".nf\n")
		}
		for _, line := range lines {
			b.WriteString(roff(line) + "\n")
		}
		if laidOut {
			b.WriteString(".fi\n")
		}
	}
	return b.String()
}

// head has no date: equal tables give equal pages.
func head(b *strings.Builder, name, summary string) {
	fmt.Fprintf(b, ".TH %s 8 \"\" \"Pacer %s\" \"High availability\"\n.SH NAME\n%s \\- %s\n", strings.ToUpper(name), release.Version, roff(name), roff(summary))
}

func heading(o applet.Option) string {
	var forms []string
	if o.Short != 0 {
		forms = append(forms, `\fB\-`+roff(string(rune(o.Short)))+`\fR`)
	}
	if o.Long != "" {
		forms = append(forms, `\fB\-\-`+roff(o.Long)+`\fR`)
	}
	text := strings.Join(forms, ", ")
	value := `\fI` + roff(o.Value) + `\fR`
	switch {
	case o.Value == "":
	case o.Long == "":
		text += " " + value
	case o.Optional:
		text += "[=" + value + "]"
	default:
		text += "=" + value
	}
	return text
}

// roff protects what the formatter would take for its own.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

func quoted(s string) string { return `"` + strings.ReplaceAll(roff(s), `"`, `\(dq`) + `"` }

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// sentence is a summary as the line of a list of pages has it: the first sentence of the first paragraph, in one line and without its end.
func sentence(s string) string {
	paragraph, _, _ := strings.Cut(s, "\n\n")
	first, _, _ := strings.Cut(strings.Join(strings.Fields(paragraph), " "), ". ")
	return strings.TrimSuffix(first, ".")
}
