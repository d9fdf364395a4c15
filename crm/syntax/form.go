package syntax

import (
	"regexp"
	"sync"
)

// form is a regular expression that is compiled when it is used first: every command of the program would wait for it
// otherwise.
func form(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
