package crmsimulate

import (
	"errors"
	"strings"
	"syscall"

	"pacer/cib"
	"pacer/client"
	"pacer/exitcode"
	"pacer/simulate"
	"pacer/tool/command"
)

// save writes the files that were asked for. Each is written beside its place and put there when it is whole.
func (s *settings) save(c *command.Call, res *simulate.Result) error {
	if s.saveInput != "" {
		if err := write(c, s.saveInput, document, cib.New(res.Input).Bytes()); err != nil {
			return err
		}
	}
	if s.graph != "" && res.Graph != nil {
		if err := write(c, s.graph, drawing, res.Graph.Append(nil)); err != nil {
			return err
		}
	}
	if s.dot != "" && res.Dot != nil {
		if err := write(c, s.dot, drawing, []byte(strings.Join(res.Dot, "\n")+"\n")); err != nil {
			return err
		}
	}
	if res.Output == nil {
		return nil
	}
	outcome, err := s.outcome(c)
	if err != nil {
		return err
	}
	for _, path := range []string{outcome, s.saveOutput} {
		if path == "" {
			continue
		}
		if err := write(c, path, document, cib.New(res.Output).Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// outcome is the input file when the outcome shall replace it: the one that was named, else the shadow copy or the file that the
// environment puts in a cluster's place.
func (s *settings) outcome(c *command.Call) (string, error) {
	switch shadow := c.Env.Getenv("CIB_shadow"); {
	case !s.inPlace:
		return "", nil
	case s.file != "":
		return s.file, nil
	case shadow != "":
		return client.ShadowPath(c.Source(), shadow)
	}
	return c.Env.Getenv("CIB_file"), nil
}

// What is written decides with which code a failure ends: that of a graph or drawing is always the same, that of a configuration tells
// the reason.
type product int

const (
	document product = iota
	drawing
)

func write(c *command.Call, path string, kind product, data []byte) error {
	if path == "-" {
		c.Out.Raw(string(data))
		return nil
	}
	if err := client.SaveFile(path, data); err != nil {
		code := exitcode.IOErr
		var reason syscall.Errno
		if kind == document && errors.As(err, &reason) {
			code = exitcode.OfErrno(reason)
		}
		return command.Fail(code, "Could not create '%s': %s", path, client.Reason(err))
	}
	return nil
}
