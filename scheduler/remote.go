package scheduler

func (r *run) connectionAssigned(x *rsc)      {}
func (r *run) orderRemoteActions()            {}
func (r *run) connectionHost(a *action) *node { return nil }
