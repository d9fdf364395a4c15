package membership

import (
	"math/bits"
	"slices"

	"pacer/engine"
)

// row says whom a node hears. Rows of one incarnation have rising versions.
type row struct {
	id    engine.NodeID
	inc   uint64
	ver   uint32 // 0: not known
	view  engine.ViewID
	hears []engine.NodeID // rising
}

// ident is a node in one of its lives.
type ident struct {
	id  engine.NodeID
	inc uint64
}

func contains(sorted []engine.NodeID, id engine.NodeID) bool {
	_, ok := slices.BinarySearch(sorted, id)
	return ok
}

func (c *Core) matrixMoved() {
	c.moved = c.now
	c.choiceOld = true
}

// learn takes a row when it is newer than the known one.
func (c *Core) learn(p *peer, r row) {
	old := p.row
	if r.inc < old.inc || r.inc == old.inc && int32(r.ver-old.ver) <= 0 {
		return
	}
	if !slices.IsSorted(r.hears) {
		return
	}
	p.row = r
	switch {
	case old.inc != r.inc || !slices.Equal(old.hears, r.hears):
		c.matrixMoved()
		if p.alive && old.inc == r.inc {
			c.corroborate(p, old.hears)
		}
	case old.view != r.view:
		c.choiceOld = true // a tie may be broken otherwise now; who hears whom stands still
	}
}

// choose finds the set that this node belongs to, from the matrix alone, so that all who know the same rows find the same
// sets. clear tells that the nodes that can reach each other all hear each other, and nobody is heard who does not hear.
func (c *Core) choose() (set []ident, clear bool) {
	if !c.choiceOld {
		return c.choice, c.clear
	}
	c.choiceOld = false
	g := c.graph()
	rest := g.all
	for {
		best := g.best(rest)
		if best&1 != 0 {
			c.choice = g.idents(best)
			c.oneWay = c.unanswered()
			c.clear = g.clear && !c.oneWay
			return c.choice, c.clear
		}
		rest &^= best
	}
}

// graph is the matrix with small numbers: node 0 is this node.
type graph struct {
	nodes []vertex
	adj   []uint64
	all   uint64
	clear bool
	need  int // votes for quorum
}

type vertex struct {
	ident
	view  engine.ViewID
	votes int
}

// graph builds the part of the matrix that this node can reach over links that work both ways.
func (c *Core) graph() *graph {
	g := &graph{need: c.cfg.Quorum}
	rows := []row{c.own}
	g.nodes = append(g.nodes, vertex{ident{c.own.id, c.own.inc}, c.own.view, c.cfg.votes(c.own.id)})
	for _, p := range c.peers {
		if p.row.ver == 0 || p.left || p.alive && p.row.inc != p.inc || len(rows) == 64 {
			continue
		}
		rows = append(rows, p.row)
		g.nodes = append(g.nodes, vertex{ident{p.id, p.row.inc}, p.row.view, c.cfg.votes(p.id)})
	}
	g.adj = make([]uint64, len(rows))
	for i := range rows {
		for j := range i {
			if contains(rows[i].hears, rows[j].id) && contains(rows[j].hears, rows[i].id) {
				g.adj[i] |= 1 << j
				g.adj[j] |= 1 << i
			}
		}
	}
	// Flood from this node.
	g.all = 1
	for todo := uint64(1); todo != 0; {
		i := bits.TrailingZeros64(todo)
		todo &^= 1 << i
		todo |= g.adj[i] &^ g.all
		g.all |= g.adj[i]
	}
	g.clear = true
	for m := g.all; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if g.adj[i]|1<<i != g.all {
			g.clear = false
		}
	}
	return g
}

// unanswered tells whether this node hears somebody who does not hear it: a loss in one direction, or a peer that has
// not come to believe it again after a pause.
func (c *Core) unanswered() bool {
	for _, p := range c.peers {
		if p.alive && p.row.ver > 0 && p.row.inc == p.inc && !contains(p.row.hears, c.cfg.Self) {
			return true
		}
	}
	return false
}

func (g *graph) idents(set uint64) []ident {
	var out []ident
	for m := set; m != 0; m &= m - 1 {
		out = append(out, g.nodes[bits.TrailingZeros64(m)].ident)
	}
	slices.SortFunc(out, func(a, b ident) int { return cmpID(a.id, b.id) })
	return out
}

// best finds the best group of nodes within rest that all hear each other.
func (g *graph) best(rest uint64) uint64 {
	if g.clear {
		return rest
	}
	var best uint64
	g.cliques(0, rest, 0, func(set uint64) {
		if best == 0 || g.better(set, best) {
			best = set
		}
	})
	return best
}

// cliques visits every maximal complete group (Bron and Kerbosch, with pivot).
func (g *graph) cliques(in, may, not uint64, visit func(uint64)) {
	if may == 0 {
		if not == 0 {
			visit(in)
		}
		return
	}
	pivot, most := 0, -1
	for m := may | not; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if n := bits.OnesCount64(g.adj[i] & may); n > most {
			pivot, most = i, n
		}
	}
	for m := may &^ g.adj[pivot]; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		g.cliques(in|1<<i, may&g.adj[i], not&g.adj[i], visit)
		may &^= 1 << i
		not |= 1 << i
	}
}

// better orders groups: size, quorum, incumbents, then the lowest ids.
func (g *graph) better(a, b uint64) bool {
	if x, y := bits.OnesCount64(a), bits.OnesCount64(b); x != y {
		return x > y
	}
	if x, y := g.quorate(a), g.quorate(b); x != y {
		return x
	}
	if x, y := g.incumbents(a), g.incumbents(b); x != y {
		return x > y
	}
	return slices.CompareFunc(g.idents(a), g.idents(b), func(a, b ident) int { return cmpID(a.id, b.id) }) < 0
}

func (g *graph) quorate(set uint64) bool {
	n := 0
	for m := set; m != 0; m &= m - 1 {
		n += g.nodes[bits.TrailingZeros64(m)].votes
	}
	return n >= g.need
}

// incumbents is the size of the largest part of set that shares a view now.
func (g *graph) incumbents(set uint64) int {
	most := 0
	for m := set; m != 0; m &= m - 1 {
		view := g.nodes[bits.TrailingZeros64(m)].view
		if view == (engine.ViewID{}) {
			continue
		}
		n := 0
		for k := set; k != 0; k &= k - 1 {
			if g.nodes[bits.TrailingZeros64(k)].view == view {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
