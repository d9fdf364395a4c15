package collect

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// BenchmarkLog is what a MiB of a log costs: finding the time in question, masking, looking for events.
func BenchmarkLog(b *testing.B) {
	var log strings.Builder
	for i := 0; log.Len() < 1<<20; i++ {
		fmt.Fprintf(&log, "2026-11-20T17:%02d:%02d.123+00:00 info    pm01 resource.action-done: start of db%d on pm02 is done (2.8ms) a=b passwd=x%d.\n", i/2500%60, i%60, i, i)
	}
	newest := time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	m, err := NewMask(nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		text, _, _ := window(strings.NewReader(log.String()), newest.Add(-2*time.Hour), newest, newest, maxFile)
		text = m.Text(text)
		if len(picked(text, isEvent, newest)) > 0 {
			b.Fatal("an event")
		}
	}
}
