package corosync

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pacer/api"
	"pacer/clusterconf"
)

// configMap is the map "icmap": the keys of the configuration file and what runs, by name. Only what exists here is in it; the
// inner counters of Corosync's services are not.
func configMap(m *api.Messaging) []clusterconf.Setting {
	out := slices.Clone(m.Settings)
	add := func(kind, value, format string, args ...any) {
		out = append(out, clusterconf.Setting{Name: fmt.Sprintf(format, args...), Type: kind, Value: value})
	}
	if m.Identity.Stack == "corosync" {
		if place := positionOf(m); place != "" {
			add("u32", place, "nodelist.local_node_pos")
		}
	}
	add("u32", strconv.FormatInt(m.Dead.Milliseconds(), 10), "runtime.config.totem.token")
	ids := nodeIDs(m)
	for _, id := range ids {
		_, member := m.View.Member(id)
		state := map[bool]string{true: "joined", false: "left"}[member]
		add("str", ringAddresses(addressesOf(m, id)), "runtime.members.%d.ip", id)
		add("str", state, "runtime.members.%d.status", id)
	}
	if m.Counted {
		two := map[bool]string{true: "1", false: "0"}
		add("u32", strconv.Itoa(m.View.Expected), "runtime.votequorum.ev_barrier")
		add("u32", strconv.Itoa(int(ids[len(ids)-1])), "runtime.votequorum.highest_node_id")
		add("u32", strconv.Itoa(int(ids[0])), "runtime.votequorum.lowest_node_id")
		add("u32", strconv.Itoa(int(m.Identity.ID)), "runtime.votequorum.this_node_id")
		add("u8", two[m.TwoNode], "runtime.votequorum.two_node")
		add("u8", two[m.WaitForAll && !m.View.Quorate], "runtime.votequorum.wait_for_all_status")
	}
	return sorted(out)
}

// positionOf is the place of this node in the file's list, counted from 0; "" when it is not listed by id.
func positionOf(m *api.Messaging) string {
	id := strconv.Itoa(int(m.Identity.ID))
	for _, s := range m.Settings {
		place, found := strings.CutSuffix(s.Name, ".nodeid")
		if place, isNode := strings.CutPrefix(place, "nodelist.node."); found && isNode && s.Value == id {
			return place
		}
	}
	return ""
}

// ringAddresses writes addresses as Corosync shows those of a member.
func ringAddresses(list []string) string {
	out := ""
	for i, a := range list {
		out += fmt.Sprintf("r(%d) ip(%s) ", i, a)
	}
	return out
}

// statsMap is the map "stats": which links carry something, and what was refused.
func statsMap(m *api.Messaging) []clusterconf.Setting {
	var out []clusterconf.Setting
	digit := map[bool]string{true: "1", false: "0"}
	for _, p := range m.Peers {
		for i, l := range m.Links {
			head := fmt.Sprintf("stats.knet.node%d.link%d.", p.ID, l.Number)
			out = append(out, clusterconf.Setting{Name: head + "connected", Type: "u8", Value: digit[heard(m, p.ID, i)]},
				clusterconf.Setting{Name: head + "enabled", Type: "u8", Value: "1"},
				clusterconf.Setting{Name: head + "mtu", Type: "u32", Value: strconv.Itoa(m.PacketSize)})
		}
	}
	for name, n := range map[string]uint64{"refused": m.Refused, "dropped": m.Dropped, "unsent": m.Unsent} {
		out = append(out, clusterconf.Setting{Name: "stats.pacer." + name, Type: "u64", Value: strconv.FormatUint(n, 10)})
	}
	return sorted(out)
}

func sorted(list []clusterconf.Setting) []clusterconf.Setting {
	slices.SortFunc(list, func(a, b clusterconf.Setting) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// change is one difference between two maps.
type change struct {
	kind string // create, modify or delete
	clusterconf.Setting
}

// changes compares two sorted maps.
func changes(old, now []clusterconf.Setting) []change {
	var out []change
	for len(old) > 0 || len(now) > 0 {
		switch {
		case len(now) == 0 || len(old) > 0 && old[0].Name < now[0].Name:
			out, old = append(out, change{"delete", old[0]}), old[1:]
		case len(old) == 0 || now[0].Name < old[0].Name:
			out, now = append(out, change{"create", now[0]}), now[1:]
		default:
			if old[0] != now[0] {
				out = append(out, change{"modify", now[0]})
			}
			old, now = old[1:], now[1:]
		}
	}
	return out
}
