package demo

import (
	_ "embed"
	"fmt"
	"strings"

	"pacer/demo/world"
)

// classic is the two-node example of the field's guides, with the small web service that every machine has in place of
// Apache. Fencing is off and quorum is ignored, as it was done then; that is unsafe, and is shown as such.
//
//go:embed classic.crm
var classic string

// fenced is the same service on a cluster that is allowed to cut the power of a lost node.
//
//go:embed fenced.crm
var fenced string

const (
	serviceAddress = "192.168.0.108"
	servicePort    = 80
)

// hosts is what {nodes} in a configuration stands for.
func withNodes(text string, nodes []*world.Node) string {
	var names []string
	for _, n := range nodes {
		names = append(names, n.Name())
	}
	return strings.ReplaceAll(text, "{nodes}", strings.Join(names, " "))
}

// target is the address that the client asks.
func target() string { return fmt.Sprintf("%s:%d", serviceAddress, servicePort) }
