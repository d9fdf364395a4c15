package why

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/internal/play"
	"pacer/note"

	"github.com/cockroachdb/datadriven"
)

// TestAnswers asks about the small clusters of testdata/*.txt (package play says how they are written) and shows the whole
// answers, in English and Japanese: "resource=vip", with "node=n2" where one is of interest; "node=n1"; "action=vip_start_0";
// nothing for what the cluster would do.
func TestAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no clusters", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			var cluster string
			datadriven.RunTest(t, f, func(t *testing.T, d *datadriven.TestData) string {
				if d.Cmd == "cluster" {
					cluster = d.Input
					return ""
				}
				root, err := play.CIB(cluster + "\n" + d.Input)
				if err != nil {
					return "error: " + err.Error() + "\n"
				}
				q := Question{CIB: root, Now: time.Unix(1_700_000_000, 0)}
				for name, field := range map[string]*string{"resource": &q.Resource, "node": &q.Node, "action": &q.Action} { // order: each its own
					d.MaybeScanArgs(t, name, field)
				}
				before := string(root.Append(nil))
				a, err := Ask(q)
				if err != nil {
					return "error: " + err.Error() + "\n"
				}
				if string(root.Append(nil)) != before {
					t.Error("the question changed the CIB")
				}
				return a.Text(note.English) + a.Text(note.Japanese)
			})
		})
	}
}

// TestJSON: programs find what the text says under keys that do not change.
func TestJSON(t *testing.T) {
	root, err := play.CIB(`property stonith-enabled=false no-quorum-policy=ignore
node n1
node n2
primitive a ocf:pacemaker:Dummy
location cli-ban-a-on-n2 a -inf: n2
location home a 50: n1
attr n1 standby=on
did n1 a start
did n2 a probe`)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := Ask(Question{CIB: root, Now: time.Unix(1_700_000_000, 0), Resource: "a"})
	if err != nil {
		t.Fatal(err)
	}
	data, err := answer.JSON(note.English)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Subject   struct{ Kind, Name string }
		Sentences []struct {
			Text, Of, Resource, Node string
			Because                  []struct{ Of, Node string }
		}
		Changes []struct {
			Command, Text string
			Effect        struct{ Of, Resource, Node string }
		}
		Scores []struct {
			Resource, Node, Score string
			Terms                 []struct{ Kind, ID, Score string }
		}
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	switch {
	case got.Subject.Kind != "resource" || got.Subject.Name != "a":
		t.Errorf("subject %+v", got.Subject)
	case got.Sentences[0].Of != "stops" || got.Sentences[0].Node != "n1" || got.Sentences[0].Because[0].Of != "standby":
		t.Errorf("first sentence %+v", got.Sentences[0])
	case len(got.Changes) != 2 || got.Changes[0].Command != "crm node online n1" || got.Changes[0].Effect.Of != "would-stay" ||
		got.Changes[1].Effect.Node != "n2":
		t.Errorf("changes %+v", got.Changes)
	case len(got.Scores) != 2 || got.Scores[0].Score != "50" || got.Scores[0].Terms[0].ID != "home" || got.Scores[1].Score != "-INFINITY" ||
		got.Scores[1].Terms[0].Kind != "location":
		t.Errorf("scores %+v", got.Scores)
	}
}

// TestNear: names that are alike, the nearest first.
func TestNear(t *testing.T) {
	all := []string{"vip", "www", "web", "database", "database-ip"}
	for name, want := range map[string]string{"vlp": "vip", "wwx": "www web", "databse": "database", "q": "", "zzzzzz": ""} { // order: each by itself
		if got := strings.Join(near(name, all), " "); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
