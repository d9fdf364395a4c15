package corosync

import (
	"strings"

	"pacer/api"
	"pacer/applet"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/tool/command"
)

// Cpgtool is corosync-cpgtool: who takes part in the order of messages.
var Cpgtool = applet.Applet{
	Names: []string{"corosync-cpgtool"}, Run: runCpgtool,
	Summary: "show who takes part in the order of messages", SummaryJapanese: "メッセージ順序の参加者を表示",
}

// group is the one process group that there is: that of the managers.
const group = "pacer"

func runCpgtool(env applet.Env) exitcode.Code {
	var delimiter string
	var namesOnly, plain bool
	p := &program{env: env, name: "corosync-cpgtool", synopsis: "[-d DELIMITER] [-e] [-n] [-h]",
		summary: "Shows the group of managers with its members. The process id is 0 for those of other nodes, which is not known here."}
	p.options = []command.Option{
		command.Text(&delimiter, "", 'd', "delimiter", "Write lines with this between the fields"),
		command.Flag(&plain, "", 'e', "Write the names of groups as they are"),
		command.Flag(&namesOnly, "", 'n', "Write the names of groups only"),
	}
	_, done, code := p.read()
	if done {
		return code
	}
	node, err := p.open()
	var m *api.Messaging
	var info *api.NodeInfo
	if err == nil {
		defer node.Close()
		m, err = node.Messaging(p.context())
	}
	if err == nil {
		info, err = node.Node(p.context())
	}
	if err != nil {
		return p.fail("Could not initialize corosync cpg API error %d", csErrorOf(err).number)
	}
	if namesOnly {
		p.line("%s", group)
		return exitcode.OK
	}
	if delimiter != "" {
		p.line("%s", strings.Join([]string{"GRP_NAME", "PID", "NODEID"}, delimiter))
	} else {
		p.line("Group Name\t%10s\t%10s\n%s", "PID", "Node ID", group)
	}
	for _, x := range m.View.Attached() {
		p.member(m, x, map[bool]int{true: info.PID}[x.ID == info.ID], delimiter)
	}
	return exitcode.OK
}

func (p *program) member(m *api.Messaging, x engine.Member, pid int, delimiter string) {
	if delimiter != "" {
		p.line("%s%s%d%s%d", group, delimiter, pid, delimiter, x.ID)
		return
	}
	address := ""
	if list := addressesOf(m, x.ID); len(list) > 0 {
		address = " (" + list[0] + ")"
	}
	p.line("\t\t%10d\t%10d%s", pid, x.ID, address)
}
