package api

import "encoding/json"

// Call is one line of a stream of requests.
type Call struct {
	// ID is the caller's own name for it; the answer has the same.
	ID uint64 `json:"id"`
	// Path is that of the request, without /v1/, and Body what would be its body there.
	Path string          `json:"path"`
	Body json.RawMessage `json:"body"`
}

// Answered is one line of the answers.
type Answered struct {
	ID uint64 `json:"id"`
	// Response is set when it went well, Error when it did not.
	Response *Response `json:"response,omitempty"`
	Error    *Error    `json:"error,omitempty"`
}
