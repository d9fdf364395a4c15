package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pacer/applet"
	"pacer/exitcode"
)

func run(args ...string) (exitcode.Code, string, string) {
	var out, errs bytes.Buffer
	code := Run(applet.Env{Name: "sim", Args: args, Stdout: &out, Stderr: &errs, Now: time.Now, Context: context.Background()})
	return code, out.String(), errs.String()
}

func TestEachKindOfRunAnswersInJSON(t *testing.T) {
	for args, key := range map[string]string{
		"--explore --messages 1 --faults 0 --window 10ms": "states",
		"--views 50 --seed 3":                             "violations",
		"--patterns 2 --nodes 3":                          "broken",
		"--kills 2 --nodes 3":                             "p99_ns",
		"--views 20 --nodes 6":                            "transitions",
		"--kills 1 --profile patient":                     "kills",
	} {
		code, out, errs := run(append(strings.Fields(args), "--json")...)
		answer := map[string]any{}
		if err := json.Unmarshal([]byte(out), &answer); err != nil || code != exitcode.OK {
			t.Errorf("%s: ends with %d: %v %s%s", args, code, err, out, errs)
		}
		if _, ok := answer[key]; !ok {
			t.Errorf("%s: no %s in %s", args, key, out)
		}
	}
}

func TestWhatIsAskedWronglyIsAUsageError(t *testing.T) {
	for _, args := range []string{"", "--views 5 --explore", "--explore --nodes 9", "--views 5 --nodes 33", "--kills 1 --profile quick",
		"--patterns 1 --nodes 20", "--views x", "--views 5 more", "--explore --faults 10"} {
		if code, out, errs := run(strings.Fields(args)...); code != exitcode.Usage || out != "" || errs == "" {
			t.Errorf("%q: ends with %d: %s%s", args, code, out, errs)
		}
	}
}

func TestTheTextSaysWhatWasSeen(t *testing.T) {
	code, out, _ := run("--explore", "--messages", "1", "--faults", "0", "--window", "10ms")
	if code != exitcode.OK || !strings.Contains(out, "states") || !strings.Contains(out, "depth") {
		t.Errorf("%d %s", code, out)
	}
}
