package ipc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"pacer/api"
	"pacer/exitcode"
	"pacer/message"
)

// Backend is the node behind the socket. Its methods are called from many goroutines.
type Backend interface {
	// Snapshot returns the newest picture; never nil, and never changed afterwards.
	Snapshot() *api.Snapshot
	// Do carries out a request (a plain struct of package api, no pointer) and answers when it is done or has failed.
	// Errors that are no exitcode.Carrier become code 1.
	Do(context.Context, message.Principal, api.Request) (api.Response, error)
	// Submit hands over a request as Do does, in the order of its calls, and calls done once with the answer; done must not wait.
	// An error says that it was not handed over: then done is not called.
	Submit(ctx context.Context, who message.Principal, r api.Request, done func(api.Response, error)) error
	// Messaging asks the layer below the manager for its picture of itself.
	Messaging(context.Context) (*api.Messaging, error)
	// Watch delivers events until ctx ends: those after the one with that id when they are known, otherwise an EventHello first. A
	// watcher that does not keep up may be dropped by closing the channel. Feed does all of this.
	Watch(ctx context.Context, after string) (<-chan api.Event, error)
}

// Limits of the server. The zero value stands for the defaults.
type Limits struct {
	Body     int64         // bytes of a request's body, 64 MiB
	Calls    int           // requests that are worked on at a time, 128
	Queue    time.Duration // how long a request waits for its turn, 20 seconds
	Watchers int           // event streams at a time, 64
	Streams  int           // streams of requests at a time, 64
	Call     time.Duration // how long a request may take, 10 minutes
}

func (l Limits) filled() Limits {
	if l.Body == 0 {
		l.Body = 64 << 20
	}
	if l.Calls == 0 {
		l.Calls = 128
	}
	if l.Queue == 0 {
		l.Queue = 20 * time.Second
	}
	if l.Watchers == 0 {
		l.Watchers = 64
	}
	if l.Streams == 0 {
		l.Streams = 64
	}
	if l.Call == 0 {
		l.Call = 10 * time.Minute
	}
	return l
}

// Server answers callers, on a unix socket or wherever its Handler is served.
type Server struct {
	backend  Backend
	limits   Limits
	who      func(cred syscall.Ucred, groups []uint32) Caller
	calls    chan struct{}
	watchers chan struct{}
	streams  chan struct{}
	mux      *http.ServeMux
}

// New makes a server.
func New(b Backend, l Limits) *Server {
	l = l.filled()
	s := &Server{backend: b, limits: l, who: newIdentifier().identify,
		calls: make(chan struct{}, l.Calls), watchers: make(chan struct{}, l.Watchers),
		streams: make(chan struct{}, l.Streams), mux: http.NewServeMux()}
	questions := map[string]handler{"describe": s.describe, "node": s.node, "cib": s.cib, "attributes": s.attributes,
		"fencingHistory": s.fenceHistory, "fencingDevices": s.fenceDevices, "messaging": s.messaging}
	for _, r := range api.Routes {
		h, ok := questions[r.Name]
		serve := s.full(h)
		switch {
		case r.Content == api.ContentEvents:
			serve = s.events
		case r.Content == api.ContentLines:
			serve = s.stream
		case r.Request != nil:
			serve = s.full(s.request(r))
		case !ok:
			panic("ipc: nobody answers at " + r.Path)
		case r.Open:
			serve = s.open(h)
		}
		s.mux.HandleFunc(r.Method+" "+r.Path, serve)
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, api.Errorf(exitcode.NoSuch, "There is no %s %s", r.Method, r.URL.Path))
	})
	return s
}

// Listen opens the socket. A socket that a dead process left behind is replaced; one that answers is an error.
func Listen(path string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("ipc: %w", err)
	}
	if c, err := net.Dial("unix", path); err == nil {
		c.Close()
		return nil, fmt.Errorf("ipc: %s: another node answers there", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("ipc: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("ipc: %w", err)
	}
	// Everybody may connect; what he may do there follows from who he is.
	if err := os.Chmod(path, 0o666); err != nil {
		l.Close()
		return nil, fmt.Errorf("ipc: %w", err)
	}
	return l, nil
}

type callerKey struct{}

// Serve answers until ctx ends, then lets running requests end for up to two seconds.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:           s.mux,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnContext: func(c context.Context, conn net.Conn) context.Context {
			l, ok := conn.(*slot)
			if !ok {
				return c
			}
			return context.WithValue(c, callerKey{}, l.caller)
		},
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if h.Shutdown(grace) != nil {
			_ = h.Close()
		}
	}()
	err := h.Serve(newLimited(l, s.caller))
	if errors.Is(err, http.ErrServerClosed) {
		<-stopped
		return nil
	}
	return fmt.Errorf("ipc: %w", err)
}

// caller asks the kernel who is at the other end.
func (s *Server) caller(conn net.Conn) Caller {
	u, ok := conn.(*net.UnixConn)
	if !ok {
		return Caller{}
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return Caller{}
	}
	var cred *syscall.Ucred
	var groups []uint32
	if raw.Control(func(fd uintptr) {
		cred, err = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
		// Old kernels cannot say; then the user database alone decides.
		groups, _ = peerGroups(int(fd))
	}) != nil || err != nil {
		return Caller{}
	}
	return s.who(*cred, groups)
}

// callerOf is who sent a request.
func callerOf(r *http.Request) Caller {
	c, _ := r.Context().Value(callerKey{}).(Caller)
	return c.acting(r.Header.Get(api.UserHeader))
}

type handler func(http.ResponseWriter, *http.Request, Caller)

// open lets everybody in.
func (s *Server) open(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.turn(r.Context()) {
			refuse(w, api.Errorf(exitcode.TempFail, "The node is busy with %d requests", cap(s.calls)))
			return
		}
		defer func() { <-s.calls }()
		c := callerOf(r)
		ctx, cancel := context.WithTimeout(r.Context(), s.limits.Call)
		defer cancel()
		h(w, r.WithContext(ctx), c)
	}
}

// turn waits until the request may be worked on, for a while.
func (s *Server) turn(ctx context.Context) bool {
	select {
	case s.calls <- struct{}{}:
		return true
	default:
	}
	late := time.NewTimer(s.limits.Queue)
	defer late.Stop()
	select {
	case s.calls <- struct{}{}:
		return true
	case <-late.C:
	case <-ctx.Done():
	}
	return false
}

// full lets in who has full access.
func (s *Server) full(h handler) http.HandlerFunc {
	return s.open(func(w http.ResponseWriter, r *http.Request, c Caller) {
		if !c.Full {
			refuse(w, denied(c))
			return
		}
		h(w, r, c)
	})
}

func denied(c Caller) *api.Error {
	return api.Errorf(exitcode.InsufficientPriv, "Permission denied: %s is neither root nor hacluster nor in group haclient: make it a member there and log in again", c.name())
}

// refuse answers with an error.
func refuse(w http.ResponseWriter, err error) {
	e := &api.Error{Code: exitcode.Of(err), Message: err.Error()}
	w.Header().Set("Content-Type", "application/json")
	code := status(e.Code)
	var r *Refusal
	if errors.As(err, &r) {
		code = r.Status
		if r.After > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int((r.After+time.Second-1)/time.Second)))
		}
		if r.Status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
	}
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(e)
}

// status picks the HTTP status that is nearest to an exit code.
func status(c exitcode.Code) int {
	switch c {
	case exitcode.InsufficientPriv, exitcode.NoPerm:
		return http.StatusForbidden
	case exitcode.NoSuch, exitcode.NoHost:
		return http.StatusNotFound
	case exitcode.Usage, exitcode.DataErr, exitcode.InvalidParam, exitcode.Config, exitcode.Unsafe:
		return http.StatusBadRequest
	case exitcode.Exists, exitcode.Old, exitcode.Digest, exitcode.Multiple:
		return http.StatusConflict
	case exitcode.Quorum, exitcode.Disconnect, exitcode.NoDC, exitcode.TempFail, exitcode.Unavailable:
		return http.StatusServiceUnavailable
	case exitcode.Timeout:
		return http.StatusGatewayTimeout
	case exitcode.Unimplemented:
		return http.StatusNotImplemented
	}
	return http.StatusInternalServerError
}
