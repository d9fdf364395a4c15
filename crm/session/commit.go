package session

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"

	"pacer/cib"
	"pacer/crm/syntax"
	"pacer/exitcode"
	"pacer/xmltree"
)

// tries is how often a commit is merged anew when somebody else was faster.
const tries = 20

// ConflictError names objects that this session and somebody else changed.
type ConflictError struct{ Objects []string }

func (e *ConflictError) Error() string {
	return fmt.Sprintf("CIB changed in the meantime: somebody else changed %s too; refresh and make the change again, or commit by force",
		strings.Join(e.Objects, ", "))
}

// Commit merges what was changed into the present configuration and sends it. What others changed meanwhile survives; when
// they changed the same objects it is a ConflictError, unless force is given.
func (s *Session) Commit(ctx context.Context, force bool) error {
	for range tries {
		fresh, err := s.store.CIB(ctx)
		if err != nil {
			return err
		}
		conf, conflicts := s.merge(fresh.Configuration(), force)
		if len(conflicts) > 0 {
			return &ConflictError{conflicts}
		}
		err = s.send(ctx, fresh, cib.New(withConfiguration(fresh.Root(), conf)))
		if err == nil {
			return s.Refresh(ctx)
		}
		// A patch for an older version is refused, by a file and by a node in different words but with this code.
		if exitcode.Of(err) != exitcode.Old {
			return err
		}
	}
	return fmt.Errorf("the configuration keeps changing: nothing was committed")
}

// CommitReplace puts the whole configuration in the place of the present one, unless that has changed since it was read.
func (s *Session) CommitReplace(ctx context.Context) error {
	fresh, err := s.store.CIB(ctx)
	if err != nil {
		return err
	}
	a, b := fresh.Version(), s.base.Version()
	if a.AdminEpoch != b.AdminEpoch || a.Epoch != b.Epoch {
		return errors.New("CIB changed in the meantime: won't touch it!")
	}
	conf, _ := s.merge(fresh.Configuration(), true)
	if err := s.send(ctx, fresh, cib.New(withConfiguration(fresh.Root(), conf))); err != nil {
		return err
	}
	return s.Refresh(ctx)
}

// send applies the difference between two documents as one patch, which is refused when the first is no longer the present one.
func (s *Session) send(ctx context.Context, from, to *cib.Document) error {
	_, err := s.store.Apply(ctx, cib.Op{Kind: cib.OpPatch, Data: cib.Diff(from, to).XML()})
	return err
}

// entry is one child of a section: an object or a comment between objects.
type entry struct {
	key  string
	node *xmltree.Node
}

func entries(section *xmltree.Node) []entry {
	if section == nil {
		return nil
	}
	var out []entry
	comments := map[string]int{}
	for _, n := range section.Children {
		switch n.Kind {
		case xmltree.Element:
			k := n.Name + " " + n.ID()
			if n.ID() == "" {
				comments[k]++
				k += fmt.Sprint(comments[k])
			}
			out = append(out, entry{k, n})
		case xmltree.Comment:
			comments[n.Text]++
			out = append(out, entry{fmt.Sprint("# ", comments[n.Text], n.Text), n})
		}
	}
	return out
}

func byKey(list []entry) map[string]*xmltree.Node {
	m := make(map[string]*xmltree.Node, len(list))
	for _, e := range list {
		m[e.key] = e.node
	}
	return m
}

// merge makes a configuration of the present one and the changes of this session. Elements that the session did not change
// are the present ones, untouched.
func (s *Session) merge(fresh *xmltree.Node, force bool) (conf *xmltree.Node, conflicts []string) {
	c := *fresh
	c.Children = nil
	done := map[string]bool{}
	for _, section := range fresh.Children {
		if section.Kind != xmltree.Element {
			c.Children = append(c.Children, section)
			continue
		}
		done[section.Name] = true
		merged, bad := s.mergeSection(section, s.orig.First(section.Name), s.work.First(section.Name), force)
		conflicts = append(conflicts, bad...)
		if merged != nil {
			c.Children = append(c.Children, merged)
		}
	}
	for section := range s.work.Elements() {
		if !done[section.Name] && (len(section.Children) > 0 || section.Name == syntax.Fencing.Element()) {
			c.Children = append(c.Children, section.Clone())
		}
	}
	sort.Strings(conflicts)
	return &c, conflicts
}

// ofPairs are the sections whose objects are sets of independent values: two sessions may change different values of one set.
var ofPairs = map[string]bool{"crm_config": true, "rsc_defaults": true, "op_defaults": true}

// sameAttributes tells whether two elements are alike but for their children.
func sameAttributes(a, b *xmltree.Node) bool {
	x, y := *a, *b
	x.Children, y.Children = nil, nil
	return syntax.Same(&x, &y)
}

// mergeSection merges one section, or one set of values; nil means that it is gone.
func (s *Session) mergeSection(fresh, orig, work *xmltree.Node, force bool) (merged *xmltree.Node, conflicts []string) {
	if orig != nil && work != nil && syntax.Same(orig, work) {
		return fresh, nil
	}
	if fresh.Name == syntax.Fencing.Element() {
		// The topology is one object: its levels depend on each other.
		if orig == nil || !syntax.Same(orig, syntax.Normalize(fresh)) {
			if !force && !(work != nil && syntax.Same(work, syntax.Normalize(fresh))) {
				return fresh, []string{fencingID}
			}
		}
		if work == nil {
			return nil, nil
		}
		return work.Clone(), nil
	}
	o, w, f := byKey(entries(orig)), byKey(entries(work)), byKey(entries(fresh))
	same := func(a, b *xmltree.Node) bool {
		if a == nil || b == nil {
			return a == b
		}
		return a.Kind == b.Kind && (a.Kind != xmltree.Element || syntax.Same(a, b))
	}
	normal := func(n *xmltree.Node) *xmltree.Node {
		if n == nil || n.Kind != xmltree.Element {
			return n
		}
		return syntax.Normalize(n)
	}
	m := *fresh
	m.Children = nil
	for _, e := range entries(work) {
		now := f[e.key]
		switch {
		case same(o[e.key], e.node): // not changed here
			if now != nil {
				m.Children = append(m.Children, now)
			}
		case same(normal(now), e.node): // changed alike
			m.Children = append(m.Children, now)
		case force || same(normal(now), o[e.key]):
			m.Children = append(m.Children, e.node.Clone())
		case ofPairs[fresh.Name] && now != nil && sameAttributes(now, e.node):
			// The cluster itself writes properties, dc-version for one, while somebody sets others.
			set, bad := s.mergeSection(now, o[e.key], e.node, false)
			if len(bad) > 0 {
				conflicts = append(conflicts, e.node.ID())
			}
			m.Children = append(m.Children, set)
		default:
			conflicts = append(conflicts, e.node.ID())
			m.Children = append(m.Children, e.node.Clone())
		}
	}
	for _, e := range entries(fresh) {
		switch {
		case w[e.key] != nil:
		case o[e.key] == nil: // added by others
			m.Children = append(m.Children, e.node)
		case !force && !same(o[e.key], normal(e.node)): // deleted here, changed by others
			conflicts = append(conflicts, e.node.ID())
		}
	}
	return &m, conflicts
}
