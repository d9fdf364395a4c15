package crmresource

import (
	"strconv"
	"strings"

	"pacer/applet"
	"pacer/client"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/score"
	"pacer/tool/command"
	"pacer/tool/nvpair"
	"pacer/xmltree"
)

// Failcount is crm_failcount.
var Failcount = applet.Applet{
	Names: []string{"crm_failcount"}, Run: runFailcount,
	Summary: "query and reset fail counts", SummaryJapanese: "故障回数の表示とリセット",
}

type failcount struct {
	remove, quiet       bool
	resource, operation string
	interval, node      string
	value               string
	hasValue            bool
}

func runFailcount(env applet.Env) exitcode.Code {
	f := &failcount{}
	var ignored string
	setValue := func(v string) error { f.value, f.hasValue = v, true; return nil }
	options := []command.Option{
		command.Do(func() { f.remove = false }, "query", 'G', "Query the fail count"),
		command.Do(func() { f.remove = true }, "delete", 'D', "Reset the fail count"),
		command.Text(&f.resource, "resource", 'r', "ID", "The resource meant"),
		command.Text(&f.operation, "operation", 'n', "NAME", "Count failures of this operation only"),
		command.Text(&f.interval, "interval", 'I', "INTERVAL", "and of this interval"),
		command.Text(&f.node, "node", 'N', "NODE", "The node meant (default: this one)"),
		command.Flag(&f.quiet, "quiet", 'q', "Print the value only"),
	}
	options = append(options, command.Hide(
		command.With(setValue, "attr-value", 'v', "VALUE", ""),
		command.Text(&ignored, "attr-id", 'i', "ID", ""),
		command.Text(&ignored, "lifetime", 'l', "LIFETIME", ""),
		command.Text(&f.node, "node-uname", 'U', "NODE", ""),
		command.Text(&f.resource, "resource-id", 0, "ID", ""),
		command.Do(func() { f.remove = false }, "get-value", 0, ""),
		command.Do(func() { f.remove = true }, "delete-attr", 0, ""),
		command.Flag(&f.quiet, "Quiet", 'Q', ""))...)
	return command.Run(env, command.Spec{
		Name: "crm_failcount", Summary: "crm_failcount - how often a resource has failed, and a new start of the count", Options: options, Abbreviate: true,
	}, f.run)
}

func (f *failcount) run(c *command.Call) error {
	if f.resource == "" {
		return command.Fail(exitcode.Usage, "resource name required")
	}
	if f.hasValue && f.value != "0" {
		return command.Fail(exitcode.Usage, "Setting a fail count is not possible; 0 resets it")
	}
	var interval string
	if f.interval != "" {
		d, err := isotime.Interval(f.interval)
		if err != nil || f.operation == "" {
			return command.Fail(exitcode.Usage, "Invalid interval '%s' (it needs an operation)", f.interval)
		}
		interval = strconv.FormatInt(d.Milliseconds(), 10)
	}
	cluster, err := c.Open()
	if err != nil {
		return command.Fail(exitcode.Of(err), "Could not connect to the CIB API: %s", command.Reason(err))
	}
	defer cluster.Close()
	if f.remove || f.hasValue {
		return f.reset(c, cluster)
	}
	node := nvpair.Target(c.Env.Getenv, f.node)
	if node == "" {
		info, err := cluster.Node(c.Env.Context)
		if err != nil {
			return command.Fail(exitcode.Of(err), "Could not connect to controller: %s", command.Reason(err))
		}
		node = info.Name
	}
	root, err := nvpair.Load(c.Env.Context, cluster, "status", node)
	if err != nil {
		return command.Fail(exitcode.Of(err), "Error performing operation: %s", command.Reason(err))
	}
	n, ok := nvpair.FindNode(root, node)
	if !ok {
		return command.Fail(exitcode.NoHost, "Node '%s' not found", node)
	}
	f.show(c, f.sum(root, n, interval), interval)
	return nil
}

// sum adds the counts of the operations that are meant.
func (f *failcount) sum(root *xmltree.Node, node nvpair.Node, interval string) score.Score {
	total := score.Score(0)
	for _, m := range nvpair.Find(root, nvpair.Where{Section: "status", Node: node}) {
		rest, ok := strings.CutPrefix(m.Name(), "fail-count-"+f.resource)
		if !ok || rest != "" && rest[0] != '#' {
			continue
		}
		if f.operation != "" {
			task := strings.TrimPrefix(rest, "#")
			if interval == "" && !strings.HasPrefix(task, f.operation+"_") || interval != "" && task != f.operation+"_"+interval {
				continue
			}
		}
		v, _ := m.Value()
		if n, err := score.Parse(v); err == nil {
			total = score.Add(total, n)
		}
	}
	return total
}

func (f *failcount) show(c *command.Call, sum score.Score, interval string) {
	name := "fail-count-" + f.resource
	if f.operation != "" {
		if interval == "" {
			interval = "0"
		}
		name += "#" + f.operation + "_" + interval
	}
	c.Out.Add(xmltree.New("attribute", "name", name, "value", sum.String(), "scope", "status"))
	if f.quiet {
		c.Out.Line("%s", sum)
		return
	}
	c.Out.Line("scope=status  name=%s value=%s", name, sum)
}

func (f *failcount) reset(c *command.Call, cluster client.Cluster) error {
	s := &settings{verb: "cleanup", resource: f.resource, node: f.node, operation: f.operation, interval: f.interval}
	r := &run{settings: s, Call: c, ctx: c.Env.Context, cluster: cluster}
	return r.cleanup()
}
