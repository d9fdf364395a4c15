package xmltree

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"pacer/internal/recorded"
)

func TestParseReads(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`<a/>`, `<a/>`},
		{`<a></a>`, `<a/>`},
		{"\xef\xbb\xbf<?xml version=\"1.0\" encoding='UTF-8' standalone=\"no\"?>\n<!DOCTYPE a [<!ENTITY x \"]>\"><!-- ' -->]>\n<!-- out --><?pi x?><a b='c'/> <!-- end -->\n", `<a b="c"/>`},
		{"<a b='1\n2\t3\r\n4&#10;5&#9;6\"'/>", `<a b="1 2 3 4&#10;5&#9;6&quot;"/>`},
		{"<a b='&lt;&gt;&amp;&quot;&apos;&#x41;&#66;'/>", `<a b="&lt;&gt;&amp;&quot;'AB"/>`},
		{"<a> <b/>\n<!-- c -->  </a>", `<a><b/><!-- c --></a>`},
		{"<a> x <b/> </a>", `<a> x <b/> </a>`},
		{"<a>x<![CDATA[<&]]>y</a>", `<a>x&lt;&amp;y</a>`},
		{"<a><![CDATA[]]></a>", `<a/>`},
		{"<a>x<?pi?>y</a>", `<a>xy</a>`},
		{"<a>\r\nx\ry&#13;</a>", "<a>\nx\ny&#13;</a>"},
		{"<a> </a>", `<a/>`},
		{"<é:ü x='日本'/>", `<é:ü x="日本"/>`},
		{"<?xml version='1.0' encoding='iso-8859-1'?><a b='\xe9'/>", `<a b="é"/>`},
		{"<a xmlns:x='u' x:b='1'/>", `<a xmlns:x="u" x:b="1"/>`},
		{"<a>x<?pi?> <?pi?>y<b/><?pi?> z</a>", `<a>x y<b/> z</a>`},
		{"<a><!--x\r\ny\rz--></a>", "<a><!--x\ny\nz--></a>"},
		{"<a b=\"1234567\x7f\" c=\"12345678é\" d=\"12345678&amp;\"/>", "<a b=\"1234567\x7f\" c=\"12345678é\" d=\"12345678&amp;\"/>"},
	} {
		n, err := Parse([]byte(c.in))
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
		} else if got := n.String(); got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		in        string
		line, col int
		msg       string
	}{
		{"", 1, 1, "no element"},
		{"x", 1, 1, "Start tag expected"},
		{"<a>\n <b>\n</a>", 3, 1, "does not close the element <b> of line 2"},
		{"<a/>\n<b/>", 2, 1, "after the end"},
		{"<a b='1' b='2'/>", 1, 10, "given twice"},
		{"<a><b x=\"1\" y=\"2\"/>\n<b y=\"1\" x=\"2\" y=\"3\"/></a>", 2, 16, "given twice"},
		{"<a><b x=\"1\" y=\"2\"/>\n<b\ny=\"1\" x=\"2\" y=\"3\"/></a>", 3, 13, "given twice"},
		{"<a><b x=\"1\" y=\"2\"/><b x=\"1\"y=\"3\"/></a>", 1, 28, "blank"},
		{"<a><b x=\"1\"/><b x=\"<\"/></a>", 1, 20, "&lt;"},
		{"<a><b x=\"1\"/><b x=\"", 1, 19, "never closed"},
		{"<a" + manyAttributes(MaxAttrs) + " a7=''/>", 1, len("<a"+manyAttributes(MaxAttrs)) + 2, "given twice"},
		{"<a" + manyAttributes(MaxAttrs+1) + "/>", 1, len("<a"+manyAttributes(MaxAttrs)) + 2, "more than 1024"},
		{"<a b=1/>", 1, 6, "quotes"},
		{"<a b/>", 1, 5, "\"=\" is missing"},
		{"<a b='1'c='2'/>", 1, 9, "blank"},
		{"<a b='<'/>", 1, 7, "&lt;"},
		{"<a b='&x;'/>", 1, 7, "&x; is not known"},
		{"<a b='a&b'/>", 1, 8, "&amp;"},
		{"<a>&#0;</a>", 1, 4, "U+0000"},
		{"<a>&#xD800;</a>", 1, 4, "U+D800"},
		{"<a>&#99999999999999999999;</a>", 1, 4, "broken"},
		{"<a>&#x;</a>", 1, 4, "broken"},
		{"<a>é\x01</a>", 1, 5, "U+0001"},
		{"<a>\xff</a>", 1, 4, "UTF-8"},
		{"<a>]]></a>", 1, 4, "]]&gt;"},
		{"<a><!-- a--b --></a>", 1, 10, "--"},
		{"<a><!-- </a>", 1, 4, "never closed"},
		{"<a><![CDATA[ </a>", 1, 4, "never closed"},
		{"<a><!ELEMENT x></a>", 1, 4, "only comments"},
		{"<a", 1, 3, "inside the tag"},
		{"<a>", 1, 4, "inside the element <a> of line 1"},
		{"<a b='c", 1, 6, "never closed"},
		{"<1/>", 1, 2, "name"},
		{" <?xml version='1.0'?><a/>", 1, 2, "beginning"},
		{"<?xml version='1.0' encoding='EUC-JP'?><a/>", 1, 1, "euc-jp"},
		{"<!DOCTYPE a [<a/>", 1, 1, "never closed"},
		{"<a>&lol;</a>", 1, 4, "&lol; is not known"},
		{strings.Repeat("<a>", MaxDepth+1), 1, 3*MaxDepth + 1, "deeper than 256"},
		{"<" + strings.Repeat("a", MaxName+1) + "/>", 1, 2, "longer"},
	} {
		_, err := Parse([]byte(c.in))
		var se *SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%.40q: got %v, want a SyntaxError", c.in, err)
		} else if se.Line != c.line || se.Col != c.col || !strings.Contains(se.Msg, c.msg) {
			t.Errorf("%.40q: got %v, want %d:%d …%s…", c.in, se, c.line, c.col, c.msg)
		}
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d=""`, i)
	}
	return b.String()
}

func TestLines(t *testing.T) {
	n, err := Parse([]byte("<a>\n\n <!-- x -->\n <b\n c=''/>\n <d/></a>"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int32{3, 4, 6} {
		if got := n.Children[i].Line; got != want {
			t.Errorf("child %d: line %d, want %d", i, got, want)
		}
	}
}

// TestPrettyAsXmllint compares our formatted print of real configurations with xmllint's.
func TestPrettyAsXmllint(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	files := recorded.Glob(t, "*.xml", "scheduler", "xml")
	step := 1
	if testing.Short() || len(files) > 100 {
		step = len(files)/100 + 1
	}
	for i := 0; i < len(files); i += step {
		f := files[i]
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n, err := Parse(data)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		want, err := exec.Command(lint, "--format", "--nocdata", "--encode", "UTF-8", f).Output()
		if err != nil {
			t.Errorf("xmllint %s: %v", f, err)
			continue
		}
		root, err := Parse(want)
		if err != nil {
			t.Errorf("%s: after xmllint: %v", f, err)
			continue
		}
		_, body, _ := strings.Cut(string(want), "<"+root.Name)
		if got := string(n.Pretty(nil)); !blankElements(body) && got != "<"+root.Name+body {
			t.Errorf("%s: the print differs from xmllint's", f)
		}
	}
}

// blankElements tells of an element that holds only blanks, which xmllint keeps and we do not.
func blankElements(s string) bool {
	for i := range len(s) {
		if s[i] != '>' {
			continue
		}
		j := i + 1
		for j < len(s) && isSpace(s[j]) {
			j++
		}
		if j > i+1 && strings.HasPrefix(s[j:], "</") && i > 0 && s[i-1] != '/' && s[i-1] != '-' {
			if k := strings.LastIndexByte(s[:i], '<'); k >= 0 && s[k+1] != '/' {
				return true
			}
		}
	}
	return false
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<a b="c"><!-- x --><d>t<![CDATA[u]]></d> <e f='&#10;&lt;'/></a>`))
	f.Add([]byte("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"))
	f.Add([]byte("<?xml version='1.0' encoding='latin1'?><\xe9/>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Parse(data)
		if err != nil {
			var se *SyntaxError
			if !errors.As(err, &se) || se.Line < 1 || se.Col < 1 {
				t.Fatalf("error without a place: %v", err)
			}
			return
		}
		compact := n.Append(nil)
		again, err := Parse(compact)
		if err != nil {
			t.Fatalf("the compact form is refused: %v\n%s", err, compact)
		}
		if got := again.String(); got != string(compact) {
			t.Fatalf("the compact form is not stable:\n%s\n%s", compact, got)
		}
		// What stands before an element must not change how it is read.
		twice, err := ParseString("<x>" + string(compact) + string(compact) + "</x>")
		if err != nil {
			if depth(n) < MaxDepth {
				t.Fatalf("two of it are refused: %v\n%s", err, compact)
			}
		} else if !Equal(twice.Children[0], again) || !Equal(twice.Children[1], again) || !Equal(again.Detach(), again) {
			t.Fatalf("one after the other is read as something else:\n%s\n%s", twice, compact)
		}
		pretty := n.Pretty(nil)
		again, err = Parse(pretty)
		if err != nil {
			t.Fatalf("the formatted form is refused: %v\n%s", err, pretty)
		}
		if got := again.Pretty(nil); string(got) != string(pretty) {
			t.Fatalf("the formatted form is not stable:\n%s\n%s", pretty, got)
		}
	})
}

func depth(n *Node) int {
	deepest := 0
	for c := range n.Elements() {
		deepest = max(deepest, depth(c))
	}
	return deepest + 1
}

// BenchmarkParse reads a status of 1,000 resources, as their nodes write it.
func BenchmarkParse(b *testing.B) {
	var t strings.Builder
	t.WriteString("<cib epoch=\"1\">\n  <status>\n")
	for i := range 1000 {
		fmt.Fprintf(&t, "    <lrm_resource id=\"r%d\" class=\"ocf\" provider=\"heartbeat\" type=\"apache\">\n", i)
		for _, op := range []string{"start", "monitor"} {
			fmt.Fprintf(&t, "      <lrm_rsc_op id=\"r%d_%s_0\" operation_key=\"r%d_%s_0\" operation=\"%s\" crm_feature_set=\"3.20.5\" "+
				"transition-key=\"206:1:0:b4e1c0de-0000-4000-8000-00000000beef\" on_node=\"node%d\" call-id=\"%d\" rc-code=\"0\" op-status=\"0\" "+
				"interval=\"0\" last-rc-change=\"1699913806\" exec-time=\"20\" queue-time=\"0\" op-digest=\"2e8bf85ed18c43d6ebd002abf5e0510f\"/>\n",
				i, op, i, op, op, i%16, i)
		}
		t.WriteString("    </lrm_resource>\n")
	}
	t.WriteString("  </status>\n</cib>\n")
	text := t.String()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseString(text); err != nil {
			b.Fatal(err)
		}
	}
}
