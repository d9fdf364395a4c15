package crmmon

import (
	"fmt"
	"strings"

	"pacer/status"
)

// sections are the names for --include and --exclude. "default", "all" and "none" stand for sets that depend on the form.
var sections = map[string]status.Section{
	"attributes":        status.AttributesSection,
	"bans":              status.BansSection,
	"counts":            status.Counts,
	"dc":                status.DC,
	"failcounts":        status.FailCounts,
	"failures":          status.FailuresSection,
	"fencing":           status.AllFencing,
	"fencing-failed":    status.FencingFailed,
	"fencing-pending":   status.FencingPending,
	"fencing-succeeded": status.FencingWorked,
	"maint-mode":        status.MaintMode,
	"nodes":             status.Nodes,
	"operations":        status.Operations,
	"options":           status.Options,
	"resources":         status.Resources,
	"stack":             status.Stack,
	"summary":           status.SummarySections | status.MaintMode,
	"tickets":           status.TicketsSection,
	"times":             status.Times,
}

const sectionNames = "all, attributes, bans[:PREFIX], counts, dc, default, failcounts, failures, fencing, fencing-failed, " +
	"fencing-pending, fencing-succeeded, maint-mode, nodes, none, operations, options, resources, stack, summary, tickets, times"

// usual is what is shown without being asked: in XML everything.
func usual(xml bool) status.Section {
	if xml {
		return status.Everything
	}
	return status.SummarySections | status.MaintMode | status.Nodes | status.Resources | status.FailuresSection |
		status.FencingFailed | status.FencingPending
}

// include applies one list of sections to what is shown.
func (s *settings) include(list string, on bool) error {
	word := "--exclude"
	if on {
		word = "--include"
	}
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if prefix, ok := strings.CutPrefix(name, "bans:"); ok && on {
			s.d.BanPrefix, name = prefix, "bans"
		}
		switch {
		case name == "all":
			s.d.Show = set(on, status.Everything)
		case name == "none":
			s.d.Show = set(!on, status.Everything)
		case name == "default" && on:
			s.d.Show |= usual(s.xml)
		case sections[name] != 0 && on:
			s.d.Show |= sections[name]
		case sections[name] != 0:
			s.d.Show &^= sections[name]
		default:
			return fmt.Errorf("%s options: %s", word, sectionNames)
		}
	}
	return nil
}

func set(on bool, all status.Section) status.Section {
	if on {
		return all
	}
	return 0
}
