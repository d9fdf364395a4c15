package crmresource

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/cluster"
	"pacer/exitcode"
	"pacer/history"
	"pacer/operation"
	"pacer/tool/command"
	"pacer/xmltree"
)

// digests shows the parameters of a resource on a node with the digests by which changes are noticed. NAME=VALUE words put
// other values in their place.
func (r *run) digests() error {
	if r.node == "" {
		return command.Fail(exitcode.Usage, "Must supply a node name with -N/--node")
	}
	if err := r.unpack(); err != nil {
		return err
	}
	x, n := r.state.ResourceByName(r.resource), r.state.NodeByName(r.node)
	if x == nil || n == nil {
		return command.Fail(exitcode.NoSuch, "Resource '%s' not found", r.resource)
	}
	if x.Kind != cluster.Primitive {
		return command.Fail(exitcode.Unimplemented, "Error performing operation: %s", exitcode.Unimplemented.Text())
	}
	given, err := overrides(r.Words)
	if err != nil {
		return err
	}
	values := r.state.Params(x, n)
	for _, p := range given {
		values[p.Name] = p.Value
	}
	// Meta-attributes of operations are in milliseconds here.
	ms, _ := strconv.Atoi(values["CRM_meta_interval"])
	interval := time.Duration(ms) * time.Millisecond
	delete(values, "CRM_meta_interval")
	params := r.inOrder(values, given)
	entry := r.lastStart(n.UUID)
	task := entry.Get("operation")
	if task == "" {
		task = "start"
	}
	private := history.ParseNameList(entry.Get("op-secure-params"))

	r.Out.Push("digests", "resource", x.Name, "node", n.Name, "task", task, "interval", strconv.FormatInt(interval.Milliseconds(), 10)+"ms")
	defer r.Out.Pop()
	r.digest("all", history.Digest(params, interval), keep(params, interval, nil, nil))
	r.digest("nonprivate", history.SecureDigest(params, 0, private), keep(params, 0, private, nil))
	if names, ok := entry.Lookup("op-force-restart"); ok {
		restart := history.ParseNameList(names)
		r.digest("nonreloadable", history.RestartDigest(params, 0, restart), keep(params, 0, nil, restart))
	}
	return nil
}

// lastStart is the entry of the history that says which parameters are private and which need a restart.
func (r *run) lastStart(node string) *xmltree.Node {
	state := r.doc.Root().First("status").ByID("node_state", node)
	lrm := state.Path("lrm", "lrm_resources").ByID("lrm_resource", r.find(r.resource).ID())
	var found *xmltree.Node
	for op := range lrm.Elements("lrm_rsc_op") {
		if op.Get("op-force-restart") != "" || found == nil {
			found = op
		}
	}
	return found
}

// inOrder lists parameters in the order of the configuration, then those given, each once.
func (r *run) inOrder(values map[string]string, given []operation.Param) []operation.Param {
	var out []operation.Param
	seen := map[string]bool{}
	add := func(name string) {
		if v, ok := values[name]; ok && !seen[name] {
			seen[name] = true
			out = append(out, operation.Param{Name: name, Value: v})
		}
	}
	for set := range r.find(r.resource).Elements("instance_attributes") {
		for p := range set.Elements("nvpair") {
			// Of several pairs of one name the one that counts gives the place.
			if values[p.Get("name")] == p.Get("value") {
				add(p.Get("name"))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !strings.HasPrefix(name, "CRM_meta_") {
			add(name)
		}
	}
	for _, p := range given {
		add(p.Name)
	}
	return out
}

// keep picks the parameters that belong to a digest: those that count, without some, or only some.
func keep(params []operation.Param, interval time.Duration, without, only []string) []operation.Param {
	counting := map[string]bool{}
	for _, p := range history.Effective(params, interval) {
		counting[p.Name] = true
	}
	for _, name := range without {
		delete(counting, name)
	}
	if only != nil {
		allowed := " " + strings.Join(only, " ") + " "
		for name := range counting {
			if !strings.Contains(allowed, " "+name+" ") {
				delete(counting, name)
			}
		}
	}
	var out []operation.Param
	for _, p := range params {
		if counting[p.Name] {
			out = append(out, p)
		}
	}
	return out
}

// digestTitles are the kinds of digests in words.
var digestTitles = map[string]string{"all": "all", "nonprivate": "non-private", "nonreloadable": "non-reloadable"}

func (r *run) digest(kind, hash string, params []operation.Param) {
	r.Out.Line("%s (%s parameters)", hash, digestTitles[kind])
	n := xmltree.New("digest", "type", kind, "hash", hash)
	p := n.AddNew("parameters")
	for _, x := range params {
		p.Set(x.Name, x.Value)
	}
	r.Out.Add(n)
}
