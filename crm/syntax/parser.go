package syntax

import (
	"fmt"
	"strings"
	"unicode"

	"pacer/xmltree"
)

// ChildRef is the name of the element that stands for a child of a container until the container is put into the CIB.
const ChildRef = "child-ref"

// Object is one parsed object. Its element has only the ids that the text names.
type Object struct {
	Kind     Kind
	ID       string // "" for the fencing topology
	Node     *xmltree.Node
	Line     int      // where it began in the text
	Comments []string // the comment lines before it
	// Target is the primitive to which a Monitor line adds its op.
	Target string
	// XML tells that the object was given as XML, with its children in it.
	XML bool
}

// Options steer the parsers.
type Options struct {
	// SingleShot refuses what only makes sense in files (an empty value of a property).
	SingleShot bool
	// Provider answers which provider of OCF agents a type without one means; nil means always "heartbeat".
	Provider func(typ string) string
}

// Error is a line that is not of the language.
type Error struct {
	Line    int    // 0 when unknown
	Context string // the command
	Msg     string
	Near    string // the word at fault, when there is one
	Text    string // the line
}

// Error gives the customary form, without the line number, which the caller puts in front.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("syntax")
	if e.Context != "" {
		b.WriteString(" in " + e.Context)
	}
	b.WriteString(": " + shown(e.Msg))
	if e.Near != "" {
		b.WriteString(" near <" + shown(e.Near) + ">")
	}
	return b.String() + " parsing '" + shown(e.Text) + "'"
}

// maxShown is how much of a wrong line is repeated in its message.
const maxShown = 400

// shown makes foreign text fit for a message: not too long, and without anything that a terminal would obey.
func shown(s string) string {
	n := 0
	for i := range s {
		if n == maxShown {
			s = s[:i] + "…"
			break
		}
		n++
	}
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || unicode.IsControl(r) && r != '\t' {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// parser walks over the words of one line. Its methods panic with *Error; Parse catches that.
type parser struct {
	line Line
	ctx  string
	w    []string
	i    int
	opt  Options
	// stop are further words that end a list of pairs.
	stop []string
}

// Parse reads one object from a logical line that is not a comment. The error is an *Error.
func Parse(line Line, opt Options) (obj *Object, err error) {
	p := &parser{line: line, opt: opt}
	defer func() {
		if r := recover(); r != nil {
			e, mine := r.(*Error)
			if !mine {
				panic(r)
			}
			obj, err = nil, e
		}
	}()
	if !xmltree.IsText(line.Text) {
		p.fail("", "The line contains characters that a configuration cannot hold")
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(line.Text, "\t", " "), " ")
	if strings.EqualFold(first, "xml") {
		p.ctx = "xml"
		return p.xml(), nil
	}
	words, werr := Words(line.Text)
	if werr != nil {
		return nil, &Error{Line: line.No, Msg: strings.TrimPrefix(werr.Error(), "syntax: "), Text: line.Text}
	}
	return p.words(words), nil
}

// ParseWords reads one object from words that are already split, as a command's arguments are.
func ParseWords(words []string, opt Options) (*Object, error) {
	return Parse(Line{Text: rejoin(words)}, opt)
}

// rejoin quotes every word in which Words would see more than itself.
func rejoin(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		if w == "" || strings.ContainsAny(w, " \t\r\n\v\f\"'\\\u0085\u00a0") {
			out[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(w) + `"`
		}
	}
	return strings.Join(out, " ")
}

func (p *parser) words(words []string) *Object {
	if len(words) == 0 {
		p.fail("", "Expected a command")
	}
	p.w = words
	kind, ok := KindOf(words[0])
	if !ok {
		p.fail(words[0], "Unknown command")
	}
	p.ctx = strings.ToLower(words[0])
	p.i = 1
	var n *xmltree.Node
	obj := &Object{Kind: kind, Line: p.line.No}
	switch kind {
	case Node:
		n = p.node()
	case Primitive, Template:
		n = p.primitive(kind)
	case Group:
		n = p.group()
	case Clone, Master:
		n = p.clone(kind)
	case Bundle:
		n = p.bundle()
	case Location:
		n = p.location()
	case Colocation:
		n = p.colocation()
	case Order:
		n = p.order()
	case Ticket:
		n = p.ticket()
	case Property, RscDefaults, OpDefaults:
		n = p.attributeSet(kind)
	case Fencing:
		n = p.fencing()
	case Tag:
		n = p.tag()
	case Role:
		n = p.role()
	case ACLTarget, ACLGroup:
		n = p.aclTarget(kind)
	case ACLUser:
		n = p.aclUser()
	case Alert:
		n = p.alert()
	case Monitor:
		obj.Target, n = p.monitor()
	}
	if p.more() {
		p.fail(p.w[p.i], "Unknown arguments: %s", strings.Join(p.w[p.i:], " "))
	}
	obj.Node = n
	obj.ID = n.ID()
	if kind == Node && obj.ID == "" {
		obj.ID = n.Get("uname")
	}
	return obj
}

func (p *parser) fail(near, format string, args ...any) {
	panic(&Error{Line: p.line.No, Context: p.ctx, Msg: fmt.Sprintf(format, args...), Near: near, Text: p.line.Text})
}

func (p *parser) more() bool { return p.i < len(p.w) }

// peek is the present word, or "" at the end.
func (p *parser) peek() string {
	if p.more() {
		return p.w[p.i]
	}
	return ""
}

// last is the word before the present one, for messages at the end of the line.
func (p *parser) last() string {
	if p.i > 0 && p.i <= len(p.w) {
		return p.w[p.i-1]
	}
	return ""
}

func (p *parser) next() string {
	s := p.peek()
	p.i++
	return s
}

// accept takes the present word when it is the keyword, in any case.
func (p *parser) accept(keyword string) bool {
	if p.more() && strings.EqualFold(p.w[p.i], keyword) {
		p.i++
		return true
	}
	return false
}

// prefix takes the present word when it begins with the prefix, and returns the rest.
func (p *parser) prefix(prefix string) (string, bool) {
	if p.more() && len(p.w[p.i]) >= len(prefix) && strings.EqualFold(p.w[p.i][:len(prefix)], prefix) {
		s := p.w[p.i][len(prefix):]
		p.i++
		return s, true
	}
	return "", false
}

// idOption is prefix for options that name an id.
func (p *parser) idOption(prefix string) (string, bool) {
	w := p.peek()
	id, ok := p.prefix(prefix)
	if ok && id == "" {
		p.fail(w, "Expected an id")
	}
	return id, ok
}

// atLeast checks that the command has n arguments.
func (p *parser) atLeast(n int) {
	if len(p.w)-1 < n {
		p.fail(p.w[0], "Expected at least %d arguments", n)
	}
}

var identifier = form(`^[\pL_][\pL\pN_.-]*$`)

// ValidID tells whether a text can be the id of an object.
func ValidID(id string) bool { return identifier().MatchString(id) }

// id takes the object's id; `id=NAME` is the same as NAME.
func (p *parser) id() string {
	if !p.more() {
		p.fail("", "Expected identifier")
	}
	id := strings.TrimPrefix(p.next(), "id=")
	if !ValidID(id) {
		p.fail(id, "%s: invalid object id", id)
	}
	return id
}

var reference = form(`^[\pL\pN_#$-][^=]*$`)

// ref takes a word that names an object.
func (p *parser) ref() string {
	if !p.more() {
		p.fail("", "Expected identifier")
	}
	if !reference().MatchString(p.peek()) {
		p.fail(p.peek(), "Expected identifier")
	}
	return p.next()
}

// description takes description=TEXT into the element, if it is there.
func (p *parser) description(n *xmltree.Node) bool {
	d, ok := p.prefix("description=")
	if ok {
		n.Set("description", d)
	}
	return ok
}

// boolean reads the spellings of yes and no.
func boolean(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "true", "yes", "on", "1", "y":
		return true, true
	case "false", "no", "off", "0", "n":
		return false, true
	}
	return false, false
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
