package crmsimulate

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/tool/command"
)

// input reads the CIB from where the options say, and refuses what nobody can decide on.
func (s *settings) input(c *command.Call) (*cib.Document, error) {
	doc, err := s.read(c)
	if err != nil {
		return nil, err
	}
	return doc, usable(c, doc, s.name())
}

// name is what the messages call the input.
func (s *settings) name() string {
	switch s.file {
	case "":
		return "the CIB"
	case "-":
		return "standard input"
	}
	return s.file
}

func (s *settings) read(c *command.Call) (*cib.Document, error) {
	if s.file == "" {
		cl, err := c.Open()
		if err != nil {
			return nil, err
		}
		defer cl.Close()
		return cl.CIB(context.Background())
	}
	return readFile(c, s.file, s.name())
}

func readFile(c *command.Call, path, name string) (*cib.Document, error) {
	doc, err := client.ReadCIB(path, c.Env.Stdin)
	var file *client.Error
	if !errors.As(err, &file) {
		return doc, err
	}
	code := file.Code
	switch code {
	case exitcode.NoSuch, exitcode.InsufficientPriv, exitcode.Config:
	default:
		code = exitcode.NoInput
	}
	if strings.Contains(file.Message, path) {
		return nil, command.Fail(code, "%s", file.Message)
	}
	return nil, command.Fail(code, "Could not read %s: %s", name, file.Message)
}

// usable refuses documents that are not valid or that nobody can check.
func usable(c *command.Call, doc *cib.Document, name string) error {
	v, there := doc.Root().Lookup("validate-with")
	switch {
	case !there:
		return refuse(c, "%s does not say by which schema it is valid: it needs validate-with=%q", name, cib.Schema)
	case v == "none":
		c.Out.Err("Schema validation of configuration is disabled (support for validate-with set to \"none\" is deprecated " +
			"and will be removed in a future release)")
		return nil
	case !knownSchema(v):
		return refuse(c, "%s wants schema %q, which is not known; the newest that is known is %q", name, v, cib.Schema)
	}
	wrong := 0
	for _, p := range cib.Validate(doc) {
		if !p.Warning {
			c.Out.Err("%s: %s", name, p)
			wrong++
		}
	}
	if wrong > 0 {
		c.Out.Err("Cannot upgrade configuration (claiming %s schema) to at least %s because it does not validate with any schema "+
			"from %[1]s to the latest", v, cib.Schema)
		return command.Exit(exitcode.Config)
	}
	return nil
}

// refuse ends with the code of an invalid configuration. Scripts get the code alone, as they are used to; people get the
// reason too.
func refuse(c *command.Call, format string, args ...any) error {
	err := command.Fail(exitcode.Config, format, args...)
	if c.Verbose > 0 || c.Out.XML() || command.IsTerminal(c.Env.Stderr) {
		return err
	}
	return command.Exit(exitcode.Config)
}

// knownSchema tells whether validate-with names a schema that exists.
func knownSchema(name string) bool {
	version, ok := strings.CutPrefix(name, "pacemaker-")
	if !ok {
		return false
	}
	major, minor, ok := strings.Cut(version, ".")
	n, err := strconv.Atoi(minor)
	last, known := map[string]int{"1": 3, "2": 10, "3": 10, "4": 0}[major]
	return ok && err == nil && known && n >= 0 && n <= last
}
