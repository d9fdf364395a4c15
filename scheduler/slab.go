package scheduler

// slab hands out things from a few large allocations. A decision makes very many small things (actions, orders, tables of
// scores) that are all needed until it is made.
type slab[T any] struct {
	free []T
	size int // of the last allocation
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
		if n >= s.size {
			return make([]T, n)
		}
		s.free = make([]T, s.size)
	}
	list := s.free[:n:n]
	s.free = s.free[n:]
	return list
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
	full [][]T
	last []T
}

const pageSize = 256

// add appends a value.
func (p *pages[T]) add(v T) {
	if len(p.last) == cap(p.last) {
		if p.last != nil {
			p.full = append(p.full, p.last)
		}
		p.last = make([]T, 0, pageSize)
	}
	p.last = append(p.last, v)
}

func (p *pages[T]) len() int { return len(p.full)*pageSize + len(p.last) }

func (p *pages[T]) at(i int) *T {
	if page := i / pageSize; page < len(p.full) {
		return &p.full[page][i%pageSize]
	}
	return &p.last[i%pageSize]
}
