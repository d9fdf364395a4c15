package cib

import (
	"slices"
	"strings"
	"sync/atomic"
)

// grammarText says what a configuration may consist of: one line for each element, with the attributes and children that any
// schema from pacemaker-1.0 to 4.0 knows. It is our own description, made from the documentation and tried on documents whose
// validity is known; it is laxer than a schema where versions differ.
//
// An attribute is NAME, NAME:TYPE or either with "!" when it must be there. Types: text (the default), id (unique in the
// document), ref (the id of another element), score, bool, integer, count (from 0), number (from 1), or
// words separated by "|". A child is NAME with "?" (at most one), "*" (any number), "+" (at least one) or "!" (just one).
var grammarText = [...]string{
	"cib; validate-with! admin_epoch:count! epoch:count! num_updates:count! crm_feature_set cib-last-written dc-uuid execution-date " +
		"have-quorum:bool no-quorum-panic:bool remote-clear-port:count remote-tls-port:count update-client update-origin update-user; " +
		"configuration! status?",
	"configuration; ; crm_config! nodes! resources! constraints! rsc_defaults? op_defaults? acls? fencing-topology? tags? alerts?",
	"crm_config; ; cluster_property_set*",
	"cluster_property_set; id:id id-ref:ref score:score; rule* nvpair*",
	"instance_attributes; id:id id-ref:ref score:score; rule* nvpair*",
	"meta_attributes; id:id id-ref:ref score:score; rule* nvpair*",
	"utilization; id:id id-ref:ref score:score; rule* nvpair*",
	"nvpair; id:id id-ref:ref name value;",
	"nodes; ; node*",
	"node; id! uname! type:member|ping|remote|normal score:score description; instance_attributes* utilization*",
	"rsc_defaults; ; meta_attributes*",
	"op_defaults; ; meta_attributes*",
	"resources; ; primitive* group* clone* master* bundle* template*",
	"primitive; id:id! class:ocf|lsb|heartbeat|stonith|upstart|service|systemd|nagios provider type template:ref description; " +
		"meta_attributes* instance_attributes* utilization* operations?",
	"template; id:id! class:ocf|lsb|heartbeat|stonith|upstart|service|systemd|nagios! provider type! description; " +
		"meta_attributes* instance_attributes* utilization* operations?",
	"group; id:id! description; meta_attributes* instance_attributes* primitive+",
	"clone; id:id! description; meta_attributes* instance_attributes* primitive? group?",
	"master; id:id! description; meta_attributes* instance_attributes* primitive? group?",
	"bundle; id:id! description; meta_attributes* instance_attributes* docker? rkt? podman? network? storage? primitive?",
	"docker; image! replicas:integer replicas-per-host:integer masters:integer promoted-max:integer run-command network options;",
	"rkt; image! replicas:integer replicas-per-host:integer masters:integer promoted-max:integer run-command network options;",
	"podman; image! replicas:integer replicas-per-host:integer masters:integer promoted-max:integer run-command network options;",
	"network; ip-range-start control-port:count host-interface host-netmask:count add-host:bool; port-mapping*",
	"port-mapping; id:id! port internal-port range;",
	"storage; ; storage-mapping*",
	"storage-mapping; id:id! source-dir source-dir-root target-dir! options;",
	"operations; id:id id-ref:ref; op*",
	"op; id:id! name! interval! timeout description start-delay interval-origin enabled:bool record-pending:bool " +
		"role:Stopped|Started|Slave|Master|Promoted|Unpromoted requires:nothing|quorum|fencing|unfencing " +
		"on-fail:ignore|block|demote|stop|restart|standby|fence|restart-container; meta_attributes* instance_attributes*",
	"constraints; ; rsc_location* rsc_colocation* rsc_order* rsc_ticket*",
	"rsc_location; id:id! rsc:ref rsc-pattern node score:score role:Stopped|Started|Slave|Master|Promoted|Unpromoted " +
		"resource-discovery:always|never|exclusive; rule* resource_set* lifetime?",
	"rsc_colocation; id:id! rsc:ref with-rsc:ref rsc-role:Stopped|Started|Slave|Master|Promoted|Unpromoted " +
		"with-rsc-role:Stopped|Started|Slave|Master|Promoted|Unpromoted score:score score-attribute score-attribute-mangle " +
		"node-attribute influence rsc-instance:count with-rsc-instance:count; resource_set* lifetime?",
	"rsc_order; id:id! first:ref then:ref first-action:start|promote|demote|stop then-action:start|promote|demote|stop " +
		"symmetrical:bool kind:Optional|Mandatory|Serialize score:score require-all:bool first-instance:count then-instance:count; " +
		"resource_set* lifetime?",
	"rsc_ticket; id:id! rsc:ref rsc-role:Stopped|Started|Slave|Master|Promoted|Unpromoted ticket! " +
		"loss-policy:stop|demote|fence|freeze; resource_set*",
	"resource_set; id:id id-ref:ref sequential:bool require-all:bool ordering:group|listed " +
		"action:start|promote|demote|stop role:Stopped|Started|Slave|Master|Promoted|Unpromoted score:score " +
		"kind:Optional|Mandatory|Serialize; resource_ref*",
	"resource_ref; id:ref!;",
	"lifetime; ; rule+",
	"rule; id:id id-ref:ref score:score score-attribute boolean-op:or|and role:Stopped|Started|Slave|Master|Promoted|Unpromoted; " +
		"expression* date_expression* rsc_expression* op_expression* rule*",
	"expression; id:id! attribute! operation:lt|gt|lte|gte|eq|ne|defined|not_defined! value " +
		"type:string|integer|number|version value-source:literal|param|meta;",
	"date_expression; id:id! operation:in_range|date_spec|gt|lt|eq|neq start end; duration? date_spec?",
	"rsc_expression; id:id! class provider type;",
	"op_expression; id:id! name! interval;",
	"duration; id:id hours minutes months seconds weeks years days weekdays monthdays yearsdays weekyears moon;",
	"date_spec; id:id hours minutes months seconds weeks years days weekdays monthdays yearsdays yeardays weekyears moon;",
	"acls; ; acl_target* acl_group* acl_role* acl_user*",
	"acl_target; id! name; role*",
	"acl_group; id! name; role*",
	"acl_user; id:id!; role_ref* read* write* deny*",
	"role; id:ref!;",
	"role_ref; id:ref!;",
	"acl_role; id:id! description; acl_permission* read* write* deny*",
	"acl_permission; id:id! kind:read|write|deny! xpath reference:ref object-type attribute description;",
	"read; id:id! tag ref:ref xpath attribute;",
	"write; id:id! tag ref:ref xpath attribute;",
	"deny; id:id! tag ref:ref xpath attribute;",
	"fencing-topology; ; fencing-level*",
	"fencing-level; id:id! index:number! devices! target target-pattern target-attribute target-value;",
	"tags; ; tag*",
	"tag; id:id!; obj_ref+",
	"obj_ref; id!;",
	"alerts; ; alert*",
	"alert; id:id! path! description; meta_attributes* instance_attributes* select? recipient*",
	"recipient; id:id! value! description; meta_attributes* instance_attributes*",
	"select; ; select_nodes? select_fencing? select_resources? select_attributes?",
	"select_nodes; ;",
	"select_fencing; ;",
	"select_resources; ;",
	"select_attributes; ; attribute*",
	"attribute; id:id! name!;",
}

// element is one line of the grammar.
type element struct {
	attrs    []attribute
	required int  // how many of attrs must be there
	uniqueID bool // whether its id is one that nothing else may have
	children []child
	since    int // number of the schema that it came with, 0 when all know it
}

type attribute struct {
	name, kind string
	words      []string // when kind is "words"
	required   bool
}

type child struct {
	name     string
	number   int // in children
	min, max int // max 0: any number
	element  *element
}

// maxChildren is more than any line of the grammar has children.
const maxChildren = 16

func (e *element) attribute(name string) *attribute {
	for i := range e.attrs {
		if e.attrs[i].name == name {
			return &e.attrs[i]
		}
	}
	return nil
}

// child returns the child with that name, nil when e is nil or has none.
func (e *element) child(name string) *child {
	if e == nil {
		return nil
	}
	for i := range e.children {
		if e.children[i].name == name {
			return &e.children[i]
		}
	}
	return nil
}

// grammar returns grammarText by the names of elements. It is worked out when it is needed first: most programs of the many
// that are linked with this package never do. Two that need it first at the same time work out the same.
func grammar() map[string]*element {
	if g := grammarIndex.Load(); g != nil {
		return *g
	}
	g := index(grammarText[:])
	grammarIndex.Store(&g)
	return g
}

var grammarIndex atomic.Pointer[map[string]*element]

func index(lines []string) map[string]*element {
	out := make(map[string]*element, len(lines))
	named := func(name string) *element {
		if out[name] == nil {
			out[name] = &element{}
		}
		return out[name]
	}
	for _, l := range lines {
		parts := strings.Split(l, ";")
		name := strings.TrimSpace(parts[0])
		e := named(name)
		e.since = max(0, slices.Index(schemas, since[name]))
		for _, a := range strings.Fields(parts[1]) {
			name, required := strings.CutSuffix(a, "!")
			at := attribute{name: name, kind: "text", required: required}
			if n, kind, ok := strings.Cut(name, ":"); ok {
				at.name, at.kind = n, kind
				if strings.Contains(kind, "|") {
					at.kind, at.words = "words", strings.Split(kind, "|")
				}
			}
			if required {
				e.required++
			}
			e.uniqueID = e.uniqueID || at.name == "id" && at.kind == "id"
			e.attrs = append(e.attrs, at)
		}
		for i, c := range strings.Fields(parts[2]) {
			name, how := c[:len(c)-1], c[len(c)-1]
			ch := child{name: name, number: i, element: named(name)}
			switch how {
			case '?':
				ch.max = 1
			case '+':
				ch.min = 1
			case '!':
				ch.min, ch.max = 1, 1
			}
			e.children = append(e.children, ch)
		}
	}
	return out
}
