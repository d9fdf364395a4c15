// Package api is the language between a node and everybody who talks to it from outside: tools, the crm shell, the
// dashboard, automation. It holds types and the table of addresses (Routes) only; package ipc serves them, package client speaks them.
//
//	GET  /v1/openapi.json          all of this, as an OpenAPI document
//	GET  /v1/node                  NodeInfo
//	GET  /v1/cib?section=&xpath=   the CIB or a part of it, as XML
//	GET  /v1/attributes?name=…     []Attribute
//	GET  /v1/fencing/history       []FenceRecord
//	GET  /v1/fencing/devices       []FenceDevice
//	GET  /v1/messaging             Messaging
//	GET  /v1/events                Event after Event, as server-sent events
//	POST /v1/…                     one Request each; the answer is a Response or an Error
//
// Invariants: queries are answered from the node's latest Snapshot (Messaging: by the messaging process) and never wait
// for the cluster; every change is a Request, is done in the name of a message.Principal, and is answered once.
package api
