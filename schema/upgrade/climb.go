package upgrade

import (
	"errors"
	"fmt"

	"pacer/schema"
	"pacer/xmltree"
)

// Result is an upgraded document.
type Result struct {
	// Root is the document: the one that was given when no step was needed and its schema stays.
	Root *xmltree.Node
	// Began is the first schema that accepts the document as it was: that which it names, or a newer one.
	Began schema.Version
	// Version is the schema by which it is valid, and which validate-with names.
	Version schema.Version
	// Notes tell what the steps did, in their order.
	Notes []Note
}

// ErrInvalid says that a document is valid neither by the schema that it names nor by a newer one.
var ErrInvalid = errors.New("the configuration is valid by no schema from the one that it names on")

// StepError says that a step between two schemas could not be done.
type StepError struct {
	From, To schema.Version
	// Problems are why the result is not valid by To; Err is another reason.
	Problems []schema.Problem
	Err      error
}

func (e *StepError) Error() string {
	why := "the result is not valid"
	switch {
	case e.Err != nil:
		why = e.Err.Error()
	case len(e.Problems) > 0:
		why = "the result is not valid: " + e.Problems[0].String()
	}
	return fmt.Sprintf("upgrading the configuration from %s to %s: %s", e.From, e.To, why)
}

func (e *StepError) Unwrap() error { return e.Err }

// step rewrites a document that is valid by one schema for the next.
type step func(root *xmltree.Node, n *notes) (*xmltree.Node, error)

// steps are the borders that need one, by the schema below.
var steps = map[string]step{"pacemaker-1.3": accessControl, "pacemaker-2.10": toThree, "pacemaker-3.10": toFour}

// To upgrades a document as far as it goes, at most to a schema. It begins at a schema, or at the first one from there on that
// accepts the document: some documents claim an older one than they need.
func To(root *xmltree.Node, from, limit schema.Version) (Result, error) {
	accepted := schema.Accepting(root, schema.From(from))
	out := Result{Root: root}
	v := from
	for ; !accepted.Has(v); v++ {
		if v == limit {
			return out, ErrInvalid
		}
	}
	var told notes
	out.Began = v
	for out.Version = v; out.Version < limit; out.Version++ {
		next := out.Version + 1
		if accepted.Has(next) {
			continue
		}
		change := steps[out.Version.String()]
		if change == nil {
			break
		}
		root, err := change(out.Root, &told)
		out.Notes = told.list
		if err != nil {
			return out, &StepError{From: out.Version, To: next, Err: err}
		}
		if accepted = schema.Accepting(root, schema.From(next)); !accepted.Has(next) {
			return out, &StepError{From: out.Version, To: next, Problems: schema.Problems(root, next)}
		}
		out.Root = root
	}
	if name := out.Version.String(); out.Root.Get("validate-with") != name {
		e := xmltree.Edit(out.Root)
		e.Set(xmltree.Path{out.Root}, "validate-with", name)
		out.Root = e.Done()
	}
	return out, nil
}
