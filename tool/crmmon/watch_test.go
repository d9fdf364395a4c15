package crmmon

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/applet"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/internal/fakenode"
	"pacer/place"
)

// eventually waits until a file has a text.
func eventually(t *testing.T, path, text string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		data, _ := os.ReadFile(path)
		if strings.Contains(string(data), text) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s never had %q; it has %q", path, text, data)
		}
		<-time.After(5 * time.Millisecond)
	}
}

func parse(t *testing.T, text string) *cib.Document {
	t.Helper()
	doc, err := cib.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// run starts crm_mon without a terminal and returns how it ends.
func run(ctx context.Context, places place.Places, stderr *bytes.Buffer, args ...string) chan exitcode.Code {
	done := make(chan exitcode.Code, 1)
	go func() {
		done <- Run(applet.Env{Name: "crm_mon", Args: args, Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: stderr,
			Places: places, Getenv: func(string) string { return "" }, Environ: os.Environ, Now: time.Now, Context: ctx})
	}()
	return done
}

// An external agent hears of what happens after crm_mon has begun, and of nothing before.
func TestExternalAgentHearsOfNewOperations(t *testing.T) {
	dir := t.TempDir()
	heard, agent := filepath.Join(dir, "heard"), filepath.Join(dir, "agent")
	script := "#!/bin/sh\necho $CRM_notify_recipient $CRM_notify_node $CRM_notify_rsc $CRM_notify_task $CRM_notify_rc >>" + heard + "\n"
	if err := os.WriteFile(agent, []byte(script), 0o700); err != nil { //nolint:gosec // It must be executable.
		t.Fatal(err)
	}
	history := func(call, code string) string {
		return strings.Replace(document, `join="member" expected="member"/>`, `join="member" expected="member"><lrm id="1"><lrm_resources>`+
			`<lrm_resource id="web" class="ocf" provider="heartbeat" type="apache"><lrm_rsc_op id="web_last_0" operation_key="web_start_0"`+
			` operation="start" call-id="`+call+`" rc-code="`+code+`" op-status="0" interval="0" transition-key="1:1:0:u"`+
			` transition-magic="0:0;1:1:0:u" exec-time="1"/></lrm_resource></lrm_resources></lrm></node_state>`, 1)
	}
	node, err := fakenode.New(history("3", "1"))
	if err != nil {
		t.Fatal(err)
	}
	places := node.Start(t, dir)
	ctx, stop := context.WithCancel(context.Background())
	var stderr bytes.Buffer
	page := filepath.Join(dir, "page.html")
	done := run(ctx, places, &stderr, "-E", agent, "-e", "admin", "--output-as=html", "--output-to="+page)
	eventually(t, page, "</html>") // It has looked once: what is there now is old.
	node.Change(func(s *api.Snapshot) { s.CIB = parse(t, history("4", "0")) })
	eventually(t, heard, "admin node1 web start 0\n")
	stop()
	if code := <-done; code != exitcode.OK {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
	if data, _ := os.ReadFile(heard); strings.Count(string(data), "\n") != 1 {
		t.Errorf("the agent heard %q", data)
	}
}

// Who watches a cluster that is down sees it come up.
func TestWaitingForTheCluster(t *testing.T) {
	node, err := fakenode.New(document)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "page.html")
	ctx, stop := context.WithCancel(context.Background())
	var stderr bytes.Buffer
	done := run(ctx, place.Places{Root: dir}, &stderr, "--output-as=html", "--output-to="+out, "-i", "20ms")
	node.Start(t, dir)
	eventually(t, out, "Online: [ node1 node2 ]")
	stop()
	if code := <-done; code != exitcode.OK {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
}

func TestForeground(t *testing.T) {
	got := strings.Join(foreground([]string{"-d", "-p", "x", "--pid-file=y", "--daemonize", "-i", "5", "--output-to=z"}), " ")
	if got != "-i 5 --output-to=z" {
		t.Error(got)
	}
}
