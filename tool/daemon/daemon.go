// Package daemon answers to the names of Pacemaker's daemons. Programs ask them for the options that they describe
// ("pacemaker-controld metadata"); none of them is ever started, for a node is one service here.
package daemon

import (
	"slices"

	"pacer/applet"
	"pacer/exitcode"
	"pacer/option"
	"pacer/release"
	"pacer/tool/command"
)

// kind is a daemon with the options that it describes.
type kind struct {
	name, title, text string
	table             func() []option.Option // nil where there is nothing to describe
}

var kinds = []kind{
	{"pacemaker-based", "Cluster Information Base manager options", "Cluster options used by Pacemaker's Cluster Information Base manager", of(option.Manager)},
	{"pacemaker-controld", "Pacemaker controller options", "Cluster options used by Pacemaker's controller", of(option.Controller)},
	{"pacemaker-fenced", `Instance attributes available for all "stonith"-class resources`,
		`Instance attributes available for all "stonith"-class resources and used by Pacemaker's fence daemon`, func() []option.Option { return option.Fencing }},
	{"pacemaker-schedulerd", "Pacemaker scheduler options", "Cluster options used by Pacemaker's scheduler", of(option.Scheduler)},
	{"pacemaker-attrd", "", "", nil},
	{"pacemaker-execd", "", "", nil},
}

// of are the cluster options that a daemon describes.
func of(part option.Part) func() []option.Option {
	return func() []option.Option {
		return slices.DeleteFunc(slices.Clone(option.Cluster), func(o option.Option) bool { return o.Part != part })
	}
}

// Applets are the daemons.
var Applets = applets()

func applets() []applet.Applet {
	var out []applet.Applet
	for _, k := range kinds {
		out = append(out, applet.Applet{Names: []string{k.name}, Run: k.run})
	}
	return out
}

func (k kind) run(env applet.Env) exitcode.Code {
	spec := command.Spec{Name: k.name, Summary: k.name + " - the options that this daemon describes", TakesWords: true, Synopsis: "metadata"}
	if k.table == nil {
		spec.Summary, spec.Synopsis = k.name+" - the name of a daemon that is part of the node's service", ""
	}
	return command.Run(env, spec, func(c *command.Call) error {
		switch {
		case k.name == "pacemaker-controld" && len(c.Words) == 1 && c.Words[0] == "version":
			// crmsh takes the third word.
			c.Out.Line("CRM Version: %s (pacer)", release.Pacemaker)
			return nil
		case k.table != nil && len(c.Words) == 1 && c.Words[0] == "metadata":
			doc := command.Metadata(command.OptionList{Name: k.name, Title: k.title, Text: k.text, Table: k.table()})
			_, err := c.Out.Write(doc.Pretty(nil))
			return err
		}
		return command.Fail(exitcode.Usage, "This daemon is part of the node's service: start it with \"pacer run\"")
	})
}
