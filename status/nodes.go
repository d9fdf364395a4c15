package status

import (
	"strings"

	"pacer/cluster"
)

// node is the picture of one node with what runs there.
func (b *builder) node(n *cluster.Node) Node {
	v := Node{
		Name: n.Name, ID: n.UUID, Type: Member,
		Online: n.Online, Standby: n.Standby, StandbyFail: n.StandbyFail, Maintenance: n.Maintenance, Pending: n.Pending,
		Unclean: n.Unclean, Shutdown: n.Shutdown, ExpectedUp: n.ExpectedUp, DC: b.s.DC == n, FeatureSet: featureSet(n),
	}
	v.Health = b.health(n)
	switch {
	case n.Guest():
		v.Type, v.Container = Guest, n.Container.Name
		if len(n.Container.RunningOn) > 0 {
			v.Host, v.HostID = n.Container.RunningOn[0].Name, n.Container.RunningOn[0].UUID
		}
	case n.Type == cluster.Remote:
		v.Type = Remote
	}
	if n.Connection != nil {
		v.Connection = n.Connection.Name
	}
	v.State, v.Plain = nodeState(n)
	if v.Health != "green" {
		v.State, v.Plain = v.State+" (health is "+strings.ToUpper(v.Health)+")", false
	}
	for _, r := range n.Running {
		v.Running = append(v.Running, b.resource(r))
	}
	return v
}

// health is the worst colour among a node's health attributes, green while nobody asks for them. A score counts as the colour
// whose score it does not exceed; yellow must be told apart from green for that.
func (b *builder) health(n *cluster.Node) string {
	o := &b.s.Options
	switch o.NodeHealthStrategy {
	case "migrate-on-red", "only-green", "progressive", "custom":
	default:
		return "green"
	}
	worst := "green"
	for _, name := range n.Attributes.Names() {
		if !strings.HasPrefix(name, "#health") {
			continue
		}
		value := n.Attributes[name]
		switch v := b.s.HealthValue(value); {
		case strings.EqualFold(value, "red"):
			return "red"
		case strings.EqualFold(value, "yellow"):
			worst = "yellow"
		case v <= o.HealthRed:
			return "red"
		case v <= o.HealthYellow && o.HealthYellow != o.HealthGreen:
			worst = "yellow"
		}
	}
	return worst
}

// nodeState is a node's state in words. The second result says that it is one of the plain ones, online or offline.
func nodeState(n *cluster.Node) (string, bool) {
	switch {
	case n.Unclean && n.Online:
		return "UNCLEAN (online)", false
	case n.Unclean && n.Pending:
		return "UNCLEAN (pending)", false
	case n.Unclean:
		return "UNCLEAN (offline)", false
	case n.Pending:
		return "pending", false
	case n.StandbyFail && n.Online:
		return "standby (on-fail)", false
	case n.Standby && !n.Online:
		return "OFFLINE (standby)", false
	case n.Standby && len(n.Running) > 0:
		return "standby (with active resources)", false
	case n.Standby:
		return "standby", false
	case n.Maintenance && n.Online:
		return "maintenance", false
	case n.Maintenance:
		return "OFFLINE (maintenance)", false
	case n.Online:
		return "online", true
	}
	return "OFFLINE", true
}
