// Package note holds the things worth telling: typed values such as NodeLost or FencingDone, and their rendering as
// sentences in English and Japanese, as log lines and as JSON.
//
//	core ──Tell{Note}──▶ node ──▶ log · event stream · demo · simulation trace
//	                                 └── catalogue: id → severity, English, Japanese
//
// Cores say what happened with values; only this package knows words. Invariants: every Note type is in the catalogue with
// both languages; a sentence's placeholders are fields of the type; ids never change once released, since people search
// logs for them.
package note
