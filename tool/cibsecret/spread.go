package cibsecret

import (
	"pacer/api"
	"pacer/client"
	"pacer/exitcode"
	"pacer/secret"
	"pacer/tool/command"
)

// live tells whether the cluster is meant, and not a file.
func (r *run) live() bool {
	return r.noCIB || r.Env.Getenv("CIB_file") == "" || r.Env.Getenv("CIB_shadow") != ""
}

// spread stores and deletes secrets on this node and on all others. Without the configuration (-C), and where that is in a file,
// this node suffices.
func (r *run) spread(set []secret.Value, remove []secret.Name) error {
	if !r.live() {
		return r.here(set, remove)
	}
	cluster, err := r.Live()
	if r.noCIB {
		if err := r.here(set, remove); err != nil {
			return err
		}
	}
	if err != nil {
		// Without a node to talk to, crm_resource has refused already unless a shadow copy is in use.
		r.Out.Err("Could not connect to the CIB: %s", command.Reason(err))
		r.Out.Err("Could not get list of cluster nodes")
		if r.noCIB || len(set)+len(remove) == 0 {
			return nil
		}
		return r.here(set, remove)
	}
	defer cluster.Close()
	down, err := r.everywhere(cluster, set, remove)
	if err != nil {
		if !r.noCIB {
			return err
		}
		r.Out.Err("%s", err)
		return nil
	}
	for _, n := range down {
		r.Out.Err("Node %s is down - you'll need to update it with `cibsecret sync` later", n)
	}
	return nil
}

// here changes the files of this node.
func (r *run) here(set []secret.Value, remove []secret.Name) error {
	for _, v := range set {
		if err := r.store.Set(v); err != nil {
			r.name = v.Name
			return r.filed("store", err)
		}
	}
	for _, n := range remove {
		if err := r.store.Delete(n); err != nil {
			r.name = n
			return r.filed("delete", err)
		}
	}
	return nil
}

// everywhere asks the node to change the files of all members, and returns which configured nodes are none.
func (r *run) everywhere(cluster client.Cluster, set []secret.Value, remove []secret.Name) (down []string, err error) {
	request := api.SecretChange{}
	for _, v := range set {
		request.Set = append(request.Set, api.Secret{Resource: v.Resource, Parameter: v.Parameter, Value: v.Value})
	}
	for _, n := range remove {
		request.Delete = append(request.Delete, api.Secret{Resource: n.Resource, Parameter: n.Parameter})
	}
	answer, err := cluster.Do(r.Env.Context, request)
	if err != nil {
		return nil, command.Fail(exitcode.Of(err), "Could not reach the other nodes: %s", command.Reason(err))
	}
	reached := map[string]bool{}
	failed := exitcode.OK
	for _, n := range answer.Nodes {
		reached[n.Node] = true
		switch {
		case n.Code == exitcode.OK:
			if r.Verbose > 0 {
				r.Out.Err("info: %s is up to date", n.Node)
			}
		case n.Code == exitcode.Disconnect:
			down = append(down, n.Node)
		default:
			r.Out.Err("Node %s: %s", n.Node, n.Message)
			failed = n.Code
		}
	}
	if failed != exitcode.OK {
		return nil, command.Fail(failed, "Not all nodes have stored the change; repeat it when what is wrong there is mended")
	}
	doc, err := cluster.CIB(r.Env.Context)
	if err != nil {
		return down, nil // The files are changed; who is missing is not known.
	}
	for n := range doc.Root().Path("configuration", "nodes").Elements("node") {
		if kind := n.Get("type"); (kind == "" || kind == "member" || kind == "normal") && !reached[n.Get("uname")] {
			down = append(down, n.Get("uname"))
		}
	}
	return down, nil
}
