package main

import (
	"strconv"
	"strings"

	"pacer/xmltree"
)

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

// insideFirst recognises that a start waits for what is inside a bundle instead of its container.
func (x *detail) insideFirst(p *pair) bool {
	for b := range elements(p.cib, "bundle") {
		inner := b.First("primitive")
		if inner == nil || !interleavedAfter(p.cib, b.ID()) {
			continue
		}
		if x.class == classSummary {
			return strings.Contains(x.text, "due to required "+b.ID()+"-") && strings.Contains(x.text, "due to required "+inner.ID()+":")
		}
		first, then, ok := x.ordering()
		if ok && first.task == "start" && then.task == "start" && first.resource != then.resource &&
			(x.text[0] == '-' && strings.HasPrefix(first.resource, b.ID()+"-") || x.text[0] == '+' && first.resource == inner.ID()) {
			return true
		}
	}
	return false
}

// interleavedAfter tells whether something interleaved is ordered after a bundle.
func interleavedAfter(cib *xmltree.Node, bundle string) bool {
	for o := range elements(cib, "rsc_order") {
		if o.Get("first") != bundle {
			continue
		}
		for _, kind := range [...]string{"clone", "master", "bundle"} {
			for then := range elements(cib, kind) {
				if then.ID() != o.Get("then") {
					continue
				}
				for b := range then.Elements("meta_attributes") {
					for m := range b.Elements("nvpair") {
						if m.Get("name") == "interleave" && m.Get("value") == "true" {
							return true
						}
					}
				}
			}
		}
	}
	return false
}
