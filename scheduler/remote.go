package scheduler

func (r *run) connectionAssigned(x *rsc)      {}
func (r *run) orderRemoteActions()            {}
func (r *run) connectionHost(a *action) *node { return nil }

// hostAttr is a node attribute as a resource sees it: for a guest that may be the attribute of its host.
func (r *run) hostAttr(x *rsc, n *node, name string) (string, bool) { return n.attr(name) }
