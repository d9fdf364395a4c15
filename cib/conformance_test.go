package cib

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pacer/internal/recorded"
	"pacer/xmltree"
)

type cliCase struct {
	ID, Cmd string
	Output  []string
}

func cliCases(t *testing.T, dir, group string) []cliCase {
	data, err := os.ReadFile(filepath.Join(dir, group+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Chains []struct{ Steps []struct{ Case *cliCase } }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var out []cliCase
	for _, ch := range file.Chains {
		for _, s := range ch.Steps {
			if s.Case != nil {
				out = append(out, *s.Case)
			}
		}
	}
	return out
}

// TestPatchAsCrmDiff makes the patchset between two files and applies the recorded one. Ours may be smaller than crm_diff's:
// it keeps comments by their text and moves no more elements than it must.
func TestPatchAsCrmDiff(t *testing.T) {
	dir := recorded.Dir(t, "cli")
	read := func(name string) *Document {
		data, err := os.ReadFile(filepath.Join(dir, "inputs", name))
		if err != nil {
			t.Fatal(err)
		}
		return parse(t, string(data))
	}
	old, next := read("crm_diff_old.xml"), read("crm_diff_new.xml")
	checkPatch(t, old, next)
	recorded := ""
	for _, c := range cliCases(t, dir, "crm_diff") {
		if c.ID == "create-an-xml-patchset-from-files" {
			recorded = strings.Join(c.Output, "\n")
		}
	}
	if recorded == "" {
		t.Fatal("the case is not there")
	}
	theirs := map[string]bool{}
	for c := range node(t, recorded).Elements("change") {
		theirs[c.Get("operation")+c.Get("path")+c.Get("position")+c.First("change-list").String()] = true
	}
	for c := range Diff(old, next).XML().Elements("change") {
		if !theirs[c.Get("operation")+c.Get("path")+c.Get("position")+c.First("change-list").String()] {
			t.Errorf("crm_diff has no such change: %s", c)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "inputs", "crm_diff_patchset.xml"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePatch(node(t, string(data)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := ApplyPatch(old, p)
	if err != nil {
		t.Fatal(err)
	}
	// The recorded patchset says what version it leads to, but does not change it.
	if g, w := xmltree.Edit(got.Root()), next.Root(); true {
		g.Set(xmltree.Path{got.Root()}, "epoch", "2")
		if r := g.Done(); !xmltree.Equal(r, w) {
			t.Errorf("the recorded patchset leads to\n%s", r.Pretty(nil))
		}
	}
}

// TestDigestAsCibadmin compares the digest with the recorded output of cibadmin --md5-sum.
func TestDigestAsCibadmin(t *testing.T) {
	dir := recorded.Dir(t, "cli")
	for _, c := range cliCases(t, dir, "cibadmin") {
		if c.ID != "digest-calculation" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, "states", "70306963e44e37a8.xml"))
		if err != nil {
			t.Fatal(err)
		}
		if got := parse(t, string(data)).Digest(); got != c.Output[0] {
			t.Errorf("got %s, want %s", got, c.Output[0])
		}
	}
}
