package history

import (
	"testing"
	"time"

	"pacer/operation"
)

func TestKeys(t *testing.T) {
	const s = "130:45:0:69d170fd-52b7-46b4-85cd-cd4a4d08c203"
	k, err := ParseKey(s)
	if err != nil || k.Action != 130 || k.Transition != 45 || k.Expected != 0 || k.String() != s {
		t.Fatalf("got %+v %v", k, err)
	}
	m, err := ParseMagic("0:7;1:-1:7:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
	if err != nil || m.Code != 7 || m.Key.Transition != -1 || m.String() != "0:7;1:-1:7:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" {
		t.Fatalf("got %+v %v", m, err)
	}
	for _, bad := range []string{"", "1:2:3", "a:2:3:u", "1:2:c:u"} {
		if _, err := ParseKey(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
		if _, err := ParseMagic(bad); err == nil {
			t.Errorf("magic %q was accepted", bad)
		}
	}
}

func TestOpKeys(t *testing.T) {
	for _, c := range []struct {
		key, rsc, task string
		ms             int
	}{
		{"prmIpWWW_monitor_10000", "prmIpWWW", "monitor", 10000},
		{"a_b_start_0", "a_b", "start", 0},
		{"vm_migrate_to_0", "vm", "migrate_to", 0},
		{"vm_migrate_from_0", "vm", "migrate_from", 0},
		{"drbd:0_pre_notify_promote_0", "drbd:0", "notify", 0},
		{"drbd_confirmed-post_notify_start_0", "drbd", "notify", 0},
		{"x_reload-agent_0", "x", "reload-agent", 0},
	} {
		rsc, task, iv, err := ParseOpKey(c.key)
		if err != nil || rsc != c.rsc || task != c.task || iv != time.Duration(c.ms)*time.Millisecond {
			t.Errorf("%s: got %s %s %v %v", c.key, rsc, task, iv, err)
		}
	}
	for _, bad := range []string{"", "x", "x_0", "_start_0", "x_start_", "x_start_-1", "x_start_1s", "__0"} {
		if r, k, _, err := ParseOpKey(bad); err == nil {
			t.Errorf("%q was accepted as %q %q", bad, r, k)
		}
	}
}

func FuzzParseOpKey(f *testing.F) {
	f.Add("a_monitor_10")
	f.Fuzz(func(t *testing.T, s string) {
		rsc, task, iv, err := ParseOpKey(s)
		if err != nil {
			return
		}
		if rsc == "" || task == "" || iv < 0 {
			t.Fatalf("%q gave %q %q %v", s, rsc, task, iv)
		}
	})
}

func FuzzParseMagic(f *testing.F) {
	f.Add("0:7;1:-1:7:x")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMagic(s)
		if err != nil {
			return
		}
		if again, err := ParseMagic(m.String()); err != nil || again != m {
			t.Fatalf("%q gave %+v, which reads back as %+v %v", s, m, again, err)
		}
	})
}

func TestDigestOfNothing(t *testing.T) {
	if d := Digest(nil, 0); d != "f2317cad3d54cec5d7d7aa7d0bf35cf8" {
		t.Fatal(d)
	}
	p := []operation.Param{{Name: "CRM_meta_timeout", Value: "20000"}, {Name: "crm_feature_set", Value: "3.0"}}
	if d := Digest(p, 0); d != "f2317cad3d54cec5d7d7aa7d0bf35cf8" {
		t.Fatal(d)
	}
	if Digest(p, time.Second) == Digest(nil, time.Second) {
		t.Fatal("the timeout of a recurring operation does not count")
	}
	if got := string(escape(nil, "a<b>\"&\n\tä'")); got != "a&lt;b&gt;&quot;&amp;&#x0A;&#x09;ä'" {
		t.Fatal(got)
	}
}

// What is written where, in the words of doc.go.
func TestEntries(t *testing.T) {
	from := Origin{Node: "pm01", FeatureSet: "3.20.5", By: "controller", Agent: AgentRules{
		Reload: true, Restart: []string{"ip", "nic"}, Private: []string{"password"}}}
	run := func(task string, interval time.Duration, status operation.Status, key string) *operation.Result {
		return &operation.Result{
			Op: operation.Op{Call: 8, Resource: "ip", Agent: operation.Agent{Class: "ocf", Provider: "heartbeat", Type: "IPaddr"},
				Task: task, Interval: interval, Key: key, Params: []operation.Param{{Name: "ip", Value: "10.0.0.1"},
					{Name: "password", Value: "x"}}},
			Status: status, Code: 0, Began: time.Unix(1278387800, 0), Ran: 120 * time.Millisecond, Queued: 3 * time.Millisecond,
		}
	}
	ids := func(r *operation.Result) (s string) {
		for _, n := range Entries(r, from) {
			s += n.ID() + " "
		}
		return s
	}
	ok, want7 := "1:2:0:u", "1:2:7:u"
	if got := ids(run("start", 0, operation.Done, ok)); got != "ip_last_0 " {
		t.Error(got)
	}
	if got := ids(run("monitor", 10*time.Second, operation.Done, ok)); got != "ip_monitor_10000 " {
		t.Error(got)
	}
	if got := ids(run("monitor", 10*time.Second, operation.TimedOut, ok)); got != "ip_last_failure_0 " {
		t.Error(got)
	}
	if got := ids(run("monitor", 0, operation.Done, want7)); got != "ip_last_failure_0 ip_last_0 " {
		t.Error("a probe that finds the service: " + got)
	}
	if got := ids(run("notify", 0, operation.Done, ok)); got != "" {
		t.Error(got)
	}
	if got := ids(run("reload-agent", 0, operation.Done, ok)); got != "ip_last_0 " {
		t.Error(got)
	}
	for _, status := range []operation.Status{operation.Done, operation.Error} { // order: two cases
		if got := ids(run("migrate_from", 0, status, ok)); got != "ip_migrate_from_0 " {
			t.Error("a part of a migration: " + got)
		}
	}
	e := Record("ip_last_0", run("start", 0, operation.Done, ok), from)
	want := []string{"id", "operation_key", "operation", "crm-debug-origin", "crm_feature_set", "transition-key",
		"transition-magic", "exit-reason", "on_node", "call-id", "rc-code", "op-status", "interval", "last-rc-change",
		"exec-time", "queue-time", "op-digest", "op-force-restart", "op-restart-digest", "op-secure-params", "op-secure-digest"}
	for i, a := range e.Attrs {
		if i >= len(want) || a.Name != want[i] {
			t.Fatalf("attribute %d is %s", i, a.Name)
		}
	}
	if e.Get("op-force-restart") != " ip  nic " || e.Get("exec-time") != "120" || e.Get("last-rc-change") != "1278387800" {
		t.Fatalf("%+v", e.Attrs)
	}
}
