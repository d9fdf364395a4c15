package api

import (
	"fmt"

	"pacer/exitcode"
)

// Error is a refusal or failure that a node tells its caller.
type Error struct {
	Code    exitcode.Code `json:"code"`
	Message string        `json:"message"`
}

// Error implements error.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Code.Text()
	}
	return e.Message
}

// ExitCode implements exitcode.Carrier.
func (e *Error) ExitCode() exitcode.Code { return e.Code }

// Errorf makes an Error.
func Errorf(code exitcode.Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}
