package collect

import (
	"pacer/applet"
	"pacer/crm"
	"pacer/exitcode"
	"pacer/tool/askwhy"
	"pacer/tool/corosync"
	"pacer/tool/crmmon"
	"pacer/tool/crmnode"
	"pacer/tool/crmverify"
	"pacer/tool/stonithadmin"
)

// picture is a file of the report that a tool writes. Some know more of a running node, some need one.
type picture struct {
	file string
	tool func(applet.Env) exitcode.Code
	args []string
	// needs tells what the tool looks at: a running node, the configuration in a file, or a running node and else the file.
	needs wants
}

type wants uint8

const (
	onlyLive wants = iota
	onlyFile
	liveOrFile
)

var pictures = []picture{
	{"crm_mon.txt", crmmon.Run, []string{"-1", "-r", "-n", "-f", "-A", "-t", "-R", "-c", "-L", "--fence-history=3"}, liveOrFile},
	{"crm_verify.txt", crmverify.Run, []string{"-V", "-x"}, onlyFile},
	{"cib.txt", crm.Run, []string{"-D", "plain", "configure", "show"}, onlyFile},
	{"why.txt", askwhy.Run, []string{"--lang", "en"}, liveOrFile},
	{"members.txt", crmnode.Run, []string{"-p"}, onlyLive},
	{"nodes.txt", crmnode.Run, []string{"-l"}, onlyLive},
	{"quorum.txt", corosync.Quorumtool.Run, []string{"-s"}, onlyLive},
	{"links.txt", corosync.Cfgtool.Run, []string{"-s"}, onlyLive},
	{"cmap.txt", corosync.Cmapctl.Run, nil, onlyLive},
	{"fencing.txt", stonithadmin.Run, []string{"-H", "*", "-V"}, onlyLive},
}

// tools lets the tools tell what they know.
func (n *node) tools() {
	for _, p := range pictures {
		live := n.live != nil && p.needs != onlyFile
		if !live && (p.needs == onlyLive || n.cibFile == "") {
			continue
		}
		args := p.args
		if p.file == "crm_verify.txt" {
			args = append(append([]string{}, args...), n.cibFile)
		}
		n.add(p.file, n.run(func(e applet.Env) int { e.Name = p.file; return int(p.tool(e)) }, !live, args...))
	}
}
