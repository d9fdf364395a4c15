package messaging

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pacer/api"
	"pacer/clusterconf"
	"pacer/engine"
	"pacer/note"
	"pacer/place"
)

// files writes files below a fresh root: path, content, mode.
func files(t *testing.T, list map[string]string, mode os.FileMode) place.Places {
	p := place.Places{Root: t.TempDir()}
	for path, text := range list {
		full := filepath.Join(p.Root, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

const oneNode = "totem {\n version: 2\n%s}\nnodelist {\n node {\n  ring0_addr: 127.0.0.1\n  nodeid: 7\n  name: here\n }\n}\n"

func TestLoadConfig(t *testing.T) {
	t.Setenv(NodeVariable, "here")
	key := strings.Repeat("k", 256)
	conf := func(extra string) string { return strings.Replace(oneNode, "%s", extra, 1) }
	for name, c := range map[string]struct {
		files map[string]string
		mode  os.FileMode
		want  string // part of the error; "" for none
	}{
		"nothing":         {nil, 0o600, "there is no configuration of the cluster"},
		"corosync":        {map[string]string{"etc/corosync/corosync.conf": conf(""), "etc/corosync/authkey": key}, 0o600, ""},
		"named key":       {map[string]string{"etc/corosync/corosync.conf": conf(" keyfile: /etc/my.key\n"), "etc/my.key": key}, 0o600, ""},
		"no key":          {map[string]string{"etc/corosync/corosync.conf": conf("")}, 0o600, "corosync-keygen"},
		"open key":        {map[string]string{"etc/corosync/corosync.conf": conf(""), "etc/corosync/authkey": key}, 0o644, "Bad permissions"},
		"broken":          {map[string]string{"etc/corosync/corosync.conf": "totem {\n"}, 0o600, "corosync.conf:1: Missing closing brace"},
		"ha.cf":           {map[string]string{"etc/ha.d/ha.cf": "node here\nucast lo 127.0.0.2\n", "etc/ha.d/authkeys": "auth 1\n1 sha1 secretsecret\n"}, 0o600, ""},
		"ha.cf, no keys":  {map[string]string{"etc/ha.d/ha.cf": "node here\nucast lo 127.0.0.2\n"}, 0o600, "authkeys: The file is missing"},
		"ha.cf, open key": {map[string]string{"etc/ha.d/ha.cf": "node here\nucast lo 127.0.0.2\n", "etc/ha.d/authkeys": "auth 1\n1 sha1 s\n"}, 0o640, "Bad permissions"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := LoadConfig(files(t, c.files, c.mode))
			switch {
			case c.want == "" && err != nil:
				t.Fatal(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Fatalf("the error is %v", err)
			case c.want == "" && got.Self.Name != "here":
				t.Fatalf("this node is %+v", got.Self)
			}
		})
	}
}

// A manager that does not answer pings is detached for all to see, and told so.
func TestAHungManagerIsDetached(t *testing.T) {
	c := newCluster(t, 2, 1, "patient")
	c.hang = 2 * pingEvery
	for i := range c.nodes {
		c.start(i)
	}
	c.each(func(i int) { c.untilView(i, full(2)) })
	// Node 1 goes on answering; for node 2 nobody does.
	alone, both := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(both)
		c.untilView(0, func(v engine.View) bool { return len(v.Attached()) == 1 })
		close(alone)
		c.untilView(0, full(2))
	}()
	<-alone
	for reason := ""; reason == ""; {
		ev, ok := <-c.nodes[1].conn.Events()
		if !ok {
			t.Fatal("the end was not told")
		}
		if lost, ok := ev.(engine.Lost); ok {
			reason = lost.Reason
			if reason != "the manager did not answer" {
				t.Fatalf("lost: %s", reason)
			}
		}
	}
	c.nodes[1].view = engine.View{}
	c.attach(1)
	c.untilView(1, full(2))
	<-both
}

// Reading the configuration again may wait for names to resolve; the cluster layer goes on meanwhile.
func TestAReloadHoldsUpNothing(t *testing.T) {
	c := newCluster(t, 1, 1, "fast")
	reload, asked, answer := make(chan struct{}), make(chan struct{}), make(chan error)
	c.adjust = func(o *Options) {
		o.Reload = reload
		o.load = func(place.Places) (*clusterconf.Config, error) {
			asked <- struct{}{}
			return nil, <-answer
		}
	}
	c.start(0)
	c.untilView(0, full(1))
	for _, problem := range []string{"no such name", "still no such name"} {
		reload <- struct{}{}
		<-asked
		if err := c.nodes[0].conn.Send([]byte(problem)); err != nil {
			t.Fatal(err)
		}
		for {
			if d, ok := c.next(0).(engine.Delivered); ok && string(d.Payload) == problem {
				break
			}
		}
		answer <- errors.New(problem)
		for n := range c.nodes[0].notes {
			if x, ok := n.(note.CannotReload); ok && x.How == problem {
				break
			}
		}
	}
}

func TestOnlyOneManagerIsServed(t *testing.T) {
	c := newCluster(t, 1, 1, "fast")
	c.start(0)
	c.untilView(0, full(1))
	ctx, cancel := timeout()
	defer cancel()
	if _, err := Dial(ctx, c.nodes[0].places); err == nil || !strings.Contains(err.Error(), "is attached already") {
		t.Fatalf("a second manager: %v", err)
	}
	if err := c.nodes[0].conn.Send([]byte("still here")); err != nil {
		t.Fatal(err)
	}
	for {
		if d, ok := c.next(0).(engine.Delivered); ok && string(d.Payload) == "still here" {
			break
		}
	}
}

// A message meant for a view that is over by the time it arrives is delivered to nobody.
func TestAMessageOfAnOldViewIsNotDelivered(t *testing.T) {
	c := newCluster(t, 2, 1, "patient")
	c.start(0)
	c.start(1)
	c.each(func(i int) { c.untilView(i, full(2)) })
	c.halt(1)
	// The loop of node 1 has not read the new view: what it sends is meant for the old one, whenever it arrives.
	ctx, cancel := timeout()
	defer cancel()
	for s := (&api.Messaging{}); len(s.View.Members) != 1; {
		var err error
		if s, err = ReadStatus(ctx, c.nodes[0].places); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.nodes[0].conn.Send([]byte("old")); err != nil {
		t.Fatal(err)
	}
	c.untilView(0, full(1))
	if err := c.nodes[0].conn.Send([]byte("new")); err != nil {
		t.Fatal(err)
	}
	for {
		if d, ok := c.next(0).(engine.Delivered); ok {
			if string(d.Payload) != "new" {
				t.Fatalf("%q was delivered", d.Payload)
			}
			break
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte{0, 0, 0, 3, byte(frameSend), 1, 2})
	f.Add([]byte{0, 0, 0, 13, byte(frameDeliver), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1})
	f.Add(append([]byte{0, 0, 0, 20, byte(frameView)}, []byte(`{"id":{"epoch":1}}x`)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4 && data[0] > 0 {
			return // no megabytes
		}
		r := bytes.NewReader(data)
		for {
			fr, err := readFrame(r)
			if err != nil {
				return
			}
			_, _ = decodeEvent(fr)
			_, _, _ = takeView(fr.body)
		}
	})
}
