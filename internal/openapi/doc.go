// Package openapi makes the OpenAPI document of the node's API, api/openapi.json, from the table of its routes, the types that
// travel and the comments above them; and it checks values against the document, for tests.
//
//	api.Routes ──┐
//	types        ├──▶ Document ──▶ api/openapi.json ──▶ served at /v1/openapi.json
//	comments     ┘                        └──▶ Schemas.Check(answer)
//
// Invariant: equal sources give equal bytes. A test compares the file with what the sources give, and writes it anew with -rewrite.
package openapi
