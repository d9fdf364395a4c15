package service

import "testing"

func TestGarbageLiesLongerOnlyWhileMuchIsMade(t *testing.T) {
	c := newSweeper()
	for _, step := range []struct {
		collections, live uint64
		want              int
	}{
		{1, 5 << 20, 100},   // at rest
		{30, 5 << 20, 200},  // much is made
		{16, 5 << 20, 400},  //
		{4, 5 << 20, 400},   // often enough
		{20, 5 << 20, 800},  //
		{20, 5 << 20, 1280}, // as much as there may be
		{20, 40 << 20, 160}, // of a big heap less
		{20, 1 << 30, 100},  // of a huge one as always
		{0, 5 << 20, 100},   // at rest again
		{9, 0, 200},         // before the first collection nothing is known
		{9, 1 << 10, 400},   //
		{9, 1 << 10, 800},   //
		{9, 1 << 10, 1600},  //
		{9, 1 << 10, 1600},  // at most
		{2, 1 << 10, 1600},  //
		{1, 1 << 10, 100},   //
	} {
		if c.percent = c.next(step.collections, step.live); c.percent != step.want {
			t.Fatalf("%+v: %d", step, c.percent)
		}
	}
}
