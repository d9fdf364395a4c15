package stonithadmin

import (
	"context"

	"pacer/api"
	"pacer/client"
	"pacer/exitcode"
	"pacer/fencer"
	"pacer/tool/command"
)

// register tells the node of devices and levels that are not in the CIB, and lets it forget them.
func (s *settings) register(ctx context.Context, c *command.Call, cluster client.Cluster) error {
	switch s.verb {
	case 'R':
		options, err := s.parameters(c)
		if err != nil {
			return err
		}
		return done(c, cluster, ctx, api.FenceRegister{ID: s.arg, Agent: s.agent, Options: options})
	case 'D':
		return done(c, cluster, ctx, api.FenceDeregister{ID: s.arg})
	}
	least, what := 1, "register"
	if s.verb == 'd' {
		least, what = 0, "unregister"
	}
	if s.index < least || s.index > fencer.MaxLevel {
		c.Out.Err("Can't %s topology level %d for %s: Invalid argument", what, s.index, s.arg)
		return command.Exit(exitcode.Software)
	}
	if s.verb == 'd' {
		return done(c, cluster, ctx, api.FenceLevelDeregister{Target: s.arg, Index: s.index})
	}
	return done(c, cluster, ctx, api.FenceLevelRegister{Target: s.arg, Index: s.index, Devices: s.devices})
}
