package level

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"pacer/crm/session"
	"pacer/crm/syntax"
	"pacer/option"
)

// nothing offers no completions.
func nothing(*Shell, []string) []string { return nil }

// constants offers fixed words.
func constants(words ...string) Completer {
	return func(*Shell, []string) []string { return words }
}

// objects lists the ids of objects that are wanted; it reads the configuration when that was not done yet.
func objects(want func(*session.Object) bool) Completer {
	return func(sh *Shell, _ []string) []string {
		if sh.Session.Ensure(sh.Ctx, sh.Mode == Interactive) != nil {
			return nil
		}
		var out []string
		for _, o := range sh.Session.Objects() {
			if want(o) {
				name := o.ID
				if o.Kind == syntax.Node {
					name = o.Node.Get("uname")
				}
				out = append(out, name)
			}
		}
		sort.Strings(out)
		return out
	}
}

var (
	objectIDs    = objects(func(*session.Object) bool { return true })
	resourceIDs  = objects(func(o *session.Object) bool { return o.Kind.IsResource() })
	primitiveIDs = objects(func(o *session.Object) bool { return o.Kind == syntax.Primitive })
	groupIDs     = objects(func(o *session.Object) bool { return o.Kind == syntax.Group })
	nodeNames    = objects(func(o *session.Object) bool { return o.Kind == syntax.Node })
	// freePrimitives are in no container.
	freePrimitives = objects(func(o *session.Object) bool { return o.Kind == syntax.Primitive && o.Parent == nil })
	cloneable      = objects(func(o *session.Object) bool {
		return (o.Kind == syntax.Primitive || o.Kind == syntax.Group) && o.Parent == nil
	})
	promotables = objects(func(o *session.Object) bool { return o.Kind == syntax.Clone || o.Kind == syntax.Master })
	// fencingDevices are the primitives of class stonith.
	fencingDevices = objects(func(o *session.Object) bool {
		return o.Kind == syntax.Primitive && o.Node.Get("class") == "stonith"
	})
)

// selections offers what Select understands.
func selections(sh *Shell, before []string) []string {
	out := []string{"xml", "changed"}
	for k := syntax.Node; k <= syntax.Alert; k++ {
		if k != syntax.Monitor {
			out = append(out, "type:"+k.Word())
		}
	}
	return append(out, objectIDs(sh, before)...)
}

func optionNamesOf(table []option.Option) Completer {
	return func(*Shell, []string) []string {
		var out []string
		for _, o := range table {
			out = append(out, o.Name)
		}
		return out
	}
}

// optionPairs offers `name=` of a table, and the values of a choice once the name is there.
func optionPairs(table []option.Option) Completer {
	return func(sh *Shell, _ []string) []string {
		var out []string
		for _, o := range table {
			switch {
			case o.Kind == option.Bool:
				out = append(out, o.Name+"=true", o.Name+"=false")
			case len(o.Choices) > 0:
				for _, c := range o.Choices {
					out = append(out, o.Name+"="+c)
				}
			default:
				out = append(out, o.Name+"=")
			}
		}
		return out
	}
}

// agentNames offers classes, providers and types: `ocf:`, `ocf:heartbeat:`, `ocf:heartbeat:IPaddr2`, `@template`.
func agentNames(sh *Shell, _ []string) []string {
	var out []string
	if sh.Agents != nil {
		for _, class := range sh.Agents.Standards() {
			if class != "ocf" {
				for _, t := range sh.Agents.Agents(class, "") {
					out = append(out, class+":"+t)
				}
				continue
			}
			for _, p := range sh.Agents.Providers("") {
				for _, t := range sh.Agents.Agents("ocf", p) {
					out = append(out, "ocf:"+p+":"+t)
				}
			}
		}
	}
	for _, t := range objects(func(o *session.Object) bool { return o.Kind == syntax.Template })(sh, nil) {
		out = append(out, "@"+t)
	}
	return out
}

// primitiveWords offers the keywords of a primitive, and after `params` and `op` what its agent knows.
func primitiveWords(sh *Shell, before []string) []string {
	keywords := []string{"params", "meta", "op", "utilization", "operations"}
	if len(before) < 2 {
		return keywords
	}
	last := ""
	at := 0
	for i, w := range before {
		switch strings.ToLower(w) {
		case "params", "meta", "op", "utilization", "operations":
			last, at = strings.ToLower(w), i
		}
	}
	class, provider, typ := splitAgent(sh, before[1])
	var out []string
	switch last {
	case "meta":
		out = append(out, optionPairs(option.Resource)(sh, nil)...)
	case "params", "":
		if sh.Session.Agents.MetaData == nil {
			break
		}
		if m, err := sh.Session.Agents.MetaData(class, provider, typ); err == nil && m != nil {
			for _, p := range m.Parameters {
				out = append(out, p.Name+"=")
			}
		}
	case "op":
		if at == len(before)-1 {
			return sh.actions(class, provider, typ)
		}
		out = append(out, "interval=", "timeout=", "on-fail=", "role=", "enabled=", "start-delay=")
	}
	return append(out, keywords...)
}

func (sh *Shell) actions(class, provider, typ string) []string {
	out := []string{"monitor", "start", "stop", "promote", "demote"}
	if sh.Session.Agents.MetaData == nil {
		return out
	}
	m, err := sh.Session.Agents.MetaData(class, provider, typ)
	if err != nil || m == nil {
		return out
	}
	out = nil
	for _, a := range m.Actions {
		out = append(out, a.Name)
	}
	return out
}

// splitAgent gives the parts of an agent's name as the parser understands it.
func splitAgent(sh *Shell, name string) (class, provider, typ string) {
	o, err := syntax.ParseWords([]string{"primitive", "x", name}, syntax.Options{Provider: sh.Session.Agents.Provider})
	if err != nil {
		return "", "", ""
	}
	return o.Node.Get("class"), o.Node.Get("provider"), o.Node.Get("type")
}

// files offers the files of the present directory.
func files(*Shell, []string) []string {
	list, err := os.ReadDir(".")
	if err != nil {
		return nil
	}
	var out []string
	for _, f := range list {
		name := f.Name()
		if f.IsDir() {
			name += string(filepath.Separator)
		}
		if !strings.HasPrefix(name, ".") {
			out = append(out, name)
		}
	}
	return out
}
