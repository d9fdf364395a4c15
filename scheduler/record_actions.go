package scheduler

// loss is a property that an action lost because of another one: optional when it must be done because of it, runnable when
// it cannot be.
type loss struct {
	of    is
	cause *action
}

// tie is a pair of actions with an order between them.
type tie struct{ first, then *action }

// lost notes that an action lost a property because of another one.
func (w *recorder) lost(a *action, p is, cause *action) {
	if w != nil {
		w.losses[a] = append(w.losses[a], loss{p, cause})
	}
}

// tied notes the constraint behind an order between two actions.
func (w *recorder) tied(first, then *action, id string) {
	if w == nil || id == "" {
		return
	}
	k := tie{first, then}
	for _, have := range w.ties[k] {
		if have == id {
			return
		}
	}
	w.ties[k] = append(w.ties[k], id)
}

// tiedAs notes that an order with one action stands for that with another.
func (w *recorder) tiedAs(first, then, instead *action) {
	if w == nil {
		return
	}
	for _, id := range w.ties[tie{first, then}] {
		w.tied(instead, then, id)
	}
}
