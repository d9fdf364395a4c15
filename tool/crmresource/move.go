package crmresource

import (
	"fmt"
	"strings"
	"time"

	"pacer/cib"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/tool/command"
	"pacer/xmltree"
)

// active lists where a resource is active, and where it is promoted.
func active(x *cluster.Resource) (on, promoted []string) {
	add := func(list []string, name string) []string {
		for _, n := range list {
			if n == name {
				return list
			}
		}
		return append(list, name)
	}
	if x.Kind == cluster.Primitive {
		for _, n := range x.RunningOn {
			on = add(on, n.Name)
			if x.Role == cluster.Promoted {
				promoted = add(promoted, n.Name)
			}
		}
	}
	if o := x.BundleOptions; o != nil {
		// A bundle is where its containers are; what is in them is on nodes of its own.
		for i := range o.Replica {
			if c := o.Replica[i].Container; c != nil {
				for _, n := range c.RunningOn {
					on = add(on, n.Name)
				}
			}
		}
		return on, nil
	}
	for _, c := range x.Children {
		o, p := active(c)
		for _, n := range o {
			on = add(on, n)
		}
		for _, n := range p {
			promoted = add(promoted, n)
		}
	}
	return on, promoted
}

// place unpacks the state and returns the resource with where it is active and promoted; nil when the state does not know it.
func (r *run) place() (x *cluster.Resource, on, promoted []string, err error) {
	if err := r.unpack(); err != nil {
		return nil, nil, nil, err
	}
	if x = r.state.ResourceByName(r.resource); x == nil {
		return nil, nil, nil, nil
	}
	on, promoted = active(x)
	return x, on, promoted, nil
}

func promotable(x *cluster.Resource) bool { return x != nil && x.Kind == cluster.Clone && x.Promotable }

// move is --move: with a node a preference for it, without one a ban of where the resource is.
func (r *run) move() error {
	if r.node == "" {
		return r.moveAway()
	}
	x, on, promoted, err := r.place()
	if err != nil {
		return err
	}
	// What is in a promotable clone has its roles too.
	roles := x != nil && x.Top(false).Promotable
	if r.promoted && !roles {
		r.tell("Ignoring --promoted option: %s is not promotable", r.resource)
		r.promoted = false
	}
	if x != nil && x.Kind == cluster.Primitive {
		promoted = nil // the places where instances are promoted are those of the clone
	}
	at := on
	if roles && (r.promoted || len(promoted) > 0) {
		at = promoted
	}
	if len(at) > 1 && (x == nil || x.Kind != cluster.Clone) {
		return command.Fail(exitcode.Multiple, "Error performing operation: %s", exitcode.Multiple.Text())
	}
	doing := "active"
	if r.promoted {
		doing = "promoted"
	}
	there := len(at) == 1 && at[0] == r.node
	if there && !r.force {
		return command.Fail(exitcode.Exists, "Error performing operation: %s", exitcode.Exists.Text())
	}
	// An older wish, and a ban of the node that is wanted now, make room.
	ops := r.removals(r.preference(""))
	ops = append(ops, r.removals(r.bans(r.node))...)
	prefer, until, err := r.constraint("cli-prefer-"+r.resource, r.node, "INFINITY", "cli-prefer-rule-"+r.resource,
		"cli-prefer-expr-"+r.resource, "cli-prefer-lifetime-end-"+r.resource)
	if err != nil {
		return err
	}
	ops = append(ops, prefer)
	leave := r.force && len(at) == 1 && !there
	if leave {
		ban, _, err := r.ban(at[0])
		if err != nil {
			return err
		}
		ops = append(ops, ban...)
	}
	if err := r.apply(ops...); err != nil {
		return err
	}
	r.sayUntil(until)
	switch {
	case leave:
		r.sayUntil(until)
		r.warn(at[0])
	case r.force && len(at) > 1:
		r.tell("Resource '%s' is currently %s in %d locations. One may now move to %s", r.resource, doing, len(at), r.node)
		r.tell("To prevent '%s' from being %s at a specific location, specify a node", r.resource, doing)
	}
	return nil
}

// banCommand is --ban.
func (r *run) banCommand() error {
	if r.node == "" {
		return r.moveAway()
	}
	return r.banNode(r.node)
}

// moveAway bans the one place where the resource is, or where its one promoted instance is.
func (r *run) moveAway() error {
	x, on, promoted, err := r.place()
	if err != nil {
		return err
	}
	switch {
	case len(on) == 1:
		return r.banNode(on[0])
	case promotable(x) && len(promoted) == 1:
		return r.banNode(promoted[0])
	}
	// A ban is called a move here too: that is what people know.
	text := fmt.Sprintf("Resource '%s' not moved: active in %d locations", r.resource, len(on))
	if promotable(x) {
		return command.Fail(exitcode.Usage, "%s (promoted in %d).\n"+
			"To prevent '%s' from running on a specific location, specify a node.\n"+
			"To prevent '%s' from being promoted at a specific location, specify a node and the --promoted option.",
			text, len(promoted), r.resource, r.resource)
	}
	return command.Fail(exitcode.Usage, "%s.\nTo prevent '%s' from running on a specific location, specify a node.", text, r.resource)
}

func (r *run) banNode(node string) error {
	ops, until, err := r.ban(node)
	if err != nil {
		return err
	}
	if err := r.apply(ops...); err != nil {
		return err
	}
	r.sayUntil(until)
	r.warn(node)
	return nil
}

// ban makes the operations that ban the resource from a node, in the place of an older ban.
func (r *run) ban(node string) ([]cib.Op, time.Time, error) {
	id := "cli-ban-" + r.resource + "-on-" + node
	ops := r.removals(r.byID(id))
	add, until, err := r.constraint(id, node, "-INFINITY", id+"-rule", id+"-expr", id+"-lifetime")
	return append(ops, add), until, err
}

func (r *run) warn(node string) {
	if r.quiet {
		return
	}
	doing := "running"
	if r.promoted {
		doing = "being promoted"
	}
	r.Out.Line("WARNING: Creating rsc_location constraint 'cli-ban-%s-on-%s' with a score of -INFINITY for resource %s on %s.\n"+
		"\tThis will prevent %s from %s on %s until the constraint is removed using the clear option or by editing the CIB "+
		"with an appropriate tool.\n\tThis will be the case even if %s is the last node in the cluster",
		r.resource, node, r.resource, node, r.resource, doing, node, node)
}

func (r *run) sayUntil(t time.Time) {
	if !t.IsZero() && !r.quiet {
		r.Out.Line("Migration will take effect until: %s", stamp(t))
	}
}

// stamp writes a time as constraints have it.
func stamp(t time.Time) string {
	if _, offset := t.Zone(); offset == 0 {
		return t.Format("2006-01-02 15:04:05Z")
	}
	return t.Format("2006-01-02 15:04:05 -07:00")
}

// constraint makes a location constraint for a node: plain, or with a lifetime a rule.
func (r *run) constraint(id, node, score, ruleID, exprID, lifetimeID string) (cib.Op, time.Time, error) {
	role := "Started"
	if r.promoted {
		role = "Promoted"
	}
	n := xmltree.New("rsc_location", "id", id, "rsc", r.resource, "role", role)
	var until time.Time
	if r.lifetime == "" {
		n.Set("node", node).Set("score", score)
	} else {
		var err error
		if until, err = r.until(); err != nil {
			return cib.Op{}, until, err
		}
		rule := n.AddNew("rule", "id", ruleID, "score", score, "boolean-op", "and")
		rule.AddNew("expression", "id", exprID, "attribute", "#uname", "operation", "eq", "value", node, "type", "string")
		rule.AddNew("date_expression", "id", lifetimeID, "operation", "lt", "end", stamp(until))
	}
	return cib.Op{Kind: cib.OpModify, Section: "constraints", Data: xmltree.New("constraints").Add(n), AllowCreate: true}, until, nil
}

// until adds the lifetime, an ISO 8601 duration, to now.
func (r *run) until() (time.Time, error) {
	span, err := isotime.ParseSpan(r.lifetime)
	if err != nil {
		r.Out.Err("Invalid duration specified: %s\n"+
			"Please refer to https://en.wikipedia.org/wiki/ISO_8601#Durations for examples of valid durations", r.lifetime)
		return time.Time{}, command.Exit(exitcode.Usage)
	}
	return span.AddTo(r.Env.Now()).Truncate(time.Second), nil
}

// clear is --clear.
func (r *run) clear() error {
	var gone []*xmltree.Node
	if r.resource == "" {
		for c := range r.locations() {
			if mine(c.ID()) {
				gone = append(gone, c)
			}
		}
	} else {
		node := r.node
		if r.force {
			node = "" // a preference goes, whatever node it is for
		}
		gone = append(r.preference(node), r.bans(r.node)...)
	}
	if r.expired {
		kept := gone[:0]
		for _, c := range gone {
			if r.isExpired(c) {
				kept = append(kept, c)
			}
		}
		gone = kept
	}
	if err := r.apply(r.removals(gone)...); err != nil {
		return err
	}
	for _, c := range gone {
		r.tell("Removing constraint: %s", c.ID())
	}
	return nil
}

// mine tells the constraints of --move and --ban from those of people.
func mine(id string) bool {
	return strings.HasPrefix(id, "cli-ban-") || strings.HasPrefix(id, "cli-prefer-")
}

// isExpired tells whether a constraint's lifetime is over.
func (r *run) isExpired(c *xmltree.Node) bool {
	for rule := range c.Elements("rule") {
		for d := range rule.Elements("date_expression") {
			end, err := isotime.Time(d.Get("end"), r.Env.Now().Location())
			if err == nil && d.Get("operation") == "lt" && !r.Env.Now().Before(end) {
				return true
			}
		}
	}
	return false
}

func (r *run) locations() func(func(*xmltree.Node) bool) {
	return r.doc.Root().Path("configuration", "constraints").Elements("rsc_location")
}

// preference finds the constraint of an earlier --move, only if it wants the node when one is given.
func (r *run) preference(node string) []*xmltree.Node {
	var out []*xmltree.Node
	for c := range r.locations() {
		if c.ID() == "cli-prefer-"+r.resource && (node == "" || nodeOf(c) == node) {
			out = append(out, c)
		}
	}
	return out
}

// bans finds the constraints of earlier --ban and --move for a node, or for all when it is empty.
func (r *run) bans(node string) []*xmltree.Node {
	var out []*xmltree.Node
	prefix := "cli-ban-" + r.resource + "-on-"
	for c := range r.locations() {
		if strings.HasPrefix(c.ID(), prefix) && c.Get("rsc") == r.resource && (node == "" || c.ID() == prefix+node) {
			out = append(out, c)
		}
	}
	return out
}

func (r *run) byID(id string) []*xmltree.Node {
	var out []*xmltree.Node
	for c := range r.locations() {
		if c.ID() == id {
			out = append(out, c)
		}
	}
	return out
}

// nodeOf is the node of a constraint of ours, plain or by rule.
func nodeOf(c *xmltree.Node) string {
	if n := c.Get("node"); n != "" {
		return n
	}
	for rule := range c.Elements("rule") {
		for e := range rule.Elements("expression") {
			if e.Get("attribute") == "#uname" {
				return e.Get("value")
			}
		}
	}
	return ""
}

func (r *run) removals(list []*xmltree.Node) []cib.Op {
	var ops []cib.Op
	for _, c := range list {
		ops = append(ops, cib.Op{Kind: cib.OpDelete, Section: "constraints", Data: xmltree.New("rsc_location", "id", c.ID())})
	}
	return ops
}
