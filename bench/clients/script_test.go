package main

import (
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	got, err := parse(strings.NewReader("# a comment\n\npm01$ pcs node 'two words' ''\n\thas a  b\n\texit 3\npm02% crm_mon -1\n\tlacks x\n\tin line\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []step{
		{line: 3, node: "pm01", command: []string{"pcs", "node", "two words", ""}, exit: 3, has: []string{"a  b"}},
		{line: 6, node: "pm02", command: []string{"crm_mon", "-1"}, lacks: []string{"x"}, stdin: "line\n", ours: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	for _, bad := range []string{"\thas x\n", "no command\n", "pm01$\n", "pm01$ 'open\n", "pm01$ x\n\tmaybe y\n", "pm01$ x\n\texit soon\n"} {
		if _, err := parse(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestJudge(t *testing.T) {
	s := &step{exit: 1, has: []string{"d1 Started"}, lacks: []string{"ERROR"}}
	if wrong := s.judge("d1\t  Started\n", 1); len(wrong) != 0 {
		t.Errorf("%q", wrong)
	}
	if wrong := s.judge("ERROR\n", 0); len(wrong) != 3 {
		t.Errorf("%q", wrong)
	}
}

// The scripts can be read, and are for clients that are known.
func TestScripts(t *testing.T) {
	names, _ := fs.Glob(scripts, "testdata/*.txt")
	if !slices.Contains(names, "testdata/pcs.txt") {
		t.Errorf("scripts: %q", names)
	}
	for _, name := range names {
		data, _ := scripts.ReadFile(name)
		if list, err := parse(strings.NewReader(string(data))); err != nil || len(list) == 0 {
			t.Errorf("%s: %d steps, %v", name, len(list), err)
		}
	}
}
