package syntax

import (
	"regexp"
	"strings"
	"sync"

	"pacer/xmltree"
)

// shortcuts are permissions that have a name of their own. Each XPath is written with %1 and %2 for its arguments.
var shortcuts = []struct {
	word  string
	args  int
	xpath string
}{
	{"meta", 2, "//primitive[@id='%1']/meta_attributes/nvpair[@name='%2']"},
	{"meta", 1, "//primitive[@id='%1']/meta_attributes"},
	{"params", 2, "//primitive[@id='%1']/instance_attributes/nvpair[@name='%2']"},
	{"params", 1, "//primitive[@id='%1']/instance_attributes"},
	{"utilization", 1, "//primitive[@id='%1']/utilization"},
	{"location", 1, "//rsc_location[@id='cli-prefer-%1' and @rsc='%1']"},
	{"property", 1, "//crm_config/cluster_property_set/nvpair[@name='%1']"},
	{"property", 0, "//crm_config/cluster_property_set"},
	{"nodeattr", 1, "//nodes/node/instance_attributes/nvpair[@name='%1']"},
	{"nodeattr", 0, "//nodes/node/instance_attributes"},
	{"nodeutil", 1, "//nodes/node/utilization[@uname='%1']"},
	{"nodeutil", 0, "//nodes/node/utilization"},
	{"node", 1, "//nodes/node[@uname='%1']"},
	{"node", 0, "//nodes/node"},
	{"status", 0, "/cib/status"},
	{"cib", 0, "/cib"},
}

// shortcutForms are the XPaths as regular expressions, in the same order.
var shortcutForms = sync.OnceValue(func() []*regexp.Regexp {
	out := make([]*regexp.Regexp, len(shortcuts))
	for i, s := range shortcuts {
		r := regexp.QuoteMeta(s.xpath)
		r = strings.Replace(r, "%1", `([^'\s:"\\]+)`, 1)
		r = strings.Replace(r, "%1", `([^'\s:"\\]+)`, 1)
		r = strings.Replace(r, "%2", `([^'\s:"\\]+)`, 1)
		out[i] = regexp.MustCompile("^" + r + "$")
	}
	return out
})

func shortcutXPath(word string) (string, bool) {
	parts := strings.Split(word, ":")
	for _, s := range shortcuts {
		if strings.EqualFold(s.word, parts[0]) && s.args == len(parts)-1 {
			x := s.xpath
			if s.args > 0 {
				if strings.ContainsAny(word, `'"`) {
					return "", false
				}
				x = strings.ReplaceAll(x, "%1", parts[1])
			}
			if s.args > 1 {
				x = strings.ReplaceAll(x, "%2", parts[2])
			}
			return x, true
		}
	}
	return "", false
}

func xpathShortcut(xpath string) (string, bool) {
	for i, r := range shortcutForms() {
		m := r.FindStringSubmatch(xpath)
		if m == nil || shortcuts[i].word == "location" && m[1] != m[2] {
			continue
		}
		return strings.Join(append([]string{shortcuts[i].word}, m[1:1+shortcuts[i].args]...), ":"), true
	}
	return "", false
}

// role reads an ACL role.
func (p *parser) role() *xmltree.Node {
	p.atLeast(1)
	n := xmltree.New("acl_role", "id", p.id())
	p.description(n)
	for p.more() {
		n.Add(p.permission()...)
	}
	return n
}

// permission reads one right with its targets; targets that cannot stand in one element make several.
func (p *parser) permission() []*xmltree.Node {
	kind := strings.ToLower(p.peek())
	if kind != "read" && kind != "write" && kind != "deny" {
		p.fail(p.peek(), "Expected (read|write|deny)")
	}
	p.i++
	proto := xmltree.New("acl_permission")
	if id, ok := strings.CutSuffix(p.peek(), ":"); ok && ValidID(id) && !shortcutWord(id) {
		proto.Set("id", id)
		p.i++
	}
	proto.Set("kind", kind)
	p.description(proto)
	var xpath, ref, typ, attr string
	for p.more() {
		w := p.peek()
		if l := strings.ToLower(w); l == "read" || l == "write" || l == "deny" {
			break
		}
		word, value, _ := strings.Cut(w, ":")
		switch strings.ToLower(word) {
		case "xpath":
			xpath = value
		case "ref", "reference":
			ref = value
		case "type", "tag":
			typ = value
		case "attr", "attribute":
			attr = value
		default:
			x, ok := shortcutXPath(w)
			if !ok {
				p.fail(w, "Unknown permission target")
			}
			value, xpath = x, x
		}
		if value == "" {
			p.fail(w, "Expected a value after %s:", word)
		}
		p.i++
		if xpath != "" {
			if attr != "" || ref != "" || typ != "" {
				continue
			}
			// A path stands alone unless a reference or type follows it directly.
			if nextWord, _, _ := strings.Cut(strings.ToLower(p.peek()), ":"); !permissionWord(nextWord) {
				break
			}
		}
	}
	var out []*xmltree.Node
	add := func(pairs ...string) {
		c := proto.Clone()
		if len(out) > 0 {
			c.Unset("id")
		}
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i+1] != "" {
				c.Set(pairs[i], pairs[i+1])
			}
		}
		out = append(out, c)
	}
	if xpath != "" {
		add("xpath", xpath)
	}
	if ref != "" {
		add("reference", ref)
	}
	if typ != "" {
		add("object-type", typ, "attribute", attr)
	}
	if len(out) == 0 {
		p.fail(p.peek(), "Expected a permission target")
	}
	if attr != "" && typ == "" {
		out[0].Set("attribute", attr)
	}
	return out
}

func shortcutWord(w string) bool {
	for _, s := range shortcuts {
		if strings.EqualFold(s.word, w) {
			return true
		}
	}
	return permissionWord(strings.ToLower(w))
}

func permissionWord(w string) bool {
	switch w {
	case "ref", "reference", "type", "tag", "attr", "attribute":
		return true
	}
	return false
}

// aclTarget reads acl_target and acl_group.
func (p *parser) aclTarget(kind Kind) *xmltree.Node {
	p.atLeast(1)
	n := xmltree.New(kind.Element(), "id", p.id())
	for p.more() {
		n.AddNew("role", "id", p.ref())
	}
	return n
}

// aclUser reads a user of the ACLs before schema 2.0.
func (p *parser) aclUser() *xmltree.Node {
	p.atLeast(2)
	n := xmltree.New("acl_user", "id", p.id())
	for p.more() {
		if role, ok := p.prefix("role:"); ok {
			n.AddNew("role_ref", "id", role)
			continue
		}
		for _, c := range p.permission() {
			// The right is the element's name in the old form.
			old := xmltree.New(c.Get("kind"))
			for _, a := range c.Attrs {
				switch a.Name {
				case "kind":
				case "reference":
					old.Set("ref", a.Value)
				case "object-type":
					old.Set("tag", a.Value)
				default:
					old.Set(a.Name, a.Value)
				}
			}
			n.Add(old)
		}
	}
	return n
}

// role prints a role.
func (pr *Printer) role(n *xmltree.Node) []string {
	lines := []string{"role " + QuoteWord(n.ID())}
	if d, ok := n.Lookup("description"); ok {
		lines = append(lines, "description="+Quote(d))
	}
	for c := range n.Elements() {
		kind := c.Get("kind")
		if c.Name != "acl_permission" {
			kind = c.Name
		}
		lines = append(lines, permissionText(kind, c))
	}
	return lines
}

func permissionText(kind string, c *xmltree.Node) string {
	out := []string{kind}
	if d, ok := c.Lookup("description"); ok {
		out = append(out, "description="+Quote(d))
	}
	if x := c.Get("xpath"); x != "" {
		if s, ok := xpathShortcut(x); ok {
			out = append(out, s)
		} else {
			out = append(out, "xpath:"+Quote(x))
		}
	}
	for _, a := range [][3]string{{"ref:", "reference", "ref"}, {"attr:", "attribute", ""}, {"type:", "object-type", "tag"}} {
		v := c.Get(a[1])
		if v == "" && a[2] != "" {
			v = c.Get(a[2])
		}
		if v != "" {
			out = append(out, a[0]+Quote(v))
		}
	}
	return strings.Join(out, " ")
}

// aclTarget prints acl_target, acl_group and user.
func (pr *Printer) aclTarget(kind Kind, n *xmltree.Node) []string {
	lines := []string{kind.Word() + " " + QuoteWord(n.ID())}
	for c := range n.Elements() {
		switch c.Name {
		case "role":
			lines = append(lines, QuoteWord(c.ID()))
		case "role_ref":
			lines = append(lines, "role:"+QuoteWord(c.ID()))
		default:
			lines = append(lines, permissionText(c.Name, c))
		}
	}
	return lines
}
