package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"pacer/internal/recorded"
)

// passing is how many of the cases of a group pass. It only grows.
var passing = map[string]int{
	"access_render": 5, "acls": 51, "agents": 4, "cibadmin": 10, "crm_attribute": 43, "crm_diff": 25, "crm_mon": 63, "crm_resource": 142,
	"crm_shadow": 104, "crm_simulate": 10, "crm_ticket": 24, "crm_verify": 12, "crmadmin": 14, "daemons": 4, "dates": 81, "error_codes": 27,
	"feature_set": 6, "rules": 20, "upgrade": 4, "validity": 7,
}

// passingDocuments is how many documents are accepted, refused or upgraded as recorded, by part.
var passingDocuments = map[string]int{"validity": 2155, "upgrade": 311}

// slow are the groups that run only when PACER_CONFORMANCE names the directory of the cases.
var slow = map[string]bool{"crm_resource": true, "crm_shadow": true, "crm_diff": true, "dates": true, "crm_ticket": true, "crm_mon": true, "acls": true}

// commands builds this program with a link for each of its commands, and nothing else.
func commands(t *testing.T) (bin string) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skipf("the cases need python3: %v", err)
	}
	bin = t.TempDir()
	for _, args := range [][]string{{"go", "build", "-o", filepath.Join(bin, "pacer"), "."}, {filepath.Join(bin, "pacer"), "links", bin}} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%q: %v: %s", args, err, out)
		}
	}
	return bin
}

// count compares how many cases pass with how many did before.
func count(t *testing.T, got, all, want int, out []byte) {
	switch {
	case all == 0:
		t.Fatalf("no result: %s", out)
	case got < want:
		t.Errorf("%d of %d pass, %d did before:\n%s", got, all, want, out)
	case got > want:
		t.Logf("%d of %d pass now, %d did before: raise the number", got, all, want)
	}
}

// TestConformance runs the command-line cases with this program's commands and nothing else; white space counts.
func TestConformance(t *testing.T) {
	all := os.Getenv(recorded.Variable) != ""
	runner := recorded.Dir(t, "cli", "run")
	bin := commands(t)
	for group, want := range passing {
		t.Run(group, func(t *testing.T) {
			if slow[group] && !all {
				t.Skip("set PACER_CONFORMANCE to the directory of the cases to run this group")
			}
			out, _ := exec.Command(runner, "--bindir", bin, "--isolated", "--strict", "--filter", group+"/", "--max-fail", "200").CombinedOutput()
			m := regexp.MustCompile(`(?m)^total\s+(\d+) / (\d+)`).FindSubmatch(out)
			if m == nil {
				t.Fatalf("no result: %s", out)
			}
			got, _ := strconv.Atoi(string(m[1]))
			total, _ := strconv.Atoi(string(m[2]))
			count(t, got, total, want, out)
		})
	}
}

// TestDocumentConformance gives cibadmin and crm_verify the recorded documents, with all that they print about upgrades.
func TestDocumentConformance(t *testing.T) {
	if os.Getenv(recorded.Variable) == "" {
		t.Skip("set PACER_CONFORMANCE to the directory of the cases to run the documents, which takes minutes")
	}
	runner := recorded.Dir(t, "schema", "run")
	bin := commands(t)
	for part, want := range passingDocuments {
		t.Run(part, func(t *testing.T) {
			out, _ := exec.Command(runner, "--part", part, "--messages", "--cibadmin", filepath.Join(bin, "cibadmin"),
				"--crm-verify", filepath.Join(bin, "crm_verify")).CombinedOutput()
			got, total := 0, 0
			for _, m := range regexp.MustCompile(`(?m)^`+part+`\s.* (\d+) cases, .* (\d+) cases failed`).FindAllSubmatch(out, -1) {
				cases, _ := strconv.Atoi(string(m[1]))
				failed, _ := strconv.Atoi(string(m[2]))
				got, total = got+cases-failed, total+cases
			}
			count(t, got, total, want, out)
		})
	}
}
