package xmltree

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"
)

var seed = flag.Uint64("seed", 1, "where the random tests of this package begin")

// slow reads a document with the parser of the standard library, which shares nothing with ours, into our form.
func slow(text string) (*Node, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	top := &Node{}
	stack := []*Node{top}
	for {
		line := 1 + strings.Count(text[:d.InputOffset()], "\n")
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		parent := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			n := &Node{Name: joined(t.Name), Line: int32(line)}
			for _, a := range t.Attr {
				n.Attrs = append(n.Attrs, Attr{joined(a.Name), a.Value})
			}
			parent.Add(n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.Comment:
			parent.Add(&Node{Kind: Comment, Text: string(t), Line: int32(line)})
		case xml.CharData:
			kids := parent.Children
			switch blank := strings.Trim(string(t), " \n") == ""; {
			case len(t) == 0:
			case len(kids) > 0 && kids[len(kids)-1].Kind == Text:
				kids[len(kids)-1].Text += string(t)
			case !blank || len(kids) > 0 && kids[0].Kind == Text:
				parent.Add(&Node{Kind: Text, Text: string(t), Line: int32(line)})
			}
		}
	}
	for c := range top.Elements() {
		return c, nil
	}
	return nil, errors.New("no element")
}

func joined(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// difference says where two trees part, "" when they are the same with the same lines.
func difference(a, b *Node) string {
	if a.Kind != b.Kind || a.Name != b.Name || a.Text != b.Text || a.Line != b.Line || len(a.Attrs) != len(b.Attrs) ||
		len(a.Children) != len(b.Children) {
		return fmt.Sprintf("line %d: %s | line %d: %s", a.Line, a, b.Line, b)
	}
	for i := range a.Attrs {
		if a.Attrs[i] != b.Attrs[i] {
			return fmt.Sprintf("line %d: <%s>: %q | %q", a.Line, a.Name, a.Attrs[i], b.Attrs[i])
		}
	}
	for i := range a.Children {
		if d := difference(a.Children[i], b.Children[i]); d != "" {
			return d
		}
	}
	return ""
}

// pieces make documents that are often nearly right, with attributes that come as they did before and differently.
var pieces = strings.Split(`<a|<b|</a>|</b>|>|/>| x="1"| y=""| x='2'| id="abcdefghijk"| name="a&amp;b"| name="é"|
 x = "3"| |
   |
                     |text|]|]]>|&lt;|&#65;|&|<!-- c -->|<!--
-->|<?pi x?>|x<![CDATA[&y]]>|<|"|=|<a x="1" y="2">|<a y="1" x="2">|<b x="1" y="2" z="3"/>|<b y="1" z="2"/>|`+
	`<b z="1" x="2"/>|<b z="1" y="2" x="3"/>|<b z="1"
x="2" z="4"/>|</a >|<a>|<a>|<a>|</a>|</a>`, "|")

// TestParseLikeTwin reads random documents in two ways. What we accept the twin accepts too, and sees the same in it.
func TestParseLikeTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(*seed, 1))
	accepted := 0
	for range 60000 {
		var b strings.Builder
		b.WriteString("<a>")
		for range rng.IntN(10) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		b.WriteString("</a></a></a>"[:4*(1+rng.IntN(3))])
		text := b.String()
		n, err := ParseString(text)
		if err != nil {
			continue
		}
		accepted++
		want, err := slow(text)
		if err != nil {
			t.Fatalf("seed %d: accepted, but %v:\n%s", *seed, err, text)
		}
		if d := difference(n, want); d != "" {
			t.Fatalf("seed %d: %s\n%s", *seed, d, text)
		}
	}
	if accepted < 2000 {
		t.Errorf("only %d documents were accepted: the test tests little", accepted)
	}
}

// TestParseReadsWhatIsWritten writes random trees in random ways and reads them back.
func TestParseReadsWhatIsWritten(t *testing.T) {
	rng := rand.New(rand.NewPCG(*seed, 2))
	for range 3000 {
		w := &writer{rng: rng, line: 1}
		want := randomTree(rng, 4)
		w.element(want)
		n, err := ParseString(w.String())
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", *seed, err, w)
		}
		if d := difference(n, want); d != "" {
			t.Fatalf("seed %d: %s\n%s", *seed, d, w)
		}
		if d := difference(n.Detach(), want); d != "" {
			t.Fatalf("seed %d: detached: %s\n%s", *seed, d, w)
		}
	}
}

func randomTree(rng *rand.Rand, depth int) *Node {
	names := []string{"a", "nvpair", "lrm_rsc_op", "é"}
	n := &Node{Name: names[rng.IntN(len(names))]}
	for i := range rng.IntN(6) {
		n.Attrs = append(n.Attrs, Attr{fmt.Sprint([]string{"id", "value", "x"}[rng.IntN(3)], i), randomText(rng)})
	}
	if rng.IntN(40) == 0 {
		for i := range rng.IntN(100) {
			n.Attrs = append(n.Attrs, Attr{fmt.Sprint("many", i), ""})
		}
	}
	for range rng.IntN(4) {
		switch last := len(n.Children) - 1; {
		case rng.IntN(8) == 0:
			n.Add(&Node{Kind: Comment, Text: strings.ReplaceAll(randomText(rng), "-", "")})
		case rng.IntN(8) == 0 && (last < 0 || n.Children[last].Kind != Text):
			n.Add(&Node{Kind: Text, Text: "t" + randomText(rng)})
		case depth > 0:
			n.Add(randomTree(rng, depth-1))
		}
	}
	return n
}

func randomText(rng *rand.Rand) string {
	parts := []string{"a", "bc", "0123456789", "\"", "'", "<", "&", ">", "]]", "é", "日本", "-", " ", "\U0001F600"}
	var b strings.Builder
	for range rng.IntN(6) {
		b.WriteString(parts[rng.IntN(len(parts))])
	}
	return b.String()
}

// writer writes a tree in one of the many ways in which it can be written, and notes the lines.
type writer struct {
	strings.Builder
	rng  *rand.Rand
	line int32
}

func (w *writer) put(s string) {
	w.WriteString(s)
	w.line += int32(strings.Count(s, "\n"))
}

func (w *writer) one(of ...string) { w.put(of[w.rng.IntN(len(of))]) }

func (w *writer) element(n *Node) {
	n.Line = w.line
	w.put("<" + n.Name)
	for _, a := range n.Attrs {
		w.one(" ", " ", " ", "\n", "  \t")
		w.put(a.Name)
		w.one("=", "=", "=", " = ", "=\n")
		quote := []string{"\"", "\"", "\"", "'"}[w.rng.IntN(4)]
		w.put(quote)
		w.text(a.Value, quote)
		w.put(quote)
	}
	w.one("", "", " ", "\n")
	if len(n.Children) == 0 && w.rng.IntN(2) == 0 {
		w.put("/>")
		return
	}
	w.put(">")
	mixed := n.hasText()
	for _, c := range n.Children {
		if !mixed {
			w.one("", "\n", "\n              ", "<?pi?>", " \t")
		}
		switch c.Kind {
		case Element:
			w.element(c)
		case Comment:
			c.Line = w.line
			w.put("<!--" + c.Text + "-->")
		case Text:
			c.Line = w.line
			if w.rng.IntN(3) == 0 && !strings.Contains(c.Text, "]]") {
				w.put("<![CDATA[" + c.Text + "]]>")
			} else {
				w.text(c.Text, "]")
				w.one("", "<?pi?>")
			}
		}
	}
	if !mixed {
		w.one("", "\n", "\n          ", "<?pi?>")
	}
	w.put("</" + n.Name)
	w.one("", "", " ")
	w.put(">")
}

// text writes characters; those of special and some others as references.
func (w *writer) text(s, special string) {
	for _, r := range s {
		switch {
		case r == '<' || r == '&' || strings.ContainsRune(special, r) || w.rng.IntN(10) == 0:
			w.one(fmt.Sprintf("&#%d;", r), fmt.Sprintf("&#x%X;", r))
		default:
			w.put(string(r))
		}
	}
}

// TestDetachLeavesTheText looks for pieces of the text that was parsed in a detached tree.
func TestDetachLeavesTheText(t *testing.T) {
	buf := []byte(`<cib epoch="123"><unheard-of new="value"><!-- comment --></unheard-of>text</cib>`)
	n, err := ParseString(aliased(buf))
	if err != nil {
		t.Fatal(err)
	}
	d, want := n.Detach(), n.String()
	for i := range buf {
		buf[i] = '?'
	}
	if n.String() == want {
		t.Fatal("the parsed tree is a copy: the test tests nothing")
	}
	if got := d.String(); got != want {
		t.Errorf("the detached tree became %s", got)
	}
}

// aliased is a string that the test can change behind everybody's back.
func aliased(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
