package cib

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"pacer/exitcode"
	"pacer/release"
	"pacer/schema"
	"pacer/schema/upgrade"
	"pacer/score"
	"pacer/xmltree"
)

// work is a document in the middle of a list of operations.
type work struct {
	doc    *Document
	edit   *xmltree.Editor // nil until something changes
	answer *xmltree.Node
	guard  Guard
	// replaced tells that something was put in the place of something, in the configuration or elsewhere: that is a change even if it
	// brings nothing new.
	replaced, configured bool
	// newest is the schema that an upgrade goes to.
	newest schema.Version
}

func (w *work) root() *xmltree.Node {
	if w.edit != nil {
		return w.edit.Root()
	}
	return w.doc.root
}

func (w *work) editor() *xmltree.Editor {
	if w.edit == nil {
		w.edit = xmltree.Edit(w.doc.root)
	}
	return w.edit
}

// settle ends the current round of edits, so that nodes of the tree may be handed out.
func (w *work) settle() *xmltree.Node {
	if w.edit != nil {
		w.become(w.edit.Done())
	}
	return w.doc.root
}

func (w *work) become(root *xmltree.Node) {
	w.edit = nil
	if root != w.doc.root {
		w.doc = FromTree(root)
	}
}

// section finds the path to a section; make adds what is missing of it.
func (w *work) section(name string, create bool) (xmltree.Path, bool) {
	names, _ := sectionPath(name)
	path := xmltree.Path{w.root()}
	for _, n := range names {
		next := w.now(path[len(path)-1]).First(n)
		if next == nil {
			if !create {
				return nil, false
			}
			path = w.editor().Insert(path, -1, xmltree.New(n))
			continue
		}
		path = append(path, next)
	}
	return path, true
}

func (w *work) now(n *xmltree.Node) *xmltree.Node {
	if w.edit != nil {
		return w.edit.Now(n)
	}
	return n
}

// matches are the elements that an XPath selects; attributes stand for their elements.
func (w *work) matches(xpath string) ([]xmltree.Path, *Error) {
	found, err := xmltree.Select(w.root(), xpath)
	if err != nil {
		return nil, fail(exitcode.Usage, "%s", err.Error())
	}
	var out []xmltree.Path
	var last *xmltree.Node
	for _, m := range found {
		if m.Node != last && m.Node.Kind == xmltree.Element {
			out = append(out, m.Path())
		}
		last = m.Node
	}
	return out, nil
}

// find looks below path, and at its end too, for an element with the name and id of like: for a child first, since that is
// what most changes mean, then for the first one further down.
func find(path xmltree.Path, like *xmltree.Node) xmltree.Path {
	for c := range path[len(path)-1].Elements(like.Name) {
		if c.ID() == like.ID() {
			return append(path[:len(path):len(path)], c)
		}
	}
	return search(path, func(n *xmltree.Node) bool { return n.Name == like.Name && n.ID() == like.ID() })
}

// search looks below path, and at its end too, for the first element that is.
func search(path xmltree.Path, is func(*xmltree.Node) bool) xmltree.Path {
	found := append(make(xmltree.Path, 0, len(path)+16), path...)
	var down func(n *xmltree.Node) bool
	down = func(n *xmltree.Node) bool {
		if is(n) {
			return true
		}
		for _, c := range n.Children {
			if c.Kind != xmltree.Element {
				continue
			}
			found = append(found, c)
			if down(c) {
				return true
			}
			found = found[:len(found)-1]
		}
		return false
	}
	if !down(path[len(path)-1]) {
		return nil
	}
	return found
}

func describe(n *xmltree.Node) string {
	if id := n.ID(); id != "" {
		return "<" + n.Name + " id=" + strconv.Quote(id) + ">"
	}
	return "<" + n.Name + ">"
}

// place is where an operation with Data looks: a section, or the first match of its XPath.
func (w *work) place(o Op) (xmltree.Path, *Error) {
	if o.XPath != "" {
		found, err := w.matches(o.XPath)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fail(exitcode.NoSuch, "nothing in the configuration matches %s", o.XPath)
		}
		return found[0], nil
	}
	// Data that is the section itself is looked for from the root.
	if o.Section == o.Data.Name {
		return xmltree.Path{w.root()}, nil
	}
	path, ok := w.section(o.Section, false)
	if !ok {
		return nil, fail(exitcode.NoSuch, "the configuration has no section %s", o.Section)
	}
	return path, nil
}

func (w *work) create(o Op) *Error {
	if o.XPath == "" && (o.Section == "" || o.Section == o.Data.Name || o.Section == "all" || o.Section == "cib") {
		if o.Section != "" && o.Section != "cib" && o.Section != "all" {
			if _, ok := w.section(o.Section, true); !ok {
				return fail(exitcode.NoSuch, "the configuration has no section %s", o.Section)
			}
		}
		o.Section = ""
		return w.modify(o)
	}
	var path xmltree.Path
	if o.XPath != "" {
		var err *Error
		if path, err = w.place(o); err != nil {
			return err
		}
	} else {
		path, _ = w.section(o.Section, true)
	}
	for c := range w.now(path[len(path)-1]).Elements(o.Data.Name) {
		if c.ID() == o.Data.ID() {
			return fail(exitcode.Exists, "%s exists already in %s", describe(o.Data), describe(path[len(path)-1]))
		}
	}
	w.editor().Insert(path, -1, fresh(o.Data))
	return nil
}

func (w *work) modify(o Op) *Error {
	path, err := w.place(o)
	if err != nil {
		return err
	}
	target := find(path, o.Data)
	if target == nil {
		// A section that is not there yet needs no permission to come into being.
		if section := o.XPath == "" && o.Section == o.Data.Name; !o.AllowCreate && !section {
			return fail(exitcode.NoSuch, "the configuration has no %s to modify", describe(o.Data))
		}
		if o.XPath == "" && o.Section == o.Data.Name {
			if path, _ = w.section(o.Section, true); len(path) > 0 {
				w.merge(path, o.Data, o.ScoreMode)
				return nil
			}
		}
		w.editor().Insert(path, -1, fresh(o.Data))
		return nil
	}
	w.merge(target, o.Data, o.ScoreMode)
	return nil
}

// merge gives the element at path all attributes of from and what is below from: children with the same name and id are
// merged in turn, others added at the end.
func (w *work) merge(path xmltree.Path, from *xmltree.Node, scores bool) {
	target := path[len(path)-1]
	for _, a := range from.Attrs {
		value := a.Value
		if scores {
			if old, ok := w.now(target).Lookup(a.Name); ok {
				value = expand(a.Name, old, value)
			}
		}
		w.editor().Set(path, a.Name, value)
	}
next:
	for _, c := range from.Children {
		switch c.Kind {
		case xmltree.Text:
			continue
		case xmltree.Comment:
			for _, x := range w.now(target).Children {
				if x.Kind == xmltree.Comment && x.Text == c.Text {
					continue next
				}
			}
		case xmltree.Element:
			for x := range w.now(target).Elements(c.Name) {
				if x.ID() == c.ID() || c.ID() == "" {
					w.merge(append(path[:len(path):len(path)], x), c, scores)
					continue next
				}
			}
		}
		w.editor().Insert(path, -1, fresh(c))
	}
}

// fresh is a copy of data for the tree, so that the caller's own node is never part of two places, and what else came with
// it need not stay in memory as long as the document's descendants do.
func fresh(data *xmltree.Node) *xmltree.Node { return withoutText(data).Detach() }

// expand evaluates "NAME++" and "NAME+=N" over the old value of the attribute NAME. Values are scores, but the counters of
// the version are plain numbers.
func expand(name, old, value string) string {
	rest, ok := strings.CutPrefix(value, name)
	if !ok {
		return value
	}
	add, ok := strings.CutPrefix(rest, "+=")
	if rest == "++" {
		add, ok = "1", true
	}
	if !ok {
		return value
	}
	switch name {
	case "admin_epoch", "epoch", "num_updates":
		a, _ := strconv.ParseInt(old, 10, 32)
		b, _ := strconv.ParseInt(add, 10, 32)
		return strconv.FormatInt(min(a+b, maxCounter), 10)
	}
	return score.Add(score.ParseOr(old, 0), score.ParseOr(add, 0)).String()
}

func (w *work) replace(o Op) *Error {
	if o.Data.Name == "cib" && o.XPath == "" {
		if err := checkShape(o.Data); err != nil {
			return fail(exitcode.Config, "the new configuration: %s", err.Error())
		}
		have := versionOf(w.root())
		want, whole := claimedVersion(o.Data)
		if !whole {
			return fail(exitcode.Old, "the new configuration does not have a version: admin_epoch, epoch and num_updates must be numbers")
		}
		if want.Compare(have) < 0 {
			return fail(exitcode.Old, "the new configuration has the version %s, which is older than the present %s", want, have)
		}
		next := withoutText(o.Data)
		if next.First("status") == nil { // It may be left out; the document has one.
			whole := *next
			whole.Children = append(next.Children[:len(next.Children):len(next.Children)], xmltree.New("status"))
			next = &whole
		}
		w.edit = nil
		w.become(reuse(w.doc.root, next))
		w.replaced = true
		return nil
	}
	path, err := w.place(o)
	if err != nil {
		return err
	}
	target := path
	if o.XPath == "" {
		target = find(path, o.Data)
	}
	if target == nil {
		if !o.AllowCreate {
			return fail(exitcode.NoSuch, "the configuration has no %s to replace", describe(o.Data))
		}
		if o.Section == o.Data.Name {
			path, _ = w.section(o.Section, true)
			target = path
		} else {
			w.editor().Insert(path, -1, fresh(o.Data))
			return nil
		}
	}
	if len(target) == 1 {
		return fail(exitcode.DataErr, "the root of the configuration can be replaced only by a <cib>")
	}
	w.editor().Replace(target, reuse(target[len(target)-1], withoutText(o.Data)))
	w.replaced, w.configured = true, w.configured || target[1].Name == "configuration"
	return nil
}

func (w *work) delete(o Op) *Error {
	all := o.Kind == OpDeleteAll
	if o.XPath != "" {
		found, err := w.matches(o.XPath)
		if err != nil {
			return err
		}
		for _, m := range found {
			if o.Data != nil && !hasAll(m[len(m)-1], o.Data) {
				continue
			}
			if err := w.remove(m); err != nil {
				return err
			}
			if !all {
				break
			}
		}
		return nil
	}
	if o.Data == nil {
		return fail(exitcode.DataErr, "the operation %s needs XML data or an XPath", o.Kind)
	}
	section := o.Section
	if section == o.Data.Name {
		section = ""
	}
	for {
		path, ok := w.section(section, false)
		if !ok {
			return nil
		}
		target := search(path, func(n *xmltree.Node) bool {
			return hasAll(n, o.Data)
		})
		if target == nil {
			return nil
		}
		if err := w.remove(target); err != nil || !all {
			return err
		}
	}
}

// hasAll reports whether n has the name and all attributes of like.
func hasAll(n, like *xmltree.Node) bool {
	if n.Name != like.Name {
		return false
	}
	for _, a := range like.Attrs {
		if v, ok := n.Lookup(a.Name); !ok || v != a.Value {
			return false
		}
	}
	return true
}

func (w *work) remove(path xmltree.Path) *Error {
	if len(path) == 1 || len(path) == 2 && (path[1].Name == "configuration" || path[1].Name == "status") {
		return fail(exitcode.Unsafe, "%s is a part that every configuration has and cannot be deleted", describe(path[len(path)-1]))
	}
	// The path may be older than a removal of one of its elements.
	for i := range path[:len(path)-1] {
		if !contains(w.now(path[i]), w.now(path[i+1])) {
			return nil
		}
	}
	w.editor().Remove(path)
	return nil
}

func contains(parent, child *xmltree.Node) bool {
	for _, c := range parent.Children {
		if c == child {
			return true
		}
	}
	return false
}

func (w *work) erase(o Op) *Error {
	if !o.Force {
		return fail(exitcode.Unsafe, "erasing the whole configuration needs force")
	}
	root := w.root()
	next := Empty().root.Clone()
	next.Attrs = append([]xmltree.Attr(nil), root.Attrs...)
	v := versionOf(root)
	v.AdminEpoch++
	w.edit = nil
	w.become(v.set(next))
	return nil
}

func (w *work) bump() *Error {
	v := versionOf(w.root())
	w.editor().Set(xmltree.Path{w.root()}, "epoch", strconv.Itoa(v.Epoch+1))
	return nil
}

func (w *work) patch(o Op) *Error {
	p, err := ParsePatch(o.Data)
	if err != nil {
		return AsError(err)
	}
	next, err := ApplyPatch(FromTree(w.settle()), p)
	if err != nil {
		return AsError(err)
	}
	w.become(next.root)
	return nil
}

// upgrade raises the document to the newest schema that it reaches. A document that was raised gets a higher admin_epoch: it wins
// over all that was made of the old one.
func (w *work) upgrade() *Error {
	old := FromTree(w.settle())
	from, unchecked, ok := old.Claims()
	switch {
	case unchecked:
		return nil
	case !ok:
		return fail(exitcode.Config, "%s", Validate(old)[0])
	}
	raised, err := upgrade.To(old.root, from, w.newest)
	var step *upgrade.StepError
	switch {
	case errors.As(err, &step):
		return &Error{Code: exitcode.Config, Msg: err.Error(), Reason: "Schema transform failed"}
	case err != nil:
		return fail(exitcode.Config, "%s", err.Error())
	case raised.Root == old.root:
		return nil
	}
	e := xmltree.Edit(raised.Root)
	Version{AdminEpoch: old.version.AdminEpoch + 1, Epoch: 1}.set(e.Own(xmltree.Path{raised.Root}))
	w.become(reuse(w.doc.root, e.Done()))
	return nil
}

// finish checks the result, moves the version and notes who made the change.
func (w *work) finish(old *Document, opt ApplyOptions) (*Document, *Error) {
	root := w.settle()
	if !w.replaced && (root == old.root || xmltree.Equal(root, old.root)) {
		return old, nil
	}
	for _, part := range []string{"configuration", "status"} {
		if root.First(part) == nil && old.root.First(part) != nil {
			return nil, fail(exitcode.Config, "the change would leave no <%s>", part)
		}
	}
	if err := beyond(old.root, root, opt); err != nil {
		return nil, err
	}
	if w.guard != nil {
		if err := w.guard.Check(old.root, root); err != nil {
			return nil, AsError(err)
		}
	}
	before, v := versionOf(old.root), versionOf(root)
	if v.Compare(before) < 0 {
		return nil, fail(exitcode.Old, "the change would take the version from %s back to %s", before, v)
	}
	config := w.configured || !xmltree.Equal(root.First("configuration"), old.root.First("configuration"))
	e := xmltree.Edit(root)
	path := xmltree.Path{root}
	if !opt.KeepVersion {
		if config {
			v = Version{v.AdminEpoch, v.Epoch + 1, 0}
		} else {
			v.NumUpdates++
		}
		if v.Epoch > maxCounter || v.NumUpdates > maxCounter {
			return nil, fail(exitcode.Config, "the version %s cannot count any further; raise admin_epoch and lower epoch", before)
		}
		for i, x := range [3]int{v.AdminEpoch, v.Epoch, v.NumUpdates} {
			e.Set(path, versionNames[i], strconv.Itoa(x))
		}
	}
	if config && !opt.Now.IsZero() {
		e.Set(path, "cib-last-written", opt.Now.Format(time.ANSIC))
		for _, a := range [3]xmltree.Attr{{Name: "update-origin", Value: opt.Origin}, {Name: "update-client", Value: opt.Client}, {Name: "update-user", Value: opt.User}} {
			if a.Value == "" {
				e.Unset(path, a.Name)
			} else {
				e.Set(path, a.Name, a.Value)
			}
		}
	}
	next := FromTree(e.Done())
	next.lineage.Store(old.lineage.Load())
	if opt.Check && (config || next.root.Get("validate-with") != old.root.Get("validate-with")) {
		if err := conforms(old, next); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// beyond refuses a change to what not all know.
func beyond(old, root *xmltree.Node, opt ApplyOptions) *Error {
	level := opt.Level
	if level.Features == "" {
		level.Features = release.Own().Features
	}
	if f := root.Get("crm_feature_set"); !opt.AnyFeatureSet && f != old.Get("crm_feature_set") && olderFeature(level.Features, f) {
		return fail(exitcode.Protocol, "the configuration was written for feature set %s, and not every node knows more than %s; upgrade them first", f, level.Features)
	}
	limit, limited := schema.ByName(level.Schema)
	if v, ok := schema.ByName(root.Get("validate-with")); limited && ok && v > limit && root.Get("validate-with") != old.Get("validate-with") {
		return fail(exitcode.Config, "the configuration would be of schema %s, and not every node knows a newer one than %s; upgrade them first", v, limit)
	}
	return nil
}

// olderFeature reports whether feature set a is older than b.
func olderFeature(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range y {
		q, err := strconv.Atoi(y[i])
		if err != nil {
			return false
		}
		p := 0
		if i < len(x) {
			p, _ = strconv.Atoi(x[i])
		}
		if p != q {
			return p < q
		}
	}
	return false
}
