package why

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pacer/cluster"
	"pacer/note"
	"pacer/scheduler"
	"pacer/score"
	"pacer/xmltree"
)

// candidate is a change that may alter an outcome.
type candidate struct {
	how note.Why
	// edit makes the change in a copy of the CIB; false when there is nothing to change.
	edit func(cib *xmltree.Node) bool
	// node is where it shall help, nil for anywhere.
	node *cluster.Node
	// points is the score that it gives, and at the same candidate with another one; nil where no score is given. A smaller
	// change is in the direction of less: -1 or 1.
	points score.Score
	less   score.Score
	at     func(points score.Score) candidate
	// order sorts candidates: obstacles that were removed before new wishes.
	order int
}

// The order of candidates.
const (
	clearsFailure = iota
	undoes
	provides
	reconfigures
	wishes
	insists
)

func (e *explainer) suggest(c candidate) {
	i := slices.IndexFunc(e.candidates, func(have candidate) bool {
		return have.how.Of == c.how.Of && have.how.Command == c.how.Command && have.how.Node == c.how.Node
	})
	if i < 0 {
		i = len(e.candidates)
		e.candidates = append(e.candidates, c)
	}
	if e.at != nil && c.order < wishes && !slices.Contains(e.obstacles[e.at], i) {
		e.obstacles[e.at] = append(e.obstacles[e.at], i)
	}
}

func (e *explainer) suggestCleanup(r *cluster.Resource, n *cluster.Node) {
	if r == nil {
		return
	}
	name := configured(r)
	e.suggest(candidate{node: n, order: clearsFailure, edit: func(cib *xmltree.Node) bool { return dropFailures(cib, name, n) },
		how: note.Why{Of: "cleanup", Resource: name, Node: n.Name, Command: fmt.Sprintf("crm_resource --cleanup -r %s -N %s", name, n.Name)}})
}

func (e *explainer) suggestOnline(n *cluster.Node) {
	e.suggest(candidate{node: n, order: undoes, edit: func(cib *xmltree.Node) bool { return dropNodeAttr(cib, n, "standby") },
		how: note.Why{Of: "command", Node: n.Name, Command: "crm node online " + n.Name}})
}

func (e *explainer) suggestReady(n *cluster.Node) {
	if e.st.Options.Maintenance {
		e.suggestProperty("maintenance-mode", "false")
		return
	}
	e.suggest(candidate{node: n, order: undoes, edit: func(cib *xmltree.Node) bool { return dropNodeAttr(cib, n, "maintenance") },
		how: note.Why{Of: "command", Node: n.Name, Command: "crm node ready " + n.Name}})
}

// suggestHealth makes the health attributes of a node green.
func (e *explainer) suggestHealth(n *cluster.Node) {
	for _, name := range n.Attributes.Names() {
		if strings.HasPrefix(name, "#health") && !strings.EqualFold(n.Attributes[name], "green") {
			e.suggest(candidate{node: n, order: clearsFailure, edit: func(cib *xmltree.Node) bool { return dropNodeAttr(cib, n, name) },
				how: note.Why{Of: "healthy", Node: n.Name, Command: fmt.Sprintf("crm_attribute -N %s -l reboot -n '%s' -v green", n.Name, name)}})
		}
	}
}

// suggestNode lets a lost node come back.
func (e *explainer) suggestNode(n *cluster.Node) {
	if n.Type == cluster.Remote {
		return
	}
	e.suggest(candidate{node: n, order: provides, edit: func(cib *xmltree.Node) bool { return nodeUp(cib, n) },
		how: note.Why{Of: "node-back", Node: n.Name}})
}

func (e *explainer) suggestConfirm(n *cluster.Node) {
	if n.Online {
		return
	}
	e.suggest(candidate{order: undoes, edit: func(cib *xmltree.Node) bool { return nodeDown(cib, n) },
		how: note.Why{Of: "confirm-off", Node: n.Name, Command: "stonith_admin -C " + n.Name}})
}

func (e *explainer) suggestQuorum() {
	e.suggest(candidate{order: provides, how: note.Why{Of: "quorum-back"}, edit: func(cib *xmltree.Node) bool {
		cib.Set("have-quorum", "1")
		return true
	}})
}

func (e *explainer) suggestDevice() {
	e.suggest(candidate{order: provides, how: note.Why{Of: "add-device"}, edit: func(cib *xmltree.Node) bool {
		list := cib.Path("configuration", "resources")
		if list == nil {
			return false
		}
		list.AddNew("primitive", "id", "pacer-why-device", "class", "stonith", "type", "fence_any")
		return true
	}})
}

// suggestWithoutLocation takes away a location that keeps a resource from a node.
func (e *explainer) suggestWithoutLocation(r *cluster.Resource, n *cluster.Node, id string) {
	name := configured(r.Top(true))
	if strings.HasPrefix(id, "cli-ban-") || strings.HasPrefix(id, "cli-prefer-") {
		var at *cluster.Node
		command := "crm_resource --clear -r " + name
		if strings.HasPrefix(id, "cli-ban-") {
			command += " -N " + n.Name
			at = n
		}
		e.suggest(candidate{node: at, order: undoes, edit: func(cib *xmltree.Node) bool { return dropConstraint(cib, id) },
			how: note.Why{Of: "delete-constraint", Constraint: id, Command: command}})
		return
	}
	e.suggestWithout(id)
}

// suggestWithout takes a constraint away.
func (e *explainer) suggestWithout(id string) {
	if id == "" || id[0] == '#' {
		return
	}
	e.suggest(candidate{order: reconfigures, edit: func(cib *xmltree.Node) bool { return dropConstraint(cib, id) },
		how: note.Why{Of: "delete-constraint", Constraint: id, Command: "crm configure delete " + id}})
}

func (e *explainer) ticketGranted(name string) bool {
	for _, t := range e.st.Tickets {
		if t.ID == name {
			return t.Granted
		}
	}
	return false
}

func (e *explainer) suggestTicket(name string) {
	command := "crm_ticket --ticket " + name + " --grant --force"
	if e.ticketGranted(name) {
		command = "crm_ticket --ticket " + name + " --activate"
	}
	e.suggest(candidate{order: provides, edit: func(cib *xmltree.Node) bool { return grantTicket(cib, name) },
		how: note.Why{Of: "command", Ticket: name, Command: command}})
}

func (e *explainer) suggestRoom(n *cluster.Node, what string, lacking int) {
	have, _ := strconv.Atoi(strings.TrimSpace(n.Utilization[what]))
	value := strconv.Itoa(have + lacking)
	e.suggest(candidate{node: n, order: provides, edit: func(cib *xmltree.Node) bool { return setUtilization(cib, n, what, value) },
		how: note.Why{Of: "command", Node: n.Name, Command: fmt.Sprintf("crm node utilization %s set %s %s", n.Name, what, value)}})
}

func (e *explainer) suggestStart(r *cluster.Resource) {
	name := configured(r)
	e.suggest(candidate{order: undoes, edit: func(cib *xmltree.Node) bool { return setMeta(cib, name, "target-role", "Started", true) },
		how: note.Why{Of: "command", Resource: name, Command: "crm resource start " + name}})
}

func (e *explainer) suggestMeta(r *cluster.Resource, name, value string) {
	if r == nil {
		return
	}
	id := configured(r)
	command := fmt.Sprintf("crm_resource -r %s --meta -p %s -v %s", id, name, value)
	if name == "is-managed" {
		command = "crm resource manage " + id
	}
	e.suggest(candidate{order: reconfigures, edit: func(cib *xmltree.Node) bool { return setMeta(cib, id, name, value, false) },
		how: note.Why{Of: "command", Resource: id, Command: command}})
}

func (e *explainer) suggestProperty(name, value string) {
	e.suggest(candidate{order: undoes, edit: func(cib *xmltree.Node) bool { return setProperty(cib, name, value) },
		how: note.Why{Of: "command", Command: fmt.Sprintf("crm configure property %s=%s", name, value)}})
}

func (e *explainer) suggestUnlock(r *cluster.Resource, node string) {
	name := configured(r)
	e.suggest(candidate{order: reconfigures, edit: func(cib *xmltree.Node) bool { return dropLock(cib, name) },
		how: note.Why{Of: "command", Resource: name, Node: node, Command: fmt.Sprintf("crm_resource --refresh -r %s -N %s", name, node)}})
}

// suggestPreference makes up for a score that is too low by lack.
func (e *explainer) suggestPreference(r *cluster.Resource, n *cluster.Node, lack score.Score) {
	if !e.usable(n) || e.content[r] {
		return
	}
	whole := r.Top(true)
	name := configured(whole)
	points := score.Add(lack, 1)
	id := "prefer-" + name + "-" + n.Name
	if n == r.CurrentNode() && r.Managed && whole == r {
		e.suggestMeta(r, "resource-stickiness", score.Add(r.Stickiness, points).String())
	}
	e.suggest(prefer(n, name, id, "", wishes, points))
	e.suggest(candidate{node: n, order: insists, edit: func(cib *xmltree.Node) bool { return move(cib, name, n.Name) },
		how: note.Why{Of: "command", Resource: name, Node: n.Name, Command: fmt.Sprintf("crm_resource --move -r %s -N %s", name, n.Name)}})
}

// suggestPromotion makes up for a promotion score that is too low.
func (e *explainer) suggestPromotion(r *cluster.Resource, p *scheduler.Placement) {
	clone := r.Top(false)
	lack := -p.Promotion.Score
	for _, m := range primitives(clone) {
		if k := e.placement(m).Promotion; k != nil && k.Promoted {
			lack = max(lack, score.Add(k.Score, -p.Promotion.Score))
		}
	}
	n, name, points := p.Promotion.Node, configured(clone), score.Add(lack, 1)
	id := "promote-" + name + "-" + n.Name
	e.suggest(prefer(n, name, id, "Promoted", reconfigures, points))
}

// prefer is the candidate that lets a resource, in a role, prefer a node by so many points.
func prefer(n *cluster.Node, name, id, role string, order int, points score.Score) candidate {
	words := name
	if role != "" {
		words += " role=" + role
	}
	return candidate{node: n, order: order, points: points, less: -1,
		at:   func(points score.Score) candidate { return prefer(n, name, id, role, order, points) },
		edit: func(cib *xmltree.Node) bool { return addLocation(cib, id, name, n.Name, role, points) },
		how: note.Why{Of: "prefer", Resource: name, Node: n.Name, Score: points.String(),
			Command: fmt.Sprintf("crm configure location %s %s %s: %s", id, words, points, n.Name)}}
}

// suggestLower lowers what makes another node the better one, as far as a score that is not negative is low enough.
func (e *explainer) suggestLower(p *scheduler.Placement, n *cluster.Node, sum score.Score) {
	at := p.Choice.Node
	for _, t := range p.On(at) {
		if t.Kind != scheduler.ByLocation || t.Rule != "" || t.Score <= 0 {
			continue
		}
		rest := slices.DeleteFunc(p.On(at), func(o scheduler.Contribution) bool { return o == t })
		if points := score.Add(score.Add(sum, -scheduler.Sum(rest)), -1); points >= 0 && points < t.Score {
			e.suggest(lower(n, t.ID, t.Score, points))
		}
	}
}

// lower is the candidate that gives a location a lower score.
func lower(n *cluster.Node, id string, from, points score.Score) candidate {
	return candidate{node: n, order: reconfigures, points: points, less: 1,
		at:   func(points score.Score) candidate { return lower(n, id, from, points) },
		edit: func(cib *xmltree.Node) bool { return setLocationScore(cib, id, points) },
		how: note.Why{Of: "lower", Constraint: id, Score: points.String(), Best: from.String(),
			Command: fmt.Sprintf("cibadmin --modify --xml-text '<rsc_location id=\"%s\" score=\"%s\"/>'", id, points)}}
}
