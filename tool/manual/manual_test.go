package manual

import (
	"strings"
	"testing"

	"pacer/applet"
)

// example has what is hard to write: dots at the start of a line, quotes, brackets, backslashes, optional values.
var example = applet.Description{Name: "crm_x", Summary: "tells. things", Synopsis: "WORD", Sections: []applet.Section{
	{Title: "Help Options", Options: []applet.Option{{Short: 'h', Long: "help", Help: "Show help"}}},
	{Title: `The "rest"`, Options: []applet.Option{
		{Short: 'N', Long: "node", Value: "NODE", Help: ".dot isn't [the] end: \\n"},
		{Long: "promotion", Value: "RSC", Optional: true, Help: "Two\nlines"},
		{Short: 'x', Long: "xml-file", Value: "FILE", Help: "A file"},
		{Short: 'k', Value: "nodeid", Help: "No long form"},
	}}}}

func TestPage(t *testing.T) {
	text := page(example)
	for _, want := range []string{
		".SH NAME\ncrm_x \\- tells\n", ".SS \"The \\(dqrest\\(dq\"\n", "\\fB\\-N\\fR, \\fB\\-\\-node\\fR=\\fINODE\\fR\n\\&.dot isn't [the] end: \\en\n",
		"\\fB\\-\\-promotion\\fR[=\\fIRSC\\fR]\nTwo\nlines\n", "\\fB\\-k\\fR \\fInodeid\\fR\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestPageOfACommandWithExamples(t *testing.T) {
	text := page(applet.Description{Name: "pacer x", Summary: "do things\n\npacer x A   one\npacer x B   two.\n\nNothing more."})
	want := ".SH NAME\npacer\\-x \\- do things\n.SH SYNOPSIS\n.B pacer x\n[\\fIOPTION\\fR]...\n.SH DESCRIPTION\nDo things.\n" +
		".PP\n.nf\npacer x A   one\npacer x B   two.\n.fi\n.PP\nNothing more.\n.SH OPTIONS\n"
	if !strings.Contains(text, want) {
		t.Errorf("%q is not in\n%s", want, text)
	}
}

func TestCompletions(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		wants []string
	}{
		"bash": {bash([]applet.Description{example}, []string{"crm_x"}), []string{
			"'crm_x,-N'|'crm_x,--node') COMPREPLY=($(compgen -W \"$(crm_node -p 2>/dev/null)\" -- \"$cur\")); return ;;",
			"'crm_x,-k') return ;;", "crm_x) words='-h --help -N --node --promotion -x --xml-file -k' ;;", "-F _pacer pacer crm_x\n"}},
		"zsh": {zsh([]applet.Description{example}, []string{"crm_x"}), []string{
			"#compdef pacer crm_x\n", `'(-N --node)--node=[.dot isn’t \[the\] end\: \n]:node:($(crm_node -p 2>/dev/null))'`, "'(--promotion)--promotion=[Two lines]::rsc:"}},
		"fish": {fish([]applet.Description{example}, []string{"crm_x"}), []string{
			"complete -c crm_x -s 'x' -l xml-file -r -d 'A file'\n", `-d '.dot isn\'t [the] end: \\n'`, "complete -c crm_x -l promotion -d 'Two lines'\n"}},
	} {
		for _, want := range c.wants {
			if !strings.Contains(c.text, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, c.text)
			}
		}
	}
}
