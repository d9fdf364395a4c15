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

// flat is the service for a system that allows no namespaces.
//
//go:embed flat.crm
var flat string

// service is where the client finds the example's service.
type service struct {
	address string
	port    int
}

var (
	movingService = service{"192.168.0.108", 80}
	flatService   = service{"127.0.0.108", 8080}
)

func (s service) String() string { return fmt.Sprintf("%s:%d", s.address, s.port) }

// withNodes puts the nodes' names where a configuration says {nodes}.
func withNodes(text string, nodes []*world.Node) string {
	var names []string
	for _, n := range nodes {
		names = append(names, n.Name())
	}
	return strings.ReplaceAll(text, "{nodes}", strings.Join(names, " "))
}
