package history

import (
	"strconv"
	"time"

	"pacer/operation"
	"pacer/xmltree"
)

// Resource is what an lrm_resource says of itself.
type Resource struct {
	ID        string // the id in the history
	Agent     operation.Agent
	Container string // the bundle or VM that holds it, "" for none
}

// Fragment wraps entries for a "modify, create what is missing" of section status: found elements are changed, the rest
// of the history stays.
func Fragment(uuid, node string, rsc Resource, entries ...*xmltree.Node) *xmltree.Node {
	res := xmltree.New("lrm_resource", "id", rsc.ID, "class", rsc.Agent.Class)
	if rsc.Agent.Provider != "" {
		res.Set("provider", rsc.Agent.Provider)
	}
	res.Set("type", rsc.Agent.Type)
	if rsc.Container != "" {
		res.Set("container", rsc.Container)
	}
	res.Add(entries...)
	list := xmltree.New("lrm_resources").Add(res)
	lrm := xmltree.New("lrm", "id", uuid).Add(list)
	state := xmltree.New("node_state", "id", uuid, "uname", node).Add(lrm)
	return xmltree.New("status").Add(state)
}

// MaxFailCount is the largest fail count that is still a number; larger ones are INFINITY.
const MaxFailCount = 999999

// ResourcePath finds the whole history of a resource on a node.
func ResourcePath(node, resource string) string {
	return "//node_state[@uname=" + xmltree.Literal(node) + "]//lrm_resource[@id=" + xmltree.Literal(resource) + "]"
}

// OpPath finds the entry of a recurring operation that has been cancelled. With a call greater than zero only that call's
// entry is found, so that a newer one under the same id survives.
func OpPath(node, resource, task string, interval time.Duration, call int) string {
	p := ResourcePath(node, resource) + "/lrm_rsc_op[@id=" + xmltree.Literal(OpKey(resource, task, interval))
	if call > 0 {
		p += " and @call-id=" + xmltree.Literal(strconv.Itoa(call))
	}
	return p + "]"
}

// FailCountName is the transient attribute that counts the failures of an operation, and LastFailureName the one that
// holds when the newest was (epoch seconds).
func FailCountName(resource, task string, interval time.Duration) string {
	return "fail-count-" + resource + "#" + task + "_" + Milliseconds(interval)
}

// LastFailureName is explained at FailCountName.
func LastFailureName(resource, task string, interval time.Duration) string {
	return "last-failure-" + resource + "#" + task + "_" + Milliseconds(interval)
}
