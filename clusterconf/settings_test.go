package clusterconf

import (
	"fmt"
	"strings"
	"testing"
)

// TestSettings holds the names and types of cmap_keys(7): nodes are counted, links named by their number, secrets left out.
func TestSettings(t *testing.T) {
	p := &problems{}
	root := parseSections([]byte(`totem {
  version: 2
  key: very-secret
  cluster_name: a b
  interface {
    linknumber: 1
    mcastport: 5500
  }
}
logging {
  logger_subsys {
    subsys: QUORUM
    debug: off
  }
}
quorum {
  two_node: yes
  expected_votes: 2
}
nodelist {
  node {
    ring0_addr: x
    nodeid: 7
  }
  node {
    ring0_addr: y
  }
}
totem {
  version: 3
}
`), p)
	if p.err() != nil {
		t.Fatal(p.err())
	}
	var b strings.Builder
	for _, s := range settings(root) {
		fmt.Fprintf(&b, "%s (%s) = %s\n", s.Name, s.Type, s.Value)
	}
	want := `logging.logger_subsys.QUORUM.debug (str) = off
logging.logger_subsys.QUORUM.subsys (str) = QUORUM
nodelist.node.0.nodeid (u32) = 7
nodelist.node.0.ring0_addr (str) = x
nodelist.node.1.ring0_addr (str) = y
quorum.expected_votes (u32) = 2
quorum.two_node (str) = yes
totem.cluster_name (str) = a b
totem.interface.1.linknumber (str) = 1
totem.interface.1.mcastport (u16) = 5500
totem.version (u32) = 3
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
