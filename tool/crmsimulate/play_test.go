package crmsimulate

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"pacer/applet"
	"pacer/internal/play"
)

// TestPlays runs testdata/*.txt: "cluster" makes cib.xml of a few lines (see package play), "run" calls crm_simulate with each
// line of its input as arguments, "file" writes a file, "show" prints one. What is printed on stderr is marked with "!".
func TestPlays(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		dir := t.TempDir()
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "cluster":
				root, err := play.CIB(d.Input)
				if err != nil {
					t.Fatal(err)
				}
				root.Set("validate-with", "pacemaker-4.0")
				root.Unset("execution-date")
				if err := os.WriteFile(filepath.Join(dir, "cib.xml"), root.Pretty(nil), 0o600); err != nil {
					t.Fatal(err)
				}
				return "ok\n"
			case "file":
				if err := os.WriteFile(filepath.Join(dir, d.CmdArgs[0].Key), []byte(d.Input+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				return "ok\n"
			case "show":
				data, err := os.ReadFile(filepath.Join(dir, d.CmdArgs[0].Key))
				if err != nil {
					t.Fatal(err)
				}
				return string(data)
			}
			var out strings.Builder
			for line := range strings.Lines(d.Input) {
				out.WriteString(play1(dir, strings.Fields(line)))
			}
			return out.String()
		})
	})
}

// play1 runs crm_simulate once, with "DIR/" in its arguments standing for the directory of the test.
func play1(dir string, args []string) string {
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "DIR/", dir+"/")
	}
	var stdout, stderr bytes.Buffer
	code := Run(applet.Env{Name: "crm_simulate", Args: args, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
		Getenv: func(string) string { return "" }, Environ: func() []string { return nil },
		Now: func() time.Time { return time.Unix(1_700_000_000, 0).UTC() }})
	text := stdout.String()
	for line := range strings.Lines(stderr.String()) {
		text += "! " + line
	}
	if code != 0 {
		text += fmt.Sprintf("exit %d\n", code)
	}
	return strings.ReplaceAll(text, dir+"/", "DIR/")
}
