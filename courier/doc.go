// Package courier carries out the errands that nodes ask of each other (core: errand): it stores secrets in files, lets a
// program collect what a report needs, and hands that out in parts.
//
//	errand.Work ─▶ Courier ─▶ secret.Store
//	                       ─▶ pacer report-collector ─▶ collections/ID.tar.gz, fetched in parts, dropped after a while
//	errand.Done ◀─────────────────┘
//
// Invariants: every Work has one Done; collecting happens in a process of its own with little priority, a deadline and a
// limit of size, so that it cannot hurt the node; a collection is readable for root only and does not outlive its time or
// the courier.
package courier
