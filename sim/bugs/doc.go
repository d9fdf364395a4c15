// Package bugs keeps faults of the membership protocol, one line each, that were put in on purpose: the proof that exploration and
// simulation see what they are for. Its test builds the program in hunt with one line of the core's source replaced, which nothing
// of the product knows of, and demands that the bug is found.
package bugs
