package api

import (
	"encoding/json"
	"reflect"
)

// Route is one address of the API. Routes lists them all: the server answers at these and at no others, and the OpenAPI document
// is made from them.
type Route struct {
	// Name identifies the route for programs (operationId).
	Name   string
	Method string // GET or POST
	Path   string // with /v1/ in front
	// Summary is one line for people, Detail more of it.
	Summary, Detail string
	Parameters      []Parameter
	// Request is a sample of the body, a struct; nil when there is none.
	Request Request
	// Lines is a sample of a line of a body that is a stream; nil when it is none.
	Lines any
	// Answer is a sample of what is answered, and Content its media type, "" for JSON.
	Answer  any
	Content string
	// Open lets everybody on the machine ask by the local socket.
	Open bool
	// Refusals are the HTTP statuses with which it may be refused beside those that every route has.
	Refusals []int
}

// Parameter is a word of the query (In "query") or a header (In "header") that a route understands. All are optional.
type Parameter struct{ Name, In, Text string }

// XML is the answer of a route that answers with XML, as Pacemaker writes its configuration.
type XML string

// The media types of answers that are not JSON.
const (
	ContentXML    = "application/xml"
	ContentEvents = "text/event-stream"
	ContentLines  = "application/x-ndjson"
)

// ResumeHeader names the last event that a watcher has seen.
const ResumeHeader = "Last-Event-ID"

// The HTTP statuses of refusals.
const (
	statusBadRequest      = 400
	statusNotFound        = 404
	statusConflict        = 409
	statusInternal        = 500
	statusUnimplemented   = 501
	statusUnavailable     = 503
	statusTimeout         = 504
	statusUnauthenticated = 401
	statusForbidden       = 403
	statusThrottled       = 429
)

// CommonRefusals are the HTTP statuses with which every route may be refused: who calls is not known (remote access only), may not,
// has failed to prove who he is too often (remote access only), or comes when the node is busy.
var CommonRefusals = []int{statusUnauthenticated, statusForbidden, statusThrottled, statusUnavailable}

// changing are the refusals of requests that the node's loop or the cluster answers.
var changing = []int{statusBadRequest, statusNotFound, statusConflict, statusInternal, statusUnimplemented, statusTimeout}

// Routes are all addresses of the API, questions first.
var Routes = []Route{
	{Name: "describe", Method: "GET", Path: "/v1/openapi.json", Summary: "this document", Answer: json.RawMessage(nil), Open: true},
	{Name: "node", Method: "GET", Path: "/v1/node", Answer: NodeInfo{}, Open: true,
		Summary: "who this node is, the view, quorum, the DC and the state of the manager"},
	{Name: "cib", Method: "GET", Path: "/v1/cib", Answer: XML(""), Content: ContentXML,
		Refusals: []int{statusBadRequest, statusNotFound, statusConflict},
		Summary:  "the CIB or a part of it, as far as the caller may read it",
		Detail:   "The version, and who it was made for where that makes a difference, is the ETag.",
		Parameters: []Parameter{
			{"section", "query", "A section: configuration, nodes, resources, constraints, crm_config, rsc_defaults, " +
				"op_defaults, acls, fencing-topology, tags, alerts, status, …"},
			{"xpath", "query", "An XPath 1.0 expression; the first element that it finds is the answer."},
			{"If-None-Match", "header", "The ETag of an earlier answer: 304 when nothing has changed since."},
		}},
	{Name: "attributes", Method: "GET", Path: "/v1/attributes", Answer: []Attribute{}, Summary: "transient node attributes",
		Parameters: []Parameter{{"name", "query", "Only attributes of that name."}, {"node", "query", "Only attributes of that node."}}},
	{Name: "fencingHistory", Method: "GET", Path: "/v1/fencing/history", Answer: []FenceRecord{}, Summary: "what was fenced"},
	{Name: "fencingDevices", Method: "GET", Path: "/v1/fencing/devices", Answer: []FenceDevice{}, Summary: "the fencing devices"},
	{Name: "messaging", Method: "GET", Path: "/v1/messaging", Answer: Messaging{},
		Summary: "what the layer below the manager knows: links, peers, votes, settings"},
	{Name: "events", Method: "GET", Path: "/v1/events", Answer: Event{}, Content: ContentEvents,
		Summary: "what happens, as server-sent events",
		Detail: "Each event has the fields id, event (its type) and data (an Event as JSON, in one line). The first is hello, " +
			"with the state from which the others go on. Who comes back with the id of the last event that he has seen gets those that he missed and then " +
			"the new ones, without hello; where they are not kept any more (or by another manager) there is a hello again, and what is known must be read anew. " +
			"A line with a colon alone comes when nothing happened for 15 seconds. A watcher that is 1024 events behind, or does not read for " +
			"30 seconds, is hung up on.",
		Parameters: []Parameter{{ResumeHeader, "header", "The id of the last event that the caller has seen."},
			{"after", "query", "The same, for those who cannot set headers."}}},
	{Name: "stream", Method: "POST", Path: "/v1/stream", Lines: Call{}, Answer: Answered{}, Content: ContentLines,
		Summary: "many requests over one connection, without waiting for each answer",
		Detail: "The body is a stream of requests, each a Call in a line; the answer a stream of Answered, each in a line, when it is done. Requests are handed " +
			"to the node in their order. Up to 512 may wait for their answers, more are not read. At the end of the body what is under way is still answered. " +
			"Over HTTP/1.1 caller and node write at the same time."},
	{Name: "applyCIB", Request: CIBApply{}, Summary: "change the CIB: all operations or none",
		Detail: "The answer says how safe the write is: quorum, degraded or volatile. Operations that are queries only are answered at once."},
	{Name: "updateAttribute", Request: AttributeUpdate{}, Summary: "set, delete or delay a transient node attribute"},
	{Name: "cleanup", Request: Cleanup{}, Summary: "forget failures or the history of resources, so that the cluster looks again"},
	{Name: "failResource", Request: FailResource{}, Summary: "treat a resource as failed on a node"},
	{Name: "fence", Request: Fence{}, Summary: "fence a node and answer when that is over"},
	{Name: "confirmFencing", Request: FenceConfirm{}, Summary: "take a person's word that a node is down"},
	{Name: "queryFencing", Request: FenceQuery{}, Summary: "ask devices whom they can fence"},
	{Name: "registerFencingDevice", Request: FenceRegister{}, Summary: "tell this node of a fencing device until it stops"},
	{Name: "deregisterFencingDevice", Request: FenceDeregister{}, Summary: "forget a device that was registered at this node"},
	{Name: "registerFencingLevel", Request: FenceLevelRegister{}, Summary: "add devices to a level of this node's fencing topology"},
	{Name: "deregisterFencingLevel", Request: FenceLevelDeregister{}, Summary: "take away a level of this node's fencing topology"},
	{Name: "cleanupFencing", Request: FenceCleanup{}, Summary: "forget fencing history"},
	{Name: "removeNode", Request: RemoveNode{}, Summary: "forget a node that is gone for good"},
	{Name: "changeSecrets", Request: SecretChange{}, Summary: "store or delete values that the CIB must not hold, on every member"},
	{Name: "killNode", Request: KillNode{}, Summary: "let one member stop its service"},
	{Name: "reload", Request: Reload{}, Summary: "let every member read corosync.conf or ha.cf and the keys anew"},
	{Name: "collect", Request: Collect{}, Summary: "let a member collect its part of a report",
		Detail: "It is kept for ten minutes, to be fetched in parts. Values of parameters with names like passwords are masked; keys are never in it."},
	{Name: "fetchCollection", Request: CollectPart{}, Summary: "fetch a part of what a member has collected"},
	{Name: "shutdown", Request: Shutdown{}, Summary: "stop this node gracefully: its resources move away first"},
}

// What all requests have in common is filled in here.
func init() {
	for i := range Routes {
		r := &Routes[i]
		if r.Request != nil {
			r.Method, r.Path, r.Answer, r.Refusals = "POST", "/v1/"+r.Request.Path(), Response{}, changing
		}
	}
}

// New returns an empty request (as a pointer) for a path below /v1/, or nil.
func New(path string) Request {
	for _, r := range Routes {
		if r.Request != nil && r.Request.Path() == path {
			return r.New()
		}
	}
	return nil
}

// New returns an empty request for the route, as a pointer.
func (r Route) New() Request {
	made, _ := reflect.New(reflect.TypeOf(r.Request)).Interface().(Request)
	return made
}

// Value returns the request without its pointer, so that receivers switch over plain types.
func Value(r Request) Request {
	if v := reflect.ValueOf(r); v.Kind() == reflect.Pointer && !v.IsNil() {
		if plain, ok := v.Elem().Interface().(Request); ok {
			return plain
		}
	}
	return r
}
