package clusterconf

import "time"

// Profile returns one of the three ways to detect a dead node when the file gives no time of its own: "default", "fast" or "patient".
// A pause of Dead minus one Heartbeat is harmless: the last sign of life may have been sent that long before it.
func Profile(name string) (Timing, bool) {
	switch name {
	case "default":
		return Timing{Profile: name, Heartbeat: 40 * time.Millisecond, Dead: 360 * time.Millisecond, Ceiling: 2 * time.Second, Start: time.Second}, true
	case "fast":
		return Timing{Profile: name, Heartbeat: 10 * time.Millisecond, Dead: 100 * time.Millisecond, Ceiling: 500 * time.Millisecond,
			Start: 500 * time.Millisecond}, true
	case "patient":
		return Timing{Profile: name, Heartbeat: 150 * time.Millisecond, Dead: 2500 * time.Millisecond, Ceiling: 8 * time.Second, Start: 3 * time.Second}, true
	}
	return Timing{}, false
}

// explicit is the timing of a file that gives its own dead time, and perhaps its own heartbeat interval.
func explicit(dead, heartbeat time.Duration) Timing {
	if heartbeat == 0 {
		heartbeat = min(max(dead/8, 5*time.Millisecond), 250*time.Millisecond)
	}
	return Timing{Profile: "explicit", Heartbeat: heartbeat, Dead: dead, Ceiling: dead, Start: max(dead, time.Second)}
}
