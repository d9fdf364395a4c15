package meter

import "time"

// socketName is the desk's socket in the world's directory.
const socketName = "bench.sock"

// order is what the desk asks of a member. One is carried out at a time.
type order struct {
	ID int `json:"id"`
	// Do is "single" (one message after the other), "stream" (many at once), "usage" or "pause".
	Do string `json:"do"`
	// Count, Size (bytes) and Window (how many are on their way) describe messages.
	Count  int `json:"count,omitempty"`
	Size   int `json:"size,omitempty"`
	Window int `json:"window,omitempty"`
	// Pause is how long the messaging process is stopped.
	Pause time.Duration `json:"pause,omitempty"`
}

// told is what a member tells the desk: its name first, then views as they come, and answers.
type told struct {
	Name   string  `json:"name,omitempty"`
	View   *view   `json:"view,omitempty"`
	Answer *answer `json:"answer,omitempty"`
	Lost   string  `json:"lost,omitempty"`
}

// view is an agreed view as a member was given it.
type view struct {
	At      time.Duration `json:"at"` // on the clock of record.Mono
	ID      string        `json:"id"`
	Members []string      `json:"members"`
}

// answer is what came of an order.
type answer struct {
	ID    int             `json:"id"`
	Error string          `json:"error,omitempty"`
	Times []time.Duration `json:"times,omitempty"` // of "single": from the sending to the sender's own delivery
	Took  time.Duration   `json:"took,omitempty"`  // of "stream"
	Usage *usage          `json:"usage,omitempty"`
}

// usage is what the messaging process of a node has used since it began, and holds now.
type usage struct {
	At       time.Duration `json:"at"`
	CPU      time.Duration `json:"cpu"`
	Bytes    int64         `json:"bytes"` // sent and received on all links but the loopback
	PSS      int           `json:"pss"`   // KiB
	RSS      int           `json:"rss"`   // KiB
	Realtime bool          `json:"realtime"`
}
