package crm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"pacer/applet"
	"pacer/internal/recorded"
	"pacer/xmltree"
)

// deviations are cases that this shell answers otherwise on purpose, each with its reason.
var deviations = map[string]string{
	"cib-new-list":           "cib commit changes the file that CIB_file names, as it changes the cluster",
	"node-standby":           "node standby works on a CIB_file too",
	"node-online":            "node online works on a CIB_file too",
	"ren-primitive":          "rename does not leave tags behind that name what is no longer there",
	"save-replace-roundtrip": "ids that are free again are used again",
	"schema-change":          "a changed schema is stored",
	"upgrade-force":          "the newest schema is a newer one, and schemas before 2.0 are not upgraded yet",
}

// TestConformance runs the recorded sessions of the crm command, in this process.
func TestConformance(t *testing.T) {
	dir := recorded.Dir(t, "crm")
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Cases []struct{ ID, File string } }
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	passed, deviating := 0, 0
	for _, m := range manifest.Cases {
		c := readCase(t, filepath.Join(dir, m.File))
		want, ok := c.Expect["4.4"]
		if !ok || c.Normative != nil && !*c.Normative || !hasNeeds(c.Needs) {
			continue
		}
		t.Run(m.ID, func(t *testing.T) {
			var exp expected
			if err := json.Unmarshal(want, &exp); err != nil {
				t.Fatal(err)
			}
			problems := c.run(t, dir, exp)
			if why, deviates := deviations[m.ID]; deviates {
				deviating++
				if len(problems) == 0 {
					t.Errorf("no longer deviates: %s", why)
				}
				return
			}
			for _, p := range problems {
				t.Error(p)
			}
			if len(problems) == 0 {
				passed++
			}
		})
	}
	t.Logf("%d cases passed, %d deviate on purpose", passed, deviating)
}

type testCase struct {
	Base      string
	BaseXML   []string `json:"base_xml"`
	Files     map[string][]string
	Env       map[string]string
	Needs     []string
	Normative *bool
	Steps     []struct {
		Argv  []string
		Stdin []string
	}
	Expect map[string]json.RawMessage
}

type expected struct {
	Steps []struct {
		RC     int
		Stdout *[]string
		Says   []string
	}
	CIB    []string
	Schema string
	Files  map[string][]string
}

func readCase(t *testing.T, file string) *testCase {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &testCase{}
	if err := json.Unmarshal(data, c); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return c
}

// hasNeeds tells whether the machine has what a case needs besides the shell.
func hasNeeds(needs []string) bool {
	for _, n := range needs {
		if n == "ra-metadata" {
			if _, err := os.Stat("/usr/lib/ocf/resource.d/heartbeat/IPaddr2"); err != nil {
				return false
			}
		}
	}
	return true
}

func (c *testCase) run(t *testing.T, dir string, exp expected) (problems []string) {
	work := t.TempDir()
	t.Chdir(work)
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if c.BaseXML != nil {
		write("cib.xml", strings.Join(c.BaseXML, "\n")+"\n")
	} else {
		data, err := os.ReadFile(filepath.Join(dir, "bases", c.Base+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		write("cib.xml", string(data))
	}
	for name, lines := range c.Files {
		write(name, strings.Join(lines, "\n")+"\n")
	}
	for _, d := range []string{"home", "shadow"} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	vars := map[string]string{"CIB_file": filepath.Join(work, "cib.xml"), "HOME": filepath.Join(work, "home"), "TERM": "dumb",
		"XDG_CONFIG_HOME": filepath.Join(work, "home", ".config"), "XDG_CACHE_HOME": filepath.Join(work, "home", ".cache"),
		"LC_ALL": "C.UTF-8", "CIB_shadow_dir": filepath.Join(work, "shadow"), "PAGER": "cat", "EDITOR": "true"}
	for k, v := range c.Env {
		vars[k] = strings.ReplaceAll(v, "@WORK@", work)
	}
	fail := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for i, want := range exp.Steps {
		step := c.Steps[i]
		var args []string
		for _, a := range step.Argv {
			args = append(args, strings.ReplaceAll(a, "@WORK@", work))
		}
		stdin := ""
		if step.Stdin != nil {
			stdin = strings.Join(step.Stdin, "\n") + "\n"
		}
		code, stdout, stderr := runCRM(vars, stdin, args...)
		plain, messages := split(stdout)
		messages += stderr
		if (code == 0) != (want.RC == 0) {
			fail("step %d: exit code %d, want %d\n%s", i+1, code, want.RC, messages)
		}
		if want.Stdout != nil {
			if a, b := canonicalText(*want.Stdout), canonicalText(plain); a != b {
				fail("step %d: output differs\nwant:\n%s\ngot:\n%s", i+1, a, b)
			}
		}
		for _, rx := range want.Says {
			if !regexp.MustCompile("(?is)" + rx).MatchString(strings.Join(plain, "\n") + "\n" + messages) {
				fail("step %d: no message like %s in\n%s", i+1, rx, messages)
			}
		}
	}
	data, err := os.ReadFile("cib.xml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := xmltree.Parse(data)
	if err != nil {
		return append(problems, err.Error())
	}
	if exp.CIB != nil {
		want, err := xmltree.Parse([]byte(strings.Join(exp.CIB, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		if a, b := canonicalCIB(want), canonicalCIB(doc); a != b {
			fail("CIB differs\nwant:\n%s\ngot:\n%s", a, b)
		}
	}
	if exp.Schema != "" && doc.Get("validate-with") != exp.Schema {
		fail("validate-with is %s, want %s", doc.Get("validate-with"), exp.Schema)
	}
	for name, lines := range exp.Files {
		data, err := os.ReadFile(name)
		if err != nil {
			fail("%v", err)
			continue
		}
		if a, b := canonicalText(lines), canonicalText(strings.Split(strings.TrimRight(string(data), "\n"), "\n")); a != b {
			fail("file %s differs\nwant:\n%s\ngot:\n%s", name, a, b)
		}
	}
	return problems
}

// runCRM runs the applet with an environment of its own.
func runCRM(vars map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	env := applet.Env{Name: "crm", Args: args, Stdin: io.Reader(strings.NewReader(stdin)), Stdout: &out, Stderr: &errs,
		Getenv: func(n string) string { return vars[n] },
		Environ: func() []string {
			var l []string
			for k, v := range vars {
				l = append(l, k+"="+v)
			}
			return l
		},
		Now: time.Now, Context: nil}
	c := Run(env)
	return int(c), out.String(), errs.String()
}

var message = regexp.MustCompile(`^(INFO|WARNING|ERROR|DEBUG)\b`)

// split takes the messages out of what was printed.
func split(text string) (plain []string, messages string) {
	for _, l := range strings.Split(text, "\n") {
		if message.MatchString(l) {
			messages += l + "\n"
			continue
		}
		plain = append(plain, strings.TrimRight(l, " \t"))
	}
	for len(plain) > 0 && plain[len(plain)-1] == "" {
		plain = plain[:len(plain)-1]
	}
	return plain, messages
}

// canonicalText compares XML documents by their content, other text as it is.
func canonicalText(lines []string) string {
	text := strings.Join(lines, "\n")
	if len(lines) > 0 && (strings.HasPrefix(lines[0], "<?xml") || strings.HasPrefix(lines[0], "<cib")) {
		if n, err := xmltree.Parse([]byte(text)); err == nil {
			return canonicalCIB(n)
		}
	}
	return text
}

// canonicalCIB is the configuration with sorted attributes and sections, without white space and empty sections.
func canonicalCIB(n *xmltree.Node) string {
	if n.Name != "configuration" {
		n = n.First("configuration")
	}
	var sections []string
	for s := range n.Elements() {
		if len(s.Attrs) > 0 || len(content(s)) > 0 {
			var b strings.Builder
			canon(&b, s, 0)
			sections = append(sections, b.String())
		}
	}
	sort.Strings(sections)
	return strings.Join(sections, "")
}

func content(n *xmltree.Node) []*xmltree.Node {
	var out []*xmltree.Node
	for _, c := range n.Children {
		if c.Kind != xmltree.Text || strings.TrimSpace(c.Text) != "" {
			out = append(out, c)
		}
	}
	return out
}

func canon(b *strings.Builder, n *xmltree.Node, depth int) {
	pad := strings.Repeat("  ", depth)
	switch n.Kind {
	case xmltree.Comment:
		fmt.Fprintf(b, "%s<!--%s-->\n", pad, strings.TrimSpace(n.Text))
		return
	case xmltree.Text:
		fmt.Fprintf(b, "%s%s\n", pad, strings.TrimSpace(n.Text))
		return
	}
	var attrs []string
	for _, a := range n.Attrs {
		attrs = append(attrs, fmt.Sprintf(" %s=%q", a.Name, a.Value))
	}
	sort.Strings(attrs)
	fmt.Fprintf(b, "%s<%s%s>\n", pad, n.Name, strings.Join(attrs, ""))
	for _, c := range content(n) {
		canon(b, c, depth+1)
	}
}
