package crmreport

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/exitcode"
	"pacer/service"
	"pacer/tool/crmreport/collect"
)

// Collector is the inner command that collects one node's part: an api.Collect as JSON comes from standard input, an archive goes
// to standard output.
var Collector = applet.Applet{Names: []string{service.CollectorName}, Internal: true, Graceful: true, Run: runCollector}

// maxRequest limits what the collector reads.
const maxRequest = 1 << 20

func runCollector(env applet.Env) exitcode.Code {
	var r api.Collect
	if err := json.NewDecoder(io.LimitReader(env.Stdin, maxRequest)).Decode(&r); err != nil {
		fmt.Fprintf(env.Stderr, "pacer %s: this command is for crm_report: %v\n", service.CollectorName, err)
		return exitcode.Usage
	}
	if r.Node == "" {
		r.Node = collect.Name(env)
	}
	r.From, r.To = r.From.In(time.Local), r.To.In(time.Local)
	p := newPacker(env.Stdout)
	err := collect.Node(env, r, p.add)
	if err == nil {
		err = p.close()
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "%s\n", err)
		return exitcode.Error
	}
	return exitcode.OK
}
