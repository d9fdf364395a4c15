package acl

import (
	"slices"
	"time"

	"pacer/cib"
	"pacer/cluster"
	"pacer/message"
	"pacer/option"
	"pacer/xmltree"
)

// Rights are what one user may see and change. A nil *Rights restricts nothing.
type Rights struct {
	user        string
	permissions []permission
}

// kind is what a permission says.
type kind uint8

const (
	reading kind = 1 << iota
	writing
	denying
)

var kinds = map[string]kind{"read": reading, "write": writing, "deny": denying}

// permission is one acl_permission.
type permission struct {
	id    string
	kind  kind
	xpath string
	// pattern answers the XPath element by element; nil when only the evaluation over a whole document can.
	pattern *xmltree.Pattern
}

// Privileged tells whether a user is above all access control lists. So is nobody in particular ("").
func Privileged(user string) bool { return user == "" || user == "root" || user == "hacluster" }

// For gives somebody's rights over a document and what it will be changed to. It gives nil, which restricts nothing, for privileged
// users and while enable-acl is off at that time (rules may make it depend on the time). For who is limited to roles neither counts:
// he has what these roles give.
func For(doc *cib.Document, who message.Principal, now time.Time) *Rights {
	if len(who.Roles) > 0 {
		return ofRoles(doc, who)
	}
	if Privileged(who.User) || !option.True(cluster.ConfiguredOption(doc.Root(), "enable-acl", now)) {
		return nil
	}
	return Listed(doc, who.User, who.Groups)
}

// ofRoles gives what roles give. A role that is not there gives nothing.
func ofRoles(doc *cib.Document, who message.Principal) *Rights {
	r := &Rights{user: who.User}
	c := newCollector(r, doc)
	for _, name := range who.Roles {
		c.role(name)
	}
	return r
}

// Listed gives the rights that the lists give a user, whether they are enabled or not, and nil for privileged users.
func Listed(doc *cib.Document, user string, groups []string) *Rights {
	if Privileged(user) {
		return nil
	}
	r := &Rights{user: user}
	c := newCollector(r, doc)
	for x := range doc.Section("acls").Elements("acl_target", "acl_group") {
		name, ok := x.Lookup("name")
		if !ok {
			name = x.ID()
		}
		if x.Name == "acl_target" && name == user || x.Name == "acl_group" && slices.Contains(groups, name) {
			c.collect(x)
		}
	}
	return r
}

// collector gathers permissions from a target, a group and their roles.
type collector struct {
	rights *Rights
	roles  map[string]*xmltree.Node
	taken  map[string]bool
}

func newCollector(r *Rights, doc *cib.Document) *collector {
	c := &collector{rights: r, roles: map[string]*xmltree.Node{}, taken: map[string]bool{}}
	for role := range doc.Section("acls").Elements("acl_role") {
		if _, twice := c.roles[role.ID()]; !twice {
			c.roles[role.ID()] = role
		}
	}
	return c
}

func (c *collector) collect(x *xmltree.Node) {
	for e := range x.Elements("role", "acl_permission") {
		if e.Name == "acl_permission" {
			c.add(e)
			continue
		}
		c.role(e.ID())
	}
}

// role takes in a role, once.
func (c *collector) role(name string) {
	if role := c.roles[name]; role != nil && !c.taken[name] {
		c.taken[name] = true
		c.collect(role)
	}
}

func (c *collector) add(x *xmltree.Node) {
	p := permission{id: x.ID(), kind: kinds[x.Get("kind")], xpath: selector(x)}
	if p.kind == 0 || p.xpath == "" {
		return
	}
	p.pattern, _ = xmltree.CompilePattern(p.xpath)
	c.rights.permissions = append(c.rights.permissions, p)
}

// selector writes what a permission means as XPath, "" when it means nothing.
func selector(x *xmltree.Node) string {
	if xpath, ok := x.Lookup("xpath"); ok {
		return xpath
	}
	element, byName := x.Lookup("object-type")
	id, byID := x.Lookup("reference")
	if !byName && !byID {
		return ""
	}
	if !byName {
		element = "*"
	}
	out := "//" + element
	if byID {
		out += "[@id=" + xmltree.Literal(id) + "]"
	}
	if attribute, ok := x.Lookup("attribute"); ok {
		out += "[@" + attribute + "]"
	}
	return out
}
