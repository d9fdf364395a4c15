package command

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"pacer/exitcode"
	"pacer/xmltree"
)

// Format is a form of output.
type Format string

// The forms that every command has.
const (
	FormatText Format = "text"
	FormatXML  Format = "xml"
	FormatNone Format = "none"
)

// APIVersion is the version of the XML output's schema.
const APIVersion = "2.42"

// Output takes what a command has to say.
type Output struct {
	Format Format
	out    *bufio.Writer
	file   io.Writer // what is below out
	err    io.Writer
	name   string
	lists  []list
	root   *xmltree.Node
	open   []*xmltree.Node
	errors []string
	cdata  []string
	after  []string
}

type list struct{ items int }

func newOutput(format Format, name, request string, stdout, stderr io.Writer) *Output {
	o := &Output{Format: format, out: bufio.NewWriter(stdout), file: stdout, err: stderr, name: name}
	o.root = xmltree.New("pacemaker-result", "api-version", APIVersion, "request", request)
	o.open = []*xmltree.Node{o.root}
	return o
}

// XML tells whether results are to be added as elements.
func (o *Output) XML() bool { return o.Format == FormatXML }

// Plain tells whether results are to be printed as text.
func (o *Output) Plain() bool { return o.Format == FormatText }

// Line prints a line of text; with XML or none it does nothing.
func (o *Output) Line(format string, args ...any) {
	if o.Plain() {
		fmt.Fprintf(o.out, format+"\n", args...)
	}
}

// Raw prints text as it is; with XML or none it does nothing.
func (o *Output) Raw(text string) {
	if o.Plain() {
		_, _ = o.out.WriteString(text)
	}
}

// Write puts bytes into the output whatever its form, for commands with forms of their own. It implements io.Writer.
func (o *Output) Write(p []byte) (int, error) { return o.out.Write(p) }

// Err reports a problem that does not end the command. As text it goes to stderr as it is, without the tool's name.
func (o *Output) Err(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	switch o.Format {
	case FormatXML:
		o.errors = append(o.errors, text)
	case FormatNone:
	default:
		o.flush()
		fmt.Fprintln(o.err, text)
	}
}

// After reports a problem like Err, but behind the message with which the command ends.
func (o *Output) After(format string, args ...any) {
	o.after = append(o.after, fmt.Sprintf(format, args...))
}

// Begin opens a list; a list inside a list is an item of it.
func (o *Output) Begin(title string, args ...any) {
	if o.Plain() {
		title = fmt.Sprintf(title, args...)
		if len(o.lists) == 0 {
			fmt.Fprintf(o.out, "%s:\n", title)
		} else {
			o.bullet(title + ":")
		}
	}
	o.lists = append(o.lists, list{})
}

// Item prints an item of the list that is open.
func (o *Output) Item(format string, args ...any) {
	if len(o.lists) > 0 {
		o.lists[len(o.lists)-1].items++
	}
	if o.Plain() {
		o.bullet(fmt.Sprintf(format, args...))
	}
}

func (o *Output) bullet(text string) {
	fmt.Fprintf(o.out, "%s* %s\n", strings.Repeat("  ", len(o.lists)), text)
}

// Deeper goes one level down without a title; End comes back.
func (o *Output) Deeper() { o.lists = append(o.lists, list{}) }

// End closes the list that was opened last.
func (o *Output) End() { o.lists = o.lists[:len(o.lists)-1] }

// Add puts elements into the XML result; otherwise it does nothing.
func (o *Output) Add(nodes ...*xmltree.Node) {
	if o.XML() {
		top := o.open[len(o.open)-1]
		top.Children = append(top.Children, nodes...)
	}
}

// Push opens an element of the XML result, into which Add then puts others.
func (o *Output) Push(name string, pairs ...string) *xmltree.Node {
	n := xmltree.New(name, pairs...)
	o.Add(n)
	o.open = append(o.open, n)
	return n
}

// Pop closes the element that was opened last.
func (o *Output) Pop() { o.open = o.open[:len(o.open)-1] }

// CDATA puts an element into the XML result whose text is printed as it is.
func (o *Output) CDATA(name, text string) {
	if o.XML() {
		o.Push(name).Add(&xmltree.Node{Kind: xmltree.Text, Text: cdataMark(len(o.cdata))})
		o.Pop()
		o.cdata = append(o.cdata, text)
	}
}

// cdataMark stands in the tree for text that the tree's printer would escape.
func cdataMark(i int) string { return fmt.Sprintf("\u2063CDATA-%d\u2063", i) }

func (o *Output) flush() { _ = o.out.Flush() }

// Restart forgets what a file holds already, for commands that write their whole output again and again. What is no file
// is left alone.
func (o *Output) Restart() {
	o.flush()
	if f, ok := o.file.(*os.File); ok && f.Truncate(0) == nil {
		_, _ = f.Seek(0, io.SeekStart)
	}
}

// Flush writes what is buffered, for commands that wait or watch.
func (o *Output) Flush() { o.flush() }

// finish ends the output with the error, if any, and the status.
func (o *Output) finish(code exitcode.Code, message string) {
	switch o.Format {
	case FormatNone:
	case FormatXML:
		if message != "" {
			o.errors = append(o.errors, o.name+": "+message)
		}
		o.errors = append(o.errors, o.after...)
		status := o.root.AddNew("status", "code", fmt.Sprint(int(code)), "message", code.Text())
		if len(o.errors) > 0 {
			errors := status.AddNew("errors")
			for _, e := range o.errors {
				errors.AddNew("error").Add(&xmltree.Node{Kind: xmltree.Text, Text: e})
			}
		}
		text := string(o.root.Pretty(nil))
		for i, c := range o.cdata {
			text = strings.Replace(text, cdataMark(i), "<![CDATA["+strings.ReplaceAll(c, "]]>", "]]]]><![CDATA[>")+"]]>", 1)
		}
		_, _ = o.out.WriteString(text)
		o.flush()
	default:
		o.flush()
		if message != "" {
			fmt.Fprintf(o.err, "%s: %s\n", o.name, message)
		}
		for _, text := range o.after {
			fmt.Fprintln(o.err, text)
		}
	}
}
