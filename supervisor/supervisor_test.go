package supervisor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"pacer/machine"
)

// TestConversations plays testdata/*.txt: one event a line, "t=SECONDS event", answered by the effects.
func TestConversations(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var s *Supervisor
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "new" {
				s = New(DefaultLimits)
			}
			var out strings.Builder
			for line := range strings.Lines(d.Input) {
				var at float64
				var what string
				if _, err := fmt.Sscanf(line, "t=%g %s", &at, &what); err != nil {
					t.Fatalf("%q: %v", line, err)
				}
				now := machine.Now{Mono: time.Duration(at * float64(time.Second))}
				fmt.Fprintf(&out, "%s\n", strings.TrimSpace(line))
				for _, e := range s.Step(now, event(t, strings.Fields(line)[1:])) {
					fmt.Fprintf(&out, "  %s\n", describe(e))
				}
			}
			return out.String()
		})
	})
}

func event(t *testing.T, words []string) Event {
	switch words[0] {
	case "begin":
		return Begin{}
	case "beat":
		return Beat{}
	case "stop":
		return Stop{}
	case "timer":
		return TimerFired{words[1]}
	case "exited":
		var code int
		if _, err := fmt.Sscan(words[2], &code); err != nil {
			t.Fatal(err)
		}
		return Exited{Role: Role(words[1]), Code: code, How: "exit " + words[2]}
	}
	t.Fatalf("unknown event %q", words)
	return nil
}

func describe(e Effect) string {
	switch e := e.(type) {
	case Start:
		return "start " + string(e.Role)
	case Signal:
		if e.Kill {
			return "kill " + string(e.Role)
		}
		return "terminate " + string(e.Role)
	case Leave:
		return fmt.Sprintf("leave with %d", e.Code)
	case SetTimer:
		return fmt.Sprintf("timer %s at %v", e.Key, e.At)
	case CancelTimer:
		return "no timer " + e.Key
	case Tell:
		return "tell " + e.Note.ID()
	}
	return fmt.Sprintf("%T", e)
}
