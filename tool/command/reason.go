package command

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/xmltree"
)

// reasons are the words for an exit code where a command tells why an operation failed. They differ from the texts of the
// codes: they are those of the return codes behind them, and scripts look for some of them.
var reasons = map[exitcode.Code]string{
	exitcode.InsufficientPriv: "Permission denied",
	exitcode.Config:           "Update does not conform to the configured schema",
	exitcode.Disconnect:       "Transport endpoint is not connected",
	exitcode.Old:              "Update was older than existing configuration",
	exitcode.Digest:           "Digest does not match expected value",
	exitcode.NoSuch:           "No such device or address",
	exitcode.Quorum:           "Operation requires quorum",
	exitcode.Exists:           "File exists",
	exitcode.Multiple:         "Name not unique on network",
	exitcode.NoDC:             "DC is not yet elected",
	exitcode.Timeout:          "Timer expired",
	exitcode.NoHost:           "Node not found",
}

// Reason gives an error in the words that scripts know; an error without such words speaks for itself.
func Reason(err error) string {
	var file *client.Error
	if errors.As(err, &file) {
		return file.Message
	}
	var refused *cib.Error
	if errors.As(err, &refused) && refused.Reason != "" {
		return refused.Reason
	}
	if text, ok := reasons[exitcode.Of(err)]; ok {
		return text
	}
	return err.Error()
}

// Unreachable ends a command whose daemon does not answer, in the words of the commands that ask daemons directly.
func (c *Call) Unreachable(daemon string, err error) error {
	reason := Reason(err)
	if exitcode.Of(err) == exitcode.Disconnect {
		reason = "Connection refused"
	}
	c.Out.Err("error: Could not connect to %s: %s", daemon, reason)
	return Exit(exitcode.Of(err))
}

// Explain tells people, at a terminal or with --verbose, what an error says beyond its Reason. What is wrong with a document can be
// many lines: it needs --verbose twice.
func (c *Call) Explain(err error) {
	text, enough := err.Error(), 1
	if exitcode.Of(err) == exitcode.Config {
		enough = 2
	}
	if file := (*client.Error)(nil); errors.As(err, &file) && file.Cause != nil {
		text = file.Cause.Error()
	}
	if text != Reason(err) && (c.Verbose >= enough || IsTerminal(c.Env.Stderr)) {
		c.Out.Err("%s", text)
	}
}

// Log writes a line of the log to stderr, in every form of output, if somebody wants to see the log there: with PCMK_stderr or
// --verbose.
func (c *Call) Log(level, text string) {
	if c.Verbose > 0 || c.Loud() {
		c.Out.Flush()
		fmt.Fprintf(c.Env.Stderr, "%s: %s\n", level, text)
	}
}

// LogSyntax writes to the log why a text is no XML, with the line and the place in it, as XML libraries do.
func (c *Call) LogSyntax(text string, err error) {
	var syntax *xmltree.SyntaxError
	if !errors.As(err, &syntax) {
		return
	}
	line := text
	for range syntax.Line - 1 {
		_, line, _ = strings.Cut(line, "\n")
	}
	line, _, _ = strings.Cut(line, "\n")
	const prefix = "XML Error: "
	c.Log("error", fmt.Sprintf("%sEntity: line %d: parser error : %s", prefix, syntax.Line, syntax.Msg))
	c.Log("error", prefix+line)
	c.Log("error", prefix+strings.Repeat(" ", syntax.Col-1)+"^")
}

// Loud tells whether PCMK_stderr wants the log on stderr.
func (c *Call) Loud() bool {
	v := c.Env.Getenv("PCMK_stderr")
	return v == "1" || v == "yes" || v == "true"
}

// IsTerminal tells whether a stream is one at which somebody may sit.
func IsTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}

// Place writes a syntax error with its line.
func Place(err error) string {
	var syntax *xmltree.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("line %d: %s", syntax.Line, syntax.Msg)
	}
	return err.Error()
}
