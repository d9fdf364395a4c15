package crm

import (
	"errors"
	"fmt"
	"strings"
)

// arguments are the options of the command line and the words behind them.
type arguments struct {
	help, version   bool
	file            string
	shadow          string
	display         string
	force, no, wait bool
	set             []string
	words           []string
}

const usageLine = "Usage: crm [OPTIONS] [SUBCOMMAND ARGS...]"

const helpText = usageLine + `

Options:
  -h, --help            show this help and exit
      --version         show the version and exit
  -f, --file=FILE       read commands from FILE (- is standard input)
  -c, --cib=CIB         work on a shadow configuration
  -D, --display=TYPE    plain, color-always, color or uppercase
  -F, --force           answer yes to every question, commit in spite of findings
  -n, --no              answer no to every question
  -w, --wait            wait for the cluster after each change
  -H, --history=SRC     source of the history (accepted, not used)
  -d, --debug           debug messages (accepted, not used)
  -R, --regression-tests, -X, --profile=FILE, --scriptdir=DIRS
                        accepted, not used
  -o, --opt=SECTION.OPTION=VALUE
                        set an option of the shell for this run

Without a subcommand the shell is interactive, or reads commands from standard input when that is no terminal.
"crm help" lists levels and commands, "crm help LEVEL" those of a level.
`

// parseArgs reads the options up to the first word that is none.
func parseArgs(args []string) (*arguments, error) {
	a := &arguments{}
	ignored := ""
	valued := map[string]*string{"-f": &a.file, "--file": &a.file, "-c": &a.shadow, "--cib": &a.shadow, "-D": &a.display,
		"--display": &a.display, "-H": &ignored, "--history": &ignored, "-X": &ignored, "--profile": &ignored,
		"--scriptdir": &ignored}
	flags := map[string]*bool{"-h": &a.help, "--help": &a.help, "--version": &a.version, "-F": &a.force, "--force": &a.force,
		"-n": &a.no, "--no": &a.no, "-w": &a.wait, "--wait": &a.wait, "-d": new(bool), "--debug": new(bool), "-R": new(bool),
		"--regression-tests": new(bool)}
	for i := 0; i < len(args); i++ {
		w := args[i]
		if w == "--" {
			a.words = args[i+1:]
			return a, nil
		}
		if len(w) < 2 || w[0] != '-' {
			a.words = args[i:]
			return a, nil
		}
		name, value, inline := w, "", false
		if strings.HasPrefix(w, "--") {
			name, value, inline = strings.Cut(w, "=")
		} else if len(w) > 2 {
			// Short options may be bundled; one that takes a value takes the rest.
			if _, takes := valued[w[:2]]; takes || w[:2] == "-o" {
				name, value, inline = w[:2], w[2:], true
			} else {
				args = append(append([]string{}, append(append([]string{}, args[:i+1]...), "-"+w[2:])...), args[i+1:]...)
				name = w[:2]
			}
		}
		if f, ok := flags[name]; ok {
			if inline {
				return nil, fmt.Errorf("option %s takes no value", name)
			}
			*f = true
			continue
		}
		dest, ok := valued[name]
		isSet := name == "-o" || name == "--opt"
		if !ok && !isSet {
			return nil, fmt.Errorf("no such option: %s", name)
		}
		if !inline {
			i++
			if i >= len(args) {
				return nil, fmt.Errorf("option %s needs a value", name)
			}
			value = args[i]
		}
		if isSet {
			a.set = append(a.set, value)
		} else {
			*dest = value
		}
	}
	if a.force && a.no {
		return nil, errors.New("-F and -n contradict each other")
	}
	return a, nil
}
