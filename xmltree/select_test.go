package xmltree

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pacer/internal/recorded"
)

const sample = `<cib epoch="1"><configuration><nodes><node id="1" uname="a"/><node id="2" uname="b"/></nodes>
<resources><primitive id="p" class="ocf"/><!-- c --><group id="g"><primitive id="q" class="ocf"/><primitive id="r" class="lsb"><meta_attributes id="m"><nvpair id="n" name="x" value="1"/></meta_attributes></primitive></group></resources></configuration><status/></cib>`

func TestSelect(t *testing.T) {
	root, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ expr, want string }{
		{"/cib", "cib"},
		{"//cib", "cib"},
		{"/", ""},
		{"//primitive", "p q r"},
		{"//primitive[@class='lsb' or @id='p']", "p r"},
		{"//group/primitive[2]", "r"},
		{"//primitive | //node", "1 2 p q r"},
		{"//node[@uname='b']/@id", "2@id"},
		{"//@class", "p@class q@class r@class"},
		{"//nvpair[@name='x']/../..", "r"},
		{"//nvpair/ancestor::group", "g"},
		{"//primitive/parent::*", "resources g"},
		{"//primitive[last()]", "p r"},
		{"//*[@id='r']/preceding-sibling::*[1]", "q"},
		{"//group[primitive[@id='q']]", "g"},
		{"//comment()", "# c "},
		{"//node[position()=1]/following-sibling::node", "2"},
		{"//*[starts-with(@id,'m') or contains(@uname,'b')]", "2 m"},
		{"//nothing", ""},
	} {
		m, err := Select(root, c.expr)
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		var got []string
		for _, x := range m {
			s := x.Node.ID()
			if s == "" {
				s = x.Node.Name
			}
			if x.Attr != "" {
				s += "@" + x.Attr
			}
			if x.Node.Kind == Comment {
				s = "#" + x.Node.Text
			}
			got = append(got, s)
			if p := x.Path(); p[0] != root || p[len(p)-1] != x.Node {
				t.Errorf("%s: path %v", c.expr, p)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: got %q, want %q", c.expr, s, c.want)
		}
	}
	for _, expr := range []string{"", "//", "//a[", "count(//node)", "1+1", "//a[foo()]", "string(", "//node[@id=$x]", strings.Repeat("(", 5000)} {
		if m, err := Select(root, expr); err == nil {
			t.Errorf("%.20q is accepted: %v", expr, m)
		}
	}
}

// TestSelectAsXmllint runs the expressions that tools use over real configurations and counts as libxml2 does.
func TestSelectAsXmllint(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	files := recorded.Glob(t, "*.xml", "scheduler", "xml")
	exprs := []string{
		"//primitive", "//primitive[@class='ocf'][@id]", "//lrm_rsc_op[@rc-code!='0']", "//node_state/@uname",
		"//*[@id]/..", "//nvpair[@name='target-role']/ancestor::*", "//rsc_location[rule]", "//group/primitive[last()]",
		"//instance_attributes/nvpair[position()<3]", "//primitive/following-sibling::*", "//lrm_resource[not(lrm_rsc_op)]",
		"//primitive/preceding-sibling::primitive[1]",
	}
	for i := 0; i < len(files); i += len(files)/12 + 1 {
		data, _ := os.ReadFile(files[i])
		root, err := Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		var script bytes.Buffer
		for _, e := range exprs {
			script.WriteString("xpath count(" + e + ")\n")
		}
		cmd := exec.Command(lint, "--noblanks", "--shell", files[i])
		cmd.Stdin = &script
		out, _ := cmd.Output()
		var want []string
		for _, l := range strings.Split(string(out), "\n") {
			if _, n, ok := strings.Cut(l, "a number : "); ok {
				want = append(want, n)
			}
		}
		if len(want) != len(exprs) {
			t.Fatalf("xmllint answers %d of %d: %s", len(want), len(exprs), out)
		}
		for k, e := range exprs {
			m, err := Select(root, e)
			if err != nil {
				t.Fatal(e, err)
			}
			if got := len(m); strings.TrimSpace(want[k]) != strconv.Itoa(got) {
				t.Errorf("%s: %s: %d, xmllint %s", filepath.Base(files[i]), e, got, want[k])
			}
		}
	}
}

func TestEditorSharesTheRest(t *testing.T) {
	root, _ := Parse([]byte(sample))
	before := root.String()
	one := func(r *Node, expr string) Path {
		m, err := Select(r, expr)
		if err != nil || len(m) != 1 {
			t.Fatal(expr, m, err)
		}
		return m[0].Path()
	}
	e := Edit(root)
	q, r, g := one(root, "//*[@id='q']"), one(root, "//*[@id='r']"), one(root, "//group")
	e.Set(q, "class", "x")
	e.Unset(r, "class")
	e.Insert(g, 0, New("primitive", "id", "new"))
	e.Remove(one(root, "//*[@id='p']"))
	e.Replace(one(root, "//node[1]"), New("node", "id", "9"))
	e.Move(r, 0)
	e.Set(Path{root}, "epoch", "2")
	next := e.Done()
	if root.String() != before {
		t.Fatal("the old tree changed")
	}
	want := `<cib epoch="2"><configuration><nodes><node id="9"/><node id="2" uname="b"/></nodes><resources><!-- c --><group id="g"><primitive id="r"><meta_attributes id="m"><nvpair id="n" name="x" value="1"/></meta_attributes></primitive><primitive id="new"/><primitive id="q" class="x"/></group></resources></configuration><status/></cib>`
	if got := next.String(); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	if next.First("status") != root.First("status") || next.Path("configuration", "resources", "group", "primitive", "meta_attributes") != r[len(r)-1].First("meta_attributes") {
		t.Error("an unchanged subtree was copied")
	}
	e = Edit(root)
	e.Set(q, "class", "ocf")
	e.Unset(q, "nothing")
	if e.Done() != root {
		t.Error("no change made a new tree")
	}
	if Equal(root, next) || !Equal(next, next.Clone()) || next.ImmutableFingerprint() != next.Clone().ImmutableFingerprint() ||
		root.ImmutableFingerprint() == next.ImmutableFingerprint() {
		t.Error("Equal or the fingerprint is wrong")
	}
}

func FuzzSelect(f *testing.F) {
	f.Add("//primitive[@id='x']/..")
	f.Add("//a[position()=last()]/ancestor::b|//c/@d")
	root, _ := Parse([]byte(sample))
	f.Fuzz(func(t *testing.T, expr string) {
		if len(expr) > 200 {
			return
		}
		_, _ = Select(root, expr)
	})
}

func TestLiteral(t *testing.T) {
	for _, s := range []string{"", "plain", `it's`, `a "word"`, `it's a "word"`, `''"'`} {
		root := New("r")
		root.AddNew("a", "id", s)
		root.AddNew("a", "id", s+"-other")
		got, err := Select(root, "/r/a[@id="+Literal(s)+"]")
		if err != nil || len(got) != 1 || got[0].Node != root.Children[0] {
			t.Errorf("%s: %d found, %v", Literal(s), len(got), err)
		}
	}
}
