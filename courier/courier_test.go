package courier

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/errand"
	"pacer/exitcode"
	"pacer/place"
)

// bench is a courier with a collector that is a small shell script.
type bench struct {
	*testing.T
	c    *Courier
	root string
	done chan errand.Done
}

func newBench(t *testing.T, script string) *bench {
	t.Helper()
	b := &bench{T: t, root: t.TempDir(), done: make(chan errand.Done, 10)}
	path := filepath.Join(b.root, "collector")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	b.c = New(Options{Places: place.Places{Root: b.root}, Collector: []string{path, "first"}, Deliver: func(d errand.Done) { b.done <- d }})
	t.Cleanup(b.c.Close)
	return b
}

// do carries out one errand.
func (b *bench) do(r api.Request) (api.Answer, errand.Done) {
	b.Helper()
	body, err := json.Marshal(r)
	if err != nil {
		b.Fatal(err)
	}
	return b.raw(r.Path(), body)
}

func (b *bench) raw(task string, body []byte) (a api.Answer, d errand.Done) {
	b.Helper()
	b.c.CarryOut(errand.Work{Run: 7, Task: task, Body: body})
	select {
	case d = <-b.done:
	case <-time.After(30 * time.Second):
		b.Fatal("the courier says nothing")
	}
	if d.Run != 7 {
		b.Errorf("%+v", d)
	}
	if len(d.Body) > 0 {
		if err := json.Unmarshal(d.Body, &a); err != nil {
			b.Error(err)
		}
	}
	return a, d
}

func (b *bench) files() []string {
	entries, _ := os.ReadDir(place.Places{Root: b.root}.Collections())
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestSecretsAreChanged(t *testing.T) {
	b := newBench(t, "exit 1")
	_, d := b.do(api.SecretChange{Set: []api.Secret{{Resource: "a", Parameter: "p", Value: "1"}, {Resource: "..", Parameter: "p", Value: "geheim"}, {Resource: "b", Parameter: "q", Value: "2"}}})
	if d.Problem == "" || strings.Contains(d.Problem, "geheim") {
		t.Errorf("a bad name: %+v", d)
	}
	if _, d = b.do(api.SecretChange{Delete: []api.Secret{{Resource: "a", Parameter: "p"}, {Resource: "none", Parameter: "p"}}}); d.Problem != "" || d.Code != exitcode.OK {
		t.Errorf("%+v", d)
	}
	if all, problems := b.c.secrets.All(); len(all) != 1 || all[0].Resource != "b" || all[0].Value != "2" || problems != nil {
		t.Errorf("%v, %v", all, problems)
	}
}

func TestACollectionIsFetchedInParts(t *testing.T) {
	b := newBench(t, `line=$(cat); [ "$1" = first ] && case $line in *'"node":"n1"'*) head -c 600000 /dev/zero;; esac`)
	a, d := b.do(api.Collect{Node: "n1"})
	if d.Problem != "" || a.Collection == nil || a.Collection.Size != 600000 {
		t.Fatalf("%+v %+v", a, d)
	}
	if files := b.files(); len(files) != 1 {
		t.Fatal(files)
	}
	if st, _ := os.Stat(b.c.path(a.Collection.ID)); st.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", st.Mode())
	}
	var whole []byte
	for int64(len(whole)) < a.Collection.Size {
		part, d := b.do(api.CollectPart{Collection: a.Collection.ID, Offset: int64(len(whole))})
		if d.Problem != "" || len(part.Part) == 0 || len(part.Part) > api.MaxPart {
			t.Fatalf("%d bytes, %+v", len(part.Part), d)
		}
		whole = append(whole, part.Part...)
	}
	if !bytes.Equal(whole, make([]byte, 600000)) {
		t.Error("it is not what was collected")
	}
	if _, d := b.do(api.CollectPart{Collection: a.Collection.ID}); d.Code != exitcode.NoSuch || len(b.files()) != 0 {
		t.Errorf("it is kept: %+v", d)
	}
}

func TestWhatGoesWrongIsTold(t *testing.T) {
	b := newBench(t, "echo 'no room' >&2; echo half; exit 3")
	if _, d := b.do(api.Collect{}); !strings.Contains(d.Problem, "no room") || d.Code == 0 {
		t.Errorf("a failing collector: %+v", d)
	}
	for _, r := range []api.CollectPart{{Collection: "../../etc/passwd"}, {Collection: "x"}} {
		if _, d := b.do(r); d.Code != exitcode.NoSuch {
			t.Errorf("%+v", d)
		}
	}
	if _, d := b.raw("report/later", []byte("{}")); d.Code != exitcode.Unimplemented {
		t.Errorf("%+v", d)
	}
	if _, d := b.raw(api.Collect{}.Path(), []byte("nonsense")); d.Code != exitcode.Protocol {
		t.Errorf("%+v", d)
	}
	if files := b.files(); len(files) != 0 {
		t.Errorf("something is left: %v", files)
	}
}

func TestTooMuchIsRefused(t *testing.T) {
	b := newBench(t, "head -c 70000000 /dev/zero")
	if _, d := b.do(api.Collect{}); !strings.Contains(d.Problem, "shorter time") {
		t.Errorf("%+v", d)
	}
	b = newBench(t, "echo x")
	for range maxCollections {
		if _, d := b.do(api.Collect{}); d.Problem != "" {
			t.Fatalf("%+v", d)
		}
	}
	if _, d := b.do(api.Collect{}); d.Code != exitcode.TempFail {
		t.Errorf("%+v", d)
	}
	b.c.Close()
	if files := b.files(); len(files) != 0 {
		t.Errorf("something is left: %v", files)
	}
}

// A reload is the node's own matter; what it says is handed on.
func TestReload(t *testing.T) {
	b := newBench(t, "exit 1")
	if _, d := b.do(api.Reload{}); d.Code != exitcode.Unimplemented {
		t.Errorf("%+v", d)
	}
	b.c.opt.Reload = func() ([]string, error) { return []string{"totem.token"}, nil }
	if a, d := b.do(api.Reload{}); d.Code != exitcode.OK || len(a.Restart) != 1 || a.Restart[0] != "totem.token" {
		t.Errorf("%+v %+v", a, d)
	}
	b.c.opt.Reload = func() ([]string, error) { return nil, api.Errorf(exitcode.Config, "corosync.conf:3: what is this?") }
	if _, d := b.do(api.Reload{}); d.Code != exitcode.Config || d.Problem != "corosync.conf:3: what is this?" {
		t.Errorf("%+v", d)
	}
}

// That a node stops is its own matter.
func TestKillNode(t *testing.T) {
	b := newBench(t, "exit 1")
	if _, d := b.do(api.KillNode{ID: 1}); d.Code != exitcode.Unimplemented {
		t.Errorf("%+v", d)
	}
	stopped := 0
	b.c.opt.Stop = func(string) error { stopped++; return nil }
	if _, d := b.do(api.KillNode{ID: 1}); d.Code != exitcode.OK || stopped != 1 {
		t.Errorf("%+v, stopped %d times", d, stopped)
	}
}
