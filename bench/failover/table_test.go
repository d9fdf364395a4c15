package main

import (
	"strings"
	"testing"
)

// TestTable: medians, ranges and ratios come out of what the two sides print.
func TestTable(t *testing.T) {
	own, peer := figures{}, figures{}
	for _, v := range []float64{400, 300, 500, -1} {
		own.add("node", v)
	}
	lines := `{"run": 0, "total": 6.0, "load": "1.0"}
nonsense
{"run": 1, "total": 8.0, "outage": null}
{"SUMMARY": "failover", "total": 99}
`
	peer.read([]byte(lines), scenario{row: "node", key: "total", scale: 1000})
	var b strings.Builder
	table(&b, []column{{"Pacer", own}, {"peer", peer}})
	want := `| median (smallest–largest) | Pacer | peer | ratio |
|---|---|---|---|
| node loses power, service answers elsewhere | 400 ms (300–500) | 7000 ms (6000–8000) | 17.5 |
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
