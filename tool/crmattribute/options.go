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
	command.ListOptions(c.Out, command.OptionList{Name: "cluster-options", Title: "Pacemaker cluster options",
		Text:  "Options for the cluster as a whole. They stand in cluster_property_set elements of the crm_config section.",
		Table: option.Cluster, All: s.all})
	return nil
}
