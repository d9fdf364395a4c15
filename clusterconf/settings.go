package clusterconf

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Setting is one key of corosync.conf in the form of Corosync's configuration map, cmap_keys(7).
type Setting struct {
	Name string `json:"name"`
	// Type is the map's: u8, u16, u32, u64, i32 or str.
	Type  string `json:"type"`
	Value string `json:"value"`
}

// typeOf is how the map holds a key of a section: as a number of some size, or as a string.
func typeOf(section, key string) string {
	of := func(keys string) bool { return slices.Contains(strings.Fields(keys), key) }
	switch section {
	case "totem":
		switch {
		case key == "config_version":
			return "u64"
		case key == "knet_compression_level":
			return "i32"
		case of(`version nodeid token token_coefficient token_warning token_retransmits_before_loss_const token_retransmit hold join
			consensus merge downcheck send_join fail_recv_const seqno_unchanged_const heartbeat_failures_allowed max_network_delay
			window_size max_messages miss_count_const netmtu threads knet_pmtud_interval knet_mtu knet_compression_threshold`):
			return "u32"
		}
	case "interface":
		switch {
		case of("knet_ping_interval knet_ping_timeout knet_ping_precision knet_pong_count"):
			return "u32"
		case key == "mcastport":
			return "u16"
		case of("knet_link_priority ttl"):
			return "u8"
		}
	case "quorum":
		switch {
		case of("expected_votes votes last_man_standing_window leaving_timeout"):
			return "u32"
		case of("two_node wait_for_all last_man_standing auto_tie_breaker allow_downscale expected_votes_tracking"):
			return "u8"
		}
	case "node":
		if of("nodeid quorum_votes") {
			return "u32"
		}
	}
	return "str"
}

// secret tells of a key whose value is never shown.
func secret(name string) bool { return name == "totem.key" }

// settings lists the keys of a file by name. Nodes are counted from 0, interfaces by their link, loggers named by their subsystem.
func settings(root *section) []Setting {
	byName := map[string]Setting{}
	nodes := 0
	flatten(root, "", &nodes, byName)
	out := make([]Setting, 0, len(byName))
	for _, s := range byName { // order: sorted below
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Setting) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// flatten adds the keys of a section under a prefix; the later one of two equal keys wins, as it does in Corosync.
func flatten(s *section, prefix string, nodes *int, out map[string]Setting) {
	for _, k := range s.keys {
		kind := typeOf(s.name, k.key)
		if _, err := strconv.ParseInt(k.value, 10, 64); err != nil {
			kind = "str"
		}
		if name := prefix + k.key; !secret(name) {
			out[name] = Setting{Name: name, Type: kind, Value: k.value}
		}
	}
	for _, sub := range s.subs {
		name := prefix + sub.name + "."
		switch {
		case prefix == "nodelist." && sub.name == "node":
			name += strconv.Itoa(*nodes) + "."
			*nodes++
		case prefix == "totem." && sub.name == "interface":
			link, _, ok := sub.get("linknumber")
			if !ok {
				link, _, ok = sub.get("ringnumber")
			}
			if !ok {
				link = "0"
			}
			name = fmt.Sprintf("%s%s.", name, link)
		case prefix == "logging." && sub.name == "logger_subsys":
			if subsystem, _, ok := sub.get("subsys"); ok {
				name = fmt.Sprintf("%s%s.", name, subsystem)
			}
		}
		flatten(sub, name, nodes, out)
	}
}
