package session

import (
	"fmt"
	"strconv"
	"strings"

	"pacer/crm/syntax"
	"pacer/ocf"
	"pacer/xmltree"
)

// Running lists the nodes on which a resource runs according to the status that was read. Containers run nowhere themselves.
func (s *Session) Running(id string) []string {
	var out []string
	for state := range s.base.Status().Elements("node_state") {
		lrm := state.Path("lrm", "lrm_resources")
		for r := range lrm.Elements("lrm_resource") {
			name, _, _ := strings.Cut(r.ID(), ":")
			if name == id && active(r) {
				out = append(out, state.Get("uname"))
				break
			}
		}
	}
	return out
}

// active tells from a resource's history whether it runs: by its latest operation that says so or the opposite.
func active(r *xmltree.Node) bool {
	latest, runs := -1, false
	for op := range r.Elements("lrm_rsc_op") {
		call, err := strconv.Atoi(op.Get("call-id"))
		if err != nil || call < latest || op.Get("op-status") != "0" {
			continue
		}
		ok := op.Get("rc-code") == "0" || op.Get("rc-code") == "8"
		switch op.Get("operation") {
		case "start", "promote", "demote", "monitor", "migrate_from":
			latest, runs = call, ok
		case "stop", "migrate_to":
			latest, runs = call, !ok
		}
	}
	return runs
}

// DefaultTimeouts sets the timeouts that agents advise: of all operations that are there, and of start and stop (promote,
// demote, migrate) operations, which are added.
func (s *Session) DefaultTimeouts(ids []string) error {
	return s.Atomic(func() error {
		for _, id := range ids {
			o := s.find(id, func(k syntax.Kind) bool { return k == syntax.Primitive || k == syntax.Template })
			if o == nil {
				return missing(id)
			}
			m, err := s.MetaData(o)
			if err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
			if m == nil {
				return fmt.Errorf("%s: the agent's meta-data is not available", id)
			}
			s.defaultTimeouts(o, m)
		}
		return nil
	})
}

func (s *Session) defaultTimeouts(o *Object, m *ocf.Metadata) {
	ops := o.Node.First("operations")
	have := map[string]bool{}
	for op := range ops.Elements("op") {
		have[op.Get("name")] = true
		if a := m.Action(op.Get("name")); a != nil && a.Timeout != "" {
			op.Set("timeout", a.Timeout)
		}
	}
	for _, name := range []string{"start", "stop", "promote", "demote", "migrate_to", "migrate_from"} {
		a := m.Action(name)
		if strings.HasPrefix(name, "migrate_") && !hasMeta(o, "allow-migrate") {
			continue
		}
		if a == nil || have[name] || a.Timeout == "" {
			continue
		}
		if ops == nil {
			ops = o.Node.AddNew("operations")
		}
		op := ops.AddNew("op", "name", name, "timeout", a.Timeout, "interval", "0")
		syntax.AssignOne(op, o.ID, s.ids)
	}
}

// Difference is what was changed, as lines with a sign in front.
func (s *Session) Difference() string {
	was := &Session{base: s.base}
	was.setWork(s.orig)
	was.orig = s.orig
	var b strings.Builder
	old, now := was.texts(), s.texts()
	for _, o := range was.Sort(was.list) {
		if t, ok := now[key(o)]; !ok || t != old[key(o)] {
			b.WriteString(signed("-", old[key(o)]))
			if ok {
				b.WriteString(signed("+", t))
			}
		}
	}
	for _, o := range s.Sort(s.list) {
		if _, ok := old[key(o)]; !ok {
			b.WriteString(signed("+", now[key(o)]))
		}
	}
	return b.String()
}

func (s *Session) texts() map[string]string {
	pr := s.printer(false)
	out := map[string]string{}
	for _, o := range s.list {
		out[key(o)], _ = pr.Object(o.Kind, o.Node)
	}
	return out
}

func signed(sign, text string) string {
	return sign + strings.ReplaceAll(text, "\n", "\n"+sign) + "\n"
}
