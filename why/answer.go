package why

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"pacer/note"
	"pacer/scheduler"
)

// Answer is what there is to say about one question.
type Answer struct {
	Subject   Subject
	Sentences []Sentence
	Changes   []Change
	// Scores are the terms of the scores of a resource, by node; empty for other subjects.
	Scores []NodeScore
}

// Subject is what was asked about. Kind is "resource", "node", "action" or "cluster", the last without a name.
type Subject struct {
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
}

// Sentence says what is the case, and gives the reasons.
type Sentence struct {
	Says    note.Why
	Because []note.Why
}

// Change is something that would alter the outcome: how to do it, and what would become of it, which was tried out.
type Change struct {
	How, Effect note.Why
	// And is what must be done as well.
	And []note.Why
}

// NodeScore are the terms of a resource's score on a node.
type NodeScore struct {
	Resource string `json:"resource"`
	Node     string `json:"node"`
	Score    string `json:"score"`
	Terms    []Term `json:"terms"`
}

// Term is one term of a score; Set says that it replaces what came before.
type Term struct {
	Kind    scheduler.Kind `json:"kind"`
	ID      string         `json:"id,omitempty"`
	Rule    string         `json:"rule,omitempty"`
	Score   string         `json:"score"`
	Set     bool           `json:"set,omitempty"`
	With    string         `json:"with,omitempty"`
	Through string         `json:"through,omitempty"`
	Count   int            `json:"count,omitempty"`
	Limit   int            `json:"limit,omitempty"`
}

// maxNames limits how many nodes a sentence names.
const maxNames = 6

// Text writes a sentence with its reasons.
func (s Sentence) Text(lang note.Language) string {
	colon, and, stop := ": ", "; ", "."
	if lang == note.Japanese {
		colon, and, stop = "：", "。", "。"
	}
	if n := len(s.Says.Nodes); n > maxNames {
		more := " (" + strconv.Itoa(n) + ")"
		if lang == note.Japanese {
			more = "（" + strconv.Itoa(n) + " ノード）"
		}
		s.Says.Nodes = append(slices.Clone(s.Says.Nodes[:maxNames-1]), "…"+more)
	}
	text := note.Sentence(s.Says, lang)
	for i, b := range s.Because {
		if i == 0 {
			text += colon
		} else {
			text += and
		}
		text += note.Sentence(b, lang)
	}
	return text + stop
}

// Text writes a change.
func (c Change) Text(lang note.Language) string {
	how := note.Sentence(c.How, lang)
	for _, w := range c.And {
		if lang == note.Japanese {
			how += "。さらに、" + note.Sentence(w, lang)
		} else {
			how += ", and " + note.Sentence(w, lang)
		}
	}
	if lang == note.Japanese {
		return how + "：" + note.Sentence(c.Effect, lang) + "。"
	}
	return strings.ToUpper(how[:1]) + how[1:] + ": " + note.Sentence(c.Effect, lang) + "."
}

// Text writes the answer, a line for each sentence.
func (a *Answer) Text(lang note.Language) string {
	var b strings.Builder
	for _, s := range a.Sentences {
		b.WriteString(s.Text(lang) + "\n")
	}
	for _, c := range a.Changes {
		b.WriteString("→ " + c.Text(lang) + "\n")
	}
	return b.String()
}

// JSON writes the answer as an object; docs/api.md says what is in it.
func (a *Answer) JSON(lang note.Language) ([]byte, error) {
	type statement struct {
		Text string `json:"text"`
		note.Why
		Because []note.Why `json:"because,omitempty"`
	}
	type change struct {
		Text    string     `json:"text"`
		Command string     `json:"command,omitempty"`
		How     note.Why   `json:"how"`
		And     []note.Why `json:"and,omitempty"`
		Effect  note.Why   `json:"effect"`
	}
	out := struct {
		Subject   Subject     `json:"subject"`
		Sentences []statement `json:"sentences"`
		Changes   []change    `json:"changes"`
		Scores    []NodeScore `json:"scores,omitempty"`
	}{a.Subject, []statement{}, []change{}, a.Scores}
	for _, s := range a.Sentences {
		out.Sentences = append(out.Sentences, statement{s.Text(lang), s.Says, s.Because})
	}
	for _, c := range a.Changes {
		out.Changes = append(out.Changes, change{c.Text(lang), c.How.Command, c.How, c.And, c.Effect})
	}
	return json.MarshalIndent(out, "", "  ")
}
