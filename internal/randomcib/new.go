package randomcib

import (
	"strconv"
	"strings"

	"pacer/xmltree"
)

// Now is the time of the documents, their execution-date: seconds since 1970, Tuesday 2023-11-14 22:13:20 UTC.
const Now = 1_700_000_000

const (
	schema     = "pacemaker-3.9"
	featureSet = "3.16.1" // the newest that 2.1.5 knows
)

// generator is a document in the making.
type generator struct {
	seed   uint64
	on     map[Feature]bool
	config struct{ options, nodes, resources, constraints, defaults, opDefaults, topology, tags *xmltree.Node }
	status *xmltree.Node

	nodes []*node     // cluster nodes, in order of the document
	hosts []*node     // these and the nodes that resources stand for
	tops  []*resource // in order of the document
	all   []*resource // these and what is in them, parents first
	// opTimeout is the default timeout of operations, in seconds.
	opTimeout int
	tickets   []string
	shared    []string // ids of the meta_attributes that others may refer to
	tagged    []string // ids of tags
	with      [][2]string
	serial    int // of resources
}

// New makes up the cib element of a seed.
func New(seed uint64, o Options) *xmltree.Node {
	g := &generator{seed: seed, on: map[Feature]bool{}, opTimeout: 20}
	for _, f := range On(seed, o) {
		g.on[f] = true
	}
	root := xmltree.New("cib", "crm_feature_set", featureSet, "validate-with", schema, "epoch", "100", "num_updates", "10",
		"admin_epoch", "1", "cib-last-written", "Tue Nov 14 22:00:00 2023", "have-quorum", "1", "dc-uuid", "1",
		"execution-date", strconv.Itoa(Now))
	c := root.AddNew("configuration")
	g.config.options = c.AddNew("crm_config")
	g.config.nodes = c.AddNew("nodes")
	g.config.resources = c.AddNew("resources")
	g.config.constraints = c.AddNew("constraints")
	g.config.topology = xmltree.New("fencing-topology")
	g.config.tags = xmltree.New("tags")
	g.config.defaults = xmltree.New("rsc_defaults")
	g.config.opDefaults = xmltree.New("op_defaults")
	g.status = root.AddNew("status")

	g.makeDefaults()
	g.makeNodes(o.MaxNodes)
	g.makeResources(o.MaxResources)
	g.makeDevices()
	g.makeTags()
	g.makeOptions(root)
	g.makeConstraints()
	g.makeStatus(root)
	for _, x := range []*xmltree.Node{g.config.topology, g.config.tags, g.config.defaults, g.config.opDefaults} {
		if len(x.Children) > 0 {
			c.Add(x)
		}
	}
	return root
}

func (g *generator) dice(purpose ...string) dice { return newDice(g.seed, purpose...) }

// some tells whether a feature is on and used this time, in p of 1 cases.
func (g *generator) some(d dice, f Feature, p float64) bool { return d.chance(p) && g.on[f] }

// pairs adds an nvpair block to an element; an empty one is left out. Each pair's id is made of the block's.
func pairs(x *xmltree.Node, kind, id string, list ...string) *xmltree.Node {
	if len(list) == 0 {
		return nil
	}
	b := x.AddNew(kind, "id", id)
	addPairs(b, list...)
	return b
}

func addPairs(b *xmltree.Node, list ...string) {
	for i := 0; i+1 < len(list); i += 2 {
		b.AddNew("nvpair", "id", b.ID()+"-"+strings.ReplaceAll(list[i], "#", ""), "name", list[i], "value", list[i+1])
	}
}
