package command

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"pacer/applet"
	"pacer/client"
	"pacer/exitcode"
	"pacer/release"
)

// Spec describes a command.
type Spec struct {
	Name string
	// Summary is the one-line description at the top of the help.
	Summary string
	// Synopsis stands behind the name in the usage line when the command takes words that are no options.
	Synopsis string
	Options  []Option
	// Groups are the option groups in the order of the help.
	Groups []Group
	// MoreFormats are forms of output beyond text, xml and none.
	MoreFormats []Format
	// HelpShort is the short form of --help; 'h' when 0. -? always asks for help.
	HelpShort byte
	// VersionShort is the short form of --version; '$' when 0.
	VersionShort byte
	// TakesWords allows words that are no options.
	TakesWords bool
	// IgnoresWords lets words that are no options pass, with a notice, as the real command does.
	IgnoresWords bool
	// Abbreviate lets long options be shortened; the commands that are shell scripts elsewhere allow that.
	Abbreviate bool
	// UsageCode is the exit code of wrong usage; exitcode.Usage when 0.
	UsageCode exitcode.Code
	// OutputCode is the exit code when there is no such form of output, or no place for it; exitcode.Error when 0.
	OutputCode exitcode.Code
}

// Group is a group of options in the help.
type Group struct{ Key, Title, Description string }

// Call is one run of a command.
type Call struct {
	Env     applet.Env
	Name    string
	Words   []string // those that are no options
	Verbose int
	Out     *Output
}

// Failure is an error with the exit code that it stands for.
type Failure struct {
	Code exitcode.Code
	// Message is shown behind the command's name; empty shows nothing.
	Message string
}

// Error implements error.
func (f *Failure) Error() string {
	if f.Message == "" {
		return f.Code.Text()
	}
	return f.Message
}

// ExitCode implements exitcode.Carrier.
func (f *Failure) ExitCode() exitcode.Code { return f.Code }

// Fail makes a Failure.
func Fail(code exitcode.Code, format string, args ...any) error {
	return &Failure{code, fmt.Sprintf(format, args...)}
}

// Exit ends a command with a code and without a message.
func Exit(code exitcode.Code) error {
	if code == exitcode.OK {
		return nil
	}
	return &Failure{Code: code}
}

// Run reads the options and runs body. The error of body decides the exit code: OK for nil, else exitcode.Of.
func Run(env applet.Env, spec Spec, body func(*Call) error) exitcode.Code {
	c := &Call{Env: env, Name: spec.Name}
	format, to := string(FormatText), "-"
	var version bool
	var help string
	options := append(commonOptions(spec, &format, &to, &version, &c.Verbose, &help), spec.Options...)
	if env.Describe != nil {
		env.Describe(describe(spec, options))
		return exitcode.OK
	}
	words, err := parse(env.Args, options, spec.Abbreviate, func(s string) { fmt.Fprintln(env.Stderr, s) })
	c.Words = words
	stdout := env.Stdout
	if help != "" { // what stands behind the question for help is not looked at
		_, _ = io.WriteString(stdout, helpText(spec, options, help))
		return exitcode.OK
	}
	f := Format(format)
	known := f == FormatText || f == FormatXML || f == FormatNone
	for _, m := range spec.MoreFormats {
		known = known || f == m
	}
	if !known {
		if err == nil {
			err = Fail(cmp.Or(spec.OutputCode, exitcode.Error), "Error creating output format %s: %s", format, "Unknown output format")
		}
		f = FormatText
	}
	if to != "-" {
		file, openErr := os.Create(to)
		if openErr != nil {
			fmt.Fprintf(env.Stderr, "%s: Error creating output format %s: %s\n", spec.Name, f, openErr)
			return noPlace(spec, openErr)
		}
		defer file.Close()
		stdout = file
	}
	c.Out = newOutput(f, spec.Name, quote(spec.Name, env.Args), stdout, env.Stderr)
	switch {
	case err != nil:
		var coded exitcode.Carrier
		if !errors.As(err, &coded) {
			code := exitcode.Usage
			if spec.UsageCode != 0 {
				code = spec.UsageCode
			}
			err = Fail(code, "%s", err.Error())
		}
	case version:
		c.Out.Line("Pacemaker %s (Pacer %s)", release.Pacemaker, release.Version)
		c.Out.Line("Written by the Pacer project")
	case len(words) > 0 && !spec.TakesWords && !spec.IgnoresWords:
		err = Fail(exitcode.Usage, "non-option ARGV-elements: %s", strings.Join(words, " "))
	default:
		if len(words) > 0 && spec.IgnoresWords {
			fmt.Fprintf(env.Stderr, "%s: ignored, since no option takes it: %s\n", spec.Name, strings.Join(words, " "))
		}
		err = body(c)
	}
	code := exitcode.Of(err)
	c.Out.finish(code, message(err))
	return code
}

// noPlace is the exit code of a place of output that cannot be opened. Commands with a code of their own for that tell the reason by it.
func noPlace(spec Spec, err error) exitcode.Code {
	var reason syscall.Errno
	if spec.OutputCode == 0 || !errors.As(err, &reason) {
		return exitcode.Error
	}
	return exitcode.OfErrno(reason)
}

func message(err error) string {
	if f, ok := err.(*Failure); ok {
		return f.Message
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

func commonOptions(spec Spec, format, to *string, version *bool, verbose *int, help *string) []Option {
	h := cmp.Or(spec.HelpShort, 'h')
	out := In("help",
		Do(func() { *help = "main" }, "help", h, "Show help options"),
		Do(func() { *help = "all" }, "help-all", 0, "Show all help options"),
		Do(func() { *help = "output" }, "help-output", 0, "Show output help"))
	for _, g := range spec.Groups {
		out = append(out, In("help", Do(func() { *help = g.Key }, "help-"+g.Key, 0, "Show "+g.Description))...)
	}
	out = append(out, In("output",
		Text(format, "output-as", 0, "FORMAT", "Specify output format as one of: "+formats(spec)),
		Text(to, "output-to", 0, "DEST", "Specify output destination (\"-\" for stdout)"))...)
	out = append(out, Hide(Do(func() { *help = "main" }, "", '?', ""))...)
	return append(out,
		Flag(version, "version", cmp.Or(spec.VersionShort, '$'), "Display software version and exit"),
		Do(func() { *verbose++ }, "verbose", 'V', "Increase debug output (may be specified multiple times)"))
}

func formats(spec Spec) string {
	all := []string{"text (default)", "xml", "none"}
	for _, m := range spec.MoreFormats {
		all = append(all, string(m))
	}
	return strings.Join(all, ", ")
}

// quote writes the command line for the request attribute: words with blanks or quotation marks stand in single
// quotation marks.
func quote(name string, args []string) string {
	var b strings.Builder
	b.WriteString(name)
	for _, a := range args {
		b.WriteByte(' ')
		if a == "" || strings.ContainsAny(a, " \t\n'\"") {
			b.WriteByte('\'')
			b.WriteString(strings.ReplaceAll(a, "'", "\\'"))
			b.WriteByte('\'')
		} else {
			b.WriteString(a)
		}
	}
	return b.String()
}

// Open connects to the CIB that the environment names: a file, a shadow copy or the local node.
func (c *Call) Open() (client.Cluster, error) { return client.Open(c.Source()) }

// Live connects to the local node, whatever the environment says about the CIB.
func (c *Call) Live() (client.Cluster, error) { return client.Live(c.Source()) }

// Source is what package client needs to know of the environment.
func (c *Call) Source() client.Source {
	return client.Source{Getenv: c.Env.Getenv, Stdin: c.Env.Stdin, Places: c.Env.Places, Now: c.Env.Now, Program: c.Name}
}
