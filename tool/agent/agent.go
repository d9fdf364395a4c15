// Package agent is "pacer agent": one action of a built-in agent by hand; and the two inner commands by which the manager
// starts agents that outlive it and the built-in web service.
package agent

import (
	"fmt"

	runner "pacer/agent"
	"pacer/agent/builtin"
	"pacer/applet"
	"pacer/exitcode"
	"pacer/note"
)

// Applets are agent, agent-run and web-service.
var Applets = []applet.Applet{
	{Names: []string{"agent"}, Internal: true, Graceful: true, Run: run,
		Summary: "run an action of a built-in resource agent", SummaryJapanese: "組み込みリソースエージェントの実行"},
	{Names: []string{runner.HelperName}, Internal: true, Run: func(e applet.Env) exitcode.Code {
		return exitcode.Code(runner.Helper(e.Stdin, e.Stderr))
	}},
	{Names: []string{builtin.WebServiceName}, Internal: true, Run: func(e applet.Env) exitcode.Code {
		return exitcode.Code(builtin.WebService(e.Args, e.Stderr))
	}},
}

func run(e applet.Env) exitcode.Code {
	japanese := note.LanguageOf(e.Getenv) == note.Japanese
	switch {
	case len(e.Args) == 1 && e.Args[0] == "list":
		for _, b := range builtin.All() {
			fmt.Fprintln(e.Stdout, b.Agent)
		}
		return exitcode.OK
	case len(e.Args) == 2:
		node := e.Getenv("OCF_RESKEY_CRM_meta_on_node")
		code := builtin.Run(e.Context, e.Args[0], e.Args[1], e.Environ(), e.Places, node, e.Stdout, e.Stderr)
		return exitcode.Code(code)
	case japanese:
		fmt.Fprintln(e.Stderr, "使い方: pacer agent ocf:プロバイダ:タイプ アクション (パラメータは環境変数 OCF_RESKEY_…)\n        pacer agent list")
	default:
		fmt.Fprintln(e.Stderr, "Usage: pacer agent ocf:PROVIDER:TYPE ACTION   (parameters in OCF_RESKEY_… variables)\n       pacer agent list")
	}
	return exitcode.Usage
}
