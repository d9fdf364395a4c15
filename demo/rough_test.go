package demo

import (
	"slices"
	"strings"
	"testing"

	"pacer/demo/world"
)

// roughAgent is an OCF agent that misbehaves as its parameter "how" says, on the first node only where that is of use.
const roughAgent = `#!/bin/sh
: "${OCF_RESKEY_how:=well}"
state=/run/rough-$OCF_RESOURCE_INSTANCE
case $1 in
meta-data)
	cat <<'END'
<?xml version="1.0"?>
<resource-agent name="rough" version="1.0"><version>1.1</version><longdesc lang="en">x</longdesc><shortdesc lang="en">x</shortdesc>
<parameters><parameter name="how"><longdesc lang="en">x</longdesc><shortdesc lang="en">x</shortdesc><content type="string"/></parameter>
<parameter name="seconds"><longdesc lang="en">x</longdesc><shortdesc lang="en">x</shortdesc><content type="string" default="1"/></parameter></parameters>
<actions><action name="start" timeout="20s"/><action name="stop" timeout="20s"/><action name="monitor" timeout="20s" interval="10s"/><action name="meta-data" timeout="5s"/></actions>
</resource-agent>
END
	exit 0 ;;
start)
	echo "$(cut -d' ' -f1 /proc/uptime) start" >> "$state.log"
	case $OCF_RESKEY_how in
	hang) [ "$(uname -n)" = pm01 ] && { trap '' TERM; sleep 12345; } ;;
	loud) head -c 9000000 /dev/zero | tr '\0' x; head -c 9000000 /dev/zero | tr '\0' y >&2 ;;
	odd) [ "$(uname -n)" = pm01 ] && exit 77 ;;
	binary) printf '\000\001\377<&]]>\033[31m\n' >&2; printf 'ocf-exit-reason:it is \000\033[31m<broken>&\377\n' >&2; [ "$(uname -n)" = pm01 ] && exit 1 ;;
	daemon) sleep 23456 & ;;
	slow) sleep "$OCF_RESKEY_seconds" ;;
	esac
	touch "$state"
	exit 0 ;;
stop)
	[ -e "$state" ] && echo "$(cut -d' ' -f1 /proc/uptime) stop" >> "$state.log"
	case $OCF_RESKEY_how in
	hangstop) trap '' TERM; [ "$(uname -n)" = pm03 ] && sleep 34567 ;;
	slow) [ -e "$state" ] && sleep "$OCF_RESKEY_seconds" ;;
	esac
	rm -f "$state"
	exit 0 ;;
monitor) [ -e "$state" ] && exit 0; exit 7 ;;
esac
exit 3
`

// roughFiles give the agent to every node.
var roughFiles = map[string]world.File{"/usr/lib/ocf/resource.d/test/rough": {Text: roughAgent, Mode: 0o755}}

// update loads a configuration beside what is there.
func (t *trial) update(text string) (string, int) {
	t.Helper()
	return t.feed(t.world.Nodes()[0], text, "crm", "configure", "load", "update", "-")
}

// running tells whether a process of the node has these words in its command line.
func (t *trial) running(n *world.Node, words string) bool {
	t.Helper()
	out, _ := t.on(n, "sh", "-c", `for p in /proc/[0-9]*; do tr '\0' ' ' < $p/cmdline; echo; done 2>/dev/null`)
	return slices.ContainsFunc(strings.Split(out, "\n"), func(l string) bool { return strings.HasPrefix(l, words) })
}

func TestRoughAgents(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3, Files: roughFiles})
		t.boot()
		t.configure(fenced)
		owner := t.serving()
		before, err := owner.Kill(t.ctx, world.Kill{Port: 80})
		if err != nil {
			t.Fatal(err)
		}
		one := t.world.Nodes()[0]
		var b strings.Builder
		for _, how := range []string{"hang", "loud", "odd", "binary", "daemon"} {
			b.WriteString("primitive r-" + how + " ocf:test:rough params how=" + how + " op start interval=0s timeout=2s op stop interval=0s timeout=5s op monitor interval=10s timeout=5s\n" +
				"location l-" + how + " r-" + how + " 100: pm01\n")
		}
		if out, code := t.update(b.String()); code != 0 {
			t.Fatal(out)
		}
		t.rest()
		out, _ := t.feed(one, "primitive r-nothere ocf:test:nothere\nprimitive st-nothere stonith:fence_nothere\n", "crm", "-F", "configure", "load", "update", "-")
		t.has(out, "ocf:test:nothere", "stonith:fence_nothere")
		t.rest()
		t.has(t.must(one, "crm_mon", "-1", "-r", "-f"), "Online: [ pm01 pm02 pm03 ]",
			"r-loud\t(ocf:test:rough):\t Started pm01", "r-daemon\t(ocf:test:rough):\t Started pm01", "r-nothere\t(ocf:test:nothere):\t Stopped (Not installed)",
			"r-hang start on pm01 could not be executed (Timed out", "r-odd start on pm01 returned 'Error occurred' (the agent returned 77",
			"r-binary start on pm01 returned 'Error occurred' (it is", "fence_nothere is in none of")
		for _, how := range []string{"hang", "odd", "binary"} {
			if out := t.must(one, "crm_resource", "--resource", "r-"+how, "--locate"); !strings.Contains(out, "pm02") && !strings.Contains(out, "pm03") {
				t.Errorf("r-%s was not recovered elsewhere: %s", how, out)
			}
		}
		if t.running(one, "sleep 12345") {
			t.Error("a process of the agent that hung is left")
		}
		if !t.running(one, "sleep 23456") {
			t.Error("the daemon that an agent started is gone")
		}
		t.must(one, "cibadmin", "-Q") // whatever agents print, the CIB is XML
		after, err := owner.Kill(t.ctx, world.Kill{Port: 80})
		if err != nil || !slices.Equal(before, after) {
			t.Errorf("the service was disturbed: %v before, %v after, %v", before, after, err)
		}
	})
}

// TestHangingStop: a node on which a resource cannot be stopped is fenced, and the resource goes on elsewhere only after that.
func TestHangingStop(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3, Files: roughFiles})
		t.boot()
		t.configure(fenced)
		one, three := t.world.Nodes()[0], t.world.Nodes()[2]
		if out, code := t.update("primitive stuck ocf:test:rough params how=hangstop op start interval=0s timeout=20s op stop interval=0s timeout=1s\n" +
			"location l-stuck stuck 200: pm03\n"); code != 0 {
			t.Fatal(out)
		}
		t.rest()
		t.must(one, "crm", "node", "standby", "pm03")
		t.until("the node is fenced", func() bool { return !three.On() })
		t.until("the resource runs elsewhere", func() bool {
			out, _ := t.on(one, "crm_resource", "--resource", "stuck", "--locate")
			return strings.Contains(out, "pm01") || strings.Contains(out, "pm02")
		})
		t.boot(three)
		t.has(t.must(one, "crm_mon", "-1"), "Node pm03: standby", "Online: [ pm01 pm02 ]")
	})
}
