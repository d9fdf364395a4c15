package ipc

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"pacer/api"
	"pacer/exitcode"
)

// maxOutstanding is how many requests of a stream may wait for their answers; more are not read.
const maxOutstanding = 512

// stream carries out requests that come line by line, and answers each when it is done. They are handed to the node in their order; nobody
// waits for an answer before the next.
//
//	lines ──▶ read ──▶ Backend.Submit ──▶ … ──▶ answered ──▶ write ──▶ lines
type stream struct {
	server *Server
	caller Caller
	// admitted tells whether the caller may still ask: what let him in may have been revoked since.
	admitted func() bool
	places   chan struct{} // one for each request without answer

	mu       sync.Mutex
	filled   sync.Cond
	answers  []api.Answered
	finished bool // no more answers will come
}

// stream is the handler.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	c := callerOf(r)
	if !c.Full {
		refuse(w, denied(c))
		return
	}
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		refuse(w, api.Errorf(exitcode.TempFail, "The node has %d streams already", cap(s.streams)))
		return
	}
	out := http.NewResponseController(w)
	_ = out.EnableFullDuplex() // HTTP/2 has that anyway.
	_ = out.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", api.ContentLines)
	w.WriteHeader(http.StatusOK)
	if out.Flush() != nil {
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	t := &stream{server: s, caller: c, admitted: func() bool { return stillAdmitted(r) }, places: make(chan struct{}, maxOutstanding)}
	t.filled.L = &t.mu
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer cancel()
		t.write(w, out)
	}()
	t.read(ctx, r.Body)
	// What is under way is still answered, if somebody is there to hear it.
	for range cap(t.places) {
		select {
		case t.places <- struct{}{}:
		case <-ctx.Done():
		}
	}
	t.mu.Lock()
	t.finished = true
	t.filled.Signal()
	t.mu.Unlock()
	<-written
}

// read hands over the requests until there are no more.
func (t *stream) read(ctx context.Context, body io.Reader) {
	in := bufio.NewReaderSize(body, 64<<10)
	for {
		line, err := readLine(in, t.server.limits.Body)
		if len(bytes.TrimSpace(line)) > 0 {
			if !t.admitted() {
				return
			}
			select {
			case t.places <- struct{}{}:
			case <-ctx.Done():
				return
			}
			t.begin(ctx, line)
		}
		if err != nil {
			return
		}
	}
}

var errLongLine = errors.New("the line is too long")

// readLine reads a line with its end. It is only valid until the next one is read.
func readLine(in *bufio.Reader, most int64) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	long := bytes.Clone(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		if int64(len(long)) > most {
			return nil, errLongLine
		}
		line, err = in.ReadSlice('\n')
		long = append(long, line...)
	}
	return long, err
}

// begin hands over one request.
func (t *stream) begin(ctx context.Context, line []byte) {
	var call api.Call
	req, err := t.decode(line, &call)
	if err != nil {
		t.answer(call.ID, api.Response{}, err)
		return
	}
	t.server.submit(ctx, t.caller, req, func(res api.Response, err error) { t.answer(call.ID, res, err) })
}

func (t *stream) decode(line []byte, call *api.Call) (api.Request, error) {
	if err := json.Unmarshal(line, call); err != nil {
		return nil, api.Errorf(exitcode.DataErr, "The line is not understood: %s", err)
	}
	req := api.New(call.Path)
	if req == nil {
		return nil, api.Errorf(exitcode.NoSuch, "There is no request %q", call.Path)
	}
	if err := json.Unmarshal(call.Body, req); err != nil {
		return nil, api.Errorf(exitcode.DataErr, "The body of %s is not understood: %s", call.Path, err)
	}
	return api.Value(req), nil
}

// answer puts an answer where the writer takes it.
func (t *stream) answer(id uint64, res api.Response, err error) {
	a := api.Answered{ID: id}
	if err != nil {
		a.Error = &api.Error{Code: exitcode.Of(err), Message: err.Error()}
	} else {
		a.Response = &res
	}
	t.mu.Lock()
	t.answers = append(t.answers, a)
	t.filled.Signal()
	t.mu.Unlock()
}

// write writes answers until there will be no more, or nobody reads them.
func (t *stream) write(w io.Writer, out *http.ResponseController) {
	var buf bytes.Buffer
	lines := json.NewEncoder(&buf)
	for {
		t.mu.Lock()
		for len(t.answers) == 0 && !t.finished {
			t.filled.Wait()
		}
		list := t.answers
		t.answers = nil
		t.mu.Unlock()
		if len(list) == 0 {
			return
		}
		buf.Reset()
		for _, a := range list {
			_ = lines.Encode(a) // to memory
		}
		_ = out.SetWriteDeadline(time.Now().Add(watchStall))
		if _, err := w.Write(buf.Bytes()); err != nil {
			return
		}
		if out.Flush() != nil {
			return
		}
		for range list {
			<-t.places
		}
	}
}

// submit carries out a request that was asked for in a line; done must not wait.
func (s *Server) submit(ctx context.Context, c Caller, plain api.Request, done func(api.Response, error)) {
	if apply, ok := plain.(api.CIBApply); ok && queriesOnly(apply.Ops) {
		done(s.queried(apply, c))
		return
	}
	if !c.mayAsk(plain) {
		done(api.Response{}, notForYou())
		return
	}
	err := s.backend.Submit(ctx, c.Principal, plain, func(res api.Response, err error) {
		if len(res.Devices) > 0 {
			res.Devices = s.sight(c).devices(res.Devices)
		}
		done(res, err)
	})
	if err != nil {
		done(api.Response{}, fmt.Errorf("the request could not be handed over: %w", err))
	}
}
