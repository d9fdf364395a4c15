// Package crmdiff is crm_diff: the difference between two XML documents as a patchset, and the application of one.
package crmdiff

import (
	"io"
	"os"

	"pacer/applet"
	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is crm_diff.
var Applet = applet.Applet{
	Names: []string{"crm_diff"}, Run: Run, Brief: true,
	Summary: "compare configurations", SummaryJapanese: "構成の比較",
}

type settings struct {
	before, after, patch input
	asCIB, noVersion     bool
}

// input is a document: a file, or a text, which goes before the file.
type input struct {
	path, text       string
	hasPath, hasText bool
}

func (i *input) file(v string) error  { i.path, i.hasPath = v, true; return nil }
func (i *input) words(v string) error { i.text, i.hasText = v, true; return nil }
func (i *input) given() bool          { return i.hasPath || i.hasText }

// Run is crm_diff.
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	options := command.In("xml",
		command.With(s.before.file, "original", 'o', "FILE", "The file before (- is stdin)"),
		command.With(s.before.words, "original-string", 'O', "XML", "The text before"),
		command.With(s.after.file, "new", 'n', "FILE", "The file after (- is stdin)"),
		command.With(s.after.words, "new-string", 'N', "XML", "The text after"))
	options = append(options, command.In("operation",
		command.With(s.patch.file, "patch", 'p', "FILE", "Apply this patchset to what is before"))...)
	options = append(options, command.In("additional",
		command.Flag(&s.asCIB, "cib", 'c', "Treat the inputs as CIBs: with a digest"),
		command.Flag(&s.noVersion, "no-version", 'u', "Leave versions out of the difference"))...)
	options = append(options, command.Hide(command.Do(func() { _ = s.before.file("-") }, "stdin", 's', ""))...)
	return command.Run(env, command.Spec{
		IgnoresWords: true, Name: "crm_diff", Summary: "crm_diff - what is different between two configurations",
		Groups: []command.Group{
			{Key: "xml", Title: "Original XML:", Description: "input help"},
			{Key: "operation", Title: "Operation:", Description: "operation help"},
			{Key: "additional", Title: "Additional Options:", Description: "additional options"},
		},
		Options: options,
	}, s.run)
}

func (s *settings) run(c *command.Call) error {
	if s.noVersion && s.asCIB {
		return command.Fail(exitcode.Usage, "-u/--no-version incompatible with -c/--cib")
	}
	if s.noVersion && s.patch.given() {
		c.Out.Err("Warning: -u/--no-version ignored with -p/--patch")
	}
	if !s.before.given() {
		return command.Fail(exitcode.Usage, "Must supply an original: -o or -O")
	}
	if !s.after.given() && !s.patch.given() {
		return command.Fail(exitcode.Usage, "Must supply what to compare with or apply: -n, -N or -p")
	}
	before, err := load(c, s.before)
	if err != nil {
		return err
	}
	old, err := document(before)
	if err != nil {
		return err
	}
	if s.patch.given() {
		return s.apply(c, old)
	}
	after, err := load(c, s.after)
	if err != nil {
		return err
	}
	target, err := document(after)
	if err != nil {
		return err
	}
	return s.compare(c, old, target)
}

// load reads one input.
func load(c *command.Call, from input) (*xmltree.Node, error) {
	data, name := []byte(from.text), "string"
	if !from.hasText {
		path := from.path
		name = path
		in := c.Env.Stdin
		if path != "-" {
			f, err := os.Open(path)
			if err != nil {
				return nil, command.Fail(exitcode.DataErr, "Could not parse %s: %s", path, client.Reason(err))
			}
			defer f.Close()
			in = f
		}
		var err error
		if data, err = io.ReadAll(io.LimitReader(in, client.MaxCIB)); err != nil {
			return nil, command.Fail(exitcode.DataErr, "Could not parse %s: %s", path, client.Reason(err))
		}
	}
	n, err := xmltree.Parse(data)
	if err != nil {
		return nil, command.Fail(exitcode.DataErr, "Could not parse %s: %s", name, command.Place(err))
	}
	return n, nil
}

func document(n *xmltree.Node) (*cib.Document, error) {
	if n.Name != "cib" {
		return nil, command.Fail(exitcode.DataErr, "Only configurations (<cib>) can be compared, not <%s>", n.Name)
	}
	return cib.New(n), nil
}

func (s *settings) compare(c *command.Call, old, target *cib.Document) error {
	if s.noVersion {
		old, target = versionless(old), versionless(target)
	}
	diff := cib.Diff
	if s.asCIB {
		diff = cib.DiffSignificant
	}
	patch := diff(old, target)
	if patch == nil || patch.Empty() {
		return nil
	}
	x := patch.XML().Clone()
	if s.noVersion {
		kept := x.Children[:0]
		for _, n := range x.Children {
			if n.Name != "version" {
				kept = append(kept, n)
			}
		}
		x.Children = kept
	}
	if s.asCIB {
		x.Set("digest", cib.PatchDigest(target.Root()))
	}
	text := string(x.Pretty(nil))
	c.Out.Raw(text)
	c.Out.CDATA("patchset", text)
	return command.Exit(exitcode.Error)
}

// versionless leaves the version and the record of the last writing out.
func versionless(d *cib.Document) *cib.Document {
	root := *d.Root()
	root.Attrs = append([]xmltree.Attr(nil), root.Attrs...)
	for _, a := range []string{"admin_epoch", "epoch", "num_updates", "cib-last-written", "update-origin", "update-client", "update-user"} {
		root.Unset(a)
	}
	return cib.New(&root)
}

func (s *settings) apply(c *command.Call, old *cib.Document) error {
	x, err := load(c, s.patch)
	if err != nil {
		return err
	}
	patch, err := cib.ParsePatch(x)
	if err != nil {
		return command.Fail(exitcode.Software, "Could not apply patch: %s", err)
	}
	if !s.asCIB {
		patch = patch.WithoutVersions()
	}
	doc, err := cib.ApplyPatch(old, patch)
	if err != nil {
		c.Explain(err)
		return command.Fail(exitcode.Error, "Could not apply patch: Application of update diff failed")
	}
	text := string(doc.Bytes())
	c.Out.Raw(text)
	c.Out.CDATA("updated", text)
	return nil
}
