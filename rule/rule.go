package rule

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pacer/xmltree"
)

// maxDepth limits rules inside rules.
const maxDepth = 32

// maxRules limits what rules that refer to rules may multiply to.
const maxRules = 10_000

// Facts are what a rule may ask about. Functions may be nil, then nothing is known.
type Facts struct {
	Now time.Time
	// NodeAttr gives a node attribute, Param a parameter and Meta a meta-attribute of the resource.
	NodeAttr, Param, Meta func(name string) (string, bool)
	// Class, Provider and Type are of the resource that defaults are meant for; Op and Interval of the operation.
	Class, Provider, Type string
	Op                    string
	Interval              time.Duration
	// Submatches are the parts of the resource's name that a location constraint's pattern matched; they replace %0 to %9
	// in attribute names.
	Submatches []string
	// Resolve gives the element that an id-ref stands for.
	Resolve func(*xmltree.Node) *xmltree.Node
	// Change hears of times at which the outcome may become another one. May be nil.
	Change func(time.Time)
	// Interval reader, for op_expression; Problem hears of what is wrong in a rule. May be nil.
	Problem func(text string)
}

func (f *Facts) problem(format string, args ...any) {
	if f.Problem != nil {
		f.Problem(fmt.Sprintf(format, args...))
	}
}

func (f *Facts) change(t time.Time) {
	if f.Change != nil {
		f.Change(t)
	}
}

// AnyHolds tells whether an element has no rule at all or one that holds.
func AnyHolds(parent *xmltree.Node, f *Facts) bool {
	empty := true
	for r := range parent.Elements("rule") {
		empty = false
		if Holds(r, f) {
			return true
		}
	}
	return empty
}

// Holds tells whether a rule holds. A rule that cannot be read does not hold; Facts.Problem hears why.
func Holds(r *xmltree.Node, f *Facts) bool {
	left := maxRules
	return holds(r, f, 0, &left)
}

// holds decides a rule that is inside depth others; left is how many rules may still be looked at.
func holds(r *xmltree.Node, f *Facts, depth int, left *int) bool {
	if *left--; *left == 0 {
		f.problem("rule %s: more than %d rules in one, by reference", r.ID(), maxRules)
	}
	if *left <= 0 {
		return false
	}
	if f.Resolve != nil {
		if r = f.Resolve(r); r == nil {
			return false
		}
	}
	if depth > maxDepth {
		f.problem("rule %s: more than %d rules inside each other", r.ID(), maxDepth)
		return false
	}
	or := strings.EqualFold(r.Get("boolean-op"), "or")
	empty := true
	for c := range r.Elements() {
		var ok bool
		switch c.Name {
		case "rule":
			ok = holds(c, f, depth+1, left)
		case "expression":
			ok = attribute(c, f)
		case "date_expression":
			ok = date(c, f)
		case "rsc_expression":
			ok = f.agent(c)
		case "op_expression":
			ok = f.operation(c)
		default:
			continue
		}
		empty = false
		if ok == or {
			return ok
		}
	}
	return empty || !or
}

func (f *Facts) agent(e *xmltree.Node) bool {
	for _, p := range [3][2]string{{"class", f.Class}, {"provider", f.Provider}, {"type", f.Type}} {
		if want, ok := e.Lookup(p[0]); ok && want != p[1] {
			return false
		}
	}
	return f.Class != ""
}

func (f *Facts) operation(e *xmltree.Node) bool {
	if f.Op == "" || e.Get("name") != f.Op {
		return false
	}
	text, ok := e.Lookup("interval")
	if !ok {
		return true
	}
	d, err := interval(text)
	if err != nil {
		f.problem("op_expression %s: %v", e.ID(), err)
		return false
	}
	return d == f.Interval
}

func lookup(get func(string) (string, bool), name string) (string, bool) {
	if get == nil {
		return "", false
	}
	return get(name)
}

// Expand replaces %0 to %9 by the submatches of a pattern.
func (f *Facts) Expand(text string) string {
	if len(f.Submatches) == 0 {
		return text
	}
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "%")
		out.WriteString(before)
		switch {
		case !found:
			return out.String()
		case after != "" && isDigit(after[0]):
			if i := int(after[0] - '0'); i < len(f.Submatches) {
				out.WriteString(f.Submatches[i])
			}
			text = after[1:]
		default:
			out.WriteByte('%')
			text = after
		}
	}
}

// attribute decides an expression about a node attribute.
func attribute(e *xmltree.Node, f *Facts) bool {
	name, op := f.Expand(e.Get("attribute")), strings.ToLower(e.Get("operation"))
	actual, defined := lookup(f.NodeAttr, name)
	want, given := e.Lookup("value")
	switch op {
	case "defined":
		return defined && !given // a value makes no sense there
	case "not_defined":
		return !defined && !given
	}
	switch strings.ToLower(e.Get("value-source")) {
	case "param":
		want, given = lookup(f.Param, want)
	case "meta":
		want, given = lookup(f.Meta, want)
	}
	kind := strings.ToLower(e.Get("type"))
	if kind == "" {
		kind = "string"
		switch op {
		case "lt", "lte", "gt", "gte":
			kind = "integer"
			if strings.Contains(actual, ".") || strings.Contains(want, ".") {
				kind = "number"
			}
		}
	}
	cmp := 0
	if defined && given {
		cmp = compare(actual, want, kind)
	} else if op != "eq" && op != "ne" {
		return false
	} else if defined || given {
		cmp = 1
	}
	switch op {
	case "eq":
		return cmp == 0
	case "ne":
		return cmp != 0
	case "lt":
		return cmp < 0
	case "lte":
		return cmp <= 0
	case "gt":
		return cmp > 0
	case "gte":
		return cmp >= 0
	}
	f.problem("expression %s: operation %q is not known", e.ID(), op)
	return false
}

func compare(a, b, kind string) int {
	switch kind {
	case "integer":
		x, err1 := whole(a)
		y, err2 := whole(b)
		if err1 == nil && err2 == nil {
			return sign(x < y, x > y)
		}
	case "number":
		x, err1 := number(a)
		y, err2 := number(b)
		if err1 == nil && err2 == nil {
			return sign(x < y, x > y)
		}
	case "version":
		return CompareVersions(a, b)
	}
	return strings.Compare(strings.ToLower(a), strings.ToLower(b))
}

func sign(less, greater bool) int {
	switch {
	case less:
		return -1
	case greater:
		return 1
	}
	return 0
}

// CompareVersions compares dotted versions number by number.
func CompareVersions(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		m, _ := strconv.Atoi(x)
		n, _ := strconv.Atoi(y)
		if m != n {
			return sign(m < n, m > n)
		}
	}
	return 0
}
