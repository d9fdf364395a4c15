package level

import (
	"strings"

	"pacer/crm/session"
	"pacer/crm/syntax"
)

// resourceLevel manages resources.
var resourceLevel = &Level{Name: "resource", Summary: "Start, stop, move and look after resources."}

func fillResource() {
	tool := func(f func(sh *Shell, a []string) ([]string, error)) func(*Shell, []string) error {
		return func(sh *Shell, a []string) error {
			args, err := f(sh, a)
			if err != nil {
				return err
			}
			return sh.Tool("crm_resource", args...)
		}
	}
	resourceLevel.Commands = []Command{
		{Name: "status", Aliases: []string{"show", "list"}, Max: -1, Usage: "[RESOURCE…]", Summary: "Show where resources run.",
			Complete: []Completer{resourceIDs}, Run: resourceStatus},
		{Name: "start", Min: 1, Max: -1, Usage: "RESOURCE…", Summary: "Let resources run.", Waits: true, Complete: []Completer{resourceIDs},
			Run: func(sh *Shell, a []string) error { return setMeta(sh, a, "target-role", "Started") }},
		{Name: "stop", Min: 1, Max: -1, Usage: "RESOURCE…", Summary: "Stop resources.", Waits: true, Complete: []Completer{resourceIDs},
			Run: func(sh *Shell, a []string) error { return setMeta(sh, a, "target-role", "Stopped") }},
		{Name: "restart", Min: 1, Max: -1, Usage: "RESOURCE…", Summary: "Stop resources and start them again.", Waits: true,
			Complete: []Completer{resourceIDs}, Run: restart},
		{Name: "promote", Min: 1, Max: 1, Usage: "RESOURCE", Summary: "Promote a promotable clone.", Waits: true, Complete: []Completer{promotables},
			Run: func(sh *Shell, a []string) error { return promote(sh, a[0], "Master", "Promoted") }},
		{Name: "demote", Min: 1, Max: 1, Usage: "RESOURCE", Summary: "Demote a promotable clone.", Waits: true, Complete: []Completer{promotables},
			Run: func(sh *Shell, a []string) error { return promote(sh, a[0], "Slave", "Unpromoted") }},
		{Name: "manage", Min: 1, Max: -1, Usage: "RESOURCE…", Summary: "Let the cluster manage resources.", Waits: true, Complete: []Completer{resourceIDs},
			Run: func(sh *Shell, a []string) error { return setMeta(sh, a, "is-managed", "true") }},
		{Name: "unmanage", Min: 1, Max: -1, Usage: "RESOURCE…", Summary: "Let the cluster leave resources alone.", Waits: true,
			Complete: []Completer{resourceIDs},
			Run:      func(sh *Shell, a []string) error { return setMeta(sh, a, "is-managed", "false") }},
		{Name: "maintenance", Min: 1, Max: 2, Usage: "RESOURCE [on|off]", Summary: "Begin or end maintenance of a resource.", Waits: true,
			Complete: []Completer{resourceIDs, constants("on", "off", "true", "false")}, Run: resourceMaintenance},
		{Name: "move", Aliases: []string{"migrate"}, Min: 1, Max: 4, Usage: "RESOURCE [NODE] [LIFETIME] [force]", Summary: "Move a resource to another node.",
			Skill: Administrator, Waits: true, Complete: []Completer{resourceIDs, nodeNames, constants("PT5M", "PT1H", "force"), constants("force")},
			Run: tool(func(sh *Shell, a []string) ([]string, error) { return placement(sh, "--move", a) })},
		{Name: "ban", Min: 1, Max: 4, Usage: "RESOURCE [NODE] [LIFETIME] [force]", Summary: "Keep a resource away from a node.",
			Skill: Administrator, Waits: true, Complete: []Completer{resourceIDs, nodeNames, constants("PT5M", "PT1H", "force"), constants("force")},
			Run: tool(func(sh *Shell, a []string) ([]string, error) { return placement(sh, "--ban", a) })},
		{Name: "clear", Aliases: []string{"unmigrate", "unmove", "unban"}, Min: 1, Max: 2, Usage: "RESOURCE [NODE]",
			Summary: "Take back move and ban.", Skill: Administrator, Waits: true, Complete: []Completer{resourceIDs, nodeNames},
			Run: tool(func(sh *Shell, a []string) ([]string, error) {
				args := []string{"--quiet", "--clear", "--resource", a[0]}
				if len(a) > 1 {
					args = append(args, "--node", a[1])
				}
				return args, nil
			})},
		{Name: "cleanup", Max: 3, Usage: "[RESOURCE] [NODE] [force]", Summary: "Forget failures and look again.", Skill: Administrator, Waits: true,
			Complete: []Completer{resourceIDs, nodeNames, constants("force")},
			Run:      tool(func(sh *Shell, a []string) ([]string, error) { return cleanup("--cleanup", a), nil })},
		{Name: "refresh", Aliases: []string{"reprobe"}, Max: 3, Usage: "[RESOURCE] [NODE] [force]", Summary: "Forget all that happened and look again.",
			Skill: Administrator, Waits: true, Complete: []Completer{resourceIDs, nodeNames, constants("force")},
			Run: tool(func(sh *Shell, a []string) ([]string, error) { return cleanup("--refresh", a), nil })},
		{Name: "failcount", Min: 3, Max: 6, Usage: "RESOURCE {set NODE VALUE [OP] [INTERVAL] | delete NODE | show NODE}",
			Summary: "Show, set or delete a fail count.", Waits: true, Complete: []Completer{resourceIDs, constants("set", "delete", "show"), nodeNames},
			Run: failcount},
		{Name: "secret", Min: 3, Max: 4, Usage: "RESOURCE {set PARAM VALUE | stash PARAM | unstash PARAM | delete PARAM | show PARAM | check PARAM}",
			Summary: "Keep the value of a parameter out of the configuration.", Waits: true,
			Complete: []Completer{primitiveIDs, constants("set", "stash", "unstash", "delete", "show", "check")}, Run: keepSecret},
		{Name: "operations", Max: 2, Usage: "[RESOURCE] [NODE]", Summary: "Show operations.", Complete: []Completer{resourceIDs, nodeNames},
			Run: tool(func(sh *Shell, a []string) ([]string, error) {
				args := []string{"-O"}
				for i, flag := range []string{"-r", "-N"} {
					if len(a) > i {
						args = append(args, flag, a[i])
					}
				}
				return args, nil
			})},
		{Name: "constraints", Min: 1, Max: 1, Usage: "RESOURCE", Summary: "Show a resource's constraints.", Complete: []Completer{resourceIDs},
			Run: tool(func(sh *Shell, a []string) ([]string, error) { return []string{"-a", "-r", a[0]}, nil })},
		{Name: "locate", Min: 1, Max: -1, Usage: "RESOURCE…", Summary: "Show where resources run.", Complete: []Completer{resourceIDs}, Run: resourceStatus},
		{Name: "scores", Max: 0, Summary: "Show the scores of all resources.", Run: func(sh *Shell, _ []string) error {
			return sh.Tool("crm_simulate", "-sUL")
		}},
		{Name: "trace", Min: 1, Max: 4, Usage: "RESOURCE [OPERATION] [INTERVAL] [DIR]", Summary: "Trace an agent's operations.",
			Complete: []Completer{primitiveIDs, constants("start", "stop", "monitor", "promote", "demote", "probe")}, Run: trace},
		{Name: "untrace", Min: 1, Max: 3, Usage: "RESOURCE [OPERATION] [INTERVAL]", Summary: "End tracing.",
			Complete: []Completer{primitiveIDs, constants("start", "stop", "monitor", "promote", "demote", "probe")}, Run: untrace},
	}
	for _, kind := range []struct{ name, flag string }{{"param", ""}, {"meta", "--meta"}, {"utilization", "--utilization"}} {
		resourceLevel.Commands = append(resourceLevel.Commands, Command{Name: kind.name, Min: 3, Max: 4,
			Usage: "RESOURCE {set NAME VALUE | delete NAME | show NAME}", Summary: "Change or show one " + kind.name + " attribute.",
			Skill: Administrator, Waits: true, Complete: []Completer{resourceIDs, constants("set", "delete", "show")},
			Run: func(sh *Shell, a []string) error { return attribute(sh, kind.flag, a) }})
	}
}

// setMeta sets a meta attribute of resources or of the members of tags.
func setMeta(sh *Shell, ids []string, name, value string) error {
	return sh.change(func() error {
		for _, id := range ids {
			if err := sh.Session.SetMeta(id, name, value, sh.askChildren); err != nil {
				return err
			}
		}
		return nil
	})
}

// askChildren asks whether an attribute of members is removed, as core.manage_children says.
func (sh *Shell) askChildren(question string) bool {
	switch v, _ := sh.Options.Get("core.manage_children"); v {
	case "always":
		return true
	case "never":
		return false
	}
	return sh.Ask(question)
}

func resourceStatus(sh *Shell, args []string) error {
	if len(args) == 0 {
		return sh.Tool("crm_resource", "--list")
	}
	for _, a := range args {
		if err := sh.Tool("crm_resource", "--locate", "--resource", a); err != nil {
			return err
		}
	}
	return nil
}

func restart(sh *Shell, args []string) error {
	if err := sh.Session.Ensure(sh.Ctx, true); err != nil {
		return err
	}
	if err := setMeta(sh, args, "target-role", "Stopped"); err != nil {
		return err
	}
	sh.waitIdle()
	return setMeta(sh, args, "target-role", "Started")
}

// promote asks for a role of a promotable clone. The roles have their old names unless the options say otherwise.
func promote(sh *Shell, id, old, role string) error {
	if err := sh.Session.Ensure(sh.Ctx, true); err != nil {
		return err
	}
	o := sh.Session.Resource(id)
	if o == nil {
		return usage("Resource not found: %s", id)
	}
	if !promotable(o) {
		return usage("%s is not a promotable resource", id)
	}
	if !sh.Options.Bool("core.OCF_1_1_SUPPORT") {
		role = old
	}
	return sh.Tool("crm_resource", "--meta", "--resource", id, "--set-parameter", "target-role", "--parameter-value", role)
}

func promotable(o *session.Object) bool {
	if o.Kind == syntax.Master {
		return true
	}
	if o.Kind != syntax.Clone {
		return false
	}
	for set := range o.Node.Elements("meta_attributes") {
		for p := range set.Elements("nvpair") {
			if p.Get("name") == "promotable" && p.Get("value") != "false" {
				return true
			}
		}
	}
	return false
}

func resourceMaintenance(sh *Shell, a []string) error {
	value := "true"
	if len(a) > 1 {
		switch strings.ToLower(a[1]) {
		case "on", "true", "yes":
		case "off", "false", "no":
			value = "false"
		default:
			return usage("Expected on or off (found '%s')", a[1])
		}
	}
	return setMeta(sh, a[:1], "maintenance", value)
}

// placement makes the arguments of move and ban: RESOURCE [NODE] [LIFETIME] [force].
func placement(sh *Shell, verb string, a []string) ([]string, error) {
	if err := sh.Session.Ensure(sh.Ctx, true); err != nil {
		return nil, err
	}
	id, rest := a[0], a[1:]
	node, lifetime, force := "", "", sh.Force
	for i, w := range rest {
		switch {
		case w == "force":
			force = true
		case sh.Session.Node(w) != nil && node == "":
			node = w
		case isLifetime(w) && lifetime == "":
			lifetime = w
		case i == 0:
			return nil, usage("Not our node: %s", w)
		default:
			return nil, usage("Unexpected '%s'", w)
		}
	}
	if sh.Session.Resource(id) == nil && len(sh.Session.Find(id)) == 0 {
		return nil, usage("Resource not found: %s", id)
	}
	if node == "" && !force && verb == "--move" {
		return nil, usage("No target node: Move requires either a target node or 'force'")
	}
	args := []string{"--quiet", verb, "--resource", id}
	if node != "" {
		args = append(args, "--node", node)
	}
	if lifetime != "" && lifetime != "forever" {
		args = append(args, "--lifetime", lifetime)
	}
	if force {
		args = append(args, "--force")
	}
	return args, nil
}

func isLifetime(w string) bool {
	return w == "reboot" || w == "forever" || w != "" && (w[0] == 'P' || w[0] >= '0' && w[0] <= '9')
}

func cleanup(verb string, a []string) []string {
	args := []string{verb}
	for i, w := range a {
		switch {
		case w == "force":
			args = append(args, "--force")
		case i == 0:
			args = append(args, "--resource", w)
		default:
			args = append(args, "--node", w)
		}
	}
	return args
}

// failcount sets, deletes or shows a fail count.
func failcount(sh *Shell, a []string) error {
	id, verb, node := a[0], a[1], a[2]
	switch {
	case verb == "set" && len(a) >= 4:
		name := "fail-count-" + id
		if len(a) > 4 {
			interval := "0"
			if len(a) > 5 {
				interval = a[5]
			}
			name += "#" + a[4] + "_" + interval
		}
		return sh.Tool("crm_attribute", "-t", "status", "-n", name, "-N", node, "-v", a[3])
	case verb == "delete" && len(a) == 3:
		return sh.Tool("crm_failcount", "-D", "-r", id, "-N", node)
	case verb == "show" && len(a) == 3:
		return sh.Tool("crm_failcount", "-G", "-r", id, "-N", node)
	}
	return usage("Expected RESOURCE {set NODE VALUE [OP] [INTERVAL] | delete NODE | show NODE}")
}

// keepSecret calls cibsecret: `RESOURCE set PARAM VALUE`, or with another verb `RESOURCE VERB PARAM`.
func keepSecret(sh *Shell, a []string) error {
	verb := a[1]
	if (verb == "set") != (len(a) == 4) {
		return usage("Expected RESOURCE {set PARAM VALUE | stash PARAM | unstash PARAM | delete PARAM | show PARAM | check PARAM}")
	}
	switch verb {
	case "show":
		verb = "get"
	case "set", "stash", "unstash", "delete", "get", "check":
	default:
		return usage("%s is none of set, stash, unstash, delete, show, check", verb)
	}
	return sh.Tool("cibsecret", append([]string{verb, a[0]}, a[2:]...)...)
}

// attribute changes or shows one attribute of a resource: `RESOURCE {set NAME VALUE | delete NAME | show NAME}`.
func attribute(sh *Shell, flag string, a []string) error {
	verb, rest, err := attributeVerb(a[1:])
	if err != nil {
		return err
	}
	var args []string
	if flag != "" {
		args = append(args, flag)
	}
	args = append(args, "--resource", a[0])
	switch verb {
	case "set":
		args = append(args, "--set-parameter", rest[0], "--parameter-value", rest[1])
	case "delete":
		args = append(args, "--delete-parameter", rest[0])
	case "show":
		args = append(args, "--get-parameter", rest[0])
	}
	return sh.Tool("crm_resource", args...)
}

// attributeVerb reads `set NAME VALUE`, `set NAME=VALUE`, `delete NAME` or `show NAME`.
func attributeVerb(a []string) (verb string, rest []string, err error) {
	switch {
	case a[0] == "set" && len(a) == 3:
		return "set", a[1:], nil
	case a[0] == "set" && len(a) == 2 && strings.Contains(a[1], "="):
		name, value, _ := strings.Cut(a[1], "=")
		return "set", []string{name, value}, nil
	case (a[0] == "delete" || a[0] == "show") && len(a) == 2:
		return a[0], a[1:], nil
	}
	return "", nil, usage("Expected {set NAME VALUE | delete NAME | show NAME}")
}

func trace(sh *Shell, a []string) error {
	op, interval, dir := "", "", ""
	for i, p := range []*string{&op, &interval, &dir} {
		if len(a) > i+1 {
			*p = a[i+1]
		}
	}
	if strings.HasPrefix(interval, "/") {
		interval, dir = "", interval
	}
	err := sh.change(func() error { return asUsage(sh.Session.Trace(a[0], op, interval, dir)) })
	if err == nil {
		sh.Info("Trace for %s%s is written to %s", a[0], spaced(op), traceDir(dir))
	}
	return err
}

func spaced(s string) string {
	if s == "" {
		return ""
	}
	return ":" + s
}

func traceDir(dir string) string {
	if dir == "" {
		return "/var/lib/heartbeat/trace_ra"
	}
	return dir
}

func untrace(sh *Shell, a []string) error {
	op, interval := "", ""
	if len(a) > 1 {
		op = a[1]
	}
	if len(a) > 2 {
		interval = a[2]
	}
	return sh.change(func() error { return asUsage(sh.Session.Untrace(a[0], op, interval)) })
}
