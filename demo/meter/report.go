package meter

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"pacer/note"
)

// Report is what `pacer bench messaging --json` prints.
type Report struct {
	Nodes   int    `json:"nodes"`
	Engine  string `json:"engine"`
	Profile string `json:"profile"`
	Kills   int    `json:"kills"`
	// ViewMs is from a node's loss of power to the moment when all others have been given the view without it; OrderUs from sending a
	// message to its delivery to the sender, one at a time.
	ViewMs  *Spread `json:"view_ms,omitempty"`
	OrderUs *Spread `json:"order_us,omitempty"`
	// OrderedPerS counts messages of one sender with many on their way; MegabyteMs is the median of one of 1 MiB.
	OrderedPerS float64 `json:"ordered_per_s,omitempty"`
	MegabyteMs  float64 `json:"megabyte_ms,omitempty"`
	// FalseRemovals counts nodes that were missed although they ran and could be reached, in the whole run.
	FalseRemovals int     `json:"false_removals"`
	WatchedS      float64 `json:"watched_s,omitempty"`
	Pauses        int     `json:"pauses,omitempty"`
	// What the messaging process of an idle node took in IdleS seconds, the mean of all nodes; of the memory (KiB) the largest.
	IdleS      float64 `json:"idle_s"`
	IdleCPUPct float64 `json:"idle_cpu_pct"`
	IdleKBPerS float64 `json:"idle_kb_per_s"`
	PSSKB      int     `json:"pss_kb"`
	RSSKB      int     `json:"rss_kb"`
	Realtime   bool    `json:"realtime"`
	// Load is the machine's load average of the last minute, at the end.
	Load float64 `json:"load"`

	views, orders []time.Duration
}

// Spread tells how values lie.
type Spread struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func spread(all []time.Duration, unit time.Duration) *Spread {
	if len(all) == 0 {
		return nil
	}
	of := func(q float64) float64 { return float64(quantile(all, q)) / float64(unit) }
	return &Spread{P50: of(0.5), P99: of(0.99), Max: of(1)}
}

// quantile is the smallest value that at least that share of all values does not exceed.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	i := int(q * float64(len(sorted)))
	if float64(i) == q*float64(len(sorted)) {
		i--
	}
	return sorted[min(max(i, 0), len(sorted)-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// finish works out what is printed.
func (r *Report) finish() {
	r.ViewMs, r.OrderUs = spread(r.views, time.Millisecond), spread(r.orders, time.Microsecond)
}

// JSON writes the report as one object.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// Table writes the report for people.
func (r *Report) Table(w io.Writer, lang note.Language) {
	say := func(en, ja string) string {
		if lang == note.Japanese {
			return ja
		}
		return en
	}
	priority := say("with real-time priority", "リアルタイム優先度あり")
	if !r.Realtime {
		priority = say("without real-time priority", "リアルタイム優先度なし")
	}
	fmt.Fprintf(w, say("%d nodes, profile %s, %s, load %.1f\n", "%d ノード、プロファイル %s、%s、ロード %.1f\n"), r.Nodes, r.Profile, priority, r.Load)
	line := func(name, format string, values ...any) {
		fmt.Fprintf(w, "  %-40s "+format+"\n", append([]any{name}, values...)...)
	}
	if s := r.ViewMs; s != nil {
		line(fmt.Sprintf(say("node dead to new view, %d kills", "ノード停止から新ビュー合意まで（%d 回）"), r.Kills), "%.0f ms, p99 %.0f, max %.0f", s.P50, s.P99, s.Max)
	}
	if s := r.OrderUs; s != nil {
		line(say("one message in order", "順序付きメッセージ 1 件"), "%.0f µs, p99 %.0f, max %.0f", s.P50, s.P99, s.Max)
		line(say("messages in order, many at once", "順序付きメッセージ（多重）"), "%.0f/s", r.OrderedPerS)
		line(say("one message of 1 MiB", "1 MiB のメッセージ 1 件"), "%.1f ms", r.MegabyteMs)
	}
	line(say("false removals", "誤った離脱判定"), "%d (%.0f s, %d pauses)", r.FalseRemovals, r.WatchedS, r.Pauses)
	if r.IdleS > 0 {
		line(say("messaging of an idle node", "アイドル時のメッセージング"), "%.2f %% of a core, %.1f kB/s", r.IdleCPUPct, r.IdleKBPerS)
	}
	line(say("memory of messaging", "メッセージングのメモリ"), "PSS %d KiB, RSS %d KiB", r.PSSKB, r.RSSKB)
}
