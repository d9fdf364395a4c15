package client

import (
	"bufio"
	"context"
	"encoding/json"
	"io"

	"pacer/api"
	"pacer/exitcode"
)

// Stream is one connection to the local node over which requests are sent without waiting for the answers of those before. Sending and
// receiving may be done by two goroutines.
type Stream struct {
	ctx  context.Context
	last uint64
	body *io.PipeWriter
	out  *bufio.Writer
	in   *bufio.Reader
	end  func()
}

// streamBuffer is how much is sent and read at once, in bytes.
const streamBuffer = 64 << 10

// OpenStream connects to the local node. Cancelling the context ends the stream, with an error for what is under way.
func OpenStream(ctx context.Context, s Source) (*Stream, error) {
	c, err := Live(s)
	if err != nil {
		return nil, err
	}
	l := c.(*live)
	read, write := io.Pipe()
	answers, err := l.callWith(ctx, "POST", "stream", api.ContentLines, read)
	if err != nil {
		_ = write.Close()
		return nil, err
	}
	return &Stream{ctx: ctx, body: write, out: bufio.NewWriterSize(write, streamBuffer), in: bufio.NewReaderSize(answers, streamBuffer),
		end: func() { _ = answers.Close(); _ = l.Close() }}, nil
}

// Send puts a request behind those before it and returns the ID that its answer will have. It leaves with Flush, or when many have
// gathered.
func (s *Stream) Send(r api.Request) (uint64, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return 0, &Error{exitcode.Software, err.Error(), err}
	}
	s.last++
	line, err := json.Marshal(api.Call{ID: s.last, Path: r.Path(), Body: body})
	if err != nil {
		return 0, &Error{exitcode.Software, err.Error(), err}
	}
	if _, err := s.out.Write(append(line, '\n')); err != nil {
		return 0, transportError(err)
	}
	return s.last, nil
}

// Flush lets everything leave that was sent.
func (s *Stream) Flush() error {
	if err := s.out.Flush(); err != nil {
		return transportError(err)
	}
	return nil
}

// Receive waits for the next answer, of whichever request. The error says that no more come.
func (s *Stream) Receive() (api.Answered, error) {
	var a api.Answered
	line, err := s.in.ReadBytes('\n')
	if err != nil {
		return a, transportError(err)
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return a, &Error{exitcode.Protocol, "The node's answer is not understood: " + err.Error(), err}
	}
	return a, nil
}

// Ready tells that an answer has come already, so that Receive will hardly wait.
func (s *Stream) Ready() bool { return s.in.Buffered() > 0 }

// Close ends the connection. What was sent is done nevertheless.
func (s *Stream) Close() error {
	err := s.Flush()
	_ = s.body.Close()
	s.end()
	return err
}
