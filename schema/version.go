package schema

import (
	"math/bits"
	"strings"
)

// Version is the number of a schema, 0 for the oldest.
type Version uint8

// names are the values of validate-with that name a schema, oldest first. There never was a 1.1.
var names = [...]string{
	"pacemaker-1.0", "pacemaker-1.2", "pacemaker-1.3", "pacemaker-2.0", "pacemaker-2.1", "pacemaker-2.2", "pacemaker-2.3", "pacemaker-2.4",
	"pacemaker-2.5", "pacemaker-2.6", "pacemaker-2.7", "pacemaker-2.8", "pacemaker-2.9", "pacemaker-2.10", "pacemaker-3.0", "pacemaker-3.1",
	"pacemaker-3.2", "pacemaker-3.3", "pacemaker-3.4", "pacemaker-3.5", "pacemaker-3.6", "pacemaker-3.7", "pacemaker-3.8", "pacemaker-3.9",
	"pacemaker-3.10", "pacemaker-4.0",
}

// Latest is the newest schema.
const Latest = Version(len(names) - 1)

// None is what validate-with says when the document is not to be checked.
const None = "none"

// ByName finds the schema that validate-with names. Names are exact: a blank around one is another name.
func ByName(name string) (Version, bool) {
	for i, s := range names {
		if s == name {
			return Version(i), true
		}
	}
	return 0, false
}

// String is the name that validate-with gives the schema.
func (v Version) String() string { return names[v] }

// number is the name without what all names begin with.
func (v Version) number() string { return strings.TrimPrefix(names[v], "pacemaker-") }

// Set is a set of schemas, one bit for each.
type Set uint32

// All are the schemas that there are.
const All = Set(1)<<len(names) - 1

// Only is the set of one schema.
func Only(v Version) Set { return 1 << v }

// From are a schema and all that are newer.
func From(v Version) Set { return All &^ (1<<v - 1) }

// Has tells whether a schema is in the set.
func (s Set) Has(v Version) bool { return s>>v&1 != 0 }

// first and last are the oldest and the newest schema in the set, which must not be empty.
func (s Set) first() Version { return Version(bits.TrailingZeros32(uint32(s))) }
func (s Set) last() Version  { return Version(bits.Len32(uint32(s)) - 1) }

// String lists the schemas of the set by their numbers, neighbours together.
func (s Set) String() string {
	var out []string
	for s != 0 {
		first := s.first()
		last := first
		for last < Latest && s.Has(last+1) {
			last++
		}
		s &= From(last) &^ Only(last)
		if first == last {
			out = append(out, first.number())
		} else {
			out = append(out, first.number()+"-"+last.number())
		}
	}
	return strings.Join(out, " ")
}
