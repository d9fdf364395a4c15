package main

import (
	"os/exec"
	"regexp"
	"strings"
)

// option is an option as a command's own help tells it.
type option struct {
	name  string // "--name"
	value bool   // takes one
}

var helpLine = regexp.MustCompile(`(?m)^ +(?:-., )?(--[a-z0-9-]+)(=\S)?`)

// optionsOf reads the options of a command off its help; none when it has no such help.
func optionsOf(command string) (list []option) {
	out, err := exec.Command(command, "--help-all").Output()
	if err != nil {
		return nil
	}
	for _, m := range helpLine.FindAllStringSubmatch(string(out), -1) {
		if !strings.HasPrefix(m[1], "--help") && m[1] != "--version" {
			list = append(list, option{name: m[1], value: m[2] != ""})
		}
	}
	return list
}
