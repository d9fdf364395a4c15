// Package isotime reads the dates, times, durations and periods of ISO 8601 that a CIB may hold, also ordinal dates
// (2005-020) and week dates (2005-W03-4), and the plain durations with units (10s, 5min, 500ms) of administrators.
//
// Invariant: nothing here reads a clock; a text without zone is read in the zone that the caller gives.
package isotime
