package world

import (
	"bytes"
	"strings"
	"testing"

	"pacer/exitcode"
	"pacer/ocf"
)

// TestFenceMetadata: the device describes itself in both ways in which fence agents are asked.
func TestFenceMetadata(t *testing.T) {
	for _, x := range []struct {
		args  []string
		stdin string
	}{{nil, "action=metadata\n"}, {[]string{"-o", "metadata"}, ""}, {[]string{"--action", "metadata"}, "action=off\n"}} {
		var out, errs bytes.Buffer
		if code := FenceAgent(t.TempDir(), x.args, strings.NewReader(x.stdin), &out, &errs); code != exitcode.OK {
			t.Fatalf("%q: %d %s", x.args, code, errs.String())
		}
		if _, err := ocf.ParseMetadata(out.Bytes()); err != nil {
			t.Errorf("%q: %v", x.args, err)
		}
	}
	var out, errs bytes.Buffer
	if code := FenceAgent(t.TempDir(), []string{"-o", "off", "-n", "pm01"}, strings.NewReader(""), &out, &errs); code == exitcode.OK {
		t.Error("a switch that does not exist switched")
	}
}
