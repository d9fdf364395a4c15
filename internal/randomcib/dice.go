package randomcib

import (
	"hash/fnv"
	"math/bits"
	"math/rand/v2"
	"strconv"
)

// dice is a stream of chance for one purpose.
type dice struct{ src *rand.PCG }

func newDice(seed uint64, purpose ...string) dice {
	h := fnv.New64a()
	for _, p := range purpose {
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0})
	}
	return dice{rand.NewPCG(seed, h.Sum64())}
}

// below returns a number from 0 to n-1; 0 when n is no more than 1.
func (d dice) below(n int) int {
	if n <= 1 {
		return 0
	}
	hi, _ := bits.Mul64(d.src.Uint64(), uint64(n))
	return int(hi)
}

// between returns a number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.below(high-low+1) }

// chance is true in p of 1 cases.
func (d dice) chance(p float64) bool { return float64(d.src.Uint64()>>11) < p*(1<<53) }

// one returns one of the words. A word that is more likely stands there more often.
func (d dice) one(words ...string) string { return words[d.below(len(words))] }

// yes returns "true" in p of 1 cases, otherwise "false".
func (d dice) yes(p float64) string { return strconv.FormatBool(d.chance(p)) }

// shuffle permutes n things.
func (d dice) shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, d.below(i+1))
	}
}

// few returns a number from 1 to most, small ones more often.
func (d dice) few(most int) int { return 1 + min(d.below(most), d.below(most)) }

// finite returns a score other than the infinite ones.
func (d dice) finite() string {
	return d.one("0", "1", "5", "10", "50", "100", "100", "500", "1000", "10000", "-1", "-10", "-100", "-1000")
}

// score returns any score.
func (d dice) score() string {
	switch d.below(8) {
	case 0, 1:
		return "INFINITY"
	case 2:
		return "-INFINITY"
	}
	return d.finite()
}

func pick[T any](d dice, list []T) T { return list[d.below(len(list))] }
