package note

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Note is one typed thing worth telling. Its exported fields are strings, numbers, booleans, durations or lists of strings.
type Note interface {
	// ID is the stable name, "part.event", under which logs and catalogue know it.
	ID() string
}

// Severity orders notes by how much somebody should care.
type Severity int

// The severities, from detail to alarm.
const (
	Debug Severity = iota
	Info
	Warning
	Alarm
)

func (s Severity) String() string {
	return [...]string{"debug", "info", "warning", "alarm"}[s]
}

// Language chooses the words.
type Language int

// The languages of the catalogue.
const (
	English Language = iota
	Japanese
)

// LanguageOf chooses by the locale variables in the order that POSIX gives them: LC_ALL, LC_MESSAGES, LANG.
func LanguageOf(getenv func(string) string) Language {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			if strings.HasPrefix(v, "ja") {
				return Japanese
			}
			return English
		}
	}
	return English
}

// entry is one line of the catalogue. A placeholder {Field} stands for a field of the note; {Field?text} stands for text
// when the field is not empty, and inside it {} stands for the field's value; {!Field?text} stands for text when it is empty.
type entry struct {
	sample   Note
	severity Severity
	en, ja   string
}

// catalogue returns all entries by their ids. It is made when it is needed first, since most runs of commands never need it;
// two that need it first at the same time make the same.
func catalogue() map[string]entry {
	if m := made.Load(); m != nil {
		return *m
	}
	m := index(slices.Concat(membershipNotes, managerNotes, fencingNotes, resourceNotes, storageNotes, remoteNotes, demoNotes, whyNotes()))
	made.Store(&m)
	return m
}

var made atomic.Pointer[map[string]entry]

func index(entries []entry) map[string]entry {
	m := make(map[string]entry, len(entries))
	for _, e := range entries {
		id := e.sample.ID()
		if _, twice := m[id]; twice {
			panic("note: " + id + " is in the catalogue twice")
		}
		m[id] = e
	}
	return m
}

// SeverityOf returns how much a note matters; a note outside the catalogue is Info.
func SeverityOf(n Note) Severity {
	if e, ok := catalogue()[n.ID()]; ok {
		return e.severity
	}
	return Info
}

// Sentence renders a note for people.
func Sentence(n Note, lang Language) string {
	e, ok := catalogue()[n.ID()]
	if !ok {
		return n.ID() + " " + fmt.Sprintf("%+v", n)
	}
	text := e.en
	if lang == Japanese {
		text = e.ja
	}
	return fill(text, reflect.Indirect(reflect.ValueOf(n)), lang)
}

func fill(text string, v reflect.Value, lang Language) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			break
		}
		j := matching(text, i)
		if j < 0 {
			break
		}
		b.WriteString(text[:i])
		name, optional, cond := strings.Cut(text[i+1:j], "?")
		name, negated := strings.CutPrefix(name, "!")
		value := show(v.FieldByName(name))
		if slices.Contains(reasonFields, name) {
			value = Phrase(value, lang)
		}
		switch {
		case negated:
			if value == "" {
				b.WriteString(fill(optional, v, lang))
			}
		case !cond:
			b.WriteString(value)
		case value != "":
			b.WriteString(fill(strings.ReplaceAll(optional, "{}", value), v, lang))
		}
		text = text[j+1:]
	}
	b.WriteString(text)
	return b.String()
}

func matching(text string, open int) int {
	depth := 0
	for i := open; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func show(v reflect.Value) string {
	if !v.IsValid() {
		return ""
	}
	if d, ok := v.Interface().(time.Duration); ok {
		if d == 0 {
			return ""
		}
		if d >= 10*time.Millisecond {
			return d.Round(time.Millisecond).String()
		}
		return d.Round(100 * time.Microsecond).String()
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		if v.Bool() {
			return "true"
		}
		return ""
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = show(v.Index(i))
		}
		return strings.Join(parts, ", ")
	case reflect.Int, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	}
	return fmt.Sprint(v.Interface())
}
