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
