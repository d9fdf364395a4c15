package messaging

import (
	"errors"

	"pacer/clusterconf"
	"pacer/place"
)

// LoadConfig reads corosync.conf or, where there is none, ha.cf with authkeys. The name of this node is the environment
// variable PACER_NODE when it is set, else the host's name.
func LoadConfig(p place.Places) (*clusterconf.Config, error) {
	return nil, errors.New("messaging: not there yet")
}
