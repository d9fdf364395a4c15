package simulate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/internal/recorded"
	"pacer/isotime"
)

// firstYard are the categories of which every case must be right.
var firstYard = map[string]bool{"basic": true, "groups": true, "location": true, "colocation": true, "ordering": true,
	"stickiness": true, "probes": true, "failcounts": true, "quorum": true, "standby": true, "target-role": true, "fencing": true}

// squeeze is a text as the stored cases are compared: without white space, without blank lines.
func squeeze(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if f := strings.Join(strings.Fields(line), ""); f != "" {
			b.WriteString(f + "\n")
		}
	}
	return b.String()
}

// What crm_simulate -S prints for the stored cases: status, decisions, execution, status.
func TestSummariesOfTheStoredCases(t *testing.T) {
	dir := recorded.Dir(t, "scheduler")
	table, err := os.ReadFile(filepath.Join(dir, "cases.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	all, good, yard, yardGood := 0, 0, 0, 0
	var wrong []string
	for line := range strings.Lines(string(table)) {
		f := strings.Split(line, "\t")
		if len(f) < 3 || f[0] == "name" {
			continue
		}
		all++
		inYard := true
		for c := range strings.SplitSeq(f[1], ",") {
			inYard = inYard && firstYard[c]
		}
		o := Options{CIB: readTree(t, filepath.Join(dir, "xml", f[0]+".xml")), Now: time.Unix(1790000000, 0),
			Plan: true, Run: true, Look: true, Sanitized: true}
		if text, ok := strings.CutPrefix(f[2], "-t "); ok {
			o.DateText = strings.Trim(text, `"'`)
			if o.Date, err = isotime.Time(o.DateText, time.UTC); err != nil {
				t.Fatalf("%s: %v", f[0], err)
			}
		}
		res, err := Run(&o)
		if err != nil {
			t.Errorf("%s: %v", f[0], err)
			continue
		}
		want, err := os.ReadFile(filepath.Join(dir, "summary", f[0]+".summary"))
		if err != nil {
			t.Fatal(err)
		}
		ok := squeeze(string(res.Text(&o, Show{}))) == squeeze(strings.TrimPrefix(string(want), schemaNotice))
		if inYard {
			yard++
		}
		switch {
		case ok && inYard:
			yardGood++
			good++
		case ok:
			good++
		case inYard:
			wrong = append(wrong, f[0])
		}
	}
	t.Logf("%d of %d summaries are as stored; of the first yard %d of %d; not %s", good, all, yardGood, yard, strings.Join(wrong, " "))
	if good < all || yardGood < yard {
		t.Error("there were more")
	}
}

// schemaNotice is what the tool, not the simulation, prints for a document that nobody can check.
const schemaNotice = "Schema validation of configuration is disabled (support for validate-with set to \"none\" is deprecated and " +
	"will be removed in a future release)\n"

func FuzzParseSpec(f *testing.F) {
	f.Add("memcached_monitor_20000@bart.example.com=7")
	f.Add("a_b_c_0@n=0=1")
	f.Fuzz(func(t *testing.T, spec string) {
		x, err := ParseSpec(spec)
		if err == nil && (x.Resource == "" || x.Task == "" || x.Interval < 0 || x.Code < 0 || x.Code > 255) {
			t.Fatalf("%q gave %+v", spec, x)
		}
	})
}
