package bigcib

import (
	"fmt"
	"strconv"
	"time"

	"pacer/history"
	"pacer/operation"
	"pacer/xmltree"
)

// Shape is the size of a cluster and the state that it is in.
type Shape struct {
	Nodes, Primitives int
	// Running says that every primitive is active where it should be and known everywhere else; otherwise nothing is known.
	Running bool
	// Fencing adds a fence device for every node, which must not run there.
	Fencing bool
}

// Instances is how many nodes a clone uses, where there are as many.
const Instances = 4

// Decided is a time to decide for, soon after what the histories tell.
var Decided = time.Unix(1_800_000_000, 0)

// cluster is a CIB in the making.
type cluster struct {
	Shape
	resources, constraints *xmltree.Node
	histories              []*xmltree.Node // lrm_resources by node
	calls                  int
}

// New makes the <cib> element.
func New(s Shape) *xmltree.Node {
	cib := xmltree.New("cib", "admin_epoch", "0", "epoch", "1", "num_updates", "1", "have-quorum", "1", "dc-uuid", "1",
		"validate-with", "pacemaker-3.7", "crm_feature_set", "3.16.1", "execution-date", strconv.FormatInt(Decided.Unix(), 10))
	config, status := cib.AddNew("configuration"), cib.AddNew("status")
	options := config.AddNew("crm_config").AddNew("cluster_property_set", "id", "options")
	options.AddNew("nvpair", "id", "o-fencing", "name", "stonith-enabled", "value", strconv.FormatBool(s.Fencing))
	list := config.AddNew("nodes")
	c := &cluster{Shape: s, resources: config.AddNew("resources"), constraints: config.AddNew("constraints")}
	defaults := config.AddNew("rsc_defaults").AddNew("meta_attributes", "id", "defaults")
	defaults.AddNew("nvpair", "id", "d-stickiness", "name", "resource-stickiness", "value", "1000")
	for n := range s.Nodes {
		id, name := strconv.Itoa(n+1), node(n)
		list.AddNew("node", "id", id, "uname", name)
		state := status.AddNew("node_state", "id", id, "uname", name, "in_ccm", "true", "crmd", "online", "join", "member",
			"expected", "member")
		c.histories = append(c.histories, state.AddNew("lrm", "id", id).AddNew("lrm_resources"))
	}
	if s.Fencing {
		for n := range s.Nodes {
			c.fenceDevice(n)
		}
	}
	for i := range s.Primitives {
		c.add(i)
	}
	return cib
}

func node(n int) string { return "node" + strconv.Itoa(n+1) }

// add adds the primitive of a number, and at the first of a group the group.
func (c *cluster) add(i int) {
	home := i / 10 % c.Nodes
	id := fmt.Sprintf("r%d", i)
	switch i % 10 {
	case 0, 1, 2:
		c.primitive(c.resources, id, home, 1)
		c.constraints.AddNew("rsc_location", "id", "l"+id, "rsc", id, "node", node(home), "score", "100")
	case 3, 6:
		g := c.resources.AddNew("group", "id", "g"+id)
		for j := i; j < min(i+3, c.Primitives); j++ {
			c.primitive(g, fmt.Sprintf("r%d", j), home, 1)
		}
		if i%10 == 6 {
			before := fmt.Sprintf("gr%d", i-3)
			c.constraints.AddNew("rsc_order", "id", "o"+id, "first", before, "then", "g"+id)
			c.constraints.AddNew("rsc_colocation", "id", "c"+id, "rsc", "g"+id, "with-rsc", before, "score", "200")
		}
	case 9:
		clone := c.resources.AddNew("clone", "id", "c"+id)
		meta := clone.AddNew("meta_attributes", "id", "c"+id+"-meta")
		meta.AddNew("nvpair", "id", "c"+id+"-max", "name", "clone-max", "value", strconv.Itoa(Instances))
		c.primitive(clone, id, home, min(Instances, c.Nodes))
	}
}

// agent is what runs a primitive.
type agent struct {
	attrs  []string // class, provider and type
	every  time.Duration
	params []operation.Param
}

var (
	dummy = agent{[]string{"class", "ocf", "provider", "heartbeat", "type", "Dummy"}, 10 * time.Second, nil}
	ipmi  = agent{[]string{"class", "stonith", "type", "fence_ipmilan"}, time.Minute, nil}
)

// primitive adds a primitive that is active on so many nodes from its home on.
func (c *cluster) primitive(in *xmltree.Node, id string, home, active int) {
	c.run(in, id, dummy, home, active)
}

func (c *cluster) fenceDevice(n int) {
	id := "fence-" + node(n)
	a := ipmi
	a.params = []operation.Param{{Name: "ip", Value: fmt.Sprintf("192.168.%d.%d", n/250, n%250+1)}, {Name: "pcmk_host_list", Value: node(n)}}
	c.run(c.resources, id, a, (n+1)%c.Nodes, 1)
	c.constraints.AddNew("rsc_location", "id", "l"+id, "rsc", id, "node", node(n), "score", "-INFINITY")
}

func (c *cluster) run(in *xmltree.Node, id string, a agent, home, active int) {
	x := in.AddNew("primitive", append([]string{"id", id}, a.attrs...)...)
	if len(a.params) > 0 {
		set := x.AddNew("instance_attributes", "id", id+"-params")
		for _, p := range a.params {
			set.AddNew("nvpair", "id", id+"-"+p.Name, "name", p.Name, "value", p.Value)
		}
	}
	seconds := strconv.Itoa(int(a.every/time.Second)) + "s"
	x.AddNew("operations").AddNew("op", "id", id+"-m", "name", "monitor", "interval", seconds, "timeout", "20s")
	if !c.Running {
		return
	}
	for n := range c.Nodes {
		entry := c.histories[n].AddNew("lrm_resource", append([]string{"id", id}, a.attrs...)...)
		if (n-home+c.Nodes)%c.Nodes < active {
			c.record(entry, id, "start", 0, "0", a.params)
			c.record(entry, id, "monitor", a.every, "0", append(a.params[:len(a.params):len(a.params)],
				operation.Param{Name: "CRM_meta_timeout", Value: "20000"}))
		} else {
			c.record(entry, id, "monitor", 0, "7", a.params)
		}
	}
}

// record adds the result of an operation to a history.
func (c *cluster) record(entry *xmltree.Node, id, task string, interval time.Duration, rc string, params []operation.Param) {
	c.calls++
	calls, ms := strconv.Itoa(c.calls), history.Milliseconds(interval)
	key := calls + ":1:" + rc + ":00000000-0000-0000-0000-000000000000"
	name := id + "_last_0"
	if interval > 0 {
		name = history.OpKey(id, task, interval)
	}
	begun := Decided.Add(-24 * time.Hour).Unix()
	entry.AddNew("lrm_rsc_op", "id", name, "operation_key", history.OpKey(id, task, interval), "operation", task, "interval", ms,
		"call-id", calls, "rc-code", rc, "op-status", "0", "transition-key", key, "transition-magic", "0:"+rc+";"+key,
		"last-rc-change", strconv.FormatInt(begun, 10), "op-digest", history.Digest(params, interval), "crm_feature_set", "3.16.1")
}
