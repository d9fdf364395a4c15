package cib

// Problem is something wrong in a document.
type Problem struct {
	Line    int    // in the text that was parsed, 0 when built
	ID      string // of the element, "" when it has none
	Element string
	Text    string // a sentence
	Warning bool   // the document works in spite of it
}

// Validate looks for what is wrong in the structure of a document.
func Validate(d *Document) []Problem { return nil }

func introduced(old, next *Document) *Error { return nil }
