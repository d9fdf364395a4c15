package simulate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pacer/graph"
	"pacer/history"
	"pacer/ocf"
)

// Spec names an operation and what comes of it: RESOURCE_TASK_INTERVAL@NODE=RC, the OPSPEC of crm_simulate.
type Spec struct {
	Resource, Task string
	Interval       time.Duration
	Node           string
	Code           ocf.ExitCode
}

// ParseSpec reads RESOURCE_TASK_INTERVAL@NODE=RC, the interval in milliseconds, RC from 0 to 255.
func ParseSpec(spec string) (Spec, error) {
	bad := func(why string) (Spec, error) { return Spec{}, fmt.Errorf("invalid operation spec %s: %s", spec, why) }
	key, rest, ok := strings.Cut(spec, "@")
	node, code, equals := strings.Cut(rest, "=")
	if !ok || !equals || node == "" {
		return bad("it must be RESOURCE_TASK_INTERVAL@NODE=RC")
	}
	rc, err := strconv.Atoi(code)
	if err != nil || rc < 0 || rc > 255 {
		return bad("the result must be a number from 0 to 255")
	}
	rsc, task, interval, err := history.ParseOpKey(key)
	if err != nil {
		return bad("the operation must be RESOURCE_TASK_INTERVAL")
	}
	return Spec{Resource: rsc, Task: task, Interval: interval, Node: node, Code: ocf.ExitCode(rc)}, nil
}

// names tells whether a spec means an action, and by which name of the resource: that in the history, or that in the
// configuration. Letter case does not matter.
func (s *Spec) names(a *graph.Action, interval time.Duration, resource string) (string, bool) {
	if s.Interval != interval || !strings.EqualFold(s.Task, a.Operation) || !strings.EqualFold(s.Node, a.Node.Name) {
		return "", false
	}
	for _, name := range [...]string{resource, a.Primitive.ID} {
		if strings.EqualFold(s.Resource, name) {
			return name, true
		}
	}
	return "", false
}
