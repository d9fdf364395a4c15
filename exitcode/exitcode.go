package exitcode

import (
	"errors"
	"strconv"
)

// Code is the exit status of a command.
type Code int

// The codes. Names follow crm_exit_t without its prefix.
const (
	OK               Code = 0
	Error            Code = 1
	InvalidParam     Code = 2
	Unimplemented    Code = 3
	InsufficientPriv Code = 4
	NotInstalled     Code = 5
	NotConfigured    Code = 6
	NotRunning       Code = 7
	Promoted         Code = 8
	FailedPromoted   Code = 9
	Usage            Code = 64
	DataErr          Code = 65
	NoInput          Code = 66
	NoUser           Code = 67
	NoHost           Code = 68
	Unavailable      Code = 69
	Software         Code = 70
	OSErr            Code = 71
	OSFile           Code = 72
	CantCreate       Code = 73
	IOErr            Code = 74
	TempFail         Code = 75
	Protocol         Code = 76
	NoPerm           Code = 77
	Config           Code = 78
	Fatal            Code = 100
	Panic            Code = 101
	Disconnect       Code = 102
	Old              Code = 103
	Digest           Code = 104
	NoSuch           Code = 105
	Quorum           Code = 106
	Unsafe           Code = 107
	Exists           Code = 108
	Multiple         Code = 109
	Expired          Code = 110
	NotYetInEffect   Code = 111
	Indeterminate    Code = 112
	Unsatisfied      Code = 113
	NoDC             Code = 114
	Timeout          Code = 124
	Degraded         Code = 190
	DegradedPromoted Code = 191
	None             Code = 193
	// Max is the largest code; crm_error answers unknown codes up to it.
	Max Code = 255
)

type entry struct {
	code Code
	name string
	text string
}

var table = []entry{
	{OK, "CRM_EX_OK", "OK"},
	{Error, "CRM_EX_ERROR", "Error occurred"},
	{InvalidParam, "CRM_EX_INVALID_PARAM", "Invalid parameter"},
	{Unimplemented, "CRM_EX_UNIMPLEMENT_FEATURE", "Unimplemented"},
	{InsufficientPriv, "CRM_EX_INSUFFICIENT_PRIV", "Insufficient privileges"},
	{NotInstalled, "CRM_EX_NOT_INSTALLED", "Not installed"},
	{NotConfigured, "CRM_EX_NOT_CONFIGURED", "Not configured"},
	{NotRunning, "CRM_EX_NOT_RUNNING", "Not running"},
	{Promoted, "CRM_EX_PROMOTED", "Promoted"},
	{FailedPromoted, "CRM_EX_FAILED_PROMOTED", "Failed in promoted role"},
	{Usage, "CRM_EX_USAGE", "Incorrect usage"},
	{DataErr, "CRM_EX_DATAERR", "Invalid data given"},
	{NoInput, "CRM_EX_NOINPUT", "Input file not available"},
	{NoUser, "CRM_EX_NOUSER", "User does not exist"},
	{NoHost, "CRM_EX_NOHOST", "Host does not exist"},
	{Unavailable, "CRM_EX_UNAVAILABLE", "Necessary service unavailable"},
	{Software, "CRM_EX_SOFTWARE", "Internal software bug"},
	{OSErr, "CRM_EX_OSERR", "Operating system error occurred"},
	{OSFile, "CRM_EX_OSFILE", "System file not available"},
	{CantCreate, "CRM_EX_CANTCREAT", "Cannot create output file"},
	{IOErr, "CRM_EX_IOERR", "I/O error occurred"},
	{TempFail, "CRM_EX_TEMPFAIL", "Temporary failure, try again"},
	{Protocol, "CRM_EX_PROTOCOL", "Protocol violated"},
	{NoPerm, "CRM_EX_NOPERM", "Insufficient privileges"},
	{Config, "CRM_EX_CONFIG", "Invalid configuration"},
	{Fatal, "CRM_EX_FATAL", "Fatal error occurred, will not respawn"},
	{Panic, "CRM_EX_PANIC", "System panic required"},
	{Disconnect, "CRM_EX_DISCONNECT", "Not connected"},
	{Old, "CRM_EX_OLD", "Update was older than existing configuration"},
	{Digest, "CRM_EX_DIGEST", "Digest mismatch"},
	{NoSuch, "CRM_EX_NOSUCH", "No such object"},
	{Quorum, "CRM_EX_QUORUM", "Quorum required"},
	{Unsafe, "CRM_EX_UNSAFE", "Operation not safe"},
	{Exists, "CRM_EX_EXISTS", "Requested item already exists"},
	{Multiple, "CRM_EX_MULTIPLE", "Multiple items match request"},
	{Expired, "CRM_EX_EXPIRED", "Requested item has expired"},
	{NotYetInEffect, "CRM_EX_NOT_YET_IN_EFFECT", "Requested item is not yet in effect"},
	{Indeterminate, "CRM_EX_INDETERMINATE", "Could not determine status"},
	{Unsatisfied, "CRM_EX_UNSATISFIED", "Not applicable under current conditions"},
	{NoDC, "CRM_EX_NO_DC", "DC is not yet elected"},
	{Timeout, "CRM_EX_TIMEOUT", "Timeout occurred"},
	{Degraded, "CRM_EX_DEGRADED", "Service is active but might fail soon"},
	{DegradedPromoted, "CRM_EX_DEGRADED_PROMOTED", "Service is promoted but might fail soon"},
	{None, "CRM_EX_NONE", "No exit status available"},
}

func find(c Code) (entry, bool) {
	for _, e := range table {
		if e.code == c {
			return e, true
		}
	}
	return entry{}, false
}

// Known reports whether the code is in the table.
func (c Code) Known() bool { _, ok := find(c); return ok }

// Name is the symbolic name, such as CRM_EX_NOSUCH.
func (c Code) Name() string {
	if e, ok := find(c); ok {
		return e.name
	}
	return "CRM_EX_UNKNOWN"
}

// Text is the description of the code.
func (c Code) Text() string {
	if e, ok := find(c); ok {
		return e.text
	}
	if c > 128 && c <= Max {
		return "Interrupted by signal"
	}
	return "Unknown exit status"
}

// String is the number and the text, for messages.
func (c Code) String() string { return strconv.Itoa(int(c)) + " (" + c.Text() + ")" }

// All returns the known codes in rising order.
func All() []Code {
	out := make([]Code, len(table))
	for i, e := range table {
		out[i] = e.code
	}
	return out
}

// Carrier is an error that knows the exit code it stands for.
type Carrier interface {
	error
	ExitCode() Code
}

// Of returns the exit code that an error stands for: OK for nil, the code of the first Carrier in its chain, else Error.
func Of(err error) Code {
	if err == nil {
		return OK
	}
	var c Carrier
	if errors.As(err, &c) {
		return c.ExitCode()
	}
	return Error
}
