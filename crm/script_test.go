package crm

import (
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pacer/applet"
	"pacer/place"
)

// The scripts in testdata run the real command line in a process of its own; places are moved below the script's directory, so
// that neither the machine's agents nor its options matter.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"crm": func() {
		os.Exit(int(Run(applet.Env{Name: "crm", Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
			Getenv: os.Getenv, Environ: os.Environ, Now: time.Now, Places: place.Places{Root: os.Getenv(place.RootVariable)}})))
	}})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv(place.RootVariable, env.WorkDir)
			env.Setenv("CIB_file", env.WorkDir+"/cib.xml")
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
	})
}
