package crmsimulate

import (
	"context"
	"errors"
	"strings"

	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/schema"
	"pacer/schema/upgrade"
	"pacer/tool/command"
	"pacer/xmltree"
)

// input reads the CIB from where the options say, and refuses what nobody can decide on.
func (s *settings) input(c *command.Call) (*cib.Document, error) {
	var doc *cib.Document
	var err error
	name := s.name(c)
	if s.file == "" {
		doc, err = ofCluster(c, name)
	} else {
		doc, err = readFile(c, s.file, name)
	}
	if err != nil {
		return nil, err
	}
	return usable(c, doc, name)
}

// name is what the messages call the input.
func (s *settings) name(c *command.Call) string {
	switch shadow, file := c.Env.Getenv("CIB_shadow"), c.Env.Getenv("CIB_file"); {
	case s.file == "-", s.file == "" && shadow == "" && file == "-":
		return "standard input"
	case s.file != "":
		return s.file
	case shadow != "":
		return "shadow copy " + shadow
	case file != "":
		return file
	}
	return "the CIB"
}

// ofCluster reads the CIB of the cluster that the environment names.
func ofCluster(c *command.Call, name string) (*cib.Document, error) {
	cl, err := c.Open()
	if err != nil {
		return nil, unreadable(err, name)
	}
	defer cl.Close()
	return cl.CIB(context.Background())
}

func readFile(c *command.Call, path, name string) (*cib.Document, error) {
	doc, err := client.ReadCIB(path, c.Env.Stdin)
	if err != nil {
		return nil, unreadable(err, name)
	}
	return doc, nil
}

// unreadable gives the error of an input its name and one of the codes that scripts know.
func unreadable(err error, name string) error {
	var file *client.Error
	if !errors.As(err, &file) || file.Code == exitcode.Disconnect || file.Code == exitcode.Usage {
		return err
	}
	code := exitcode.DataErr // nothing that can be read, as against a configuration that is not valid
	if syntax := (*xmltree.SyntaxError)(nil); file.Code == exitcode.Config && !errors.As(err, &syntax) {
		code = exitcode.Config
	}
	if strings.Contains(file.Message, name) {
		return command.Fail(code, "%s", file.Message)
	}
	return command.Fail(code, "Could not read %s: %s", name, file.Message)
}

// usable raises a document to the newest schema, and refuses one that is not valid or that nobody can check.
func usable(c *command.Call, doc *cib.Document, name string) (*cib.Document, error) {
	from, unchecked, ok := doc.Claims()
	switch with, there := doc.Root().Lookup("validate-with"); {
	case !there:
		return nil, refuse(c, "%s does not say by which schema it is valid: it needs validate-with=%q", name, cib.Schema)
	case unchecked:
		c.Out.Err("Schema validation of configuration is disabled (support for validate-with set to \"none\" is deprecated " +
			"and will be removed in a future release)")
		return doc, nil
	case !ok:
		return nil, refuse(c, "%s wants schema %q, which is not known; the newest that is known is %q", name, with, cib.Schema)
	}
	raised, err := upgrade.To(doc.Root(), from, schema.Latest)
	if !people(c) && err == nil {
		refusals(c, doc, from, raised.Began)
	}
	switch {
	case err == nil && raised.Version == schema.Latest:
		if raised.Root == doc.Root() {
			return doc, nil
		}
		return cib.FromTree(raised.Root), nil
	case errors.Is(err, upgrade.ErrInvalid):
		complain(c, doc, from, name)
		c.Out.Err("Cannot upgrade configuration (claiming %s schema) to at least %s because it does not validate with any schema "+
			"from %[1]s to the latest", from, cib.Schema)
	default:
		if people(c) && err != nil {
			c.Out.Err("%s: %s", name, err)
		}
		c.Out.Err("Cannot upgrade configuration (claiming %s schema) to at least %s because it would upgrade only to %s",
			from, cib.Schema, raised.Version)
	}
	return nil, command.Exit(exitcode.Config)
}

// complain tells what is wrong with a document that no schema accepts: people, by the schema that it claims; scripts, by all.
func complain(c *command.Call, doc *cib.Document, from schema.Version, name string) {
	if !people(c) {
		refusals(c, doc, from, schema.Latest+1)
		return
	}
	for _, p := range schema.Problems(doc.Root(), from) {
		c.Out.Err("%s: %s", name, p)
	}
}

// refusals tells what each of the schemas from one up to another finds first, in the words of the validators that scripts know,
// which name neither file nor line.
func refusals(c *command.Call, doc *cib.Document, from, until schema.Version) {
	for v := from; v < until; v++ {
		p := schema.Problems(doc.Root(), v)[0]
		if p.Attribute != "" {
			c.Out.Err("Invalid attribute %s for element %s", p.Attribute, p.Element)
		}
		if p.Parent != "" {
			c.Out.Err("Element %s has extra content: %s", p.Parent, p.Element)
		}
	}
}

// refuse ends with the code of an invalid configuration. Scripts get the code alone, as they are used to; people get the
// reason too.
func refuse(c *command.Call, format string, args ...any) error {
	if people(c) {
		return command.Fail(exitcode.Config, format, args...)
	}
	return command.Exit(exitcode.Config)
}

// people tells whether messages are for people, who want to know where to look, or for scripts, which look for certain words.
func people(c *command.Call) bool {
	return c.Verbose > 0 || c.Out.XML() || command.IsTerminal(c.Env.Stderr)
}
