package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// peer is a crm_simulate that is not ours.
type peer struct {
	command string
	version string // as it says itself, such as "Pacemaker 3.0.3"
	older   bool   // of a series before ours: asked in its words, compared without what it says in others
	rules   []rule // how it is known to differ
}

// newPeer asks a crm_simulate who it is.
func newPeer(command string) (*peer, error) {
	out, err := exec.Command(command, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --version: %w", command, err)
	}
	p := &peer{command: command, rules: newerRules}
	p.version, _, _ = strings.Cut(string(out), "\n")
	if p.older = !strings.HasPrefix(p.version, "Pacemaker 3."); p.older {
		p.rules = olderRules
	}
	return p, nil
}

func (p *peer) String() string { return p.version + " (" + p.command + ")" }

// findPeers finds the peers that the command line names, that of our own series first: it is the proof for the other. One of
// them is enough.
func findPeers(newer, other string) (list []*peer, err error) {
	if newer != "" {
		p, err := newPeer(newer)
		if err != nil {
			return nil, err
		}
		if p.older {
			return nil, fmt.Errorf("%s is %s, which is no 3.0: name it with -peer", newer, p.version)
		}
		list = append(list, p)
	}
	if _, err := exec.LookPath(other); err != nil {
		if len(list) == 0 {
			return nil, fmt.Errorf("there is no %s to compare with: install pacemaker-cli-utils, or name another with -peer or -newer", other)
		}
		return list, nil
	}
	p, err := newPeer(other)
	if err != nil {
		return nil, err
	}
	if !p.older && len(list) > 0 {
		return nil, errors.New("-newer and -peer name two of the same series: leave one of them out")
	}
	return append(list, p), nil
}
