// Package secret keeps the values of resource parameters that the configuration must not hold. The configuration has Mark
// in the place of such a value; each node has the value itself in a file that only root can read, and beside it the MD5
// sum by which damage is noticed. Places, names and contents are those of Pacemaker's cibsecret, so that its agents and
// its tools find what this one has written, and the other way round.
//
//	cibsecret ──Set──▶ …/lrm/secrets/RESOURCE/PARAMETER       "VALUE\n", mode 0600
//	                   …/lrm/secrets/RESOURCE/PARAMETER.sign  "MD5 OF VALUE\n"
//	agent driver ◀──Reveal── the same files, just before an agent is started
//
// Invariants: a value and its sum change together for everybody who reads through this package; a half-written file is
// never in its place; no error holds a value; names cannot lead out of the directory.
package secret
