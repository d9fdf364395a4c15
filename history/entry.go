package history

import (
	"strconv"
	"time"

	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// AgentRules is what an agent's meta-data says about its parameters, as far as history entries show it.
type AgentRules struct {
	// Reload is whether the agent can take new parameters without a restart. Only then are restart digests written.
	Reload bool
	// Restart are the parameters whose change needs a restart, in the order of the meta-data.
	Restart []string
	// Private are the parameters that are secret.
	Private []string
}

// Origin is where an entry comes from.
type Origin struct {
	Node       string // name of the node the operation ran on
	FeatureSet string // crm_feature_set of the node that writes
	By         string // crm-debug-origin: which function of the program wrote the entry
	Agent      AgentRules
}

// Recordable tells whether operations of this task are kept at all.
func Recordable(task string) bool {
	switch task {
	case "cancel", "delete", "notify", "meta-data", "metadata", "validate-all":
		return false
	}
	return true
}

// Failed tells whether a result is not the one that was expected. A cancelled or pending operation has not failed.
func Failed(status operation.Status, code, expected ocf.ExitCode) bool {
	switch status {
	case operation.Cancelled, operation.Pending:
		return false
	case operation.NotSupported, operation.TimedOut, operation.Error, operation.HardError, operation.FatalError,
		operation.NotConnected, operation.NoFenceDevice, operation.NoSecrets, operation.InvalidNow:
		return true
	}
	return code != expected
}

// stored is the operation that an entry shows for the one that ran. A reload that went well is as good as a start with
// the new parameters, one that failed is shown as a failed monitor.
func stored(res *operation.Result) (task string, interval time.Duration) {
	switch res.Op.Task {
	case "reload", "reload-agent":
		if res.Status == operation.Done {
			return "start", 0
		}
		return "monitor", 0
	}
	return res.Op.Task, res.Op.Interval
}

// Entries gives the lrm_rsc_op entries that a result leaves behind, nil when its task is not recorded: last_0 for what
// runs once, RSC_TASK_INTERVAL for recurring operations, last_failure_0 for what failed (both it and last_0 for a
// failure of an operation that runs once). The parts of a live migration have entries of their own, failed or not: what
// they came to matters as long as the other node has not done its part.
func Entries(res *operation.Result, from Origin) []*xmltree.Node {
	if !Recordable(res.Op.Task) {
		return nil
	}
	rsc := res.Op.Resource
	task, interval := stored(res)
	expected := ocf.OK
	if k, err := ParseKey(res.Op.Key); err == nil {
		expected = k.Expected
	}
	last := rsc + "_last_0"
	switch {
	case apart(task):
		return []*xmltree.Node{Record(OpKey(rsc, task, interval), res, from)}
	case Failed(res.Status, res.Code, expected):
		entries := []*xmltree.Node{Record(rsc+"_last_failure_0", res, from)}
		if interval == 0 {
			entries = append(entries, Record(last, res, from))
		}
		return entries
	case interval > 0:
		return []*xmltree.Node{Record(OpKey(rsc, task, interval), res, from)}
	}
	return []*xmltree.Node{Record(last, res, from)}
}

// apart tells whether an operation that runs once is not recorded as the last one.
func apart(task string) bool { return task == "migrate_to" || task == "migrate_from" }

// PendingEntry gives the entry of an operation that has begun and not ended (record-pending).
func PendingEntry(op operation.Op, began time.Time, from Origin) *xmltree.Node {
	res := operation.Result{Op: op, Status: operation.Pending, Code: ocf.UnknownResult, Began: began}
	if op.Interval > 0 || apart(op.Task) {
		return Record(OpKey(op.Resource, op.Task, op.Interval), &res, from)
	}
	return Record(op.Resource+"_last_0", &res, from)
}

// usualAttrs is how many attributes an entry has that is not of a migration and whose agent has no rules.
const usualAttrs = 17

// Record builds one lrm_rsc_op under the given id. Times are epoch seconds, durations milliseconds.
func Record(id string, res *operation.Result, from Origin) *xmltree.Node {
	op := &res.Op
	task, interval := stored(res)
	key := op.Key
	if key == "" {
		// An operation outside of any transition: what ran is what was wanted.
		key = Key{Action: op.Call, Transition: -1, Expected: res.Code}.String()
	}
	n := &xmltree.Node{Name: "lrm_rsc_op", Attrs: make([]xmltree.Attr, 0, usualAttrs)}
	set := func(name, value string) { n.Attrs = append(n.Attrs, xmltree.Attr{Name: name, Value: value}) }
	status, code := strconv.Itoa(int(res.Status)), strconv.Itoa(int(res.Code))
	set("id", id)
	set("operation_key", OpKey(op.Resource, task, interval))
	set("operation", task)
	set("crm-debug-origin", from.By)
	set("crm_feature_set", from.FeatureSet)
	set("transition-key", key)
	set("transition-magic", status+":"+code+";"+key)
	set("exit-reason", res.Reason)
	set("on_node", from.Node)
	set("call-id", strconv.Itoa(op.Call))
	set("rc-code", code)
	set("op-status", status)
	set("interval", Milliseconds(interval))
	changed := res.Changed
	if changed.IsZero() {
		changed = res.Began
	}
	if !changed.IsZero() {
		set("last-rc-change", strconv.FormatInt(changed.Unix(), 10))
	}
	set("exec-time", Milliseconds(res.Ran))
	set("queue-time", Milliseconds(res.Queued))
	if apart(op.Task) {
		set("migrate_source", op.Param("CRM_meta_migrate_source"))
		set("migrate_target", op.Param("CRM_meta_migrate_target"))
	}
	set("op-digest", Digest(op.Params, interval))
	if a := &from.Agent; a.Reload && interval == 0 && len(a.Restart) > 0 {
		set("op-force-restart", NameList(a.Restart))
		set("op-restart-digest", RestartDigest(op.Params, interval, a.Restart))
	}
	if a := &from.Agent; len(a.Private) > 0 {
		set("op-secure-params", NameList(a.Private))
		set("op-secure-digest", SecureDigest(op.Params, interval, a.Private))
	}
	return n
}
