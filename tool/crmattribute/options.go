package crmattribute

import (
	"fmt"

	"pacer/exitcode"
	"pacer/option"
	"pacer/tool/command"
	"pacer/xmltree"
)

// listOptions shows the table of cluster options.
func listOptions(c *command.Call, s *settings) error {
	if s.list != "cluster" {
		return command.Fail(exitcode.Usage, "Invalid --list-options value '%s'. Allowed values: cluster", s.list)
	}
	c.Out.Line("Pacer cluster options\n")
	params := xmltree.New("parameters")
	for _, o := range option.Cluster {
		c.Out.Line("  * %s", o.Name)
		if o.Default != "" {
			c.Out.Line("    * Default: %s", o.Default)
		}
		p := params.AddNew("parameter", "name", o.Name)
		content := p.AddNew("content", "type", fmt.Sprint(o.Kind))
		if o.Default != "" {
			content.Set("default", o.Default)
		}
	}
	c.Out.Add(xmltree.New("resource-agent", "name", "cluster-options").Add(params))
	return nil
}
