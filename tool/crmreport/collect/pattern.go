package collect

import (
	"regexp"
	"sync"
)

// pattern is an expression that is compiled when it is first used: every command of the program carries it, and only the report
// needs it.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
