package ocf

// ExitCode is what an agent returns (OCF RA API 1.1, and the two internal ones of the field).
type ExitCode int

// The exit codes.
const (
	OK               ExitCode = 0
	ErrGeneric       ExitCode = 1
	ErrArgs          ExitCode = 2
	ErrUnimplemented ExitCode = 3
	ErrPerm          ExitCode = 4
	ErrInstalled     ExitCode = 5
	ErrConfigured    ExitCode = 6
	NotRunning       ExitCode = 7
	RunningPromoted  ExitCode = 8
	FailedPromoted   ExitCode = 9
	Degraded         ExitCode = 190
	DegradedPromoted ExitCode = 191
	UnknownResult    ExitCode = 193 // no result yet
)

// String is the text that status displays show for the code.
func (c ExitCode) String() string {
	switch c {
	case OK:
		return "ok"
	case ErrGeneric:
		return "error"
	case ErrArgs:
		return "invalid parameter"
	case ErrUnimplemented:
		return "unimplemented feature"
	case ErrPerm:
		return "insufficient privileges"
	case ErrInstalled:
		return "not installed"
	case ErrConfigured:
		return "not configured"
	case NotRunning:
		return "not running"
	case RunningPromoted:
		return "promoted"
	case FailedPromoted:
		return "promoted (failed)"
	case Degraded:
		return "OCF_DEGRADED"
	case DegradedPromoted:
		return "promoted (degraded)"
	}
	return "unknown"
}
