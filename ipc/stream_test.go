package ipc_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"pacer/api"
	"pacer/exitcode"
	"pacer/ipc"
)

// TestAStreamAnswersEachLine: by its id, in the form that is described, and in the order of the lines where the node answers at once.
func TestAStreamAnswersEachLine(t *testing.T) {
	doc := described(t)
	n, c := start(t, ipc.Limits{})
	n.Refuse = func(r api.Request) error {
		if u, ok := r.(api.AttributeUpdate); ok && u.Name == "no" {
			return api.Errorf(exitcode.Usage, "not that one")
		}
		return nil
	}
	var lines strings.Builder
	for i := range 1000 { // more than may be outstanding
		fmt.Fprintf(&lines, `{"id":%d,"path":"attributes/update","body":{"action":"set","name":"a","value":"%d"}}`+"\n", i, i)
	}
	lines.WriteString(`{"id":1000,"path":"attributes/update","body":{"action":"set","name":"no","value":"1"}}` + "\n" +
		`{"id":1001,"path":"party","body":{}}` + "\n\n" + `{"id":1002,"path":"cib/apply","body":{"ops":[{"kind":"query","xpath":"//node[@id='2']"}]}}` + "\n" +
		`{"id":1003,"path":"cib/apply","body":[]}` + "\n" + `nonsense`)
	res, err := c.Post("http://node/v1/stream", api.ContentLines, strings.NewReader(lines.String()))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, _ := io.ReadAll(res.Body)
	answers := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(answers) != 1005 {
		t.Fatalf("%d answers: %.300q", len(answers), data)
	}
	for i, line := range answers {
		if err := doc.CheckNamed("Answered", []byte(line)); err != nil {
			t.Fatal(line, err)
		}
		var a api.Answered
		_ = json.Unmarshal([]byte(line), &a)
		code, part := exitcode.OK, ""
		switch i {
		case 1000:
			code, part = exitcode.Usage, "not that one"
		case 1001:
			code, part = exitcode.NoSuch, `There is no request \"party\"`
		case 1002:
			part = `uname=\"node2\"`
		case 1003, 1004:
			code, part = exitcode.DataErr, "is not understood"
		}
		id := uint64(i)
		if i == 1004 {
			id = 0
		}
		if a.ID != id || (a.Error == nil) != (code == exitcode.OK) || a.Error != nil && a.Error.Code != code || !strings.Contains(strings.ReplaceAll(line, `\\\"`, `\"`), part) {
			t.Errorf("%d: %s", i, line)
		}
	}
	if got := n.Requests(); len(got) != 1001 || got[500].(api.AttributeUpdate).Value != "500" {
		t.Errorf("the node got %d requests", len(got))
	}
}

func TestTooManyStreamsAreTurnedAway(t *testing.T) {
	_, c := start(t, ipc.Limits{Streams: 1})
	open, more := io.Pipe()
	defer more.Close()
	res, err := c.Post("http://node/v1/stream", api.ContentLines, open)
	if err != nil || res.StatusCode != 200 {
		t.Fatal(res, err)
	}
	defer res.Body.Close()
	if status, body := post(t, c, "/v1/stream", ""); status != 503 {
		t.Errorf("%d %s", status, body)
	}
}
