package crmattribute

import (
	"pacer/applet"
	"pacer/exitcode"
	"pacer/tool/command"
)

// Standby is crm_standby: the node attribute "standby".
var Standby = applet.Applet{
	Names: []string{"crm_standby"}, Run: runStandby,
	Summary: "put a node into standby and back", SummaryJapanese: "ノードのスタンバイ設定",
}

// Master is crm_master: the promotion score that an agent gives its own instance.
var Master = applet.Applet{
	Names: []string{"crm_master"}, Run: runMaster,
	Summary: "query and update a promotion score", SummaryJapanese: "昇格スコアの表示と変更",
}

// old are the options that both commands share, with the spellings of the past.
func old(s *settings, lifetime *string) []command.Option {
	set := func(v string) error { s.verb, s.value = update, v; return nil }
	out := []command.Option{
		command.Do(func() { s.verb = query }, "query", 'G', "Query the current value"),
		command.With(set, "update", 'v', "VALUE", "Update the value"),
		command.Do(func() { s.verb = remove }, "delete", 'D', "Delete the value"),
		command.Text(&s.node, "node", 'N', "NODE", "The node meant (default: this one)"),
		command.Text(lifetime, "lifetime", 'l', "LIFETIME", "Until when the value holds: reboot, forever"),
		command.Text(&s.id, "id", 'i', "ID", "The XML id of the value"),
		command.Flag(&s.quiet, "quiet", 'q', "Print the value only"),
	}
	return append(out, command.Hide(
		command.Do(func() { s.verb = query }, "get-value", 0, ""),
		command.With(set, "attr-value", 0, "VALUE", ""),
		command.Text(&s.id, "attr-id", 0, "ID", ""),
		command.Do(func() { s.verb = remove }, "delete-attr", 0, ""),
		command.Text(&s.node, "node-uname", 'U', "NODE", ""),
		command.Flag(&s.quiet, "Quiet", 'Q', ""))...)
}

// section turns a lifetime into the part of the CIB that it means.
func section(lifetime string) (string, error) {
	switch lifetime {
	case "reboot":
		return "status", nil
	case "", "forever":
		return "nodes", nil
	}
	return "", command.Fail(exitcode.Error, "Invalid lifetime '%s': reboot or forever", lifetime)
}

func runStandby(env applet.Env) exitcode.Code {
	s := &settings{verb: query, name: "standby", defaultsToNode: true}
	var lifetime string
	return command.Run(env, command.Spec{
		Name: "crm_standby", Summary: "crm_standby - let a node run nothing, and let it run again",
		Options: old(s, &lifetime), Abbreviate: true, UsageCode: exitcode.Error,
	}, func(c *command.Call) (err error) {
		if s.section, err = section(lifetime); err != nil {
			return err
		}
		if s.verb != query || lifetime != "" {
			return s.run(c)
		}
		// Without a lifetime the permanent value counts before the transient one, and a node that has neither is not in standby.
		permanent, transient := *s, *s
		transient.section, transient.fallback, transient.hasFallback = "status", "off", true
		if err = permanent.run(c); exitcode.Of(err) != exitcode.NoSuch {
			return err
		}
		return transient.run(c)
	})
}

func runMaster(env applet.Env) exitcode.Code {
	s := &settings{verb: query, promotion: true}
	var lifetime string
	options := append(old(s, &lifetime), command.Text(&s.promotionRsc, "resource", 'r', "ID", "The resource meant"))
	return command.Run(env, command.Spec{
		Name: "crm_master", Summary: "crm_master - how much a resource wants to be promoted on a node",
		Options: options, Abbreviate: true, UsageCode: exitcode.Error,
	}, func(c *command.Call) (err error) {
		if s.section, err = section(lifetime); err != nil {
			return err
		}
		if s.promotionRsc == "" && env.Getenv("OCF_RESOURCE_INSTANCE") == "" {
			return command.Fail(exitcode.Error, "No resource was given: use -r, or call it from an agent")
		}
		return s.run(c)
	})
}
