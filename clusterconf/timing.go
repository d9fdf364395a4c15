package clusterconf

import "time"

// profiles are the three ways to detect a dead node when the file gives no time of its own. A pause of Dead minus one
// Heartbeat is harmless: the last sign of life may have been sent that long before it.
var profiles = map[string]Timing{
	"default": {Profile: "default", Heartbeat: 40 * time.Millisecond, Dead: 360 * time.Millisecond,
		Ceiling: 2 * time.Second, Start: time.Second},
	"fast": {Profile: "fast", Heartbeat: 10 * time.Millisecond, Dead: 100 * time.Millisecond,
		Ceiling: 500 * time.Millisecond, Start: 500 * time.Millisecond},
	"patient": {Profile: "patient", Heartbeat: 150 * time.Millisecond, Dead: 2500 * time.Millisecond,
		Ceiling: 8 * time.Second, Start: 3 * time.Second},
}

// Profile returns a detection profile by name: "default", "fast" or "patient".
func Profile(name string) (Timing, bool) {
	t, ok := profiles[name]
	return t, ok
}

// explicit is the timing of a file that gives its own dead time, and perhaps its own heartbeat interval.
func explicit(dead, heartbeat time.Duration) Timing {
	if heartbeat == 0 {
		heartbeat = min(max(dead/8, 5*time.Millisecond), 250*time.Millisecond)
	}
	return Timing{Profile: "explicit", Heartbeat: heartbeat, Dead: dead, Ceiling: dead, Start: max(dead, time.Second)}
}
