package cib

import (
	"pacer/xmltree"
)

// Patch is the difference between two documents. It never changes.
type Patch struct {
	// Source is the version that the patch fits, Target the one that it leads to.
	Source, Target Version
	root           *xmltree.Node // <diff format="2">
}

// XML is the patch as a patchset of format 2:
//
//	<diff format="2"><version><source …/><target …/></version><change operation="…" path="…"/>…</diff>
func (p *Patch) XML() *xmltree.Node { return p.root }

// Diff finds what leads from old to next. It costs what changed.
func Diff(old, next *Document) *Patch { panic("not yet") }

// ParsePatch reads a patchset.
func ParsePatch(n *xmltree.Node) (*Patch, error) { panic("not yet") }

// ApplyPatch returns the document that p leads to from d. A patch that fits another version is refused.
func ApplyPatch(d *Document, p *Patch) (*Document, error) { panic("not yet") }
