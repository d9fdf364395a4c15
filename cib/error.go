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
}

func (e *Error) Error() string { return e.Msg }

// ExitCode tells package exitcode the code.
func (e *Error) ExitCode() exitcode.Code { return e.Code }

func fail(code exitcode.Code, format string, args ...any) *Error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// AsError returns err as an *Error; one that is none gets the code "error".
func AsError(err error) *Error {
	var e *Error
	if err == nil || errors.As(err, &e) {
		return e
	}
	return &Error{exitcode.Error, err.Error()}
}
