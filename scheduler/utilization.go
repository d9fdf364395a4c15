package scheduler

func compareCapacity(a, b *node) int     { return 0 }
func (r *run) sortForCapacity()          {}
func (r *run) banFullNodes(x *rsc) *node { return nil }
func (r *run) consume(n *node, x *rsc)   {}
func (r *run) release(n *node, x *rsc)   {}
func (r *run) orderCapacity(x *rsc)      {}
