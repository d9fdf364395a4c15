package cluster

import (
	"strconv"
	"time"

	"pacer/history"
	"pacer/isotime"
	"pacer/option"
	"pacer/xmltree"
)

// DefaultTimeout is the timeout of operations for which none is configured.
const DefaultTimeout = 20 * time.Second

// Op is the configuration of an operation. Its attributes are read once: operations are looked up for every entry of the
// history and for every action.
type Op struct {
	XML      *xmltree.Node
	ID       string
	Task     string        // its name
	Interval time.Duration // 0 when it does not recur, or for text that is no interval
	Role     Role          // unknown when none is given, or for text that is no role
	AnyRole  bool          // none is given
	Disabled bool
}

func readOp(x *xmltree.Node) Op {
	enabled, ok := option.ParseBool(x.Get("enabled"))
	return Op{XML: x, ID: x.ID(), Task: x.Get("name"), Interval: isotime.IntervalOr(x.Get("interval"), 0), Role: ParseRole(x.Get("role")),
		AnyRole: x.Get("role") == "", Disabled: ok && !enabled}
}

// FindOp returns the configuration of an operation, or nil. With enabled, disabled ones do not count.
func (r *Resource) FindOp(task string, interval time.Duration, enabled bool) *xmltree.Node {
	x := r.findOp(task, interval, enabled)
	if x == nil && (task == "migrate_to" || task == "migrate_from") {
		x = r.findOp("migrate", 0, enabled)
	}
	return x
}

func (r *Resource) findOp(task string, interval time.Duration, enabled bool) *xmltree.Node {
	for i := range r.Ops {
		if op := &r.Ops[i]; op.Interval == interval && op.Task == task && !(enabled && op.Disabled) {
			return op.XML
		}
	}
	return nil
}

// OpParams are the instance attributes of an operation's own configuration on a node; nil when it has none.
func (s *State) OpParams(op *xmltree.Node, n *Node) Values {
	if op == nil || op.First("instance_attributes") == nil {
		return nil
	}
	v := Values{}
	f := s.facts()
	f.NodeAttr = n.Attr
	s.fill(v, op, "instance_attributes", "", f)
	return v
}

// OpMeta collects the meta-attributes of an operation, from its configuration op (nil for none) and op_defaults, with
// interval, timeout and start-delay in milliseconds.
func (s *State) OpMeta(r *Resource, n *Node, task string, interval time.Duration, op *xmltree.Node) Values {
	m := Values{}
	f := s.resourceFacts(r.XML)
	f.Op, f.Interval = task, interval
	if op != nil {
		s.fill(m, op, "meta_attributes", "", f)
		for _, a := range op.Attrs {
			m[a.Name] = a.Value
		}
	}
	probe := task == "monitor" && interval == 0
	if _, ok := m["timeout"]; probe && !ok {
		if mon := r.fastestMonitor(); mon != nil {
			if v, ok := mon.Lookup("timeout"); ok {
				m["timeout"] = v
			}
		}
	}
	s.fill(m, s.CIB.Path("configuration", "op_defaults"), "meta_attributes", "", f)
	delete(m, "id")
	delete(m, "interval")
	if interval > 0 {
		m["interval"] = history.Milliseconds(interval)
	}
	if r.Class == "stonith" && (task == "start" || probe) {
		if v, ok := s.Params(r, n)["pcmk_monitor_timeout"]; ok {
			m["timeout"] = v
		}
	}
	m["timeout"] = history.Milliseconds(timeoutOf(m["timeout"]))
	s.checkOnFail(r, task, op, m)
	if v, ok := m["start-delay"]; ok {
		m["start-delay"] = history.Milliseconds(delayOf(v))
	} else if v, ok := m["interval-origin"]; ok && interval >= time.Second {
		if origin, err := isotime.Time(v, s.Now.Location()); err == nil {
			sec := int64(interval / time.Second)
			since := int64(s.Now.Sub(origin)/time.Second) % sec
			wait := -since
			if since > 0 {
				wait = sec - since
			}
			m["start-delay"] = strconv.FormatInt(wait*1000, 10)
		} else {
			s.say(Config, "Operation %s: interval-origin: %v.", op.ID(), err)
		}
	}
	return m
}

// timeout is the timeout among the meta-attributes of a recurring operation, in milliseconds. What stands in its element wins.
func (s *State) timeout(r *Resource, n *Node, task string, interval time.Duration, op *xmltree.Node) string {
	if op != nil {
		if v, ok := op.Lookup("timeout"); ok {
			return history.Milliseconds(timeoutOf(v))
		}
	}
	return s.OpMeta(r, n, task, interval, op)["timeout"]
}

func timeoutOf(text string) time.Duration {
	if d := delayOf(text); d > 0 {
		return d
	}
	return DefaultTimeout
}

// delayOf reads a timeout or a delay; what is none is no time.
func delayOf(text string) time.Duration {
	d, err := isotime.Timeout(text)
	if err != nil {
		return 0
	}
	return d
}

// fastestMonitor is the recurring monitor with the shortest interval.
func (r *Resource) fastestMonitor() *xmltree.Node {
	var best *xmltree.Node
	least := time.Duration(0)
	for i := range r.Ops {
		if op := &r.Ops[i]; op.Task == "monitor" && !op.Disabled && op.Interval > 0 && (best == nil || op.Interval < least) {
			best, least = op.XML, op.Interval
		}
	}
	return best
}

func opKey(resource, task string, interval time.Duration) string {
	return history.OpKey(resource, task, interval)
}
