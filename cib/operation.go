package cib

import (
	"encoding/json"
	"fmt"
	"time"

	"pacer/exitcode"
	"pacer/release"
	"pacer/schema"
	"pacer/xmltree"
)

// OpKind says what an operation does.
type OpKind string

// The operations, in the words of cibadmin.
const (
	// OpQuery answers with an element, changing nothing.
	OpQuery OpKind = "query"
	// OpCreate adds Data to a section; an element with its name and id must not be there yet. Data that is the section
	// itself is merged into it.
	OpCreate OpKind = "create"
	// OpModify finds the element of Data's name and id and merges Data into it.
	OpModify OpKind = "modify"
	// OpReplace finds the element of Data's name and id and puts Data in its place. A whole document replaces the document
	// when its version is not older.
	OpReplace OpKind = "replace"
	// OpDelete removes the first element that has Data's name and all its attributes.
	OpDelete OpKind = "delete"
	// OpDeleteAll removes all of them.
	OpDeleteAll OpKind = "delete-all"
	// OpErase empties configuration and status. It needs Force.
	OpErase OpKind = "erase"
	// OpBump raises epoch.
	OpBump OpKind = "bump"
	// OpPatch applies Data, a patchset of format 2.
	OpPatch OpKind = "patch"
	// OpUpgrade raises validate-with to the newest schema.
	OpUpgrade OpKind = "upgrade"
)

// Op is one operation. Section or XPath limit where it looks; both empty means everywhere.
type Op struct {
	Kind    OpKind
	Section string
	// XPath names the elements themselves instead of a section: the operation works on each match (delete-all, modify) or
	// on the first. Data may then be absent for query and delete.
	XPath string
	Data  *xmltree.Node
	// AllowCreate lets modify and replace add what they do not find.
	AllowCreate bool
	// NoChildren lets a query answer with elements alone.
	NoChildren bool
	// Paths lets a query by XPath answer with the paths of the matches.
	Paths bool
	Force bool
	// ScoreMode expands attribute values of the forms "NAME++" and "NAME+=N", NAME the attribute, by adding to the old
	// value.
	ScoreMode bool
}

type wireOp struct {
	Kind        OpKind `json:"kind"`
	Section     string `json:"section,omitempty"`
	XPath       string `json:"xpath,omitempty"`
	Data        string `json:"data,omitempty"`
	AllowCreate bool   `json:"allow_create,omitempty"`
	NoChildren  bool   `json:"no_children,omitempty"`
	Paths       bool   `json:"paths,omitempty"`
	Force       bool   `json:"force,omitempty"`
	ScoreMode   bool   `json:"score_mode,omitempty"`
}

// JSONForm gives an empty value of the type in whose form an Op travels, for those who describe it.
func (Op) JSONForm() any { return wireOp{} }

// MarshalJSON writes Data as XML text.
func (o Op) MarshalJSON() ([]byte, error) {
	return json.Marshal(wireOp{o.Kind, o.Section, o.XPath, o.Data.String(), o.AllowCreate, o.NoChildren, o.Paths, o.Force, o.ScoreMode})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (o *Op) UnmarshalJSON(p []byte) error {
	var w wireOp
	if err := json.Unmarshal(p, &w); err != nil {
		return fmt.Errorf("cib: operation: %w", err)
	}
	*o = Op{w.Kind, w.Section, w.XPath, nil, w.AllowCreate, w.NoChildren, w.Paths, w.Force, w.ScoreMode}
	if w.Data != "" {
		var err error
		if o.Data, err = xmltree.ParseString(w.Data); err != nil {
			return fmt.Errorf("cib: data of the operation %s: %w", w.Kind, err)
		}
	}
	return nil
}

// Changes reports whether the operation can change a document.
func (o Op) Changes() bool { return o.Kind != OpQuery }

// ApplyOptions is what a change leaves behind in the document beside itself.
type ApplyOptions struct {
	// Now becomes cib-last-written, in its own time zone, when the configuration changes. The zero time leaves that and
	// the update-* attributes alone.
	Now time.Time
	// Origin, Client and User become update-origin, update-client and update-user.
	Origin, Client, User string
	// KeepVersion leaves the counters of the version alone.
	KeepVersion bool
	// Check refuses a change that leaves a configuration which is not Valid, unless it was not before and nothing new is wrong.
	Check bool
	// Level is what all know that the document is for; what it does not say is what this program knows. A change that asks for more is
	// refused, and an upgrade goes no further. Whoever applies the same change elsewhere must have the same level.
	Level release.Level
	// AnyFeatureSet lets a document say that it was written by something newer: nobody runs it here.
	AnyFeatureSet bool
	// Guard holds back what the one who asks may not see or change; nil lets everything through.
	Guard Guard
}

// Guard stands between a document and one who may not see and change all of it.
type Guard interface {
	// View gives the part of a document that queries are answered from, nil when there is none.
	View(root *xmltree.Node) *xmltree.Node
	// Check refuses a change, before the version has moved. An error that is no *Error gets the code "error".
	Check(before, after *xmltree.Node) error
}

// Apply does all operations in their order, or none when one of them fails; the error is an *Error. It returns the new
// document, d itself when nothing changed, and the answer of the last query. The version moves once for all of them: a
// changed configuration raises epoch and sets num_updates to 0, else a changed status raises num_updates.
func Apply(d *Document, ops []Op, opt ApplyOptions) (*Document, *xmltree.Node, error) {
	if d == nil {
		return nil, nil, errNoDocument
	}
	w := &work{doc: d, guard: opt.Guard, newest: schema.Latest}
	if v, ok := schema.ByName(opt.Level.Schema); ok {
		w.newest = v
	}
	for i, o := range ops {
		if err := w.do(o); err != nil {
			if len(ops) > 1 {
				err = fail(err.Code, "operation %d of %d (%s): %s", i+1, len(ops), o.Kind, err.Msg)
			}
			return nil, nil, err
		}
	}
	out, err := w.finish(d, opt)
	if err != nil {
		return nil, nil, err
	}
	return out, w.answer, nil
}

// do performs one operation.
func (w *work) do(o Op) *Error {
	names, ok := sectionPath(o.Section)
	if !ok {
		return fail(exitcode.Usage, "there is no section %q in a configuration", o.Section)
	}
	if o.XPath == "" && len(names) > 0 && o.Data != nil && o.Data.Name == "cib" {
		// Of a whole configuration, the section is meant.
		if o.Data = o.Data.Path(names...); o.Data == nil {
			return fail(exitcode.Software, "the configuration that was given has no section %s", o.Section)
		}
	}
	switch o.Kind {
	case OpErase, OpBump, OpUpgrade, OpQuery, OpDelete, OpDeleteAll:
	default:
		if o.Data == nil {
			return fail(exitcode.DataErr, "the operation %s needs XML data", o.Kind)
		}
	}
	switch o.Kind {
	case OpQuery:
		return w.query(o)
	case OpCreate:
		return w.create(o)
	case OpModify:
		return w.modify(o)
	case OpReplace:
		return w.replace(o)
	case OpDelete, OpDeleteAll:
		return w.delete(o)
	case OpErase:
		return w.erase(o)
	case OpBump:
		return w.bump()
	case OpPatch:
		return w.patch(o)
	case OpUpgrade:
		return w.upgrade()
	}
	return fail(exitcode.Usage, "the operation %q is not known", string(o.Kind))
}
