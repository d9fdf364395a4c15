package cibstore

import (
	"encoding/json"
	"hash/fnv"
	"time"

	"pacer/cib"
	"pacer/machine"
	"pacer/message"
	"pacer/release"
)

// The kinds of messages of this package.
const (
	kindPrefix   = "cib."
	kindHello    = "cib.hello"
	kindSnapshot = "cib.snapshot"
	kindRequest  = "cib.request"
	kindDurable  = "cib.durable"
)

// hello is what a member says about itself at the beginning of a round.
type hello struct {
	Round   string      `json:"round"`
	Version cib.Version `json:"version"`
	// History names the whole document, status too: equal ones need no snapshot.
	History Mark `json:"history"`
	Meta    Meta `json:"meta"`
	// Fresh tells that the document came from the disk, and so has no status.
	Fresh bool `json:"fresh,omitempty"`
	// Trail are the marks of the last writes, oldest first.
	Trail []Mark `json:"trail,omitempty"`
	// Release is what the member's program can do, Reached the feature set of its configuration, "" when it has never had one.
	Release release.Release `json:"release,omitzero"`
	Reached string          `json:"reached,omitempty"`
}

// snapshot carries the winner's document as attachment.
type snapshot struct {
	Round string `json:"round"`
}

// batch is requests of one sender. The items are its attachment, each in a line.
type batch struct {
	Round string `json:"round"`
}

// joined puts items into an attachment. An item is JSON as this package writes it, in which there are no line ends.
func joined(list []request) []byte {
	size := 0
	for _, r := range list {
		size += len(r.raw) + 1
	}
	out := make([]byte, 0, size)
	for _, r := range list {
		out = append(append(out, r.raw...), '\n')
	}
	return out
}

// item is one request on its way.
type item struct {
	ID        uint64            `json:"id"`
	Ops       []cib.Op          `json:"ops"`
	Time      time.Time         `json:"time"`
	Cause     string            `json:"cause,omitempty"`
	Principal message.Principal `json:"principal"`
	Client    string            `json:"client,omitempty"`
}

// durable says what a member has on disk.
type durable struct {
	Round string `json:"round"`
	// Position counts the writes of the round.
	Position uint64 `json:"position"`
	// Counts is false for the promise of a term, which is no acknowledgement of writes yet.
	Counts bool `json:"counts"`
	// Failed says why nothing more can be written there.
	Failed string `json:"failed,omitempty"`
}

func envelope(kind, cause string, body any, attachment []byte) message.Envelope {
	p, err := json.Marshal(body)
	if err != nil {
		panic("cibstore: " + kind + " cannot be encoded: " + err.Error())
	}
	return message.Envelope{Kind: kind, Cause: cause, Body: p, Attachment: attachment}
}

// extend gives the mark of a history that goes on with what p says.
func (m Mark) extend(p []byte) Mark {
	h := fnv.New64a()
	_, _ = h.Write([]byte(m.String()))
	_, _ = h.Write(p)
	return Mark(h.Sum64())
}

func later(now machine.Now, d time.Duration) time.Duration { return now.Mono + d }
