package message_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pacer/message"
)

func TestProtocols(t *testing.T) {
	e := message.Envelope{Kind: "cib.hello", Seq: 7, Body: []byte(`{"a":1}`), Attachment: []byte("<cib/>")}
	for protocol := 1; protocol < 4; protocol++ {
		p, err := message.Encode(e, protocol)
		if err != nil || int(p[0]) != protocol {
			t.Fatal(p, err)
		}
		for newest := 1; newest < 4; newest++ {
			got, err := message.Decode(p, newest)
			if readable := newest >= protocol; readable != (err == nil) {
				t.Errorf("protocol %d read by one that knows %d: %v", protocol, newest, err)
			} else if readable && (got.Kind != e.Kind || got.Seq != 7 || string(got.Attachment) != "<cib/>") {
				t.Errorf("%+v", got)
			}
		}
	}
	for _, wrong := range []int{0, -1, 256} {
		if _, err := message.Encode(e, wrong); err == nil {
			t.Errorf("protocol %d is spoken", wrong)
		}
	}
}

// record is what a version knows of something that it passes on.
type record struct {
	Name string `json:"name"`
	Size int    `json:"size,omitempty"`
	rest message.Rest
}

func (r record) MarshalJSON() ([]byte, error) {
	type plain record
	return message.Join(plain(r), r.rest)
}

func (r *record) UnmarshalJSON(p []byte) (err error) {
	type plain record
	r.rest, err = message.Split(p, (*plain)(r))
	return err
}

func TestWhatIsNotKnownIsPassedOn(t *testing.T) {
	for in, want := range map[string]string{
		`{"name":"a"}`: `{"name":"a"}`,
		`{"why":{"x":[1,2]},"name":"a","size":3,"at":"now"}`: `{"name":"a","size":3,"at":"now","why":{"x":[1,2]}}`,
		`{"NAME":"a","b":null}`:                              `{"name":"a","b":null}`,
		`{"z\"y":1}`:                                         `{"name":"","z\"y":1}`,
	} {
		var list []record
		if err := json.Unmarshal([]byte("["+in+"]"), &list); err != nil {
			t.Fatal(err)
		}
		if out, err := json.Marshal(list); err != nil || string(out) != "["+want+"]" {
			t.Errorf("%s becomes %s, %v", in, out, err)
		}
	}
	var r record
	if err := json.Unmarshal([]byte(`{"name":3}`), &r); err == nil {
		t.Error("a number is a name")
	}
	if err := json.Unmarshal([]byte(`{"name":"a","more":"`+strings.Repeat("x", 5000)+`"}`), &r); err != nil || r.rest != "" {
		t.Error("there is no limit:", err)
	}
}

func FuzzRest(f *testing.F) {
	f.Add([]byte(`{"name":"a","b":[1,{"c":null}],"d\u0000":"\ud800"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r record
		if json.Unmarshal(data, &r) != nil {
			return
		}
		out, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("%q cannot be passed on: %v", data, err)
		}
		var again record
		if err := json.Unmarshal(out, &again); err != nil || again != r {
			t.Fatalf("%q becomes %q, and that %+v, not %+v: %v", data, out, again, r, err)
		}
	})
}
