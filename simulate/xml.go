package simulate

import (
	"regexp"
	"strings"

	"pacer/cluster"
	"pacer/scheduler"
	"pacer/status"
	"pacer/xmltree"
)

// XML gives a simulation as the elements that crm_simulate puts into its result.
func (r *Result) XML(e *Events, scores bool) []*xmltree.Node {
	picture := func(s *cluster.State, name string) *xmltree.Node {
		return status.Build(s, status.Extra{}).ClusterXML(name)
	}
	list := []*xmltree.Node{picture(r.Before, "cluster_status")}
	if len(r.Injected) > 0 {
		n := xmltree.New("modifications")
		if e.Quorum != "" {
			n.Set("quorum", e.Quorum)
		}
		if e.Watchdog != "" {
			n.Set("watchdog", e.Watchdog)
		}
		addSteps(n, r.Injected)
		list = append(list, n)
	}
	if r.Decided != nil {
		if scores {
			list = append(list, scoresXML(r.Decided.Scores))
		}
		list = append(list, decisionsXML(r.Decided))
	}
	if r.After != nil {
		n := xmltree.New("transition")
		addSteps(n, r.Executed)
		list = append(list, n, picture(r.After, "revised_cluster_status"))
	}
	return list
}

func addSteps(n *xmltree.Node, steps []Step) {
	for i := range steps {
		if c := steps[i].XML(); c != nil {
			n.Add(c)
		}
	}
}

var (
	assigned = regexp.MustCompile(`^(\S+): (\S+) allocation score on (\S+): (\S+)$`)
	promoted = regexp.MustCompile(`^(\S+) promotion score (?:on (\S+)|\(inactive\)): (\S+)$`)
)

// scoresXML turns score lines into elements.
func scoresXML(lines []string) *xmltree.Node {
	n := xmltree.New("allocations")
	for _, l := range lines {
		if m := assigned.FindStringSubmatch(l); m != nil {
			n.AddNew("node_weight", "function", m[1], "node", m[3], "score", m[4], "id", m[2])
		} else if m := promoted.FindStringSubmatch(l); m != nil {
			c := n.AddNew("promotion_score", "id", m[1], "score", m[3])
			if m[2] != "" {
				c.Set("node", m[2])
			}
		}
	}
	return n
}

func decisionsXML(out *scheduler.Output) *xmltree.Node {
	n := xmltree.New("actions")
	for i := range out.NodeDecisions {
		d := &out.NodeDecisions[i]
		if d.Task == "Shutdown" {
			continue
		}
		c := n.AddNew("node_action", "task", d.Task, "node", nodeText(d))
		if d.Reason != "" {
			c.Set("reason", d.Reason)
		}
	}
	for i := range out.Decisions {
		d := &out.Decisions[i]
		c := n.AddNew("rsc_action", "action", strings.ToLower(string(d.Verb)), "resource", d.Resource.Name)
		switch {
		case d.FromRole > cluster.Started && d.ToRole > cluster.Started && d.FromRole != d.ToRole:
			c.Set("role", d.FromRole.String()).Set("next-role", d.ToRole.String())
		case max(d.FromRole, d.ToRole) > cluster.Started:
			c.Set("role", max(d.FromRole, d.ToRole).String())
		}
		switch {
		case d.From != nil && d.To != nil && d.From != d.To:
			c.Set("source", d.From.Name).Set("dest", d.To.Name)
		case d.To != nil:
			c.Set("node", d.To.Name)
		case d.From != nil:
			c.Set("node", d.From.Name)
		}
		if d.Reason != "" {
			c.Set("reason", d.Reason)
		}
		if d.Blocked {
			c.Set("blocked", "true")
		}
	}
	return n
}

// nodeText is a node's name, of a guest also the resource that it is.
func nodeText(d *scheduler.NodeDecision) string {
	if c := d.Node.Container; c != nil {
		return d.Node.Name + " (resource: " + c.Name + ")"
	}
	return d.Node.Name
}
