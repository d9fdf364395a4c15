package level

import (
	"strings"
	"sync"

	"pacer/crm/syntax"
)

// rootLevel is where the shell begins. Levels are filled by the first shell: this program is mostly something else.
var rootLevel = &Level{Name: "root", Summary: "The crm shell: look at the cluster and change it."}

var fillLevels = sync.OnceFunc(func() {
	for _, fill := range []func(){fillCommon, fillRoot, fillConfigure, fillNode, fillResource, fillCIB} {
		fill()
	}
})

func fillRoot() {
	rootLevel.Commands = []Command{
		{Name: "status", Max: -1, Usage: "[OPTION…]", Summary: "Show the state of the cluster.", Run: status,
			Complete: []Completer{constants("bynode", "inactive", "ops", "timing", "failcounts", "verbose", "quiet", "html", "xml", "simple",
				"tickets", "noheaders", "detail", "brief", "full")}},
		{Name: "verify", Max: 1, Usage: "[scores]", Summary: "Check the cluster's configuration.", Run: verifyCluster},
	}
	rootLevel.Levels = []*Level{configureLevel, resourceLevel, nodeLevel, cibLevel, raLevel, maintenanceLevel, optionsLevel, siteLevel}
}

// statusWords are the words of `status` and the options of crm_mon that they stand for.
var statusWords = map[string][]string{
	"bynode": {"-n"}, "inactive": {"-r"}, "ops": {"-o"}, "timing": {"-t"}, "failcounts": {"-f"}, "verbose": {"-V"}, "quiet": {"-Q"},
	"html": {"--output-as", "html"}, "xml": {"--output-as", "xml"}, "simple": {"-s"}, "tickets": {"-c"}, "noheaders": {"-D"},
	"detail": {"-R"}, "brief": {"-b"}, "full": {"-n", "-c", "-r", "-f", "-t"},
}

func status(sh *Shell, args []string) error {
	tool := []string{"-1"}
	inactive := true
	for _, a := range args {
		if opts, ok := statusWords[strings.ToLower(a)]; ok {
			tool = append(tool, opts...)
			inactive = inactive && a != "simple" && a != "full" && a != "inactive"
			continue
		}
		tool = append(tool, a)
	}
	if inactive {
		tool = append(tool, "-r")
	}
	return sh.Tool("crm_mon", tool...)
}

func verifyCluster(sh *Shell, args []string) error {
	if len(args) > 0 && args[0] != "scores" {
		return usage("Expected 'scores' (found '%s')", args[0])
	}
	input := "-L"
	if f := sh.Env.Getenv("CIB_file"); f != "" {
		input = "-x" + f
	}
	if err := sh.Tool("crm_verify", input, "-VVV"); err != nil {
		return err
	}
	simulate := []string{input}
	if len(args) > 0 {
		simulate = append(simulate, "-s")
	}
	return sh.Tool("crm_simulate", simulate...)
}

// siteLevel handles tickets.
var siteLevel = &Level{
	Name: "site", Summary: "Tickets of geo clusters.",
	Commands: []Command{{Name: "ticket", Min: 2, Max: 2, Usage: "{grant|revoke|standby|activate|show|time|delete} TICKET",
		Summary: "Change or show a ticket.", Complete: []Completer{constants("grant", "revoke", "standby", "activate", "show", "time", "delete")},
		Run: func(sh *Shell, a []string) error {
			verbs := map[string][]string{"grant": {"-g"}, "revoke": {"-r"}, "standby": {"-s"}, "activate": {"-a"},
				"show": {"-G", "granted"}, "time": {"-G", "last-granted"}, "delete": {"-D", "granted"}}
			v, ok := verbs[a[0]]
			if !ok {
				return usage("Unknown ticket command %s", a[0])
			}
			tool := []string{"-t", a[1]}
			if sh.Force {
				tool = append([]string{"--force"}, tool...)
			}
			return sh.Tool("crm_ticket", append(tool, v...)...)
		}}},
}

// maintenanceLevel switches the maintenance mode.
var maintenanceLevel = &Level{
	Name: "maintenance", Summary: "Let the cluster leave resources alone.",
	Commands: []Command{
		{Name: "on", Max: 1, Usage: "[RESOURCE]", Summary: "Begin maintenance, of all or of one resource.", Waits: true,
			Complete: []Completer{resourceIDs}, Run: func(sh *Shell, a []string) error { return maintenance(sh, a, "true") }},
		{Name: "off", Max: 1, Usage: "[RESOURCE]", Summary: "End maintenance.", Waits: true,
			Complete: []Completer{resourceIDs}, Run: func(sh *Shell, a []string) error { return maintenance(sh, a, "false") }},
	},
}

func maintenance(sh *Shell, args []string, value string) error {
	if len(args) > 0 {
		return sh.Tool("crm_resource", "-r", args[0], "--meta", "-p", "maintenance", "-v", value)
	}
	return sh.change(func() error {
		sh.Session.SetProperty("maintenance-mode", value)
		return nil
	})
}

// change reads the configuration, changes it and commits: for commands outside configure that work at once.
func (sh *Shell) change(f func() error) error {
	if err := sh.Session.Ensure(sh.Ctx, true); err != nil {
		return err
	}
	if sh.Session.Changed() {
		return usage("there are uncommitted changes: commit or refresh them first")
	}
	if err := sh.Session.Atomic(f); err != nil {
		return err
	}
	if !sh.Session.Changed() {
		return nil
	}
	if err := sh.Session.Commit(sh.Ctx, sh.Force); err != nil {
		if r := sh.Session.Refresh(sh.Ctx); r != nil {
			sh.tell(r)
		}
		return err
	}
	return nil
}

// waitIdle waits until the cluster has done what follows from a change.
func (sh *Shell) waitIdle() {
	if !sh.live() {
		return
	}
	if err := sh.Tool("crm_resource", "--wait"); err != nil {
		sh.Warn("cannot wait for the cluster: %v", err)
	}
}

// assistLevel makes objects from others.
var assistLevel = &Level{
	Name: "assist", Summary: "Make objects from others.",
	Commands: []Command{
		{Name: "template", Max: -1, Usage: "PRIMITIVE…", Summary: "Make a template for primitives of one type.",
			Complete: []Completer{primitiveIDs}, Run: editing(assistTemplate)},
		{Name: "weak-bond", Aliases: []string{"weak_bond"}, Max: -1, Usage: "RESOURCE RESOURCE…",
			Summary: "Keep resources together without making one depend on the other.", Complete: []Completer{resourceIDs}, Run: editing(weakBond)},
	},
}

func assistTemplate(sh *Shell, args []string) error {
	if len(args) == 0 {
		return usage("Expected at least one primitive argument")
	}
	return asUsage(sh.Session.MakeTemplate(args))
}

func weakBond(sh *Shell, args []string) error {
	if len(args) < 2 {
		return usage("Need at least two arguments")
	}
	for _, a := range args {
		if sh.Session.Resource(a) == nil {
			return usage("Object %s not found", a)
		}
	}
	colocation, dummy := sh.Session.FreeID("place-constraint-"), sh.Session.FreeID("place-dummy-")
	sh.print("Create weak bond / independent colocation\n" +
		"The following elements will be created:\n" +
		"   * Colocation constraint, ID: " + colocation + "\n" +
		"   * Dummy resource, ID: " + dummy + "\n")
	if !sh.Ask("Create resources") && sh.Mode == Interactive {
		return ErrFailed
	}
	text := "primitive " + dummy + " ocf:heartbeat:Dummy\n" +
		"colocation " + colocation + " inf: ( " + strings.Join(args, " ") + " ) " + dummy + "\n"
	return sh.Session.Load("update", "", text)
}

// raLevel tells about resource agents.
var raLevel = &Level{
	Name: "ra", Summary: "Resource agents and what they know.",
	Commands: []Command{
		{Name: "classes", Max: 0, Summary: "List the classes of agents.", Run: func(sh *Shell, _ []string) error {
			if sh.Agents == nil {
				return usage("agents cannot be listed here")
			}
			for _, c := range sh.Agents.Standards() {
				line := c
				if c == "ocf" {
					line += " / " + strings.Join(sh.Agents.Providers(""), " ")
				}
				sh.print(line + "\n")
			}
			return nil
		}},
		{Name: "list", Min: 1, Max: 2, Usage: "CLASS [PROVIDER]", Summary: "List the agents of a class.",
			Complete: []Completer{constants("ocf", "lsb", "service", "stonith", "systemd")}, Run: func(sh *Shell, a []string) error {
				if sh.Agents == nil {
					return usage("agents cannot be listed here")
				}
				provider := ""
				if len(a) > 1 {
					provider = a[1]
				}
				for _, t := range sh.Agents.Agents(a[0], provider) {
					sh.print(t + "\n")
				}
				return nil
			}},
		{Name: "providers", Min: 1, Max: 2, Usage: "TYPE [CLASS]", Summary: "List the providers of a type.", Run: func(sh *Shell, a []string) error {
			if sh.Agents == nil {
				return usage("agents cannot be listed here")
			}
			sh.print(strings.Join(sh.Agents.Providers(a[0]), " ") + "\n")
			return nil
		}},
		{Name: "info", Aliases: []string{"meta"}, Min: 1, Max: 1, Usage: "[CLASS:[PROVIDER:]]TYPE", Summary: "Show an agent's parameters and operations.",
			Complete: []Completer{agentNames}, Run: agentInfo},
	},
}

func agentInfo(sh *Shell, args []string) error {
	if sh.Session.Agents.MetaData == nil {
		return usage("agents cannot be asked here")
	}
	class, provider, typ := splitAgent(sh, args[0])
	m, err := sh.Session.Agents.MetaData(class, provider, typ)
	if err != nil {
		return usage("%s: %v", args[0], err)
	}
	if m == nil {
		return usage("%s: the agent's meta-data is not available", args[0])
	}
	var b strings.Builder
	b.WriteString(m.Short + " (" + strings.Trim(class+":"+provider+":"+typ, ":") + ")\n\n" + strings.TrimSpace(m.Long) + "\n")
	if len(m.Parameters) > 0 {
		b.WriteString("\nParameters (*: required, []: default):\n\n")
	}
	for _, p := range m.Parameters {
		b.WriteString(p.Name)
		if p.Required {
			b.WriteString("*")
		}
		if p.Type != "" {
			b.WriteString(" (" + p.Type)
			if p.HasDefault && p.Default != "" {
				b.WriteString(", [" + p.Default + "]")
			}
			b.WriteString(")")
		}
		b.WriteString(": " + p.Short + "\n")
		if long := strings.TrimSpace(p.Long); long != "" {
			b.WriteString("    " + strings.Join(strings.Fields(long), " ") + "\n")
		}
		b.WriteString("\n")
	}
	if len(m.Actions) > 0 {
		b.WriteString("Operations' defaults (advisory minimum):\n\n")
	}
	for _, a := range m.Actions {
		line := "    " + a.Name
		for _, kv := range [][2]string{{"timeout", a.Timeout}, {"interval", a.Interval}, {"role", a.Role}} {
			if kv[1] != "" {
				line += " " + kv[0] + "=" + syntax.Quote(kv[1])
			}
		}
		b.WriteString(line + "\n")
	}
	sh.page(b.String())
	return nil
}
