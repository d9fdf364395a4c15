package api

import _ "embed" // for the document

// OpenAPI is the description of this API as an OpenAPI 3.1 document, as it is served at /v1/openapi.json. It is made from Routes and
// the types of this package: go test ./internal/openapi -rewrite.
//
//go:embed openapi.json
var OpenAPI []byte
