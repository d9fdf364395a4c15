package tidy

import "strings"

// floor is the height of a package in the house. Imports go from higher to lower floors, and inside one floor only where
// the floor allows it.
type floor int

const (
	ground floor = iota // knows nothing of clusters
	model               // the documents and words that everybody shares
	core                // decides
	edge                // does
	whole               // puts cores and drivers together, and looks at a cluster from outside
	people              // what is typed and read
	beside              // tests of all of it
)

func (f floor) String() string {
	return [...]string{"ground", "model", "core", "edge", "whole", "people", "beside"}[f]
}

// floors is the floor plan: every package of the module by its path inside the module; a name ending in "/" stands for all
// packages below.
var floors = map[string]floor{
	"machine": ground, "xmltree": ground, "isotime": ground, "score": ground, "ocf": ground, "exitcode": ground,
	"option": ground, "place": ground, "note": ground, "release": ground,

	"cib": model, "cluster": model, "rule": model, "message": model, "engine": model, "graph": model,
	"operation": model, "history": model, "clusterconf": model, "api": model, "schema": model, "schema/": model, "acl": model,

	"membership": core, "quorum": core, "cibstore": core, "attributes": core, "election": core, "controller": core,
	"scheduler": core, "transition": core, "executor": core, "fencer": core, "errand": core,
	"supervisor": core,

	"transport": edge, "secret": edge, "courier": edge, "disk": edge, "disk/": edge, "ipc": edge, "remote": edge, "agent": edge, "agent/": edge, "messaging": edge,

	"node": whole, "service": whole, "client": whole, "status": whole, "simulate": whole,
	"why": whole,

	"applet": people, "tool/": people, "crm": people, "crm/": people, "demo": people, "demo/": people, "cmd/": people,

	"sim/explore": whole, "sim/views": whole, "sim": beside, "sim/": beside, "bench/": beside, "internal/": beside,
}

// exceptions are imports against the rules, each with its reason.
var exceptions = map[[2]string]string{
	{"controller", "scheduler"}:  "the controller owns the loop decide, carry out, look again",
	{"controller", "transition"}: "the controller owns the loop decide, carry out, look again",
}

// sameFloor lists the floors whose packages may import each other (Go itself forbids circles). Cores may not: an arrow between
// two of them belongs into node/wire.go, where it can be seen.
var sameFloor = map[floor]bool{ground: true, model: true, edge: true, whole: true, people: true, beside: true}

// pure tells whether a package decides, or is what deciding is made of: all up to the cores, and node, which puts the cores together
// and is stepped like one.
func pure(pkg string, at floor) bool { return at <= core || pkg == "node" }

// banned are packages that a core, or what cores are made of, must not import, each with its reason.
var banned = map[string]string{
	"os":        "a core does not touch the world: make it an effect",
	"os/exec":   "a core does not touch the world: make it an effect",
	"net":       "a core does not touch the world: make it an effect",
	"net/http":  "a core does not touch the world: make it an effect",
	"sync":      "a core is stepped by one caller: no locks",
	"log":       "tell a note instead",
	"log/slog":  "tell a note instead",
	"math/rand": "use math/rand/v2 with a generator that New is given",
	"context":   "nothing in a core blocks, so nothing can be cancelled",
}

// bannedCalls are functions of allowed packages that read the clock or global chance.
var bannedCalls = map[string]string{
	"time.Now": "time is an argument", "time.Since": "time is an argument", "time.Until": "time is an argument",
	"time.Sleep": "a core does not block", "time.After": "timers are effects", "time.AfterFunc": "timers are effects",
	"time.NewTimer": "timers are effects", "time.NewTicker": "timers are effects", "time.Tick": "timers are effects",
	"math/rand/v2.Int": "chance is an argument", "math/rand/v2.IntN": "chance is an argument",
	"math/rand/v2.Uint64": "chance is an argument", "math/rand/v2.Float64": "chance is an argument",
	"math/rand/v2.Shuffle": "chance is an argument", "math/rand/v2.Perm": "chance is an argument",
}

// floorOf returns the floor of a package path inside the module.
func floorOf(pkg string) (floor, bool) {
	if f, ok := floors[pkg]; ok {
		return f, true
	}
	for name, f := range floors {
		if strings.HasSuffix(name, "/") && strings.HasPrefix(pkg, name) {
			return f, true
		}
	}
	return 0, false
}
