package crmresource

import (
	"strconv"
	"strings"

	"pacer/agent"
	"pacer/agent/builtin"
	"pacer/exitcode"
	"pacer/operation"
	"pacer/option"
	"pacer/tool/command"
	"pacer/xmltree"
)

// agents answers the questions about agents, which need no cluster. done tells that the command was one of them.
func (r *run) agents() (done bool, err error) {
	switch r.verb {
	case "list-standards":
		r.showNames(xmltree.New("standards"), "item", catalogue(r).Standards())
	case "list-ocf-providers":
		r.showNames(xmltree.New("providers", "standard", "ocf"), "provider", catalogue(r).Providers(""))
	case "list-ocf-alternatives":
		names := catalogue(r).Providers(r.arg)
		if len(names) == 0 {
			return true, command.Fail(exitcode.NoSuch, "No OCF providers found for %s", r.arg)
		}
		r.showNames(xmltree.New("providers", "for", r.arg), "provider", names)
	case "list-agents":
		return true, r.listAgents()
	case "show-metadata":
		return true, r.showMetadata()
	case "list-options":
		return true, r.listOptions()
	default:
		return false, nil
	}
	return true, nil
}

func catalogue(r *run) *agent.Catalogue { return agent.NewCatalogue(r.Env.Places, "", builtin.All()) }

// showNames prints names one a line.
func (r *run) showNames(parent *xmltree.Node, element string, names []string) {
	if parent.Name == "standards" {
		parent = xmltree.New("list", "name", "standards", "count", strconv.Itoa(len(names)))
	}
	for _, n := range names {
		r.Out.Line("%s", n)
		parent.AddNew(element).Add(&xmltree.Node{Kind: xmltree.Text, Text: n})
	}
	r.Out.Add(parent)
}

func (r *run) listAgents() error {
	standard, provider, _ := strings.Cut(r.arg, ":")
	names := catalogue(r).Agents(standard, provider)
	if len(names) == 0 {
		if provider != "" {
			return command.Fail(exitcode.Error, "No agents found for standard '%s' and provider '%s'", standard, provider)
		}
		return command.Fail(exitcode.Error, "No agents found for standard '%s'", standard)
	}
	x := xmltree.New("agents", "standard", standard)
	if provider != "" {
		x.Set("provider", provider)
	}
	r.showNames(x, "agent", names)
	return nil
}

func (r *run) showMetadata() error {
	parts := strings.Split(r.arg, ":")
	var a operation.Agent
	switch {
	case len(parts) == 3 && parts[0] == "ocf":
		a = operation.Agent{Class: parts[0], Provider: parts[1], Type: parts[2]}
	case len(parts) == 2 && parts[0] == "ocf":
		// Without a provider heartbeat was always meant.
		a = operation.Agent{Class: parts[0], Provider: "heartbeat", Type: parts[1]}
	case len(parts) == 2:
		a = operation.Agent{Class: parts[0], Type: parts[1]}
	default:
		return command.Fail(exitcode.NoSuch, "'%s' is not a valid agent specification", r.arg)
	}
	text, err := catalogue(r).Metadata(r.ctx, a)
	if err != nil {
		r.Explain(err)
		return command.Fail(exitcode.NoSuch, "Metadata query for %s failed: No such device or address", r.arg)
	}
	r.Out.Raw(string(text))
	r.Out.CDATA("metadata", string(text))
	return nil
}

// listOptions shows the options of resources.
func (r *run) listOptions() error {
	if r.arg == "fencing" {
		command.ListOptions(r.Out, command.OptionList{Name: "fence-attributes", Title: "Fencing resource common parameters",
			Text: "Special parameters that are available for all fencing resources, regardless of type. They are processed by Pacemaker, " +
				"rather than by the fence agent or the fencing library.",
			Table: option.Fencing, All: r.all})
		return nil
	}
	command.ListOptions(r.Out, command.OptionList{Name: "primitive-meta", Title: "Primitive meta-attributes",
		Text: "Meta-attributes applicable to primitive resources", Table: option.Resource, All: r.all})
	return nil
}
