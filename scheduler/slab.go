package scheduler

// slab hands out things from a few large allocations. A decision makes very many small things (actions, orders, tables of
// scores) that are all needed until it is made; then the same allocations serve the next one.
type slab[T any] struct {
	free   []T
	size   int   // of the last allocation
	blocks [][]T // the allocations, the last of which free is of
	spare  [][]T // allocations of the decision before that are not in use yet
}

// The sizes of a slab's allocations: they double from the least to the most.
const (
	leastSlab = 16
	mostSlab  = 4096
)

// take returns n zero values that nobody else has; appending to them moves them elsewhere.
func (s *slab[T]) take(n int) []T {
	if n > len(s.free) {
		s.size = max(min(2*s.size, mostSlab), leastSlab)
		switch {
		case len(s.spare) > 0 && len(s.spare[0]) >= n:
			s.free, s.spare = s.spare[0], s.spare[1:]
		case n >= s.size:
			return make([]T, n)
		default:
			s.free = make([]T, s.size)
		}
		s.blocks = append(s.blocks, s.free)
	}
	list := s.free[:n:n]
	s.free = s.free[n:]
	return list
}

// reset makes all that was handed out zero, to be handed out again. What was not needed this time is let go.
func (s *slab[T]) reset() {
	for i, b := range s.blocks {
		if i == len(s.blocks)-1 {
			b = b[:len(b)-len(s.free)]
		}
		clear(b)
	}
	s.free, s.size, s.blocks, s.spare = nil, 0, nil, s.blocks
}

// one returns a zero value.
func (s *slab[T]) one() *T { return &s.take(1)[0] }

// copyOf returns a copy of a list.
func (s *slab[T]) copyOf(list []T) []T {
	c := s.take(len(list))
	copy(c, list)
	return c
}

// grown appends to a list, which begins with room for a few from the slab.
func (s *slab[T]) grown(list []T, v T, room int) []T {
	if cap(list) == 0 {
		list = s.take(room)[:0]
	}
	return append(list, v)
}

// pages is a list that grows without moving what is in it.
type pages[T any] struct {
	pages [][]T
	count int
}

const pageSize = 256

// add appends a value.
func (p *pages[T]) add(v T) {
	page := p.count / pageSize
	if page == len(p.pages) {
		p.pages = append(p.pages, make([]T, pageSize))
	}
	p.pages[page][p.count%pageSize] = v
	p.count++
}

func (p *pages[T]) len() int { return p.count }

func (p *pages[T]) at(i int) *T { return &p.pages[i/pageSize][i%pageSize] }

// reset empties the list and keeps the room that it took.
func (p *pages[T]) reset() {
	used := (p.count + pageSize - 1) / pageSize
	clear(p.pages[used:])
	p.pages = p.pages[:used]
	for i, page := range p.pages {
		clear(page[:min(pageSize, p.count-i*pageSize)])
	}
	p.count = 0
}
