// Package why tells why the cluster decides as it does: in a few sentences, in English and Japanese, with the smallest change
// that would make it decide otherwise.
//
//	CIB ──▶ scheduler with a record ──▶ statements (note.Why) ──▶ sentences, JSON
//	                                └──▶ candidates ──▶ changed CIB ──▶ scheduler ──▶ those that do change it
//
// What is said is taken from the record of the decision, never guessed from the configuration; a change is told only after the
// scheduler, run on a changed copy, decided otherwise.
package why
