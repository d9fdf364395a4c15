package scheduler

import "time"

// namesakes are the actions of a resource that have one verb and interval, in order of creation: most often one on a node.
type namesakes struct {
	verb     string
	interval time.Duration
	task     string // of all of them; "" when they differ
	actions  []*action
	nodes    []*node // of the actions
}

// namesakes returns the actions of a resource with that verb and interval, nil when there are none.
func (x *rsc) namesakes(verb string, interval time.Duration) *namesakes {
	for i := range x.named {
		if l := &x.named[i]; l.interval == interval && l.verb == verb {
			return l
		}
	}
	return nil
}

// keep adds a new action to those of its resource.
func (r *run) keep(x *rsc, a *action) {
	x.actions = r.slabs.lists.grown(x.actions, a, 8)
	l := x.namesakes(a.verb, a.interval)
	if l == nil {
		x.named = r.slabs.named.grown(x.named, namesakes{verb: a.verb, interval: a.interval, task: a.task}, 6)
		l = &x.named[len(x.named)-1]
	}
	l.actions, l.nodes = r.slabs.lists.grown(l.actions, a, 2), r.slabs.nodes.grown(l.nodes, a.node, 2)
}

// becomes gives an action another task than its key says.
func (a *action) becomes(task string) {
	a.task = task
	a.rsc.namesakes(a.verb, a.interval).task = ""
}

// on tells whether the action at a place is on a node. One of no node yet gets the node that is asked for; with exact it
// is not on it.
func (l *namesakes) on(i int, n *node, exact bool) bool {
	if n == nil {
		return !exact
	}
	if l.nodes[i] == nil && !exact {
		l.nodes[i], l.actions[i].node = n, n
	}
	return l.nodes[i] == n
}

// find returns a resource's action with that verb and interval on a node, the oldest when there are several. Without a
// node any fits, unless exact is set; an action of no node yet gets the node that is asked for, unless exact is set.
func (x *rsc) find(verb string, interval time.Duration, n *node, exact bool) *action {
	var found *action
	if l := x.namesakes(verb, interval); l != nil {
		for i := len(l.actions) - 1; i >= 0; i-- {
			if l.on(i, n, exact) {
				found = l.actions[i]
			}
		}
	}
	return found
}

// findAll returns all such actions, oldest first; see find. The list must not be changed.
func (x *rsc) findAll(verb string, interval time.Duration, n *node, exact bool) []*action {
	l := x.namesakes(verb, interval)
	if l == nil || n == nil && exact {
		return nil
	}
	if n == nil {
		return l.actions[:len(l.actions):len(l.actions)]
	}
	var list []*action
	for i, a := range l.actions {
		if l.on(i, n, exact) {
			list = append(list, a)
		}
	}
	return list
}

// first returns the newest action with that task, on the node when one is given.
func (x *rsc) first(task string, n *node) *action {
	var newest *action
	for i := range x.named {
		l := &x.named[i]
		if l.task != task && l.task != "" {
			continue
		}
		for j := len(l.actions) - 1; j >= 0; j-- {
			if a := l.actions[j]; a.task == task && (n == nil || l.nodes[j] == n) {
				if newest == nil || a.made > newest.made {
					newest = a
				}
				break
			}
		}
	}
	return newest
}

// firstVerb returns the newest action with that verb that does not recur, on the node when one is given.
func (x *rsc) firstVerb(verb string, n *node) *action {
	if l := x.namesakes(verb, 0); l != nil {
		for i := len(l.actions) - 1; i >= 0; i-- {
			if n == nil || l.nodes[i] == n {
				return l.actions[i]
			}
		}
	}
	return nil
}
