package ocf

import (
	"reflect"
	"strings"
	"testing"
)

const sample = `some chatter of another program
<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="thing" version="2.0">
<version>1.1</version>
<longdesc lang="ja">長い</longdesc>
<longdesc lang="en">
A thing.
</longdesc>
<shortdesc lang="en">thing</shortdesc>
<parameters>
<parameter name="a" unique-group="address" required="1" reloadable="1">
 <longdesc lang="en">first</longdesc><shortdesc lang="en">A</shortdesc><content type="string"/></parameter>
<parameter name="b" unique="1">
 <deprecated><replaced-with name="a"/></deprecated>
 <content type="select" default=""><option value="x"/><option value="y"/></content></parameter>
</parameters>
<actions>
<action name="start" timeout="20s"/>
<action name="monitor" depth="0" timeout="20s" interval="10s" role="Promoted" start-delay="1s"/>
<action name="on" automatic="1" on_target="1"/>
</actions>
</resource-agent>
more chatter`

func TestParseMetadata(t *testing.T) {
	m, err := ParseMetadata([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	want := &Metadata{
		Name: "thing", Version: "2.0", OCFVersion: "1.1", Short: "thing", Long: "A thing.",
		Parameters: []Parameter{
			{Name: "a", UniqueGroup: "address", Required: true, Reloadable: true, Short: "A", Long: "first", Type: "string"},
			{Name: "b", Unique: true, Deprecated: true, ReplacedWith: "a", Type: "select", HasDefault: true, Options: []string{"x", "y"}},
		},
		Actions: []Action{
			{Name: "start", Timeout: "20s"},
			{Name: "monitor", Depth: "0", Timeout: "20s", Interval: "10s", Role: "Promoted", StartDelay: "1s"},
			{Name: "on", Automatic: true, OnTarget: true},
		},
	}
	if !reflect.DeepEqual(m, want) {
		t.Fatalf("got  %+v\nwant %+v", m, want)
	}
	again, err := ParseMetadata(m.XML())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, want) {
		t.Fatalf("printed and read again: %+v\n%s", again, m.XML())
	}
}

func TestParseMetadataRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "no <resource-agent>",
		"nonsense":                          "no <resource-agent>",
		"<resource-agent>":                  "meta-data:",
		"<resource-agent></resource-agent>": "names no agent",
		"<resource-agent name='a'><parameters></resource-agent>": "meta-data:",
		"<resource-agent " + strings.Repeat("x", MaxMetadata):    "limit",
	} {
		if _, err := ParseMetadata([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParseMetadata(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("<resource-agent name='a'/>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseMetadata(data)
		if err != nil {
			return
		}
		if _, err := ParseMetadata(m.XML()); err != nil {
			t.Fatalf("what was printed is not read: %v\n%s", err, m.XML())
		}
	})
}
