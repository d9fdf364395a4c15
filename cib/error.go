package cib

import (
	"errors"
	"fmt"

	"pacer/exitcode"
)

// Error is why an operation was refused, with the exit code that a command ends with.
type Error struct {
	Code exitcode.Code `json:"code"`
	Msg  string        `json:"msg"`
	// Reason are the words for it that scripts know, "" when they are those of Code.
	Reason string `json:"reason,omitempty"`
}

func (e *Error) Error() string { return e.Msg }

// ExitCode tells package exitcode the code.
func (e *Error) ExitCode() exitcode.Code { return e.Code }

func fail(code exitcode.Code, format string, args ...any) *Error {
	return &Error{Code: code, Msg: fmt.Sprintf(format, args...)}
}

// AsError returns err as an *Error; one that is none gets the code "error".
func AsError(err error) *Error {
	var e *Error
	if err == nil || errors.As(err, &e) {
		return e
	}
	return &Error{Code: exitcode.Error, Msg: err.Error()}
}
