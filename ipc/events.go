package ipc

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"pacer/api"
	"pacer/exitcode"
)

const (
	// watchBeat is how often a silent stream shows that it lives.
	watchBeat = 15 * time.Second
	// watchStall is how long one write may take before the watcher is given up.
	watchStall = 30 * time.Second
)

// events streams what happens as server-sent events.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	c := callerOf(r)
	if !c.Full {
		refuse(w, denied(c))
		return
	}
	select {
	case s.watchers <- struct{}{}:
		defer func() { <-s.watchers }()
	default:
		refuse(w, api.Errorf(exitcode.TempFail, "The node has %d watchers already", cap(s.watchers)))
		return
	}
	events, err := s.backend.Watch(r.Context(), resumed(r))
	if err != nil {
		refuse(w, err)
		return
	}
	out := http.NewResponseController(w)
	// The limit for reading the request must not end the stream.
	_ = out.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	send := func(format string, args ...any) bool {
		_ = out.SetWriteDeadline(time.Now().Add(watchStall))
		if _, err := fmt.Fprintf(w, format, args...); err != nil {
			return false
		}
		return out.Flush() == nil
	}
	beat := time.NewTicker(watchBeat)
	defer beat.Stop()
	if !send(": watching\n\n") {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			if !stillAdmitted(r) || !send(":\n\n") {
				return
			}
		case e, ok := <-events:
			if !ok {
				return
			}
			if e, ok = s.sight(c).event(e); !ok {
				continue
			}
			data, err := json.Marshal(e)
			if err != nil {
				return
			}
			if !send("id: %s\nevent: %s\ndata: %s\n\n", e.ID, e.Type, data) {
				return
			}
		}
	}
}

// resumed is the id of the last event that the caller has seen.
func resumed(r *http.Request) string {
	if id := r.Header.Get(api.ResumeHeader); id != "" {
		return id
	}
	return r.URL.Query().Get("after")
}
