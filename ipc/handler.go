package ipc

import (
	"context"
	"net/http"
	"time"

	"pacer/api"
)

// Refusal is an error with an HTTP status of its own, for a door that finds out by itself who calls.
type Refusal struct {
	Reason *api.Error
	Status int
	// After tells when it makes sense to come again; 0 says nothing about that.
	After time.Duration
}

// Error implements error.
func (r *Refusal) Error() string { return r.Reason.Error() }

// Unwrap returns the error with its exit code.
func (r *Refusal) Unwrap() error { return r.Reason }

type admittedKey struct{}

// Handler answers those whom who admits. A request is refused with its error, and the connection closed, before anything but the
// headers has been read. Who is asked again while events are watched.
func (s *Server) Handler(who func(*http.Request) (Caller, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := who(r)
		if err != nil {
			w.Header().Set("Connection", "close")
			refuse(w, err)
			return
		}
		ctx := context.WithValue(r.Context(), callerKey{}, c)
		ctx = context.WithValue(ctx, admittedKey{}, func() bool {
			_, err := who(r)
			return err == nil
		})
		s.mux.ServeHTTP(w, r.WithContext(ctx))
	})
}

// stillAdmitted tells whether who watches would still be let in.
func stillAdmitted(r *http.Request) bool {
	admitted, ok := r.Context().Value(admittedKey{}).(func() bool)
	return !ok || admitted()
}
