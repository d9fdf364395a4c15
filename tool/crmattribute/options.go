package crmattribute

import (
	"pacer/exitcode"
	"pacer/option"
	"pacer/tool/command"
)

// listOptions shows the table of cluster options.
func listOptions(c *command.Call, s *settings) error {
	if s.list != "cluster" {
		return command.Fail(exitcode.Usage, "Invalid --list-options value '%s'. Allowed values: cluster", s.list)
	}
	command.ListOptions(c.Out, "cluster-options", "Pacemaker cluster options", option.Cluster)
	return nil
}
