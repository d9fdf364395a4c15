package simulate

import (
	"strings"
	"testing"

	"pacer/internal/play"
)

// A device that is another one than when nodes were unfenced is told of where it is noticed: while the cluster is read when the history
// asks for the fencing of the node, else among the scores.
func TestNoticesOfDevices(t *testing.T) {
	const cluster = `
node n1
node n2
primitive f stonith:fence_x meta provides=unfencing
primitive a ocf:pacemaker:Dummy op stop on-fail=fence interval=0
attr n1 "#node-unfenced=1" "#digests-all=f:fence_y:0," "#digests-secure=f:fence_y:0,"
did n1 f start
`
	const said = "notice: Unfencing node n1 because the definition of f changed"
	for _, c := range []struct{ more, heading string }{
		{"", "Assignment Scores:"},
		{"did n1 a start stop=1", "Using the original execution date"},
	} {
		root, err := play.CIB(cluster + c.more)
		if err != nil {
			t.Fatal(err)
		}
		o := &Options{CIB: root, Plan: true, Look: true, Scores: true, Sanitized: true}
		r, err := Run(o)
		if err != nil {
			t.Fatal(err)
		}
		heading := ""
		for line := range strings.Lines(string(r.Text(o, Show{}))) {
			if line = strings.TrimSuffix(line, "\n"); line == said {
				break
			}
			if line != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "Parameters to f for unfencing n1 changed, try 'f:fence_x:") {
				heading = line
			}
		}
		if !strings.HasPrefix(heading, c.heading) {
			t.Errorf("with %q it is told after %q, not after %q", c.more, heading, c.heading)
		}
		if quiet := string(r.Text(o, Show{Quiet: true})); strings.Contains(quiet, "notice") {
			t.Errorf("told where only scores are wanted:\n%s", quiet)
		}
	}
}
