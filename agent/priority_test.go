package agent

import (
	"os"
	"os/exec"
	"testing"

	"pacer/operation"
)

// TestAgentsDoNotInheritPriority runs again as a process with real-time scheduling and protection against the OOM killer.
func TestAgentsDoNotInheritPriority(t *testing.T) {
	if os.Getenv("PACER_TEST_INSIDE") == "" {
		for _, with := range [][]string{{"chrt", "-r", "1"}, {"nice", "-n", "-7"}} {
			path, err := exec.LookPath(with[0])
			if err != nil {
				t.Logf("%s is not installed", with[0])
				continue
			}
			cmd := exec.Command(path, append(with[1:], os.Args[0], "-test.run=^TestAgentsDoNotInheritPriority$", "-test.v")...)
			cmd.Env = append(os.Environ(), "PACER_TEST_INSIDE=1")
			if exec.Command(path, append(with[1:], "true")...).Run() != nil {
				t.Logf("%s is not allowed here", with[0])
				continue
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("under %v: %v\n%s", with, err, out)
			}
		}
		return
	}
	protected := os.WriteFile("/proc/self/oom_score_adj", []byte("-500"), 0) == nil
	if !priority.raised() {
		t.Fatal("the priority is not seen")
	}
	b := newBench(t)
	b.d.Restore()
	// The policy is field 41 of stat, niceness field 19; the name of the command has no blanks.
	a := b.agent("p", `read -r line < /proc/self/stat; set -- $line; echo "policy ${41} nice ${19} oom $(cat /proc/self/oom_score_adj)"`)
	for _, task := range []string{"start", "monitor"} {
		want := "policy 0 nice 0 oom 0"
		e := b.do(operation.Op{Resource: "r", Agent: a, Task: task})
		if !protected && e.Output[:len("policy 0 nice 0")] == want[:len("policy 0 nice 0")] {
			continue
		}
		if e.Output != want {
			t.Errorf("%s: %q %q", task, e.Output, e.Reason)
		}
	}
}
