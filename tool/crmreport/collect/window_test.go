package collect

import (
	"strings"
	"testing"
	"time"
)

var zone = time.FixedZone("JST", 9*3600)

func TestTimeOf(t *testing.T) {
	newest := time.Date(2026, 1, 10, 12, 0, 0, 0, zone)
	for line, want := range map[string]string{
		"2026-01-09T10:15:00.123+09:00 alarm   pm02 membership.node-lost: x": "2026-01-09T10:15:00+09:00",
		"2026-01-09T01:15:00.123456Z host x":                                 "2026-01-09T01:15:00Z",
		"2026-01-09T10:15:00+0900 host journal":                              "2026-01-09T10:15:00+09:00",
		"2026-01-09 10:15:00,123 x":                                          "2026-01-09T10:15:00+09:00",
		"Jan  9 10:15:00 pm01 pacemakerd [1] (main) notice: x":               "2026-01-09T10:15:00+09:00",
		"Dec 31 23:59:59 pm01 corosync[1]: x":                                "2025-12-31T23:59:59+09:00",
		"pm01 heartbeat: [1234]: 2026/01/09_10:15:00 info: x":                "2026-01-09T10:15:00+09:00",
		"  continued":                                     "",
		"2026-13-45T99:99:99 nonsense":                    "",
		strings.Repeat("x", 200) + "2026-01-09T10:15:00Z": "",
		"": "",
	} {
		got := ""
		if at, ok := TimeOf([]byte(line), newest); ok {
			got = at.Truncate(time.Second).Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: %s, not %s", line, got, want)
		}
	}
}

func TestWindow(t *testing.T) {
	log := "Jan  9 09:00:00 early\n  of early\nJan  9 10:00:00 first\n  of first\nJan  9 10:30:00 second\nJan  9 11:00:01 late\n  of late\n"
	at := func(h, m int) time.Time { return time.Date(2026, 1, 9, h, m, 0, 0, zone) }
	out, cut, err := window(strings.NewReader(log), at(10, 0), at(11, 0), at(12, 0), 1000)
	if string(out) != "Jan  9 10:00:00 first\n  of first\nJan  9 10:30:00 second\n" || cut || err != nil {
		t.Errorf("%q %v %v", out, cut, err)
	}
	out, cut, _ = window(strings.NewReader(log), at(10, 0), at(11, 0), at(12, 0), 30)
	if string(out) != "Jan  9 10:30:00 second\n" || !cut {
		t.Errorf("%q %v", out, cut)
	}
	long := "Jan  9 10:00:00 " + strings.Repeat("x", 3*maxLine) + "\nJan  9 10:00:01 next"
	out, _, _ = window(strings.NewReader(long), at(10, 0), at(11, 0), at(12, 0), 1<<20)
	if !strings.HasSuffix(string(out), "x\nJan  9 10:00:01 next") || len(out) > maxLine+100 {
		t.Errorf("%d bytes", len(out))
	}
	var many strings.Builder
	for range 5000 {
		many.WriteString("Jan  9 10:00:00 the same again\n")
	}
	out, cut, _ = window(strings.NewReader(many.String()), at(10, 0), at(11, 0), at(12, 0), 1000)
	if len(out) > 1000 || len(out) < 900 || !cut || !strings.HasPrefix(string(out), "Jan") {
		t.Errorf("%d bytes", len(out))
	}
}

func FuzzWindow(f *testing.F) {
	f.Add([]byte("Jan  9 10:00:00 x\n2026-01-09T10:15:00Z y"), 10)
	f.Fuzz(func(t *testing.T, log []byte, limit int) {
		newest := time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC)
		limit = 1 + (limit&0xffff+0x10000)%1000
		out, cut, err := window(strings.NewReader(string(log)), newest.AddDate(-3, 0, 0), newest.AddDate(3, 0, 0), newest, limit)
		if err != nil || len(out) > limit || !cut && !strings.Contains(string(log), string(out)) && len(log) < maxLine {
			t.Errorf("%q %v %v", out, cut, err)
		}
	})
}

func TestRemarkableLines(t *testing.T) {
	newest := time.Date(2026, 1, 10, 12, 0, 0, 0, zone)
	log := []byte("2026-01-09T10:15:02+09:00 alarm   pm02 membership.node-lost: pm01 is lost.\n" +
		"2026-01-09T10:15:01+09:00 info    pm02 resource.action-done: start of x\n" +
		"Jan  9 10:15:00 pm02 pacemaker-controld  [7] (log_executor_event) notice: Result of start operation for x on pm02: ok\n")
	got := string(sorted(picked(log, isEvent, newest), 10))
	if strings.Count(got, "\n") != 2 || !strings.HasPrefix(got, "Jan") || !strings.Contains(got, "node-lost") {
		t.Error(got)
	}
	if got := string(sorted(append(picked(log, isEvent, newest), picked(log, isEvent, newest)...), 1)); !strings.HasSuffix(got, "lost.\n") || strings.Count(got, "\n") != 1 {
		t.Error(got)
	}
}
