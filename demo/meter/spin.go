package meter

import (
	"pacer/applet"
	"pacer/exitcode"
)

// SpinApplet keeps one processor busy until it is killed.
var SpinApplet = applet.Applet{Names: []string{"bench-spin"}, Internal: true, Run: func(e applet.Env) exitcode.Code {
	for e.Context.Err() == nil {
	}
	return exitcode.OK
}}
