package upgrade

import (
	"pacer/xmltree"
)

// accessControl rewrites ACLs of 1.x for 2.0: users with rights of their own get a role that has them, rights become permissions.
func accessControl(root *xmltree.Node, n *notes) (*xmltree.Node, error) {
	root = root.Clone()
	root.Set("validate-with", "pacemaker-2.0")
	for configuration := range root.Elements("configuration") {
		for acls := range configuration.Elements("acls") {
			var out []*xmltree.Node
			for _, c := range acls.Children {
				switch {
				case c.Kind == xmltree.Element && c.Name == "acl_user":
					out = append(out, aclUser(c, n)...)
				case c.Kind == xmltree.Element && c.Name == "acl_role":
					permissions(c, n)
					out = append(out, c)
				default:
					out = append(out, c)
				}
			}
			acls.Children = out
		}
	}
	return root, nil
}

// aclUser becomes a target with the same roles, or with one that has the rights of the user.
func aclUser(user *xmltree.Node, n *notes) []*xmltree.Node {
	user.Name = "acl_target"
	if user.First("role_ref") != nil {
		for role := range user.Elements("role_ref") {
			role.Name = "role"
		}
		return []*xmltree.Node{user}
	}
	rights := false
	for range user.Elements("read", "write", "deny") {
		rights = true
	}
	children := user.Children
	user.Children = nil
	if !rights {
		return []*xmltree.Node{user}
	}
	id := "auto-" + user.ID()
	user.AddNew("role", "id", id)
	role := xmltree.New("acl_role", "id", id)
	for _, c := range children {
		if c.Kind == xmltree.Element {
			role.Add(c)
		}
	}
	permissions(role, n)
	return []*xmltree.Node{user, role}
}

// permissions gives the rights of a role their new form.
func permissions(role *xmltree.Node, n *notes) {
	for c := range role.Elements("read", "write", "deny") {
		attrs := c.Attrs
		has := func(name string) (string, bool) { return (&xmltree.Node{Attrs: attrs}).Lookup(name) }
		attribute, limited := has("attribute")
		id, _ := has("id")
		next := xmltree.New("acl_permission", "id", id, "kind", c.Name)
		if ref, ok := has("ref"); ok {
			next.Set("reference", ref)
			if limited {
				n.tell(Plain, "ACLs: @attribute cannot accompany @ref for upgrade-1.3.xsl purposes, ignoring")
			}
		} else if tag, ok := has("tag"); ok {
			next.Set("object-type", tag)
			if limited {
				n.tell(Plain, "ACLs: @attribute (with @tag) handling generalized a bit for upgrade-1.3.xsl purposes")
				next.Set("attribute", attribute)
			}
		} else {
			xpath, _ := has("xpath")
			if limited {
				n.tell(Plain, "ACLs: @attribute (with @xpath) handling generalized a bit for upgrade-1.3.xsl purposes")
				xpath += "[@" + attribute + "]"
			}
			next.Set("xpath", xpath)
		}
		c.Name, c.Attrs, c.Children = next.Name, next.Attrs, nil
	}
}
