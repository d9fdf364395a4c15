// Package recorded finds what was recorded of the real programs: cases that are kept beside the project, not in it.
//
//	PACER_CONFORMANCE, or ../shared/conformance ── Dir ──▶ a part of it ── Lines ──▶ one value for each line of JSON
//
// A test that needs them is skipped, with a line that says so, where they are not.
package recorded

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Variable names the folder with the cases, where it is not the usual one.
const Variable = "PACER_CONFORMANCE"

// Dir is the absolute path of a part of the cases, a folder or a file. Without it the test is skipped.
func Dir(t testing.TB, part ...string) string {
	t.Helper()
	root := os.Getenv(Variable)
	if root == "" {
		root = filepath.Join(project(t), "..", "shared", "conformance")
	}
	dir, err := filepath.Abs(filepath.Join(append([]string{root}, part...)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("recorded cases are not here (%s names their folder): %v", Variable, err)
	}
	return dir
}

// project is the folder of this project: tests run in those of their packages.
func project(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod in any folder above")
		}
		dir = up
	}
}

// Glob lists the files of a part of the cases, at least one.
func Glob(t testing.TB, pattern string, part ...string) []string {
	t.Helper()
	dir := Dir(t, part...)
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s: %v", pattern, dir, err)
	}
	return files
}

// maxLine limits a line of a file of cases.
const maxLine = 1 << 24

// Lines reads the files *.jsonl of a part of the cases: one T for each line.
func Lines[T any](t testing.TB, part ...string) (list []T) {
	t.Helper()
	for _, file := range Glob(t, "*.jsonl", part...) {
		list = append(list, linesOf[T](t, file)...)
	}
	return list
}

func linesOf[T any](t testing.TB, file string) (list []T) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		list = append(list, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return list
}
