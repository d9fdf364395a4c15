package stonithadmin

import (
	"pacer/agent"
	"pacer/agent/builtin"
	"pacer/exitcode"
	"pacer/operation"
	"pacer/tool/command"
)

// catalogue knows the agents of this machine.
func catalogue(c *command.Call) *agent.Catalogue {
	return agent.NewCatalogue(c.Env.Places, "", builtin.All())
}

// installed lists the fence agents.
func (s *settings) installed(c *command.Call) error {
	s.found(c, "Installed fence devices", "item", catalogue(c).Agents("stonith", ""))
	return nil
}

// metadata prints what a fence agent says of itself.
func (s *settings) metadata(c *command.Call) error {
	if s.agent == "" {
		return command.Fail(exitcode.Usage, "Please specify an agent to query using -a,--agent [value]")
	}
	text, err := catalogue(c).Metadata(c.Env.Context, operation.Agent{Class: "stonith", Type: s.agent})
	if err != nil {
		c.Explain(err)
		c.Out.Err("Can't get fence agent meta-data: No such device")
		return command.Exit(exitcode.NoSuch)
	}
	c.Out.Raw(string(text))
	c.Out.CDATA("metadata", string(text))
	return nil
}
