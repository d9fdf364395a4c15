package crmresource

import (
	"fmt"

	"pacer/exitcode"
	"pacer/tool/command"
)

func options(s *settings) []command.Option {
	verb := func(long string, short byte, help string) command.Option {
		return command.Do(func() { s.verb = long }, long, short, help)
	}
	with := func(long string, short byte, value, help string) command.Option {
		return command.With(func(v string) error { s.verb, s.arg = long, v; return nil }, long, short, value, help)
	}
	pairs := func(element string) func() { return func() { s.pairs = element } }
	out := command.In("queries",
		verb("list", 'L', "Show every resource and what it does (the default)"),
		verb("list-raw", 'l', "Print the names of primitives and instances only"),
		verb("list-operations", 'O', "Show the operation history (-r and -N narrow it)"),
		verb("list-all-operations", 'o', "Show the operation history of all nodes (-r and -N narrow it)"),
		command.With(func(v string) error {
			if v != "primitive" && v != "fencing" {
				return command.Fail(exitcode.Usage, "Error parsing option --list-options")
			}
			s.verb, s.arg = "list-options", v
			return nil
		}, "list-options", 0, "KIND", "Show the options of primitive or fencing resources"),
		verb("list-standards", 0, "Print the agent standards known here"),
		verb("list-ocf-providers", 0, "Print the providers of OCF agents installed here"),
		with("list-agents", 0, "STD[:PROV]", "Print the agents of a standard, or of one provider"),
		with("list-ocf-alternatives", 0, "AGENT", "Print the providers that have an OCF agent of this name"),
		with("show-metadata", 0, "SPEC", "Print an agent's meta-data (SPEC is STD:PROV:TYPE or STD:TYPE)"),
		verb("query-xml", 'q', "Print the resource's XML, templates filled in"),
		verb("query-xml-raw", 'w', "Print the resource's XML as it was written"),
		with("get-parameter", 'g', "NAME", "Print a parameter of the resource"),
		verb("locate", 'W', "Tell where the resource is active"),
		verb("constraints", 'a', "Show the location and colocation constraints of the resource"),
		verb("stack", 'A', "Show them, and those of what it is colocated with"),
		verb("why", 'Y', "Tell why resources are not active"),
		verb("digests", 0, "Show the parameter digests by which changes are noticed"),
		command.Option{Long: "validate", Arg: command.Optional, Value: "LEVEL", Help: "Let the agent check the parameters",
			Set: func(v string, _ bool) error { s.verb, s.validateLevel = "validate", v; return nil }})
	out = append(out, command.In("commands",
		verb("cleanup", 'C', "Forget failures, so that the cluster tries again"),
		verb("refresh", 'R', "Forget the whole history, so that the state is looked up anew"),
		with("set-parameter", 'p', "NAME", "Set a parameter of the resource (value by -v)"),
		with("delete-parameter", 'd', "NAME", "Remove a parameter of the resource"))...)
	out = append(out, command.In("locations",
		verb("move", 'M', "Move the resource by a constraint: to -N NODE, or away from where it is"),
		verb("ban", 'B', "Keep the resource off -N NODE, or off where it is, by a constraint"),
		verb("clear", 'U', "Remove the constraints of --move and --ban"),
		command.Flag(&s.expired, "expired", 'e', "With --clear: only those whose lifetime is over"),
		command.Text(&s.lifetime, "lifetime", 'u', "DURATION", "How long the constraint holds (ISO 8601)"),
		command.Flag(&s.promoted, "promoted", 0, "Mean the promoted role only"))...)
	out = append(out, command.In("advanced",
		verb("delete", 'D', "Remove a resource from the configuration (with -t)"),
		verb("fail", 'F', "Treat the resource as failed on -N NODE"),
		verb("restart", 0, "Stop and start the resource and what depends on it"),
		verb("wait", 0, "Return when the cluster has nothing left to do"),
		verb("force-demote", 0, "Demote on this node, around the cluster"),
		verb("force-stop", 0, "Stop on this node, around the cluster"),
		verb("force-start", 0, "Start on this node, around the cluster"),
		verb("force-promote", 0, "Promote on this node, around the cluster"),
		verb("force-check", 0, "Run a monitor on this node, around the cluster"))...)
	out = append(out, command.In("additional",
		command.Text(&s.node, "node", 'N', "NODE", "The node meant"),
		command.Flag(&s.recursive, "recursive", 0, "Follow colocations (with --set-parameter)"),
		command.Text(&s.kind, "resource-type", 't', "ELEMENT", "The resource's element: primitive, group, clone, … (with -D)"),
		command.Option{Long: "parameter-value", Short: 'v', Arg: command.Required, Value: "VALUE", Help: "The value for -p",
			Set: func(v string, _ bool) error { s.value, s.hasValue = v, true; return nil }},
		command.Do(pairs("meta_attributes"), "meta", 'm', "Mean a meta-attribute (with -p, -g, -d)"),
		command.Do(pairs("utilization"), "utilization", 'z', "Mean a utilization attribute (with -p, -g, -d)"),
		command.Flag(&s.element, "element", 0, "Mean an attribute of the XML element (with -p, -g, -d)"),
		command.Text(&s.operation, "operation", 'n', "NAME", "Only failures of this operation (with -C -r)"),
		command.Text(&s.interval, "interval", 'I', "INTERVAL", "and of this interval (with -C -r -n)"),
		command.Text(&s.class, "class", 0, "STD", "An agent's standard, instead of -r"),
		command.Text(&s.agent, "agent", 0, "TYPE", "An agent's name"),
		command.Text(&s.provider, "provider", 0, "PROV", "An agent's provider"),
		command.With(func(v string) error { s.options = append(s.options, v); return nil }, "option", 0, "NAME=VALUE",
			"A parameter for --validate (may be repeated)"),
		command.Text(&s.set, "set-name", 's', "ID", "The id of the set of parameters (with -p, -d)"),
		command.Text(&s.id, "nvpair", 'i', "ID", "The id of the parameter (with -p, -d)"),
		command.With(func(v string) error {
			if _, err := command.Length(v); err != nil {
				return fmt.Errorf("Invalid timeout '%s': give one like 30s", v)
			}
			s.timeout = v
			return nil
		}, "timeout", 'T', "TIME", "Give up after this time"),
		command.Flag(&s.all, "all", 0, "With --list-options: advanced ones too"),
		command.Flag(&s.force, "force", 'f', "Do it all the same"))...)
	out = append(out, command.Text(&s.resource, "resource", 'r', "ID", "The resource meant"),
		command.Flag(&s.quiet, "quiet", 'Q', "Say less"))
	out = append(out, command.In("deprecated", command.Flag(&s.promoted, "master", 0, "The same as --promoted"))...)
	return append(out, command.In("deprecated", command.Hide(
		command.Text(&s.node, "host-uname", 'H', "NODE", ""),
		verb("list-cts", 'c', ""))...)...)
}
