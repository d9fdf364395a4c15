package scheduler

import (
	"pacer/cluster"
	"pacer/graph"
)

func (r *run) assignBundle(x *rsc, prefer *node, stopIfFail bool) *node         { return nil }
func (r *run) bundleActions(x *rsc)                                             {}
func (r *run) bundleConstraints(x *rsc)                                         {}
func (r *run) probeBundle(x *rsc, n *node) bool                                 { return false }
func (r *run) applyBundleLocation(x *rsc, l *location, nodes []nodeScore)       {}
func (r *run) colocateWithBundle(dependent, primary *rsc, c *colocation) int    { return 0 }
func (x *rsc) collectBundlePrimaries(orig *rsc, l []*colocation) []*colocation  { return l }
func (x *rsc) collectBundleDependents(orig *rsc, l []*colocation) []*colocation { return l }
func (r *run) bundleToGraph(g *graph.Graph, x *rsc)                             {}
func (r *run) needsRemoteAddress(x *rsc) bool                                   { return false }
func (r *run) addressedParams(x *rsc, n *node) cluster.Values                   { return r.paramsOn(x, n) }

func (x *rsc) containers() []*rsc { return nil }
func (x *rsc) contained() *rsc    { return nil }
