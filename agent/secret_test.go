package agent

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/executor"
	"pacer/fencer"
	"pacer/ocf"
	"pacer/operation"
	"pacer/secret"
)

func (b *bench) secret(resource, parameter, value string) {
	b.t.Helper()
	if err := b.d.secrets.Set(secret.Value{Name: secret.Name{Resource: resource, Parameter: parameter}, Value: value}); err != nil {
		b.t.Fatal(err)
	}
}

// An agent gets its secrets in its environment, and nothing else does: not its arguments, not the record of the run.
func TestAgentsGetSecrets(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	got := filepath.Join(b.root, "got")
	a := b.agent("db", `echo "$OCF_RESKEY_passwd" >> `+got+`; cat `+b.root+`/run/pacer/agents/* >> `+got+`.records; tr '\0' '\n' < /proc/$$/cmdline >> `+got+`.records; exit 0`)
	params := []operation.Param{{Name: "passwd", Value: secret.Mark}}
	run := func(resource, task string) executor.Exited {
		op := operation.Op{Resource: resource, Agent: a, Task: task, Params: params, Timeout: 20 * time.Second}
		if task == "monitor" {
			op.Interval = 10 * time.Second
		}
		if task == "probe" {
			op.Task = "monitor"
		}
		return b.do(op)
	}
	for _, task := range []string{"start", "monitor"} {
		if x := run("db", task); x.Status != operation.Done || x.Code != ocf.ErrArgs || !strings.HasPrefix(x.Reason, NoSecrets+": ") || !strings.Contains(x.Reason, "parameter passwd") {
			t.Errorf("without a secret, %s: %+v", task, x)
		}
	}
	for _, task := range []string{"stop", "probe"} {
		if x := run("db", task); x.Code != ocf.OK {
			t.Errorf("a %s: %+v", task, x)
		}
	}
	b.secret("db", "passwd", "geheim")
	for _, resource := range []string{"db", "db:1"} {
		for _, task := range []string{"start", "monitor", "stop"} {
			if x := run(resource, task); x.Code != ocf.OK {
				t.Errorf("%s %s: %+v", resource, task, x)
			}
		}
	}
	if text, _ := os.ReadFile(got); string(text) != strings.Repeat("lrm://\n", 2)+strings.Repeat("geheim\n", 6) {
		t.Errorf("the agent got %q", text)
	}
	if text, _ := os.ReadFile(got + ".records"); strings.Contains(string(text), "geheim") || !strings.Contains(string(text), "lrm://") {
		t.Errorf("somebody else got it: %s", text)
	}
	if err := os.WriteFile(filepath.Join(b.d.secrets.Dir, "db", "passwd"), []byte("falsch\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if x := run("db", "start"); x.Code != ocf.ErrArgs || !strings.Contains(x.Reason, "checksum") || strings.Contains(x.Reason, "falsch") {
		t.Errorf("a changed file: %+v", x)
	}
}

// What an agent says of its secret is kept without it: reasons and output go into the history of operations.
func TestWhatAgentsSayOfSecretsIsHidden(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	b.secret("db", "passwd", "geheim")
	a := b.agent("db", `echo "connecting with $OCF_RESKEY_passwd"; echo "noise $OCF_RESKEY_passwd" >&2; echo "ocf-exit-reason:$OCF_RESKEY_passwd is refused" >&2; exit 1`)
	for _, task := range []string{"start", "monitor"} {
		x := b.do(operation.Op{Resource: "db", Agent: a, Task: task, Interval: 10 * time.Second, Params: []operation.Param{{Name: "passwd", Value: secret.Mark}}, Timeout: 20 * time.Second})
		if x.Reason != "**** is refused" || strings.Contains(x.Output+x.Errors, "geheim") || !strings.Contains(x.Output, "****") || !strings.Contains(x.Errors, "noise ****") {
			t.Errorf("%s: %+v", task, x)
		}
	}
	b.fenceAgent("fence_x", "read -r a; read -r p; echo \"$p does not work\" >&2; exit 1")
	b.secret("power", "password", "geheim")
	if d := b.fence(fencer.RunAgent{Device: "power", Agent: "fence_x", Action: "off", Timeout: 10 * time.Second, Params: []operation.Param{{Name: "password", Value: secret.Mark}}}); d.Reason != "password=**** does not work" {
		t.Errorf("%+v", d)
	}
}

func TestFenceAgentsGetSecrets(t *testing.T) {
	b := newBench(t)
	b.d.Restore()
	got := filepath.Join(b.root, "got")
	b.fenceAgent("fence_x", "cat > "+got)
	run := fencer.RunAgent{Device: "power", Agent: "fence_x", Action: "off", Timeout: 10 * time.Second, Params: []operation.Param{{Name: "password", Value: secret.Mark}}}
	if d := b.fence(run); d.Code == 0 || !strings.Contains(d.Reason, "secret") {
		t.Errorf("without a secret: %+v", d)
	}
	b.secret("power", "password", "geheim")
	if d := b.fence(run); d.Code != 0 {
		t.Errorf("%+v", d)
	}
	if text, _ := os.ReadFile(got); string(text) != "action=off\npassword=geheim\n" {
		t.Errorf("the agent got %q", text)
	}
}
