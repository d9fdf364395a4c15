package status

import (
	"fmt"
	"slices"
	"strconv"

	"pacer/cluster"
)

// timeForm is how the text shows times.
const timeForm = "Mon Jan _2 15:04:05 2006"

// text writes nested lists.
type text struct {
	b     []byte
	depth int
	// sections counts the sections so far: a blank line stands between two.
	sections int
	d        *Dress
	f        filter
	st       *Status
	// below tells that lines do not name the node: its heading stands above, or nobody asked.
	below bool
}

// Text prints the picture as crm_mon does, or as crm_simulate does when Depth is 1.
func (st *Status) Text(dst []byte, d Dress) []byte {
	t := &text{b: dst, d: &d, f: st.filterOf(&d), st: st, depth: d.Depth, below: d.Bare}
	t.summary()
	if d.Show&Nodes != 0 {
		t.nodes()
	}
	if d.Show&Resources != 0 {
		t.resources()
	}
	if d.Show&AttributesSection != 0 {
		t.attributes()
	}
	if d.Show&Operations != 0 {
		t.histories()
	} else if d.Show&FailCounts != 0 {
		t.failCounts()
	}
	if d.Show&FailuresSection != 0 {
		t.failures()
	}
	t.fencing()
	if d.Show&TicketsSection != 0 {
		t.tickets()
	}
	if d.Show&BansSection != 0 {
		t.bans()
	}
	return t.b
}

// heading begins a section.
func (t *text) heading(s string) {
	if t.sections > 0 {
		t.b = append(t.b, '\n')
	}
	t.sections++
	if t.depth == 0 {
		t.b = append(t.b, s...)
		t.b = append(t.b, ":\n"...)
	} else {
		t.item(s + ":")
	}
}

// item writes one line of a list.
func (t *text) item(parts ...string) {
	for range t.depth {
		t.b = append(t.b, "  "...)
	}
	t.b = append(t.b, "* "...)
	for _, p := range parts {
		t.b = append(t.b, p...)
	}
	t.b = append(t.b, '\n')
}

// section writes a heading and, one level deeper, what inside writes; nothing at all when that is nothing.
func (t *text) section(name string, inside func()) {
	before, sections := len(t.b), t.sections
	t.heading(name)
	start := len(t.b)
	t.depth++
	inside()
	t.depth--
	if len(t.b) == start {
		t.b, t.sections = t.b[:before], sections
	}
}

// always is section for headings that stand also above nothing.
func (t *text) always(name string, inside func()) {
	t.heading(name)
	t.depth++
	inside()
	t.depth--
}

// sub writes an item and what is below it.
func (t *text) sub(line string, inside func()) {
	t.item(line)
	t.depth++
	inside()
	t.depth--
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (t *text) summary() {
	s, show := &t.st.Summary, t.d.Show
	t.section("Cluster Summary", func() {
		if show&Stack != 0 {
			state := ""
			if s.PacemakerdState != "" {
				state = " (" + s.PacemakerdState + ")"
			}
			t.item("Stack: ", orUnknown(s.Stack), state)
		}
		if show&DC != 0 {
			t.dc()
		}
		if show&Times != 0 {
			on := ""
			if s.Origin != "" {
				on = " on " + s.Origin
			}
			t.item("Last updated: ", s.Updated.Format(timeForm), on)
			line := "Last change:  " + s.Changed
			for _, p := range [][2]string{{" by ", s.ChangedBy}, {" via ", s.ChangedVia}, {" on ", s.ChangedOrigin}} {
				if p[1] != "" {
					line += p[0] + p[1]
				}
			}
			t.item(line)
		}
		if show&Counts != 0 {
			t.counts()
		}
		if t.d.Unsafe && s.Unsafe.Any() {
			t.item("Unsafe: ", s.Unsafe.String())
		}
		for _, problem := range s.Storage {
			t.item("Storage: ", problem)
		}
	})
	if show&MaintMode != 0 || show&Options != 0 {
		t.b = append(t.b, MaintenanceNotice(s)...)
	}
}

// String says what can happen and why, in one sentence.
func (u Unsafe) String() string {
	switch {
	case u.NoFencing && u.IgnoresQuorum:
		return "fencing is off and quorum is ignored; a service can run twice"
	case u.NoFencing:
		return "fencing is off; a service can run twice"
	case u.IgnoresQuorum:
		return "quorum is ignored; a service can run twice"
	}
	return ""
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

func (t *text) dc() {
	s := &t.st.Summary
	if s.DC == "" {
		t.item("Current DC: NONE")
		return
	}
	quorum := "with quorum"
	if !s.Quorum {
		quorum = "WITHOUT quorum"
	}
	mixed := ""
	if s.Mixed {
		mixed = "MIXED-VERSION "
	}
	t.item("Current DC: ", t.nodeLabel(s.DC, s.DCID, "", false), " (version ", orUnknown(s.DCVersion), ") - ", mixed, "partition ", quorum)
}

func (t *text) counts() {
	s := &t.st.Summary
	t.item(plural(s.NodesConfigured, "node configured", "nodes configured"))
	note := ""
	switch {
	case s.Disabled > 0 && s.Blocked > 0:
		note = fmt.Sprintf(" (%d DISABLED, %d BLOCKED from further action due to failure)", s.Disabled, s.Blocked)
	case s.Disabled > 0:
		note = fmt.Sprintf(" (%d DISABLED)", s.Disabled)
	case s.Blocked > 0:
		note = fmt.Sprintf(" (%d BLOCKED from further action due to failure)", s.Blocked)
	}
	t.item(plural(s.Instances, "resource instance configured", "resource instances configured"), note)
}

// MaintenanceNotice is what stands below the header while the cluster keeps its hands off, or stops everything; nil
// otherwise.
func MaintenanceNotice(s *Summary) []byte {
	switch {
	case s.Maintenance:
		return []byte("\n              *** Resource management is DISABLED ***\n" +
			"  The cluster will not attempt to start, stop or recover services\n")
	case s.StopAll:
		return []byte("\n    *** Resource management is DISABLED ***\n  The cluster will keep all resources stopped\n")
	}
	return nil
}

func (t *text) attributes() {
	t.section("Node Attributes", func() {
		for i := range t.st.Attributes {
			n := &t.st.Attributes[i]
			if !t.f.node(n.Node) {
				continue
			}
			t.sub("Node: "+t.nodeLabel(n.Node, n.NodeID, n.Host, n.Guest)+":", func() {
				for _, a := range n.List {
					t.item(fmt.Sprintf("%-32s\t: %-10s", a.Name, a.Value), connectivity(a))
				}
			})
		}
	})
}

// connectivity tells of a ping attribute that is lower than it should be.
func connectivity(a Attribute) string {
	if !a.Pinged {
		return ""
	}
	v, _ := strconv.Atoi(a.Value)
	switch {
	case v <= 0:
		return "\t: Connectivity is lost"
	case v < a.Expected:
		return fmt.Sprintf("\t: Connectivity is degraded (Expected=%d)", a.Expected)
	}
	return ""
}

// nodeLabel is a node's name, with its id or host where details are asked for.
func (t *text) nodeLabel(name, id, host string, guest bool) string {
	if !t.d.Detail {
		return name
	}
	if guest {
		return name + "@" + host
	}
	if name != id && id != "" {
		return name + " (" + id + ")"
	}
	return name
}

// anyHistory tells whether there is any node whose history can be shown.
func (t *text) anyHistory() bool {
	return slices.ContainsFunc(t.st.Histories, func(h History) bool { return t.f.node(h.Node) })
}

func (t *text) histories() {
	t.byNode("Operations", func(r *ResourceHistory) {
		if len(r.Operations) > 0 {
			t.sub(resourceHistoryLine(r)+":", func() {
				for k := range r.Operations {
					t.item(operationLine(&r.Operations[k], t.d.Timing))
				}
			})
		}
	})
}

// byNode shows something of every resource's history that is asked for, below its node.
func (t *text) byNode(title string, each func(*ResourceHistory)) {
	if !t.anyHistory() {
		return
	}
	t.always(title, func() {
		for i := range t.st.Histories {
			h := &t.st.Histories[i]
			if !t.f.node(h.Node) {
				continue
			}
			t.node(h, func() {
				for j := range h.Resources {
					if r := &h.Resources[j]; t.f.history(t.st, r) {
						each(r)
					}
				}
			})
		}
	})
}

// node writes a node heading unless nothing comes below it.
func (t *text) node(h *History, inside func()) {
	before := len(t.b)
	t.item("Node: ", t.nodeLabel(h.Node, h.NodeID, h.Host, h.Guest), ":")
	start := len(t.b)
	t.depth++
	inside()
	t.depth--
	if len(t.b) == start {
		t.b = t.b[:before]
	}
}

// history tells whether the history of a resource is asked for: by its own name or by that of what it is in.
func (f *filter) history(st *Status, r *ResourceHistory) bool {
	if f.resources == nil {
		return true
	}
	for i := range st.Resources {
		if f.covers(&st.Resources[i], r, false) {
			return true
		}
	}
	return f.names(r.ID)
}

// covers tells whether r is the history of something in x that is asked for. Of a bundle all is asked for with any part.
func (f *filter) covers(x *Resource, r *ResourceHistory, above bool) bool {
	above = above || f.self(x) || x.Kind == cluster.Bundle && f.within(x)
	if above && (x.ID == r.ID || x.Name == r.ID) {
		return true
	}
	for i := range x.Members {
		if f.covers(&x.Members[i], r, above) {
			return true
		}
	}
	for i := range x.Replicas {
		for _, y := range x.Replicas[i].all() {
			if f.covers(y, r, above) {
				return true
			}
		}
	}
	return false
}

func resourceHistoryLine(r *ResourceHistory) string {
	line := r.ID + ": "
	if r.Orphan {
		line += "orphan"
		return line
	}
	line += "migration-threshold=" + strconv.Itoa(r.Threshold)
	if r.FailCount > 0 {
		line += " fail-count=" + failCountText(r.FailCount)
	}
	if !r.LastFailure.IsZero() && r.FailCount > 0 {
		line += " last-failure='" + r.LastFailure.Format(timeForm) + "'"
	}
	return line
}

func failCountText(n int) string {
	if n >= 1000000 {
		return "1000000"
	}
	return strconv.Itoa(n)
}

func operationLine(o *Operation, timing bool) string {
	line := "(" + strconv.Itoa(o.Call) + ") " + o.Task
	if o.Interval > 0 || timing {
		line += ":"
	}
	if o.Interval > 0 {
		line += ` interval="` + strconv.FormatInt(o.Interval.Milliseconds(), 10) + `ms"`
	}
	if timing {
		if !o.Changed.IsZero() {
			line += ` last-rc-change="` + o.Changed.Format(timeForm) + `"`
		}
		if o.HasTimes {
			line += fmt.Sprintf(` exec-time="%dms" queue-time="%dms"`, o.Ran.Milliseconds(), o.Queued.Milliseconds())
		}
		line += fmt.Sprintf(" rc=%d (%s)", o.Code, o.Text)
	}
	return line
}

func (t *text) failCounts() {
	t.byNode("Migration Summary", func(r *ResourceHistory) {
		if r.FailCount > 0 {
			t.item(resourceHistoryLine(r))
		}
	})
}
