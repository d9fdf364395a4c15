package why

import (
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
