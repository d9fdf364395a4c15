package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"pacer/internal/randomcib"
	"pacer/xmltree"
)

// subject is one CIB to compare on: made up from a seed or read from a file.
type subject struct {
	name string
	seed uint64 // 0: from a file
	file string
}

func (s *subject) cib(o randomcib.Options) (*xmltree.Node, error) {
	if s.file == "" {
		return randomcib.New(s.seed, o), nil
	}
	data, err := os.ReadFile(s.file)
	if err != nil {
		return nil, err
	}
	return xmltree.Parse(data)
}

// compareAll hands the CIBs to the workers and counts what they find.
func compareAll(ctx context.Context, o *options, t *tally) error {
	queue := make(chan *subject)
	fail := make(chan error, o.workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	for range o.workers {
		all.Add(1)
		go func() {
			defer all.Done()
			dir, err := os.MkdirTemp("", "peers-work-")
			if err == nil {
				defer os.RemoveAll(dir)
				w := &workplace{dir: dir, peers: o.peers, limit: o.limit}
				for s := range queue {
					if err = w.compare(ctx, o, s, t); err != nil {
						break
					}
				}
			}
			if err != nil && ctx.Err() == nil {
				fail <- err
				cancel()
			}
		}()
	}
	for _, s := range o.subjects() {
		select {
		case queue <- s:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(queue)
	all.Wait()
	select {
	case err := <-fail:
		return err
	default:
		return nil // Interrupted by the user: what there is is reported.
	}
}

func (o *options) subjects() (list []*subject) {
	for _, f := range o.files {
		list = append(list, &subject{name: f, file: f})
	}
	if len(list) > 0 {
		return list
	}
	for i := range o.count {
		seed := o.seed + uint64(i)
		list = append(list, &subject{name: "seed " + strconv.FormatUint(seed, 10), seed: seed})
	}
	return list
}

// compare lets all decide on one CIB. What differs without explanation is made small, if it is one of the first of its kind.
func (w *workplace) compare(ctx context.Context, o *options, s *subject, t *tally) error {
	cib, err := s.cib(o.make)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	ours, verdicts, err := w.judge(ctx, cib, len(w.peers))
	if err != nil || ctx.Err() != nil {
		return err
	}
	n := t.count(s, verdicts, cib, ours.graph)
	if n == 0 {
		return nil
	}
	small := w.small(ctx, o, s, cib, n, verdicts[n-1].left.kind())
	if _, verdicts, err = w.judge(ctx, small, n); err != nil || ctx.Err() != nil {
		return err
	}
	return t.keep(s, small, n, verdicts[n-1].left)
}

// small makes the CIB of a subject as small as possible while it shows the same kind of difference to the n-th peer first.
func (w *workplace) small(ctx context.Context, o *options, s *subject, cib *xmltree.Node, n int, kind string) *xmltree.Node {
	shows := func(c *xmltree.Node) bool {
		_, verdicts, err := w.judge(ctx, c, n)
		if err != nil || ctx.Err() != nil {
			return false
		}
		v := verdicts[n-1]
		return v.finding == unexplained && v.left.kind() == kind
	}
	if s.file == "" {
		cib = fewer(s.seed, o.make, cib, shows)
	}
	sh := &shrinker{root: cib, shows: shows, left: o.tries}
	return sh.shrink()
}

// fewer makes the CIB of a seed with as few features as possible.
func fewer(seed uint64, o randomcib.Options, cib *xmltree.Node, shows func(*xmltree.Node) bool) *xmltree.Node {
	for _, f := range randomcib.On(seed, o) {
		next := o
		next.Without = append(slices.Clone(o.Without), f)
		if c := randomcib.New(seed, next); shows(c) {
			o, cib = next, c
		}
	}
	return cib
}

// fileName is a name for a kind of difference.
func fileName(kind string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, kind), "-")
}
