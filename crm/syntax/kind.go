package syntax

import "strings"

// Kind is a kind of configuration object.
type Kind int

// The kinds of objects, in the order in which they are shown and, in one loaded text, created.
const (
	None Kind = iota
	Node
	Template
	Primitive
	Bundle
	Group
	Master
	Clone
	Monitor // not an object of its own: adds an op to a primitive
	Tag
	Location
	Colocation
	Order
	Ticket
	Fencing
	Property
	RscDefaults
	OpDefaults
	Role
	ACLTarget
	ACLGroup
	ACLUser
	Alert
)

// kindInfo is what there is to know about a kind.
type kindInfo struct {
	word    string // its command
	tag     string // its element
	section string // where its elements live, below <configuration>
	show    int    // its rank when all objects are shown
	create  int    // its rank when a text is loaded
}

var kinds = [...]kindInfo{
	Node:        {"node", "node", "nodes", 1, 1},
	Template:    {"rsc_template", "template", "resources", 2, 2},
	Primitive:   {"primitive", "primitive", "resources", 3, 3},
	Bundle:      {"bundle", "bundle", "resources", 4, 4},
	Group:       {"group", "group", "resources", 5, 5},
	Master:      {"ms", "master", "resources", 6, 6},
	Clone:       {"clone", "clone", "resources", 7, 7},
	Monitor:     {"monitor", "op", "", 8, 8},
	Tag:         {"tag", "tag", "tags", 9, 9},
	Location:    {"location", "rsc_location", "constraints", 10, 10},
	Colocation:  {"colocation", "rsc_colocation", "constraints", 10, 10},
	Order:       {"order", "rsc_order", "constraints", 10, 10},
	Ticket:      {"rsc_ticket", "rsc_ticket", "constraints", 11, 11},
	Fencing:     {"fencing_topology", "fencing-topology", "", 11, 11},
	Property:    {"property", "cluster_property_set", "crm_config", 12, 12},
	RscDefaults: {"rsc_defaults", "meta_attributes", "rsc_defaults", 13, 13},
	OpDefaults:  {"op_defaults", "meta_attributes", "op_defaults", 14, 14},
	Role:        {"role", "acl_role", "acls", 15, 15},
	ACLTarget:   {"acl_target", "acl_target", "acls", 16, 16},
	ACLGroup:    {"acl_group", "acl_group", "acls", 16, 16},
	ACLUser:     {"user", "acl_user", "acls", 16, 16},
	Alert:       {"alert", "alert", "alerts", 17, 17},
}

// words maps command words, also those of old, to kinds.
var words = map[string]Kind{
	"node": Node, "rsc_template": Template, "primitive": Primitive, "resource": Primitive, "bundle": Bundle, "group": Group,
	"ms": Master, "master": Master, "clone": Clone, "monitor": Monitor, "tag": Tag, "location": Location,
	"colocation": Colocation, "collocation": Colocation, "order": Order, "rsc_ticket": Ticket, "fencing_topology": Fencing,
	"fencing-topology": Fencing, "property": Property, "rsc_defaults": RscDefaults, "op_defaults": OpDefaults, "role": Role,
	"acl_target": ACLTarget, "acl_group": ACLGroup, "user": ACLUser, "alert": Alert,
}

// Word is the kind's command.
func (k Kind) Word() string { return kinds[k].word }

// String is the kind's command.
func (k Kind) String() string { return kinds[k].word }

// Element is the name of the kind's elements.
func (k Kind) Element() string { return kinds[k].tag }

// Section is the child of <configuration> in which the kind's elements live; "" for the fencing topology, which is such a
// child itself.
func (k Kind) Section() string { return kinds[k].section }

// ShowRank orders objects when all are shown.
func (k Kind) ShowRank() int { return kinds[k].show }

// CreateRank orders the objects of one loaded text.
func (k Kind) CreateRank() int { return kinds[k].create }

// KindOf is the kind named by a command word, in any case.
func KindOf(word string) (Kind, bool) {
	k, ok := words[strings.ToLower(word)]
	return k, ok
}

// KindOfElement is the kind of an element in a section; the section matters for meta_attributes only.
func KindOfElement(section, tag string) (Kind, bool) {
	for k := Node; k <= Alert; k++ {
		if kinds[k].tag == tag && k != Monitor && (tag != "meta_attributes" || kinds[k].section == section) {
			return k, true
		}
	}
	return None, false
}

// IsConstraint tells whether objects of the kind refer to resources from outside them.
func (k Kind) IsConstraint() bool {
	return k == Location || k == Colocation || k == Order || k == Ticket
}

// IsContainer tells whether objects of the kind hold other resources.
func (k Kind) IsContainer() bool { return k == Group || k == Clone || k == Master || k == Bundle }

// IsResource tells whether objects of the kind can be started, or stand for such (templates excepted).
func (k Kind) IsResource() bool { return k == Primitive || k.IsContainer() }

// IsAttributeSet tells whether the object is one set of name-value pairs; loading merges into such sets.
func (k Kind) IsAttributeSet() bool { return k == Property || k == RscDefaults || k == OpDefaults }

// DefaultID is the id of an attribute-set object that is given none.
func (k Kind) DefaultID() string {
	switch k {
	case Property:
		return "cib-bootstrap-options"
	case RscDefaults:
		return "rsc-options"
	case OpDefaults:
		return "op-options"
	}
	return ""
}
