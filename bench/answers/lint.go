package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// batch is how many answers xmllint checks in one run.
const batch = 200

// lint collects answers and has them checked against a grammar. Its methods may be called from several goroutines.
type lint struct {
	grammar string // of RELAX NG
	dir     string

	mu      sync.Mutex
	pending map[string]answer // by file
	results []*result
	of      map[string]*result // by question
	count   int
	left    map[string]int // of what is known, how often it was left out
}

// answer is what a command printed.
type answer struct {
	question, about string
	command         []string
}

// result is what came of a question.
type result struct {
	question       string
	answers, wrong int
	example        answer // the first that is not valid
	why, file      string
}

func newLint(grammar, dir string) *lint {
	return &lint{grammar: grammar, dir: dir, pending: map[string]answer{}, of: map[string]*result{}, left: map[string]int{}}
}

// add takes an answer; now and then it has those that wait checked.
func (l *lint) add(ctx context.Context, a answer, text []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.of[a.question]
	if r == nil {
		r = &result{question: a.question}
		l.of[a.question] = r
		l.results = append(l.results, r)
	}
	r.answers++
	l.count++
	rest, left := withoutKnown(a.question, string(text))
	for _, why := range left {
		l.left[why]++
	}
	file := filepath.Join(l.dir, fmt.Sprintf("answer%d.xml", l.count))
	if err := os.WriteFile(file, []byte(rest), 0o600); err != nil {
		return err
	}
	l.pending[file] = a
	if len(l.pending) < batch {
		return nil
	}
	return l.check(ctx)
}

// finish checks what is left.
func (l *lint) finish(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.check(ctx)
}

// check lets xmllint look at what waits. Valid answers are removed, of the others the first of each question is kept.
func (l *lint) check(ctx context.Context) error {
	if len(l.pending) == 0 {
		return nil
	}
	args := []string{"--noout", "--nonet", "--relaxng", l.grammar}
	for file := range l.pending {
		args = append(args, file)
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "xmllint", args...)
	cmd.Stderr = &out
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return err
	}
	valid, why := map[string]bool{}, map[string]string{}
	for line := range strings.Lines(out.String()) {
		line = strings.TrimSpace(line)
		if file, ok := strings.CutSuffix(line, " validates"); ok {
			valid[file] = true
		} else if file, rest, ok := strings.Cut(line, ":"); ok && why[file] == "" {
			why[file] = rest
		}
	}
	if len(valid) == 0 && strings.Contains(out.String(), "failed to load") {
		return fmt.Errorf("xmllint: %s", out.String())
	}
	for file, a := range l.pending {
		r := l.of[a.question]
		if !valid[file] {
			r.wrong++
			if r.example.command == nil {
				r.example, r.why, r.file = a, why[file], file
				continue
			}
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	clear(l.pending)
	return nil
}

// tell prints the result and returns how many answers are not valid.
func (l *lint) tell() (wrong int) {
	for _, r := range l.results {
		wrong += r.wrong
		if r.wrong == 0 {
			continue
		}
		fmt.Printf("INVALID %d of %d: %s\n        %s\n        asked about %s: %s\n        %s\n", r.wrong, r.answers, r.question, r.why, r.example.about,
			strings.Join(r.example.command, " "), r.file)
	}
	for _, why := range slices.Sorted(maps.Keys(l.left)) {
		fmt.Printf("left out of %d, as the publisher's own tools say it too and the format has no room for it: %s\n", l.left[why], why)
	}
	fmt.Printf("%d answers to %d questions, %d not valid\n", l.count, len(l.results), wrong)
	return wrong
}
