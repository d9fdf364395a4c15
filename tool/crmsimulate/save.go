package crmsimulate

import (
	"strings"

	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/simulate"
	"pacer/tool/command"
)

// save writes the files that were asked for. Each is written beside its place and put there when it is whole.
func (s *settings) save(c *command.Call, res *simulate.Result) error {
	if s.saveInput != "" {
		if err := write(c, s.saveInput, cib.New(res.Input).Bytes()); err != nil {
			return err
		}
	}
	if s.graph != "" && res.Graph != nil {
		if err := write(c, s.graph, res.Graph.Append(nil)); err != nil {
			return err
		}
	}
	if s.dot != "" && res.Dot != nil {
		if err := write(c, s.dot, []byte(strings.Join(res.Dot, "\n")+"\n")); err != nil {
			return err
		}
	}
	if res.Output == nil {
		return nil
	}
	for _, path := range []string{s.outcome(), s.saveOutput} {
		if path == "" {
			continue
		}
		if err := write(c, path, cib.New(res.Output).Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// outcome is the input file when the outcome shall replace it.
func (s *settings) outcome() string {
	if s.inPlace {
		return s.file
	}
	return ""
}

func write(c *command.Call, path string, data []byte) error {
	if path == "-" {
		c.Out.Raw(string(data))
		return nil
	}
	if err := client.SaveFile(path, data); err != nil {
		return command.Fail(exitcode.CantCreate, "Could not create '%s': %s", path, client.Reason(err))
	}
	return nil
}
