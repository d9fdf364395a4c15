// Package tidy holds the house rules that a test can check: imports go down the floors only, cores hold no clock, goroutine,
// lock, file or map order, every package says what it is for. A broken rule fails `go test ./internal/tidy` with its
// reason.
package tidy
