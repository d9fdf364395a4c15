package level

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"pacer/applet"
	"pacer/cib"
	"pacer/xmltree"
)

type memory struct{ doc *cib.Document }

func (m *memory) CIB(context.Context) (*cib.Document, error) { return m.doc, nil }

func (m *memory) Apply(_ context.Context, ops ...cib.Op) (*xmltree.Node, error) {
	doc, out, err := cib.Apply(m.doc, ops, cib.ApplyOptions{})
	if err == nil {
		m.doc = doc
	}
	return out, err
}

// talk runs an interactive shell in which the user gives the answers to questions.
func talk(t *testing.T, answers ...string) (*Shell, *memory, *bytes.Buffer) {
	t.Helper()
	out := &bytes.Buffer{}
	m := &memory{cib.Empty()}
	sh := NewShell(applet.Env{Stdin: strings.NewReader(""), Stdout: out, Stderr: out, Getenv: func(string) string { return "" }})
	sh.Mode = Interactive
	sh.Open = func(applet.Env) (Cluster, error) { return m, nil }
	sh.ReadLine = func(prompt string) (string, error) {
		out.WriteString(prompt + "\n")
		if len(answers) == 0 {
			return "", io.EOF
		}
		a := answers[0]
		answers = answers[1:]
		return a, nil
	}
	return sh, m, out
}

func has(m *memory, id string) bool { return strings.Contains(string(m.doc.Bytes()), `id="`+id+`"`) }

func TestLeavingWithPendingChanges(t *testing.T) {
	for _, c := range []struct {
		name      string
		answers   []string
		at        string
		committed bool
	}{
		{"yes commits", []string{"y"}, "root", true},
		{"no drops", []string{"no"}, "root", false},
		{"cancel stays", []string{"c"}, "configure", false},
		{"the difference can be seen first", []string{"d", "y"}, "root", true},
		{"a closed terminal leaves, and says what was lost", nil, "root", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			sh, m, out := talk(t, c.answers...)
			sh.Execute("configure")
			sh.Execute("primitive p lsb:cron")
			sh.Execute("up")
			if sh.At().Name != c.at || has(m, "p") != c.committed {
				t.Errorf("at %s, committed %v\n%s", sh.At().Name, has(m, "p"), out)
			}
			if c.answers == nil && !strings.Contains(out.String(), "+primitive p lsb:cron") {
				t.Errorf("the lost change is not told: %s", out)
			}
			if c.at == "configure" && !sh.Session.Changed() {
				t.Error("the change is gone")
			}
		})
	}
}

func TestPromptAndMoving(t *testing.T) {
	sh, _, out := talk(t)
	for _, step := range [][2]string{
		{"", "crm(live)# "}, {"conf", "crm(live)configure# "}, {"ra", "crm(live)configure ra# "}, {"up", "crm(live)configure# "},
		{"cd ../resource", "crm(live)resource# "}, {"configure show", "crm(live)resource# "}, {"cd", "crm(live)# "},
		{"configure show", "crm(live)# "}, {"cd configure/ra", "crm(live)configure ra# "}, {"cd ../..", "crm(live)# "},
	} {
		sh.Execute(step[0])
		if sh.Prompt() != step[1] {
			t.Errorf("after %q: %q, want %q\n%s", step[0], sh.Prompt(), step[1], out)
		}
	}
	if !strings.Contains(out.String(), `"conf" is accepted as "configure"`) {
		t.Error("an abbreviation is not told")
	}
	sh.Execute("quit")
	if !sh.Done() {
		t.Error("quit does not quit")
	}
}

func TestLookup(t *testing.T) {
	fillLevels()
	for word, want := range map[string]string{"cf": "configure", "cfg": "configure", "rsc": "resource", "RES": "resource", "status": "status"} {
		if e, ok := rootLevel.lookup(word, true); !ok || e.name != want {
			t.Errorf("%s means %q", word, e.name)
		}
	}
	for _, word := range []string{"c", "xyz", "up", ""} {
		if e, ok := rootLevel.lookup(word, true); ok {
			t.Errorf("%s means %q", word, e.name)
		}
	}
}

func TestSkillLevels(t *testing.T) {
	sh, m, out := talk(t)
	if err := sh.Options.Set("core.skill_level", "operator"); err != nil {
		t.Fatal(err)
	}
	if sh.Execute("configure primitive p lsb:cron") || has(m, "p") || !strings.Contains(out.String(), "administrator skill level required") {
		t.Errorf("%s", out)
	}
}

func TestCandidates(t *testing.T) {
	sh, _, _ := talk(t)
	sh.Execute("configure primitive p1 lsb:cron")
	sh.Session.Force = true
	sh.Mode = Batch
	sh.Execute("configure primitive p2 lsb:cron")
	for _, c := range []struct {
		before []string
		want   string
	}{
		{nil, "configure"}, {[]string{"configure"}, "show"}, {[]string{"configure", "load"}, "update"},
		{[]string{"resource", "start"}, "p2"}, {[]string{"resource", "start", "p2"}, "p2"},
		{[]string{"configure", "primitive", "x", "lsb:cron"}, "params"},
		{[]string{"configure", "property"}, "no-quorum-policy=ignore"}, {[]string{"configure", "show"}, "type:group"},
	} {
		if got := sh.Candidates(c.before); !slices.Contains(got, c.want) {
			t.Errorf("%v: %q is missing in %q", c.before, c.want, got)
		}
	}
	if got := sh.Candidates([]string{"configure", "rename", "p2"}); len(got) != 0 {
		t.Errorf("a new name is the user's: %q", got)
	}
	if got := sh.Candidates([]string{"nosuch"}); got != nil {
		t.Errorf("got %q", got)
	}
}
