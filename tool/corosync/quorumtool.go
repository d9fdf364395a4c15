package corosync

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/messaging"
	"pacer/release"
	"pacer/tool/command"
)

// Quorumtool is corosync-quorumtool: who is here, and whether that is enough.
var Quorumtool = applet.Applet{
	Names: []string{"corosync-quorumtool"}, Run: runQuorumtool, Graceful: true,
	Summary: "show votes and quorum", SummaryJapanese: "票とクォーラムの表示",
}

// notQuorate is the exit code of -s without quorum.
const notQuorate exitcode.Code = 2

type quorumtool struct {
	program
	verb                         byte
	hex, addresses, all, machine bool
	order                        byte
	votes, node, expected        int64
}

func runQuorumtool(env applet.Env) exitcode.Code {
	t := &quorumtool{verb: 's', program: program{env: env, name: "corosync-quorumtool",
		synopsis: "[-s|-m|-l|-e expected|-v votes [-n nodeid]] [-p] [-H] [-i] [-a] [-o a|n|i] [-V] [-h]", summary: "Shows the members of this part of the cluster, their votes, and quorum."}}
	do := func(verb byte, help string) command.Option {
		return command.Do(func() { t.verb = verb }, "", verb, help)
	}
	number := func(least int64, verb byte, into *int64, value, complaint, help string) command.Option {
		return command.With(func(v string) error {
			n, err := strconv.ParseInt(v, 0, 64)
			if err != nil || n < least || n > math.MaxUint32 {
				return command.Fail(exitcode.Error, "%s", complaint)
			}
			*into = n
			if verb != 'n' {
				t.verb = verb
			}
			return nil
		}, "", verb, value, help)
	}
	t.options = []command.Option{
		do('s', "Show quorum and members; exit code 2 without quorum"),
		do('m', "Show them again after every change"),
		do('l', "Show the members"),
		command.Flag(&t.all, "", 'a', "Show all names or addresses of each node"),
		command.Flag(&t.machine, "", 'p', "With -s or -l: columns for programs"),
		number(0, 'v', &t.votes, "votes", "New votes value was not valid, try a positive number or zero", "Change the votes of a node in the running cluster"),
		number(0, 'n', &t.node, "nodeid", "The nodeid was not valid, try a positive number", "The node of -v"),
		number(1, 'e', &t.expected, "expected", "New expected votes value was not valid, try a positive number", "Change the expected votes of the running cluster"),
		command.Flag(&t.hex, "", 'H', "Show node ids in hexadecimal"),
		command.Flag(&t.addresses, "", 'i', "Show addresses instead of names"),
		command.With(func(v string) error {
			if v == "" || !strings.ContainsRune("ani", rune(v[0])) {
				return command.Fail(exitcode.Error, "Invalid ordering option. valid orders are a(address), i(node ID) or n(name)")
			}
			t.order = v[0]
			return nil
		}, "", 'o', "a|n|i", "Order by address, name or node id"),
		do('f', "Forget a quorum device (there is none)"),
		do('V', "Show the version"),
	}
	_, done, code := t.read()
	if done {
		return code
	}
	if t.verb == 'V' {
		t.line("%s version: %s (Pacer %s)", t.name, Version, release.Version)
		return exitcode.OK
	}
	m, err := t.picture()
	if err != nil {
		return t.fail("Cannot initialize CMAP service%s", denial(err))
	}
	switch t.verb {
	case 'l':
		t.members(m)
	case 'm':
		return t.watch()
	case 'f':
	case 'v', 'e':
		return t.change(m)
	default:
		t.status(m)
		if !m.View.Quorate {
			return notQuorate
		}
	}
	return exitcode.OK
}

// changePatience is how long the messaging process may take to answer; it is on the same machine and does not wait for others.
const changePatience = 2 * time.Second

// change asks the messaging process to count otherwise: this is between this machine's administrator and the layer below the manager.
func (t *quorumtool) change(m *api.Messaging) exitcode.Code {
	what, ch := "expected votes", api.QuorumChange{Expected: int(t.expected)}
	if t.verb == 'v' {
		id := engine.NodeID(t.node)
		if id == 0 {
			id = m.Identity.ID
		}
		ch = api.QuorumChange{Node: id, Votes: int(t.votes)}
		what = fmt.Sprintf("votes %d for nodeid: %d", t.votes, id)
		if _, ok := m.View.Member(id); !ok {
			return t.fail("Unable to set %s: %s", what, csNameNotFound.name)
		}
	}
	if !m.Counted {
		return t.fail("You cannot change %s, corosync is not using votequorum", map[byte]string{'v': "node votes", 'e': "expected votes"}[t.verb])
	}
	ctx, cancel := context.WithTimeout(t.context(), changePatience)
	defer cancel()
	switch err := messaging.ChangeQuorum(ctx, t.env.Places, ch); {
	case err != nil && ctx.Err() != nil:
		return t.fail("Unable to set %s: %s: the messaging process of this node does not answer", what, csTimeout.name)
	case err != nil:
		return t.fail("Unable to set %s: %s: %s", what, csInvalidParam.name, strings.TrimPrefix(err.Error(), "messaging: quorum: "))
	}
	return exitcode.OK
}

func (t *quorumtool) nodeID(id engine.NodeID) string {
	if t.hex {
		return fmt.Sprintf("0x%08x", uint32(id))
	}
	return strconv.Itoa(int(id))
}

// status shows quorum and members.
func (t *quorumtool) status(m *api.Messaging) {
	yes := map[bool]string{true: "Yes", false: "No"}[m.View.Quorate]
	provider := "Not configured"
	if m.Counted {
		provider = "corosync_votequorum"
	}
	t.line("Quorum information\n------------------")
	t.line("Date:             %s", t.env.Now().Format("Mon Jan _2 15:04:05 2006"))
	t.line("Quorum provider:  %s", provider)
	t.line("Nodes:            %d", len(m.View.Members))
	t.line("Node ID:          %s", t.nodeID(m.Identity.ID))
	t.line("Ring ID:          %d.%x", m.View.ID.Coordinator, m.View.ID.Epoch)
	t.line("Quorate:          %s", yes)
	if m.Counted {
		blocked := " "
		if !m.View.Quorate {
			blocked = "Activity blocked"
		}
		t.line("\nVotequorum information\n----------------------")
		t.line("Expected votes:   %d", m.View.Expected)
		t.line("Highest expected: %d", m.View.Expected)
		t.line("Total votes:      %d", m.View.Votes)
		t.line("Quorum:           %d %s", m.Needed, blocked)
		flags := ""
		for _, f := range []struct {
			on   bool
			word string
		}{{m.TwoNode, "2Node "}, {m.View.Quorate, "Quorate "}, {m.WaitForAll, "WaitForAll "},
			{m.LastManStanding, "LastManStanding "}, {m.AutoTieBreaker, "AutoTieBreaker "}, {m.AllowDownscale, "AllowDownscale "}} {
			if f.on {
				flags += f.word
			}
		}
		t.line("Flags:            %s", flags)
	}
	t.members(m)
}

// members shows the members as a table.
func (t *quorumtool) members(m *api.Messaging) {
	t.line("\nMembership information\n----------------------")
	head := padded("Nodeid") + " "
	if m.Counted {
		head += padded("Votes") + " "
		if t.machine {
			head += padded("Qdevice") + " "
		}
	}
	t.line("%sName", head)
	list := slices.Clone(m.View.Members)
	slices.SortStableFunc(list, func(a, b engine.Member) int {
		switch t.order {
		case 'n':
			return cmp.Compare(a.Name, b.Name)
		case 'i':
			return cmp.Compare(a.ID, b.ID)
		}
		return 0 // by address is the order in which they come
	})
	for _, x := range list {
		row := padded(t.nodeID(x.ID)) + " "
		if m.Counted {
			row += padded(strconv.Itoa(votesOf(m, x.ID))) + " "
			if t.machine {
				row += padded("NR") + " "
			}
		}
		row += t.label(m, x)
		if x.ID == m.Identity.ID {
			row += " (local)"
		}
		t.line("%s", row)
	}
}

// label is what stands for a member: its name or its first address, with -a all of them.
func (t *quorumtool) label(m *api.Messaging, x engine.Member) string {
	list := addressesOf(m, x.ID)
	if !t.addresses || len(list) == 0 {
		list = append([]string{x.Name}, list[min(1, len(list)):]...)
	}
	if t.all {
		return strings.Join(list, ", ")
	}
	return list[0]
}

// watch shows the status again whenever the view changes, until it is interrupted.
func (t *quorumtool) watch() exitcode.Code {
	node, err := t.open()
	if err != nil {
		return t.fail("Cannot initialize CMAP service%s", denial(err))
	}
	defer node.Close()
	events, err := node.Watch(t.context())
	if err != nil {
		return t.fail("Unable to start quorum status tracking: %s", csErrorOf(err).name)
	}
	seen := ""
	for range events {
		m, err := node.Messaging(t.context())
		if err != nil {
			break
		}
		if now := fmt.Sprintf("%+v", m.View); now != seen {
			seen = now
			t.status(m)
			t.line("")
		}
	}
	if t.context().Err() != nil {
		return exitcode.OK
	}
	return t.fail("Unable to dispatch quorum status: %s", csLibrary.name)
}
