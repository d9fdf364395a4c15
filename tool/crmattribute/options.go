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
		Text: "Also known as properties, these are options that affect behavior across the entire cluster. They are configured within " +
			"cluster_property_set elements inside the crm_config subsection of the CIB configuration section.",
		Table: option.Cluster, All: s.all})
	return nil
}
