package cibstore

import (
	"strconv"

	"pacer/cib"
)

// Meta is what a node knows about its document beside the document, kept on disk with it.
type Meta struct {
	// Promised is the highest term that this node has promised.
	Promised uint64 `json:"promised"`
	// Term is the quorum term that the document was last in, Writes how many writes of that term it has seen.
	Term   uint64 `json:"term"`
	Writes uint64 `json:"writes"`
	// Loose counts the last writes that are not known to be on disk at a majority. What is on disk may count too many.
	Loose uint64 `json:"loose,omitempty"`
	// Asked counts those of them that were acknowledged to a person or a tool; the others were the cluster's own and are of no
	// value to anybody. It may count too many, up to Loose.
	Asked uint64 `json:"asked,omitempty"`
	// Mark names the history up to the last write.
	Mark Mark `json:"mark"`
}

// Mark names a history: two documents with equal marks have seen the same writes.
type Mark uint64

// MarshalJSON writes a mark as a hexadecimal string: JSON numbers are too small.
func (m Mark) MarshalJSON() ([]byte, error) { return []byte(`"` + m.String() + `"`), nil }

func (m Mark) String() string { return strconv.FormatUint(uint64(m), 16) }

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Mark) UnmarshalJSON(p []byte) error {
	s, err := strconv.Unquote(string(p))
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(s, 16, 64)
	*m = Mark(n)
	return err
}

// Record is one thing for the disk. With Patch it changes the stored document; with Document it replaces it, and the usual
// file is written anew; with neither it changes the meta data alone. Stored documents have no status and num_updates 0.
type Record struct {
	Meta     Meta
	Patch    *cib.Patch
	Document *cib.Document
	// Trail, with Document, are the marks of the last writes up to it; each later mark in Meta continues it.
	Trail []Mark
	// Attempt counts the failures that the store had heard of. After a failure the disk refuses all records of that attempt
	// or an earlier one: the first of a later one repeats everything.
	Attempt uint64
	// Keep, with Document, asks to save the document beside the configuration under this file name and change nothing else:
	// a losing side's copy.
	Keep string
}
