package main

import (
	"strconv"
	"strings"

	"pacer/xmltree"
)

// mixedSets tells whether a mandatory order goes from what comes up to what goes down, or back, between sets. Tags and templates
// stand for sets.
func mixedSets(cib *xmltree.Node) bool {
	many := map[string]bool{}
	for t := range elements(cib, "tag") {
		many[t.ID()] = true
	}
	for t := range elements(cib, "template") {
		many[t.ID()] = true
	}
	up := func(action string) bool { return action == "" || action == "start" || action == "promote" }
	for o := range elements(cib, "rsc_order") {
		if kind := o.Get("kind"); kind != "" && kind != "Mandatory" {
			continue
		}
		if many[o.Get("first")] || many[o.Get("then")] {
			first, then := o.Get("first-action"), o.Get("then-action")
			if then != "" && up(first) != up(then) {
				return true
			}
		}
		var last *xmltree.Node
		for s := range o.Elements("resource_set") {
			if last != nil && up(last.Get("action")) != up(s.Get("action")) {
				return true
			}
			last = s
		}
	}
	return false
}

// failedMeanwhile tells whether the history has a pending action and its failure that is no older.
func failedMeanwhile(cib *xmltree.Node) bool {
	for h := range elements(cib, "lrm_resource") {
		for e := range h.Elements("lrm_rsc_op") {
			if e.Get("op-status") != "-1" {
				continue
			}
			since, _ := strconv.ParseInt(e.Get("last-rc-change"), 10, 64)
			for f := range h.Elements("lrm_rsc_op") {
				at, _ := strconv.ParseInt(f.Get("last-rc-change"), 10, 64)
				if strings.Contains(f.ID(), "_last_failure_") && f.Get("operation") == e.Get("operation") && f.Get("interval") == e.Get("interval") && at >= since {
					return true
				}
			}
		}
	}
	return false
}
